"""The door, for looking around: a graph at a glance, a node's card, its surroundings, names and points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..store import graphs, memo
from ..store.connect import reading
from ..store.errors import EvaluationError
from ..store.outline import memo_count, names_from, outline
from ..store.rows import Cone, GraphOutline, GraphRow, MemoCount, NodeRow

if TYPE_CHECKING:
    from .explorer import Explorer

Bindings = dict[str, float]


class Card(NamedTuple):
    """A node with its surroundings.

    `parents` are (name, local partial or None where that is too long to be stored); `value` is that at the
    graph's defaults, None where there is none, and then `why` says so.
    """

    graph: GraphRow
    node: NodeRow
    parents: list[tuple[str, str | None]]
    children: list[str]
    value: float | None
    why: str | None
    memo: MemoCount


class Surroundings(NamedTuple):
    """Nodes in topological order, the names of each one's parents, and the edges whose partial is exactly 0."""

    graph: GraphRow
    nodes: list[NodeRow]
    parents: dict[str, list[str]]
    zero_edges: list[tuple[str, str]]
    partials: dict[tuple[str, str], str | None]


def glance(explorer: Explorer, graph: str) -> tuple[GraphRow, GraphOutline]:
    """Return a graph at a glance. Reads only."""
    with explorer.reading(graph) as (conn, row):
        return row, outline(conn, row.id)


def card(explorer: Explorer, graph: str, name: str) -> Card:
    """Return a node's card. Reads only."""
    with explorer.reading(graph) as (conn, row):
        node = explorer.nodes(conn, row, [name])[0]
        into, out = graphs.parents_of(conn, [node.id]), graphs.children_of(conn, [node.id])
        near = graphs.nodes_by_id(conn, [*(edge.parent for edge in into), *(edge.child for edge in out)])
        counts = memo_count(conn, node.id)
    parents = sorted((near[edge.parent].name, edge.partial) for edge in into)
    children = sorted(near[edge.child].name for edge in out)
    value, why = _value(explorer, graph, name)
    return Card(row, node, parents, children, value, why, counts)


def whole(explorer: Explorer, graph: str) -> Surroundings:
    """Return a graph with all its nodes. Reads only."""
    return _surroundings(*explorer.rows(graph))


def upstream(explorer: Explorer, graph: str, names: Sequence[str]) -> Surroundings:
    """Return nodes and everything above them. Reads only."""
    with explorer.reading(graph) as (conn, row):
        ids = [node.id for node in explorer.nodes(conn, row, names)]
        return _surroundings(row, graphs.upstream(conn, row.id, ids))


def downstream(explorer: Explorer, graph: str, names: Sequence[str]) -> Surroundings:
    """Return nodes and everything below them. Reads only."""
    with explorer.reading(graph) as (conn, row):
        ids = [node.id for node in explorer.nodes(conn, row, names)]
        return _surroundings(row, graphs.downstream(conn, row.id, ids))


def between(explorer: Explorer, graph: str, of: str, wrt: str) -> Surroundings:
    """Return the nodes on some path from `wrt` to `of`, both included; none if there is no path. Reads only."""
    with explorer.reading(graph) as (conn, row):
        y, x = explorer.nodes(conn, row, [of, wrt])
        return _surroundings(row, graphs.between(conn, row.id, y.id, x.id))


def names(explorer: Explorer, graph: str, begin: str, most: int) -> list[str]:
    """Return the first names that begin with a text. Reads only."""
    with reading(explorer.engine) as conn:
        return names_from(conn, explorer.graph(conn, graph).id, begin, most)


def points(explorer: Explorer, graph: str) -> tuple[GraphRow, dict[str, Bindings]]:
    """Return the named points and what they bind. Reads only."""
    with explorer.reading(graph) as (conn, row):
        found = {label: memo.read_bindings(text) for _, _, text, labels in memo.points(conn, row.id) for label in labels}
    return row, dict(sorted(found.items()))


def _value(explorer: Explorer, graph: str, name: str) -> tuple[float | None, str | None]:
    """Return a node's value at the defaults, or why there is none."""
    from .nodes import evaluate  # the mathematics, which a list of names does without

    try:
        return evaluate(explorer, graph, [name], {}).values[name], None
    except EvaluationError as error:
        return None, error.message


def _surroundings(row: GraphRow, cone: Cone) -> Surroundings:
    nodes = sorted(cone.nodes, key=lambda node: (node.level, node.id))
    name = {node.id: node.name for node in nodes}
    parents: dict[str, list[str]] = {node.name: [] for node in nodes}
    for edge in cone.edges:
        parents[name[edge.child]].append(name[edge.parent])
    partials = {(name[edge.child], name[edge.parent]): edge.partial for edge in cone.edges}
    zero = [pair for pair, partial in partials.items() if partial == "0"]
    return Surroundings(row, nodes, parents, zero, partials)
