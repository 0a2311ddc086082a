"""A graph as others hold it: a NetworkX graph and back, and a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..store.errors import InvalidGraph
from .graphfile import Definition, GraphText, graph_text, read_definition
from .layout import quoted
from .names import checked
from .picture import PictureEdge, PictureNode, svg

if TYPE_CHECKING:
    import networkx as nx

    from .browser import Surroundings


def to_networkx(found: Surroundings) -> nx.DiGraph[str]:
    """Return a graph with an arrow from parent to child, formulas on the nodes and local partials on the edges."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph(name=found.graph.name)
    for node in found.nodes:
        said = {"formula": node.formula, "default": node.default, "note": node.note}
        graph.add_node(node.name, kind=node.kind, **{key: value for key, value in said.items() if value is not None})
    for (child, parent), partial in found.partials.items():
        graph.add_edge(parent, child, partial=partial)
    return graph


def from_networkx(graph: nx.DiGraph[Any]) -> GraphText:
    """Return the graph of a directed graph whose nodes have `formula` or `default`; raises `InvalidGraph`.

    Arrows go from parent to child. Each must be a name in the child's formula; those that are not there are made.
    """
    if not graph.is_directed() or graph.is_multigraph():
        raise InvalidGraph("a directed graph is needed, with one arrow between two nodes", hint="networkx.DiGraph")
    text = graph_text(_definition(name, data) for name, data in graph.nodes(data=True))
    for parent, child in graph.edges:
        if parent not in text.parents.get(child, ()):
            raise InvalidGraph(f"an arrow leads from '{parent}' to '{child}', whose formula does not use it")
    return text


def picture(found: Surroundings) -> str:
    """Return a graph as SVG, with formulas in the boxes and local partials beside the arrows."""
    nodes = [PictureNode(node.name, node.formula or node.default or "", node.kind, node.level) for node in found.nodes]
    edges = [PictureEdge(parent, child, partial or "…") for (child, parent), partial in found.partials.items()]
    return svg(nodes, edges, title=found.graph.name)


def _definition(name: object, data: dict[str, Any]) -> Definition:
    """Return a node of NetworkX as the line that it would be in a file."""
    if not isinstance(name, str):
        raise InvalidGraph(f"a node is called by text, not by {name!r}", hint="networkx.relabel_nodes(graph, str)")
    said = {key: str(data[key]) for key in ("formula", "default", "note") if data.get(key) is not None}
    if "formula" in said and "default" in said:
        raise InvalidGraph(f"'{name}' has a formula and a default", hint="a node has one of them")
    right = said.get("formula", said.get("default"))
    line = read_definition(quoted(checked(name)) + (f" = {right}" if right is not None else ""))
    if line.note is not None or ("default" in said and line.default is None):
        raise InvalidGraph(f"'{name}' cannot be '{right}'", hint="a default is a number; a note is an attribute of its own")
    return line._replace(note=" ".join(said["note"].split()) if "note" in said else None)
