"""A database as the database sees it: whether it is whole, what lies in it as it stands, and space given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from .connect import translated, writing
from .errors import DatabaseError
from .statements import select
from .tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_INSIDE = "point_id in (select id from point where graph_id = ?)"
_ROWS = {
    "edge": "select graph_id, child_id, parent_id, partial, digest from edge "
    "where graph_id = ? or child_id in (select id from node where graph_id = ?)",
    "gradient": "select of_id, wrt_id, expression from gradient where graph_id = ?",
    "point": "select id, key, bindings from point where graph_id = ?",
    "point_value": f"select point_id, node_id, value, state from point_value where {_INSIDE}",
    "point_gradient": f"select point_id, of_id, wrt_id, value, state from point_gradient where {_INSIDE}",
    "tape": "select revision, data from tape where graph_id = ?",
}


def damage(conn: Connection) -> list[str]:
    """Return what SQLite finds wrong in its own file; a server looks after itself. Part of the caller's transaction."""
    if conn.dialect.name != "sqlite":
        return []
    found = [str(row[0]) for row in select(conn, "pragma integrity_check") if row[0] != "ok"]
    lost = select(conn, "pragma foreign_key_check")
    return found + [f"row {row} of {table} points to a row of {parent} that is not there" for table, row, parent, _ in lost]


def stored(conn: Connection, graph_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Return the derived rows of a graph as they stand, by table. Part of the caller's transaction."""
    return {table: list(map(tuple, select(conn, sql, [graph_id] * sql.count("?")))) for table, sql in _ROWS.items()}


def vacuum(engine: Engine) -> tuple[int, int]:
    """Give unused space back to the disk; returns the size in bytes before and after. The rows stay as they are."""
    with writing(engine):  # the errors of a database that is not there or cannot be written come from here
        pass
    with translated(engine), engine.connect() as conn:
        if engine.dialect.name == "postgresql":
            conn = conn.execution_options(isolation_level="AUTOCOMMIT")
            before = _server_size(conn)
            for name in metadata.tables:
                _vacuum_table(conn, name)
            return before, _server_size(conn)
        connection: Any = conn.connection.driver_connection  # not through a transaction, in which nothing can be vacuumed
        before = _file_size(connection)
        for statement in ("vacuum", "pragma wal_checkpoint(truncate)"):
            connection.execute(statement).fetchall()
        return before, _file_size(connection)


def _vacuum_table(conn: Connection, name: str) -> None:
    """Vacuum a table of a server, which only warns those whose table it is not; raises `DatabaseError` for them."""
    skipped: list[str] = []

    def hear(said: Any) -> None:
        if said.severity_nonlocalized == "WARNING":
            skipped.append(said.message_primary)

    server: Any = conn.connection.driver_connection
    server.add_notice_handler(hear)
    try:
        conn.exec_driver_sql(f"vacuum (analyze) {name}")
    finally:
        server.remove_notice_handler(hear)
    if skipped:
        raise DatabaseError(f"nothing was vacuumed: {skipped[0]}", hint="ask the owner of the tables to do it")


def _server_size(conn: Connection) -> int:
    sizes = (conn.execute(text("select pg_total_relation_size(to_regclass(:name))"), {"name": name}) for name in metadata.tables)
    return sum(int(found.scalar() or 0) for found in sizes)


def _file_size(connection: Any) -> int:
    return int(connection.execute("pragma page_count").fetchone()[0] * connection.execute("pragma page_size").fetchone()[0])
