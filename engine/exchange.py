"""A graph as others hold it: a NetworkX graph and back, and a picture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..store.errors import FormulaError, InvalidGraph, UsageError
from .assignment import right_side
from .graphfile import Definition, GraphText, graph_text, read_definition
from .names import checked, is_text
from .picture import PictureEdge, PictureNode, svg
from .shapes import formula_names

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
        graph.add_edge(parent, child, **({} if partial is None else {"partial": partial}))
    return graph


def from_networkx(graph: nx.DiGraph[Any]) -> GraphText:
    """Return the graph of a directed graph whose nodes have `formula` or `default`, and `note`; raises `InvalidGraph`.

    Arrows go from parent to child. Each must be a name in the child's formula; those that are not there are made.

    >>> import networkx
    >>> arrows = networkx.DiGraph([("a", "b")])
    >>> arrows.nodes["b"]["formula"] = "5 - 3*a"
    >>> from_networkx(arrows).parents
    {'b': ['a']}
    """
    import networkx as nx

    if not isinstance(graph, nx.Graph):
        what = "`.gq` text, a function, what SymPy has, or a networkx.DiGraph"
        raise UsageError(f"a graph is {what}, not {type(graph).__name__}", hint=_HINT)
    if not graph.is_directed() or graph.is_multigraph():
        raise InvalidGraph("a directed graph is needed, with one arrow between two nodes", hint="networkx.DiGraph")
    found: dict[str, Definition] = {}
    for given, data in graph.nodes(data=True):
        definition = _definition(given, data)
        if definition.name in found:
            raise InvalidGraph(f"two nodes are called '{definition.name}', written with different characters (Unicode NFC)")
        found[definition.name] = definition
    text = graph_text(found.values())
    parents = {child: set(names) for child, names in text.parents.items()}
    for parent, child in ((checked(one), checked(other)) for one, other in graph.edges):
        if parent not in parents.get(child, ()):
            raise InvalidGraph(f"an arrow leads from '{parent}' to '{child}', whose formula does not use it")
    return text


def picture(found: Surroundings) -> str:
    """Return a graph as SVG, with formulas in the boxes and local partials beside the arrows."""
    nodes = [PictureNode(node.name, node.formula or node.default or "", node.kind, node.level) for node in found.nodes]
    edges = [PictureEdge(parent, child, partial or "…") for (child, parent), partial in found.partials.items()]
    return svg(nodes, edges, title=found.graph.name)


_HINT = "a file is loaded with space.load, a graph copied with space.new(name, copy=…)"


def _definition(name: object, data: Mapping[str, Any]) -> Definition:
    """Return a node of NetworkX as the line that it would be in a file."""
    if not isinstance(name, str):
        raise InvalidGraph(f"a node is called by text, not by {name!r}", hint="networkx.relabel_nodes(graph, str)")
    name = checked(name)
    formula, default, note = (data.get(key) for key in ("formula", "default", "note"))
    if formula is not None and default is not None:
        raise InvalidGraph(f"'{name}' has a formula and a default", hint="a node has one of them")
    if formula is None and default is None:
        return Definition(name, note=_note(name, note))
    right = _right(name, formula if default is None else default)
    line = _line(name, right)
    if line.note is not None or (default is not None and line.default is None):
        raise InvalidGraph(f"'{name}' cannot be '{right}'", hint="a default is a number; a note is an attribute of its own")
    return line._replace(name=name, note=_note(name, note))


def _right(name: str, value: object) -> str:
    """Return a formula or a number as text; its errors name the node."""
    try:
        return right_side(value)
    except UsageError as error:
        raise InvalidGraph(f"the formula or default of '{name}': {error.message}") from None


def _line(name: str, right: str) -> Definition:
    """Return the line `name = right`; its errors name the node."""
    try:
        line = read_definition("x = " + right)
        if line.formula is not None:
            formula_names(line.formula, pi_is_node=False)
    except InvalidGraph as error:
        said = error.bare if isinstance(error, FormulaError) else error.message
        raise FormulaError(f"the formula of '{name}': {said}", hint=error.hint) from None
    return line


def _note(name: str, note: object) -> str | None:
    """Return a note on one line, as a file has it; None for an empty one."""
    if note is not None and not isinstance(note, str):
        raise InvalidGraph(f"the note of '{name}' is {type(note).__name__}, not text")
    text = " ".join(part.strip() for part in re.split("[\r\n]+", note or "")).strip()
    if not is_text(text):
        raise InvalidGraph(f"the note of '{name}' has a character that no file can hold: {text!a}")
    return text or None
