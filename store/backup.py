"""A copy of a whole database: of an SQLite file through SQLite's own backup, while others go on using it."""

from __future__ import annotations

import os
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, make_url

from .errors import DatabaseError, FileError, UsageError
from .readonly import reader
from .whole import whole_file

_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database, and reads when it is opened


def backup_file(url: str, target: Path, *, replace: bool = False) -> Path:
    """Copy the SQLite database of a URL to a new file. All or nothing: the file gets its name when it is whole."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise UsageError("a server's database is backed up with its own tools", hint=dump_command(parsed))
    source = str(parsed.database or "")
    if not source or source == ":memory:" or not Path(source).exists():
        raise DatabaseError(f"there is no file to back up: {source or 'the database is in memory'}")
    try:
        place = Path(os.path.realpath(target))  # the file that a link names is written, and the link stays
        _check_place(target, place, Path(os.path.realpath(source)), replace)
    except UsageError:
        raise
    except OSError as error:  # a name that is too long, a folder that nobody may enter
        raise _unwritten(target, error) from None
    try:
        with _opened(Path(source)) as old, whole_file(place) as half:
            _copy(old, half)
    except DatabaseError:
        raise  # an OSError as well, but about the source
    except (OSError, sqlite3.Error) as error:
        raise _unwritten(target, error) from None
    return target


def backup_name(path: Path, schema: str) -> Path:
    """Return a name beside a database for the copy that is made before an upgrade; one that was cut short may be there."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return path.with_name(f"{path.name}.schema-{schema}.{stamp}.bak")


def dump_command(url: URL) -> str:
    """Return the command that backs up a PostgreSQL database; it has no password in it."""
    parts = [("--host", url.host or url.query.get("host")), ("--port", url.port), ("--username", url.username)]
    words = [word for option, value in parts if value for word in (option, str(value))]
    return shlex.join(["pg_dump", "--format=custom", "--file=gradq.dump", *words, url.database or "gradq"])


def _check_place(target: Path, place: Path, source: Path, replace: bool) -> None:
    """Refuse what is no place for a copy; `place` is where the target's links lead."""
    if place.exists() and place.samefile(source):
        raise UsageError(f"'{target}' is the database itself", hint="name another file")
    if place.parent == source.parent and place.name in {source.name + end for end in _BESIDE}:
        raise UsageError(f"'{target}' is a part of the database", hint="name another file")
    if place.is_dir():
        raise FileError(f"'{target}' is a directory", hint="name a file in it")
    if place.exists() and not place.is_file():
        raise FileError(f"'{target}' is no file")  # a device, which would be gone
    if place.exists() and not replace:
        raise FileError(f"'{target}' is there already", hint="replace=True writes over it", shell="--replace writes over it")


def _unwritten(target: Path, error: Exception) -> FileError:
    return FileError(f"'{target}' cannot be written: {getattr(error, 'strerror', None) or error}")


@contextmanager
def _opened(source: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that only reads; raises `DatabaseError` where the source is what cannot be read."""
    try:
        found = reader(source)
        conn = sqlite3.connect(found.address, uri=True)
        conn.execute("select count(*) from sqlite_master")
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(f"{source} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    with closing(conn):
        yield conn


def _copy(old: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target)) as new:
        old.backup(new)
