"""Node-link JSON, as NetworkX and D3 have it: lossless, and read with `links` or `edges`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..store.errors import InvalidGraph
from . import plain
from .reading import Reading

if TYPE_CHECKING:
    from ..engine.browser import Surroundings

_HINT = 'a file has {"nodes": [{"id": "b", "formula": "5 - 3*a"}], "edges": [{"source": "a", "target": "b"}]}'


def read_text(text: str, source: str | None) -> Reading:
    """Return the graph of a JSON text; raises `InvalidGraph`."""
    data = _parsed(text, source)
    if not isinstance(data, dict) or not isinstance(data.get("nodes"), list):
        raise InvalidGraph(f"{_what(source)} is JSON, but no node-link graph: it has no list 'nodes'", hint=_HINT)
    if data.get("directed") is False:
        raise InvalidGraph(f"{_what(source)} has a graph without directions", hint="an arrow leads from parent to child")
    links = data.get("edges", data.get("links", []))
    if not isinstance(links, list):
        raise InvalidGraph(f"{_what(source)}: 'edges' is no list", hint=_HINT)
    return plain.reading(
        [(_of(node, "id", source), node) for node in data["nodes"]],
        [(_of(link, "source", source), _of(link, "target", source), link) for link in links],
        place=lambda name: f"node {name}",
    )


def write(found: Surroundings) -> str:
    """Return a graph as node-link JSON; reading it gives the same graph."""
    nodes = []
    for node in found.nodes:
        said = {"kind": node.kind, "formula": node.formula, "default": node.default, "note": node.note}
        nodes.append({"id": node.name, **{key: value for key, value in said.items() if value is not None}})
    edges = []
    for (child, parent), partial in found.partials.items():
        edges.append({"source": parent, "target": child, **({} if partial is None else {"partial": partial})})
    head = _line({"directed": True, "multigraph": False, "graph": {"name": found.graph.name}})
    return f'{head[:-1]},\n"nodes": {_lines(nodes)},\n"edges": {_lines(edges)}}}\n'


def _lines(items: list[dict[str, str]]) -> str:
    """Return a list of JSON with a line for each item, so that two versions of a file can be compared."""
    return "[\n" + ",\n".join(f" {_line(item)}" for item in items) + "\n]"


def _line(item: object) -> str:
    return json.dumps(item, ensure_ascii=False)


def _parsed(text: str, source: str | None) -> Any:
    try:
        # numbers stay texts: the digits of a default are kept as they are
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError:
        raise InvalidGraph(f"{_what(source)} is nested too deeply") from None
    except ValueError as error:
        raise InvalidGraph(f"{_what(source)} is not JSON: {error}") from None


def _of(item: Any, key: str, source: str | None) -> object:
    """Return a required field of a node or an edge."""
    if not isinstance(item, dict) or key not in item:
        raise InvalidGraph(f"{_what(source)}: {str(item)[:80]} has no '{key}'", hint=_HINT)
    return item[key]


def _what(source: str | None) -> str:
    return f"'{source}'" if source else "the text"
