"""From a path or a URL to connections: which database is meant, and transactions on it."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url

from .errors import DatabaseError, UnknownGraph, UsageError
from .readonly import is_file_there, is_read_only, reader

BUSY_SECONDS = 30
OTHER = "gradq.open(path) opens another"
_WRITER: dict[str, dict[str, Any]] = {
    # a plain BEGIN would take its lock at the first write, too late to wait for others
    "sqlite": {"gradq_begin": "BEGIN IMMEDIATE"},
    # who waited for a lock must see what the other committed; a stricter default of the server would fail there
    "postgresql": {"isolation_level": "READ COMMITTED"},
}


class Location(NamedTuple):
    """A database's URL, and why it is this one; `folder` is the user's own, to be made where it is missing."""

    url: str
    why: str
    folder: Path | None = None

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database; None for one in memory and for a server."""
        parsed = make_url(self.url)
        memory = parsed.database in (None, "", ":memory:")
        return None if memory or parsed.get_backend_name() != "sqlite" else Path(str(parsed.database))


def make_folder(location: Location) -> None:
    """Make the folder of the user's own database; nobody else's is made for a path that may be a slip."""
    if location.folder is None:
        return
    try:
        location.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"the folder {location.folder} cannot be made: {error.strerror}") from None


def locate(explicit: str | None = None) -> Location:
    """Return the database that is meant: given, GRADQ_DB, ./gradq.db if it is there, the user's data directory."""
    if explicit:
        return Location(_url(explicit), "it was given")
    if os.environ.get("GRADQ_DB"):
        return Location(_url(os.environ["GRADQ_DB"]), "GRADQ_DB says so")
    if Path("gradq.db").exists():
        return Location(_url("gradq.db"), "gradq.db is in this folder")
    import platformdirs

    folder = Path(platformdirs.user_data_dir("gradq", appauthor=False))
    return Location(_url(str(folder / "gradq.db")), "it is the user's own", folder)


def safe_url(url: str) -> str:
    """Return a URL for people: a plain path for SQLite, never a password."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not parsed.query:
        return parsed.database or ":memory:"
    hidden = {name: "***" for name in parsed.query if "password" in name or "passwd" in name}
    return parsed.update_query_dict(hidden).render_as_string(hide_password=True)


def open_engine(url: str) -> Engine:
    """Return an engine with gradq's settings; nothing is opened yet."""
    parsed = make_url(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            return _sqlite_engine(parsed)
        if parsed.get_backend_name() == "postgresql":
            return create_engine(parsed)
    except ModuleNotFoundError as error:
        raise DatabaseError(f"the driver '{error.name}' is not installed", hint='pip install "gradq[postgres]"') from None
    except exc.SQLAlchemyError as error:
        raise DatabaseError(f"the URL {safe_url(url)} cannot be used: {_first_line(error)}") from None
    raise UsageError(f"gradq keeps graphs in SQLite or PostgreSQL, not in {parsed.get_backend_name()}")


def engine_note(engine: Engine) -> str | None:
    """Return what there is to say about how a database was opened, or None."""
    note = engine.get_execution_options().get("gradq_note")
    return note if isinstance(note, str) else None


def is_there(engine: Engine) -> bool:
    """Return whether there is a database to open; a server's is taken to be there."""
    path = engine.url.database
    return engine.dialect.name != "sqlite" or path in (None, "", ":memory:") or is_file_there(Path(str(path)))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose reads all see one snapshot. Reads only; a file that is not there is not made."""
    _require(engine)
    with translated(engine), engine.connect() as conn:
        if engine.dialect.name == "postgresql":
            conn = conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with conn.begin():
            yield conn


@contextmanager
def writing(engine: Engine, *, create: bool = False) -> Iterator[Connection]:
    """Give a connection in a write transaction, committed at the end. All or nothing; only `create` makes a file."""
    if not create:
        _require(engine)
    with translated(engine), engine.connect().execution_options(**_WRITER[engine.dialect.name]) as conn, conn.begin():
        yield conn


def close_engine(engine: Engine) -> None:
    """Give back every connection; a database in memory is gone then."""
    with translated(engine):
        engine.dispose()


def set_wal(engine: Engine) -> None:
    """Let readers of an SQLite file go on while one writes; kept in the file, and not to be set in a transaction."""
    with translated(engine), engine.connect() as conn:
        assert conn.connection.driver_connection is not None
        conn.connection.driver_connection.execute("PRAGMA journal_mode = WAL")


def _require(engine: Engine) -> None:
    if not is_there(engine):
        where = engine.url.database
        raise UnknownGraph(
            f"no graph in {where}: there is no such file yet",
            hint="load one: space.load(path)",
            shell="load one: gradq load FILE",
        )


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn the errors of database and driver into one line of ours; in memory, let one thread in at a time."""
    handled = sys.exception()  # of the caller, and no signal of this block
    try:
        with engine.get_execution_options().get("gradq_lock") or nullcontext():
            yield
    except Exception as error:
        if signalled := _signal_behind(error, handled):
            raise signalled from None
        if isinstance(error, (exc.SQLAlchemyError, engine.dialect.loaded_dbapi.Error)):  # the driver's own come from fetching
            raise _plain_error(engine, error) from error
        raise


def _signal_behind(error: Exception, handled: BaseException | None) -> BaseException | None:
    """Return the Ctrl-C or SIGTERM that an error came of: one in a commit ends in SQLAlchemy's assert that it is over."""
    found = error.__context__
    while found is not None and found is not handled:
        if isinstance(found, (KeyboardInterrupt, SystemExit)):
            return found
        found = found.__context__
    return None


def _plain_error(engine: Engine, error: Exception) -> DatabaseError:
    where, text = safe_url(engine.url.render_as_string(hide_password=False)), _first_line(error)
    for sign, message, hint, shell in _SIGNS:
        if sign in text:
            return DatabaseError(f"{where}: {message}", hint=hint, shell=shell)
    return DatabaseError(f"{where}: {text}")


_SIGNS = (  # what the database says, what we say, and what to try: in Python, on the command line
    ("file is not a database", "this file is not a database", OTHER, "--db names another"),
    ("malformed", "the database file is damaged", "restore it from a backup", None),
    ("unable to open database file", "cannot be opened", "is the folder there, and yours to write?", None),
    ("readonly database", "the database is read-only", None, None),
    ("database is locked", f"another program has held the database for {BUSY_SECONDS} s", "try again", None),
    ("database or disk is full", "the disk is full", None, None),
    ("disk I/O error", "the disk takes or gives no data", "is it full?", None),
    ("deadlock detected", "another changed the same rows at the same time", "try again", None),
)


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().split("\n")[0]


def _url(text: str) -> str:
    if text == ":memory:":
        return "sqlite://"
    if "://" in text:
        try:
            return make_url(text).render_as_string(hide_password=False)
        except (exc.ArgumentError, ValueError):  # ValueError: a port that is not a number
            raise UsageError("the database URL cannot be read", hint="write a path, or postgresql+psycopg://…") from None
    return URL.create("sqlite", database=str(Path(text).absolute())).render_as_string(hide_password=False)


def _sqlite_engine(url: URL) -> Engine:
    memory = url.database in (None, "", ":memory:")
    options: dict[str, Any] = {}
    if memory:
        from sqlalchemy.pool import StaticPool

        # one connection for all threads, and a transaction of one of them must not run into another's
        options = {"poolclass": StaticPool, "execution_options": {"gradq_lock": RLock()}}
    elif is_read_only(Path(str(url.database))):
        options = _read_only(Path(str(url.database)))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **options)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _read_only(path: Path) -> dict[str, Any]:
    """Return the options of an engine that only reads a file."""
    try:
        found = reader(path)
    except OSError as error:
        raise DatabaseError(f"{path} cannot be read: {error.strerror}") from None

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(found.address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)

    # the engine keeps `connect`, and that the copy's folder, which goes when the engine does
    return {"creator": connect, "execution_options": {"gradq_note": found.note}}


def _on_connect(connection: Any, record: object) -> None:
    connection.isolation_level = None  # sqlite3 is not to begin transactions of its own: _on_begin does
    connection.execute("PRAGMA foreign_keys = ON")


def _on_begin(conn: Connection) -> None:
    conn.exec_driver_sql(conn.get_execution_options().get("gradq_begin", "BEGIN"))
