"""The door, for a node alone: its value at a point, and its own formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..store import graphs, memo
from .expression import Expr, symbol
from .formula import parse_expression
from .replies import FormulaReply, ValueReply, unrolled
from .values import Values

if TYPE_CHECKING:
    from .explorer import At, Explorer


def evaluate(explorer: Explorer, graph: str, names: Sequence[str], point: At) -> ValueReply:
    """Return the values of nodes at a point. Reads only."""
    with explorer.reading(graph) as (conn, row):
        found = explorer.nodes(conn, row, names)
        bound, stored = explorer.point(conn, row, point)
        cone = graphs.upstream(conn, row.id, [node.id for node in found])
        kept = memo.point_values(conn, stored) if stored is not None else {}
    nodes = {node.name: node for node in cone.nodes}
    known = {node.name: kept[node.id] for node in cone.nodes if node.id in kept}
    values = Values(nodes, bound or {}, known, row.has_pi)
    values.need(names)
    return ValueReply(row.name, row.revision, dict(bound or {}), {name: values.found[name] for name in names})


def formula(explorer: Explorer, graph: str, name: str, frontier: Sequence[str] | None) -> FormulaReply:
    """Return a node's own formula, canonical, unrolled down to `frontier`, and notes. Reads only."""
    with explorer.reading(graph) as (conn, row):
        (node,) = explorer.nodes(conn, row, [name])
        explorer.check_frontier(conn, row, frontier)
        cone = graphs.upstream(conn, row.id, [node.id] if frontier is not None else [])
    if node.formula is None:
        notes = [f"'{name}' is {'an input' if node.kind == 'input' else 'a parameter'}"]
        return FormulaReply(row.name, row.revision, name, symbol(name), notes)
    root: Expr = parse_expression(node.formula, pi_is_node=row.has_pi)
    root, notes = unrolled(root, cone.nodes, frontier, row.has_pi) if frontier is not None else (root, [])
    return FormulaReply(row.name, row.revision, name, root, notes)
