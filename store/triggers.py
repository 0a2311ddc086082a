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
_EVENTS = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}
# an edge is of the graphs of both its ends, whatever it says of itself
_FUNCTION = f"""
create function gradq_by_hand() returns trigger language plpgsql set search_path from current as $$
declare
    ids bigint[];
begin
    if tg_op = 'TRUNCATE' then
        ids := array(select id from graph);
    else
        ids := array[old.graph_id, new.graph_id];
        if tg_table_name = 'edge' then
            ids := ids || array(select graph_id from node
                where id in (old.child_id, old.parent_id, new.child_id, new.parent_id));
        end if;
    end if;
    update graph set revision = revision + 1, by_hand = {BY_HAND},
        updated_at = to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')
        where id = any(ids) and (by_hand = 0 or xmin <> pg_current_xact_id()::xid);
    return null;
end $$
"""
# who replaces a row fires no trigger for the row that goes, unless PRAGMA recursive_triggers is on
_REPLACED = {"insert": "before insert on node", "id": "before update of id on node"}


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
    for statement in _statements(conn).values():
        conn.exec_driver_sql(statement)


def drop_triggers(conn: Connection) -> None:
    """Drop every trigger that is there. Part of the caller's transaction."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("drop function if exists gradq_by_hand() cascade")
        return
    for name in _statements(conn):
        conn.exec_driver_sql(f"drop trigger if exists {name}")


def missing_triggers(conn: Connection) -> list[str]:
    """Return the names of triggers that are not there, or turned off. Part of the caller's transaction."""
    there = {
        "sqlite": "select name from sqlite_master where type = 'trigger'",
        "postgresql": "select tgname from pg_trigger where tgenabled in ('O', 'A') "
        "and tgrelid in (to_regclass('node'), to_regclass('edge'))",
    }
    found = {row[0] for row in select(conn, there[conn.dialect.name])}
    return [name for name in _statements(conn) if name not in found]


def _statements(conn: Connection) -> dict[str, str]:
    """Return what makes each trigger, by its name."""
    server = conn.dialect.name == "postgresql"
    found = {}
    for table, columns in _COLUMNS.items():
        for event, rows in _EVENTS.items():
            what = f"after {event} of {columns} on {table}" if event == "update" else f"after {event} on {table}"
            name = f"{table}_{event}_by_hand"
            found[name] = _postgresql(name, what, "row") if server else _sqlite(name, what, _graphs(table, rows))
        if server:
            name = f"{table}_truncate_by_hand"
            found[name] = _postgresql(name, f"after truncate on {table}", "statement")
    if not server:
        for key, what in _REPLACED.items():
            name = f"node_{key}_replaced_by_hand"
            found[name] = _sqlite(name, what, "select graph_id from node where id = new.id and graph_id <> new.graph_id")
    return found


def _postgresql(name: str, what: str, each: str) -> str:
    return (
        f"create trigger {name} {what} for each {each} "
        "when (current_setting('gradq.own', true) is distinct from 'on') execute function gradq_by_hand()"
    )


def _graphs(table: str, rows: tuple[str, ...]) -> str:
    """Return what a row is of, before and after: it may move from one graph to another, and then both are marked."""
    own = ", ".join(f"{row}.graph_id" for row in rows)
    if table == "node":
        return own
    ends = ", ".join(f"{row}.{end}_id" for row in rows for end in ("child", "parent"))
    return f"select id from graph where id in ({own}) union select graph_id from node where id in ({ends})"


def _sqlite(name: str, what: str, graphs: str) -> str:
    # gradq's own rows are passed by at one look, and a graph that has its mark already is left alone
    row = "old" if " delete " in what else "new"
    return (
        f"create trigger {name} {what} for each row when (select by_hand from graph where id = {row}.graph_id) is not {OWN} "
        f"and exists (select 1 from graph where id in ({graphs}) and by_hand = 0) begin "
        f"update graph set revision = revision + 1, by_hand = {BY_HAND}, "
        "updated_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now') "
        f"where id in ({graphs}) and by_hand = 0; end"
    )
