"""Triggers that notice what is changed by hand in SQL: they raise the graph's revision and mark it (`graph.by_hand`).

What gradq itself writes is no change by hand. On SQLite, where one writes at a time, its transaction sets the mark to
`OWN` before it touches a row, and the triggers do nothing for a graph that has a mark already. On PostgreSQL a mark
that another transaction is about to clear must not hold them back: there they look at a setting of the transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .statements import execute, select

if TYPE_CHECKING:
    from sqlalchemy import Connection

BY_HAND = 1  # changed by hand since the rows were last derived from the formulas
OWN = 2  # gradq's own transaction is at work; never committed
MANY = 5_000  # rows for which it is quicker to do without triggers than to have them do nothing
_COLUMNS = {
    "node": "id, graph_id, name, kind, formula, default_value, level",
    "edge": "graph_id, child_id, parent_id, partial, digest",
}
_EVENTS = {"insert": "new", "update": "new", "delete": "old"}
_FUNCTION = f"""
create function gradq_by_hand() returns trigger language plpgsql set search_path from current as $$
begin
    update graph set revision = revision + 1, by_hand = {BY_HAND},
        updated_at = to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')
        where id in (old.graph_id, new.graph_id);
    return null;
end $$
"""


def own(conn: Connection, graph_id: int) -> None:
    """Say that what follows in this transaction is gradq's own, ahead of the first row of a graph."""
    if conn.dialect.name == "postgresql":
        select(conn, "select set_config('gradq.own', 'on', true)")
    else:
        execute(conn, f"update graph set by_hand = {OWN} where id = ? and by_hand = 0", [graph_id])


def settle(conn: Connection, graph_id: int) -> None:
    """Clear the mark at the end of gradq's own transaction, unless the graph had been changed by hand before."""
    if conn.dialect.name != "postgresql":
        execute(conn, f"update graph set by_hand = 0 where id = ? and by_hand = {OWN}", [graph_id])


@contextmanager
def unwatched(conn: Connection, rows: int) -> Iterator[None]:
    """Write many rows of gradq's own: on SQLite a trigger costs each row as much again, even if it does nothing.

    To drop triggers and to make them again is part of the transaction, in which nobody else can write.
    """
    if conn.dialect.name == "postgresql" or rows < MANY:
        yield
        return
    drop_triggers(conn)
    yield
    create_triggers(conn)


def create_triggers(conn: Connection) -> None:
    """Make every trigger. Part of the caller's transaction."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(_FUNCTION)
    for table, columns in _COLUMNS.items():
        for event, row in _EVENTS.items():
            what = f"{event} of {columns}" if event == "update" else event
            make = _postgresql if conn.dialect.name == "postgresql" else _sqlite
            conn.exec_driver_sql(make(table, event, what, row))


def drop_triggers(conn: Connection) -> None:
    """Drop every trigger that is there. Part of the caller's transaction."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("drop function if exists gradq_by_hand() cascade")
        return
    for table in _COLUMNS:
        for event in _EVENTS:
            conn.exec_driver_sql(f"drop trigger if exists {table}_{event}_by_hand")


def _postgresql(table: str, event: str, what: str, row: str) -> str:
    return (
        f"create trigger {table}_{event}_by_hand after {what} on {table} for each row "
        "when (current_setting('gradq.own', true) is distinct from 'on') execute function gradq_by_hand()"
    )


def _sqlite(table: str, event: str, what: str, row: str) -> str:
    # a row may move from one graph to another: both are marked, but for one that has its mark already
    graphs = "old.graph_id, new.graph_id" if event == "update" else f"{row}.graph_id"
    return (
        f"create trigger {table}_{event}_by_hand after {what} on {table} for each row "
        f"when exists (select 1 from graph where id in ({graphs}) and by_hand = 0) begin "
        f"update graph set revision = revision + 1, by_hand = {BY_HAND}, "
        "updated_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now') "
        f"where id in ({graphs}) and by_hand = 0; end"
    )
