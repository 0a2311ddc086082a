"""A graph at a glance: counts, ends, names and memo sizes. Every function is part of the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rows import GraphOutline, MemoCount
from .statements import select

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KINDS = "select kind, count(*), max(level) from node where graph_id = ? group by kind"
_EDGES = "select count(*) from edge where graph_id = ?"
_ENDS = "select name from node where graph_id = ? and kind = ?"
_OUTPUTS = "select n.name from node n where n.graph_id = ? and not exists (select 1 from edge e where e.parent_id = n.id)"
_MEMO = {
    "of": "select count(*) from gradient where of_id = ?",
    "wrt": "select count(*) from gradient where wrt_id = ?",
    "numbers": "select count(*) from point_gradient where of_id = ?",
    "points": "select count(distinct point_id) from point_gradient where of_id = ?",
}


def outline(conn: Connection, graph_id: int) -> GraphOutline:
    """Return how many nodes of each kind there are, the depth, and the names at both ends."""
    kinds, depth = {}, 0
    for kind, count, level in select(conn, _KINDS, [graph_id]):
        kinds[kind], depth = int(count), max(depth, int(level))
    return GraphOutline(
        kinds,
        int(select(conn, _EDGES, [graph_id])[0][0]),
        depth,
        sorted(row[0] for row in select(conn, _ENDS, [graph_id, "input"])),
        sorted(row[0] for row in select(conn, _ENDS, [graph_id, "parameter"])),
        sorted(row[0] for row in select(conn, _OUTPUTS, [graph_id])),
    )


def names_from(conn: Connection, graph_id: int, begin: str, most: int) -> list[str]:
    """Return the first names, in the order of their letters, that begin with a text."""
    # the databases' own orders differ: by code points both can use an index, and Python agrees with them
    name = 'name collate "C"' if conn.dialect.name == "postgresql" else "name"
    sql = f"select name from node where graph_id = ? and {name} >= ? and {name} < ? order by {name} limit ?"
    return [row[0] for row in select(conn, sql, [graph_id, begin, begin + "\U0010ffff", most])]


def memo_count(conn: Connection, node_id: int) -> MemoCount:
    """Return how many memo rows are about a node."""
    return MemoCount(**{name: int(select(conn, sql, [node_id])[0][0]) for name, sql in _MEMO.items()})
