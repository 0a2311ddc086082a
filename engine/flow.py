"""The flow of a gradient between two nodes: all that lies on a path from one to the other, with its local partials.

It is what the sweeps with other semirings, the pictures and the steps look at; `flow` reads it, for formulas or at a
point; `whole_flow` reads that of a node to all above it. Everything in it is by name, nodes and edges in topological order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..store import graphs, memo
from ..store.rows import Cone, EdgeRow, GraphRow, NodeRow
from . import answers
from .edit import partial_of
from .expression import Expr
from .formula import parse_expression
from .network import network

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .explorer import At, Explorer
    from .network import Network
    from .steps import Kink
    from .values import Point


class FlowEdge(NamedTuple):
    """An edge from parent to child: the local partial as a formula, and its value where a point was given."""

    parent: str
    child: str
    partial: Expr
    value: float | None

    @property
    def shown(self) -> Expr | float:
        """The number where a point was given, else the formula."""
        return self.partial if self.value is None else self.value


class Flow(NamedTuple):
    """The between-graph of (of, wrt): empty where no path leads from one to the other.

    `at` has the bindings of the point, None for formulas; `notes` say which kinks are stood on. `known` has what the
    memo has, by node: ∂of/∂node as text, or as a number at the point.
    """

    graph: GraphRow
    of: str
    wrt: str
    at: Point | None
    nodes: list[NodeRow]
    edges: list[FlowEdge]
    notes: list[str]
    known: Mapping[str, str | float] = {}
    kinks: Sequence[Kink] = ()

    def network(self) -> Network:
        """Return the graph of positions in `nodes`, an arrow from parent to child, for `sweep`."""
        place = {node.name: position for position, node in enumerate(self.nodes)}
        return network(((place[edge.child], place[edge.parent]) for edge in self.edges), place.values())

    def formula(self, position: int) -> Expr | None:
        """Return the formula of a node by its position in `nodes`."""
        text = self.nodes[position].formula
        return None if text is None else parse_expression(text, pi_is_node=self.graph.has_pi)


def flow(
    explorer: Explorer, graph: str, of: str, wrt: str, *, point: At | None = None, rows: bool = False, avoid: Collection[Any] = ()
) -> Flow:
    """Return the flow between two nodes, with `rows` also what the memo has of it. Reads only.

    Where a path uses a node or an edge (parent, child) of `avoid`, an edge whose partial was not stored is left out.
    Raises `UnknownNode`; at a point also `MissingValue` and `Undefined`, which name the node.
    """
    with explorer.reading(graph) as (conn, row):
        y, x = explorer.nodes(conn, row, [of, wrt])
        bound, stored = explorer.point(conn, row, point)
        inside = _around(graphs.between(conn, row.id, y.id, x.id), avoid)
        cone = inside if bound is None else graphs.upstream(conn, row.id, [y.id])
        memo_rows = _memo(conn, y.id, bound, stored) if rows else {}
    return _flow(Flow(row, of, wrt, bound, [], [], []), inside, cone, memo_rows)


def whole_flow(explorer: Explorer, graph: str, of: str, *, point: At | None = None) -> Flow:
    """Return the flow from a node to everything upstream of it, `wrt` is then "". Reads only; raises as `flow` does."""
    with explorer.reading(graph) as (conn, row):
        (y,) = explorer.nodes(conn, row, [of])
        bound, _ = explorer.point(conn, row, point)
        cone = graphs.upstream(conn, row.id, [y.id])
    return _flow(Flow(row, of, "", bound, [], [], []), cone, cone, {})


def _flow(empty: Flow, inside: Cone, cone: Cone, memo_rows: Mapping[int, str | float]) -> Flow:
    """Return a flow with the nodes and edges inside; `cone` has all that their values need."""
    nodes = sorted(inside.nodes, key=lambda node: (node.level, node.id))
    names = {node.id: node.name for node in nodes}
    pi_is_node = empty.graph.has_pi
    partials = edge_partials(inside, pi_is_node)
    values: dict[tuple[int, int], float] = {}
    kinks: list[Kink] = []
    if empty.at is not None:
        triples = [(edge.parent, edge.child, edge.partial) for edge in inside.edges]
        values, kinks = answers.local_values(cone, triples, empty.at, pi_is_node)
    notes = list(dict.fromkeys(kink.note for kink in kinks))
    place = {node.id: position for position, node in enumerate(nodes)}
    edges = [
        FlowEdge(names[e.parent], names[e.child], partials[e.child, e.parent], values.get((e.child, e.parent)))
        for e in sorted(inside.edges, key=lambda edge: (place[edge.child], place[edge.parent]))
    ]
    known = {names[node]: value for node, value in memo_rows.items() if node in names}
    return empty._replace(nodes=nodes, edges=edges, notes=notes, known=known, kinks=kinks)


def _around(inside: Cone, avoid: Collection[Any]) -> Cone:
    """Return the cone without the avoided edges that would have to be derived: an opaque node has nothing to derive."""
    names = {node.id: node.name for node in inside.nodes} if avoid else {}

    def is_avoided(edge: EdgeRow) -> bool:
        parent, child = names[edge.parent], names[edge.child]
        return edge.partial is None and not {parent, child, (parent, child)}.isdisjoint(avoid)

    return inside._replace(edges=[edge for edge in inside.edges if not is_avoided(edge)]) if avoid else inside


def _memo(conn: Connection, of: int, bound: Point | None, stored: int | None) -> Mapping[int, str | float]:
    """Return the memo's rows of an output: formulas, or numbers where a point is bound."""
    if bound is None:
        return memo.gradients_of(conn, of, None)
    return {} if stored is None else memo.point_gradients(conn, stored, of, None)


def edge_partials(cone: Cone, pi_is_node: bool) -> dict[tuple[int, int], Expr]:
    """Return the local partials by (child, parent); one that was too long to be stored is derived again."""
    nodes = {node.id: node for node in cone.nodes}
    read: dict[str, Expr] = {}
    found: dict[tuple[int, int], Expr] = {}
    for edge in cone.edges:
        if edge.partial is None:
            found[edge.child, edge.parent] = partial_of(nodes[edge.child], nodes[edge.parent].name, pi_is_node=pi_is_node)
            continue
        if edge.partial not in read:
            read[edge.partial] = parse_expression(edge.partial, pi_is_node=pi_is_node)
        found[edge.child, edge.parent] = read[edge.partial]
    return found
