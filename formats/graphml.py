"""GraphML, through NetworkX: `formula`, `default` and `note` are attributes of nodes, `partial` of edges."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from ..engine.exchange import to_networkx
from ..store.errors import InvalidGraph
from . import guard, plain
from .reading import Reading

if TYPE_CHECKING:
    from ..engine.browser import Surroundings


_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(path: Path) -> Reading:
    """Return the graph of a GraphML file; raises `InvalidGraph`."""
    import networkx as nx

    data = guard.check_xml(path)
    try:
        graph: nx.DiGraph[Any] = nx.read_graphml(BytesIO(data), node_type=str)
    except ParseError as error:
        raise InvalidGraph(f"'{path}' is not XML: {error}") from None
    except (nx.NetworkXException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidGraph(f"'{path}' is no GraphML that can be read: {error}") from None
    if not graph.is_directed():
        raise InvalidGraph(f"'{path}' has a graph without directions", hint="an arrow leads from parent to child")
    return plain.reading(graph.nodes(data=True), graph.edges(data=True), place=lambda name: f"node {name}")


def write(found: Surroundings) -> str:
    """Return a graph as GraphML; what cannot be printed is left out of notes, for XML cannot hold it."""
    import networkx as nx

    graph = to_networkx(found)
    for name, said in graph.nodes(data=True):
        if _NO_XML.search(name):
            hint, shell = 'format="node-link" holds it', "save -f node-link holds it"
            raise InvalidGraph(f"XML cannot hold the name {name!a}", hint=hint, shell=shell)
        said.update({key: _NO_XML.sub("", value) for key, value in said.items()})
    for *_, said in graph.edges(data=True):
        if said.get("partial") is None:  # opaque, or too long to be kept
            said.pop("partial", None)
    return "\n".join(nx.generate_graphml(graph, named_key_ids=True)) + "\n"
