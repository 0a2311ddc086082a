"""Packed tapes: one value a graph, for one revision; what is in it is the engine's business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .statements import execute, select

if TYPE_CHECKING:
    from sqlalchemy import Connection


def tape(conn: Connection, graph_id: int, revision: int) -> bytes | None:
    """Return a graph's tape if there is one of this revision."""
    rows = select(conn, "select data from tape where graph_id = ? and revision = ?", [graph_id, revision])
    return bytes(rows[0][0]) if rows else None


def drop_tape(conn: Connection, graph_id: int) -> None:
    """Drop a graph's tape, whatever revision it is of."""
    execute(conn, "delete from tape where graph_id = ?", [graph_id])


def store_tape(conn: Connection, graph_id: int, revision: int, data: bytes) -> None:
    """Put a tape in the place of the one before."""
    execute(
        conn,
        "insert into tape (graph_id, revision, data) values (?, ?, ?) "
        "on conflict (graph_id) do update set revision = excluded.revision, data = excluded.data",
        [graph_id, revision, data],
    )
