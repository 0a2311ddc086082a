"""SQL for people: one SELECT, which can only read, whatever its text says."""

from __future__ import annotations

import math
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, create_engine, exc, make_url
from sqlalchemy.pool import NullPool

from .connect import open_engine, reading, safe_url
from .errors import DatabaseError, GaveUp, RefusedSQL, UsageError
from .readonly import is_file_there, reader

Rows = tuple[list[str], list[tuple[object, ...]]]
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_DENIED_FUNCTIONS = {"load_extension", "writefile", "readfile", "edit", "fts3_tokenizer"}
_MOST_MILLISECONDS = 2**31 - 1  # that a server takes
_STEPS = 10_000  # steps of SQLite's machine between two looks at the clock


def run_sql(url: str, text: str, *, seconds: float = 30.0, memory: Engine | None = None) -> Rows:
    """Return the column names and rows of a SELECT. Reads only.

    A database in memory is asked through its own engine, `memory`; any other through a new one that can only read.
    Raises `RefusedSQL` for what is not one SELECT, `GaveUp` after `seconds`.
    """
    if math.isnan(seconds):
        raise UsageError("the time of a query is not a number of seconds", hint="seconds=30", shell="--seconds 30")
    deadline = time.monotonic() + seconds
    if memory is not None:
        with reading(memory) as conn, _guarded(conn, deadline):
            return _answer(conn, url, text, deadline, seconds)
    parsed = make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    engine = _sqlite_reader(parsed.database or "") if sqlite else open_engine(url)
    try:
        with engine.connect() as conn:
            if not sqlite:
                return _answer(_server_reader(conn, seconds), url, text, deadline, seconds)
            with _guarded(conn, deadline):
                return _answer(conn, url, text, deadline, seconds)
    except (exc.SQLAlchemyError, sqlite3.Warning, sqlite3.Error) as error:
        raise _refusal(url, error, seconds) from None
    finally:
        engine.dispose()


def _answer(conn: Connection, url: str, text: str, deadline: float, seconds: float) -> Rows:
    options: dict[str, Any] = {"no_parameters": True, "stream_results": conn.dialect.name != "sqlite"}
    try:
        result = conn.execution_options(**options).exec_driver_sql(text)
        if not result.returns_rows:
            raise RefusedSQL(
                "only SELECT is answered here",
                hint="graph[name] = … edits",
                shell="change a graph with: gradq set, rename, rm-node",
            )
        return list(result.keys()), list(_rows(result, deadline, seconds))
    except UnicodeEncodeError:
        raise RefusedSQL("this SQL is not valid text") from None
    except (exc.SQLAlchemyError, sqlite3.Warning, sqlite3.Error) as error:
        raise _refusal(url, error, seconds) from None


def _server_reader(conn: Connection, seconds: float) -> Connection:
    """Return a connection of a server on which nothing can be written, with a limit on each statement."""
    conn = conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    # 0 would be no limit at all
    conn.exec_driver_sql(f"set statement_timeout = {math.ceil(min(max(seconds * 1000, 1), _MOST_MILLISECONDS))}")
    return conn


def _rows(result: CursorResult[Any], deadline: float, seconds: float) -> Iterator[tuple[object, ...]]:
    """Yield the rows until the deadline: to PostgreSQL each fetch is a statement of its own, with time of its own."""
    with result:  # a server's cursor is to be closed, also on the way out
        for row in result:
            if time.monotonic() > deadline:
                raise _too_long(seconds)
            yield tuple(row)


def _too_long(seconds: float) -> GaveUp:
    return GaveUp(f"the query ran longer than {seconds:g} s", hint="seconds=… gives it more", shell="--seconds gives it more")


def _sqlite_reader(path: str) -> Engine:
    """Return an engine whose connections open the file read-only."""
    if not is_file_there(Path(path)):
        raise DatabaseError(
            f"{path} is not there", hint="load a graph first: space.load(path)", shell="load a graph first: gradq load FILE"
        )

    found = reader(Path(path))

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(found.address, uri=True, isolation_level=None)

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


@contextmanager
def _signals_kept() -> Iterator[list[int]]:
    """Collect the signals that would end the program, and give them back afterwards.

    SQLite calls our clock from C: what a signal raises there would be lost, and the query said to have timed out.
    """
    kept: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield kept
        return
    wanted = [signal.SIGINT, signal.SIGTERM, *([signal.SIGALRM] if hasattr(signal, "SIGALRM") else [])]
    before = {number: signal.getsignal(number) for number in wanted}
    for number in before:
        signal.signal(number, lambda found, frame: kept.append(found))
    try:
        yield kept
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for received in kept:
            signal.raise_signal(received)


@contextmanager
def _guarded(conn: Connection, deadline: float) -> Iterator[None]:
    """Let the connection do only what a SELECT does, until the deadline: `mode=ro` alone lets ATTACH make files."""
    connection = conn.connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    with _signals_kept() as kept:
        connection.execute("select count(*) from sqlite_master").close()  # the schema is read before the guard stands
        connection.set_authorizer(_authorize)
        connection.set_progress_handler(lambda: bool(kept) or time.monotonic() > deadline, _STEPS)
        try:
            yield
        finally:
            connection.set_authorizer(None)
            connection.set_progress_handler(None, 0)


def _authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    if action not in _ALLOWED or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _DENIED_FUNCTIONS):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _refusal(url: str, error: Exception, seconds: float) -> Exception:
    message = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    if message == "interrupted" or "statement timeout" in message:
        return _too_long(seconds)
    if "not a database" in message or "unable to open" in message:
        return DatabaseError(f"{safe_url(url)}: {message}")
    refused = any(sign in message for sign in ("not authorized", "one statement", "read-only", "readonly", "cursor"))
    only = "only one SELECT is answered, and it can only read" if refused else None
    hint, shell = only or "v_help has the views and their columns", only or "see: gradq views"
    return RefusedSQL(f"the database refused this: {message}", hint=hint, shell=shell)
