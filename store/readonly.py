"""SQLite files that may only be read: on a read-only disk, in somebody else's folder, or without permission to write.

A database in WAL mode wants to write beside itself even to be read. Where it cannot, it is opened as a file that
nobody changes (`immutable`); but then SQLite looks past the last commits, if they still lie in the `-wal` beside it.
In that case both files are copied, and the copy is read.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from .errors import DatabaseError


class Reader(NamedTuple):
    """How a file is read: an address for SQLite, what there is to say of it, and a folder to be removed at the end."""

    address: str
    note: str | None = None
    folder: tempfile.TemporaryDirectory[str] | None = None


def is_file_there(path: Path) -> bool:
    """Return whether there is a file; raises `DatabaseError` where nobody may look."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise DatabaseError(f"{path} cannot be reached: {getattr(error, 'strerror', None) or error}") from None
    return True


def is_read_only(path: Path) -> bool:
    """Return whether a database file is there and cannot be written, or nothing beside it."""
    return is_file_there(path) and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def reader(path: Path) -> Reader:
    """Return how to read a database file without writing anything beside it, where that is not allowed."""
    if os.access(path.parent, os.W_OK):
        return Reader(_address(path, "mode=ro"))
    log = path.with_name(path.name + "-wal")
    if not log.exists() or not log.stat().st_size:
        return Reader(_address(path, "mode=ro&immutable=1"))
    folder = tempfile.TemporaryDirectory(prefix="gradq-")
    for file in (path, log):
        shutil.copyfile(file, Path(folder.name) / file.name)
    note = f"{path} is read from a copy: its folder is read-only and the last changes are not in the file yet"
    return Reader(_address(Path(folder.name) / path.name, "mode=ro"), note, folder)


def _address(path: Path, options: str) -> str:
    return f"file:{quote(str(path.absolute()))}?{options}"
