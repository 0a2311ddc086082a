"""Checks: which rows there are to be compared with an independent estimate, and what came of it.

Every function is part of the caller's transaction. A row that is written anew has no check.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .memo import decode
from .statements import execute_many, now, select

if TYPE_CHECKING:
    from sqlalchemy import Connection

Pair = tuple[int, int]


def formulas(conn: Connection, graph_id: int) -> dict[Pair, str]:
    """Return the stored formulas of a graph by (of, wrt)."""
    rows = select(conn, "select of_id, wrt_id, expression from gradient where graph_id = ?", [graph_id])
    return {(of, wrt): text for of, wrt, text in rows}


def numbers(conn: Connection, graph_id: int) -> dict[int, dict[Pair, float]]:
    """Return the stored numbers of a graph by point, then by (of, wrt)."""
    of_graph = "point_id in (select id from point where graph_id = ?)"
    sql = f"select point_id, of_id, wrt_id, value, state from point_gradient where {of_graph}"
    found: dict[int, dict[Pair, float]] = {}
    for point, of, wrt, value, state in select(conn, sql, [graph_id]):
        found.setdefault(point, {})[of, wrt] = decode(value, state)
    return found


def store_edge_checks(conn: Connection, point: int, errors: Iterable[tuple[Pair, float]]) -> None:
    """Write what came of checking edges (child, parent) at a point."""
    sql = "update edge set checked_at = ?, checked_point_id = ?, check_error = ? where child_id = ? and parent_id = ?"
    time = now()
    execute_many(conn, sql, [(time, point, error, *pair) for pair, error in sorted(errors)])


def store_formula_checks(conn: Connection, point: int, errors: Iterable[tuple[Pair, float]]) -> None:
    """Write what came of checking formulas (of, wrt) at a point."""
    sql = "update gradient set checked_at = ?, checked_point_id = ?, check_error = ? where of_id = ? and wrt_id = ?"
    time = now()
    execute_many(conn, sql, [(time, point, error, *pair) for pair, error in sorted(errors)])


def store_number_checks(conn: Connection, point: int, errors: Iterable[tuple[Pair, float]]) -> None:
    """Write what came of checking the numbers (of, wrt) that are stored at a point."""
    sql = "update point_gradient set checked_at = ?, check_error = ? where point_id = ? and of_id = ? and wrt_id = ?"
    time = now()
    execute_many(conn, sql, [(time, error, point, *pair) for pair, error in sorted(errors)])
