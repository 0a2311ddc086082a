"""The memo: partials and values that were worked out. Every function is part of the caller's transaction.

Numbers go with a `state` where a column cannot say them: SQLite turns NaN into NULL and drops the sign of −0.
Rows go in by the order of their keys: two write-backs in different orders would wait for each other on PostgreSQL.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .errors import DatabaseError
from .statements import chunks, execute, execute_in, execute_many, select, select_in

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FORMULA = "insert into gradient (graph_id, revision, of_id, wrt_id, expression) values (?, ?, ?, ?, ?) on conflict do nothing"
_NUMBER = "insert into point_gradient (point_id, of_id, wrt_id, value, state) values (?, ?, ?, ?, ?) on conflict do nothing"
_VALUE = "insert into point_value (point_id, node_id, value, state) values (?, ?, ?, ?) on conflict do nothing"

_STATES = {"nan", "inf", "-inf", "-0"}
SPOILED = "gradq db check names the rows that are wrong: set them right in SQL, or delete them there"


def encode(value: float) -> tuple[float | None, str | None]:
    """Return `(value, state)` as they are stored.

    >>> encode(0.5), encode(-0.0)
    ((0.5, None), (0.0, '-0'))
    """
    if math.isnan(value):
        return None, "nan"
    if math.isinf(value):
        return None, "inf" if value > 0 else "-inf"
    return (0.0, "-0") if value == 0 and math.copysign(1, value) < 0 else (value, None)


def decode(value: float | None, state: str | None) -> float:
    """Return the number that `encode` was given; raises `DatabaseError` for what it never gave."""
    if state is None and isinstance(value, (float, int)) and math.isfinite(value):
        return float(value)
    if state in _STATES:
        return float(state)
    raise DatabaseError(f"a number of the memo cannot be read: value {value!r} with state {state!r}", hint=SPOILED)


def read_bindings(text: str) -> dict[str, float]:
    """Return what a point binds, from its column; raises `DatabaseError` where somebody wrote something else there."""
    try:
        found = json.loads(text)
        if isinstance(found, dict) and all(type(value) in (float, int) for value in found.values()):
            return {name: float(value) for name, value in found.items()}
    except (ValueError, TypeError, OverflowError, RecursionError):
        pass  # no JSON, no text, a number larger than a double, or nested too deep
    raise DatabaseError(f"the bindings of a point cannot be read: {text!s:.60}", hint=SPOILED)


def gradients_of(conn: Connection, of: int, wrts: list[int] | None) -> dict[int, str]:
    """Return the stored formulas ∂of/∂wrt by wrt, for some or for all."""
    if wrts is None:
        return dict(map(tuple, select(conn, "select wrt_id, expression from gradient where of_id = ?", [of])))
    rows = select_in(conn, "select wrt_id, expression from gradient where of_id = ? and wrt_id in (??)", wrts, [of])
    return dict(map(tuple, rows))


def store_gradients(conn: Connection, graph_id: int, revision: int, rows: Iterable[tuple[int, int, str]]) -> None:
    """Add (of, wrt, formula) rows; those that are there stay."""
    execute_many(conn, _FORMULA, [(graph_id, revision, *row) for row in sorted(rows)])


def gradient_rows(conn: Connection, of_ids: Iterable[int]) -> list[tuple[int, int, str]]:
    """Return the (of, wrt, formula) rows of some outputs."""
    sql = "select of_id, wrt_id, expression from gradient where of_id in (??)"
    return [tuple(row) for row in select_in(conn, sql, of_ids)]


def update_gradient_text(conn: Connection, rows: Iterable[tuple[str, int, int]]) -> None:
    """Write (formula, of, wrt) over rows that are there, which lose their checks."""
    sql = "update gradient set expression = ?, checked_at = null, checked_point_id = null, check_error = null"
    execute_many(conn, f"{sql} where of_id = ? and wrt_id = ?", list(rows))


def memo_pairs(conn: Connection, graph_id: int) -> list[tuple[int, int]]:
    """Return the (of, wrt) pairs of a graph's symbolic memo."""
    return [tuple(row) for row in select(conn, "select of_id, wrt_id from gradient where graph_id = ?", [graph_id])]


def drop_gradients(conn: Connection, of_ids: Iterable[int], wrt_ids: Iterable[int]) -> int:
    """Drop every (of, wrt) row with both in these sets; returns how many."""
    wrts, count = list(wrt_ids), 0
    for part in chunks(wrts):
        marks = ",".join("?" * len(part))
        count += execute_in(conn, f"delete from gradient where wrt_id in ({marks}) and of_id in (??)", of_ids, part)
    return count


def drop_pairs(conn: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Drop (of, wrt) rows."""
    execute_many(conn, "delete from gradient where of_id = ? and wrt_id = ?", list(pairs))


def point_id(conn: Connection, graph_id: int, key: str) -> int | None:
    """Return the id of a point by the key of its bindings."""
    rows = select(conn, "select id from point where graph_id = ? and key = ?", [graph_id, key])
    return int(rows[0][0]) if rows else None


def ensure_point(conn: Connection, graph_id: int, key: str, bindings: str) -> int:
    """Return the id of a point, added if it is new."""
    sql = "insert into point (graph_id, key, bindings) values (?, ?, ?) on conflict do nothing"
    found = point_id(conn, graph_id, key)
    if found is None:
        execute(conn, sql, [graph_id, key, bindings])
        found = point_id(conn, graph_id, key)
    assert found is not None
    return found


def named_point(conn: Connection, graph_id: int, name: str) -> tuple[str, str] | None:
    """Return (key, bindings) of a named point."""
    sql = "select p.key, p.bindings from point_name n join point p on p.id = n.point_id where n.graph_id = ? and n.name = ?"
    rows = select(conn, sql, [graph_id, name])
    return tuple(rows[0]) if rows else None


def name_point(conn: Connection, graph_id: int, name: str, point: int) -> None:
    """Give a point a name, which moves there if it was another point's."""
    unname_point(conn, graph_id, name)
    execute(conn, "insert into point_name (graph_id, name, point_id) values (?, ?, ?)", [graph_id, name, point])


def unname_point(conn: Connection, graph_id: int, name: str) -> bool:
    """Take a name from its point; returns whether there was one."""
    return bool(execute(conn, "delete from point_name where graph_id = ? and name = ?", [graph_id, name]))


def points(conn: Connection, graph_id: int) -> list[tuple[int, str, str, list[str]]]:
    """Return (id, key, bindings, names) of every point of a graph."""
    names: dict[int, list[str]] = {}
    for point, name in select(conn, "select point_id, name from point_name where graph_id = ? order by name", [graph_id]):
        names.setdefault(point, []).append(name)
    rows = select(conn, "select id, key, bindings from point where graph_id = ?", [graph_id])
    return [(point, key, bindings, names.get(point, [])) for point, key, bindings in rows]


def rekey_point(conn: Connection, point: int, key: str, bindings: str) -> None:
    """Write a point's bindings anew, after a rename."""
    execute(conn, "update point set key = ?, bindings = ? where id = ?", [key, bindings, point])


def remove_points(conn: Connection, ids: Iterable[int]) -> None:
    """Remove points with their numbers."""
    execute_in(conn, "delete from point where id in (??)", ids)


def point_gradients(conn: Connection, point: int, of: int, wrts: list[int] | None) -> dict[int, float]:
    """Return the stored numbers ∂of/∂wrt at a point, by wrt."""
    sql = "select wrt_id, value, state from point_gradient where point_id = ? and of_id = ?"
    rows = select(conn, sql, [point, of]) if wrts is None else select_in(conn, f"{sql} and wrt_id in (??)", wrts, [point, of])
    return {wrt: decode(value, state) for wrt, value, state in rows}


def store_point_gradients(conn: Connection, point: int, rows: Iterable[tuple[int, int, float]]) -> None:
    """Add (of, wrt, number) rows at a point; those that are there stay."""
    execute_many(conn, _NUMBER, [(point, of, wrt, *encode(value)) for of, wrt, value in sorted(rows)])


def point_values(conn: Connection, point: int) -> dict[int, float]:
    """Return the stored values of nodes at a point."""
    rows = select(conn, "select node_id, value, state from point_value where point_id = ?", [point])
    return {node: decode(value, state) for node, value, state in rows}


def store_point_values(conn: Connection, point: int, rows: Iterable[tuple[int, float]]) -> None:
    """Add (node, value) rows at a point; those that are there stay."""
    execute_many(conn, _VALUE, [(point, node, *encode(value)) for node, value in sorted(rows)])


def drop_numeric(conn: Connection, ids: Iterable[int], point_ids: list[int] | None) -> None:
    """Drop the values of these nodes and the numbers whose output is among them, at some points or at all."""
    nodes = list(ids)
    for table, column in (("point_value", "node_id"), ("point_gradient", "of_id")):
        if point_ids is None:
            execute_in(conn, f"delete from {table} where {column} in (??)", nodes)
        for part in chunks(point_ids or []):
            marks = ",".join("?" * len(part))
            execute_in(conn, f"delete from {table} where point_id in ({marks}) and {column} in (??)", nodes, part)


def counts(conn: Connection, graph_id: int) -> dict[str, int]:
    """Return the number of rows of each memo table."""
    return {
        table: int(select(conn, f"select count(*) from {table} where {where}", [graph_id])[0][0])
        for table, where in _OF_GRAPH.items()
    }


def clear(conn: Connection, graph_id: int) -> dict[str, int]:
    """Drop every memo row of a graph; named points stay. Returns how many rows of each table went."""
    return {table: execute(conn, f"delete from {table} where {where}", [graph_id]) for table, where in _CLEARED.items()}


_POINTS = "point_id in (select id from point where graph_id = ?)"
_OF_GRAPH = {"gradient": "graph_id = ?", "point_gradient": _POINTS, "point_value": _POINTS, "point": "graph_id = ?"}
_CLEARED = _OF_GRAPH | {"point": "graph_id = ? and id not in (select point_id from point_name)"}
