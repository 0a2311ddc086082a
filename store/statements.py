"""SQL in plain text, written once for both databases, and run in bulk with tuples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")
_JOINS = "select set_config('enable_hashjoin', '{0}', true), set_config('enable_mergejoin', '{0}', true)"
CHUNK = 5_000  # values in one list: both databases take several times as many


def select(conn: Connection, sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """Return the rows of a SELECT whose values stand as `?`."""
    # from the driver's own cursor: plain tuples, where SQLAlchemy would make a Row of each at twice the time
    with conn.exec_driver_sql(_marked(conn, sql), tuple(values)) as result:
        return list(result.cursor.fetchall())


def select_in(conn: Connection, sql: str, ids: Iterable[Any], before: Sequence[Any] = ()) -> list[Any]:
    """Return the rows of a SELECT with one list `(??)`, asked in chunks; `before` fills the `?` ahead of it."""
    rows: list[Any] = []
    for chunk in chunks(list(ids)):
        rows += select(conn, sql.replace("??", ",".join("?" * len(chunk))), [*before, *chunk])
    return rows


def execute_in(conn: Connection, sql: str, ids: Iterable[Any], before: Sequence[Any] = ()) -> int:
    """Run a statement with one list `(??)` in chunks; returns the number of rows it touched."""
    count = 0
    for chunk in chunks(list(ids)):
        text = sql.replace("??", ",".join("?" * len(chunk)))
        count += conn.exec_driver_sql(_marked(conn, text), (*before, *chunk)).rowcount
    return count


def execute(conn: Connection, sql: str, values: Sequence[Any] = ()) -> int:
    """Run one statement; returns the number of rows it touched."""
    return conn.exec_driver_sql(_marked(conn, sql), tuple(values)).rowcount


def execute_many(conn: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement for each tuple; nothing for no rows."""
    if rows:
        conn.exec_driver_sql(_marked(conn, sql), list(rows))


@contextmanager
def by_index(conn: Connection) -> Iterator[None]:
    """Hold PostgreSQL to index look-ups for a walk: without statistics of new rows each step would scan a table."""
    if conn.dialect.name != "postgresql":
        yield
        return
    conn.exec_driver_sql(_JOINS.format("off"))
    yield
    conn.exec_driver_sql(_JOINS.format("on"))  # after an error the transaction ends, and the setting with it


def chunks(items: list[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield lists of at most `size` items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def now() -> str:
    """Return the time as rows have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _marked(conn: Connection, sql: str) -> str:
    """Return the text with the driver's marks; none of our texts has a `?` or a `%` that is not one."""
    return sql.replace("?", "%s") if conn.dialect.name == "postgresql" else sql
