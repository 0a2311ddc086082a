"""Files that are whole or as they were: written beside their name, which they get when they are done.

A process that is killed in between leaves the half behind. It was locked while its writer lived, so that whoever writes
into that folder next can tell it from one that is being written, and clears it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ModuleNotFoundError:  # on Windows: nothing is locked there, and nothing cleared
    fcntl = None  # type: ignore[assignment]

SUFFIX = ".gradq-part"
_LETTERS = 50  # of the name, that the half's name has: both have a limit
_BESIDE = ("", "-journal", "-wal", "-shm")  # what SQLite may leave with a half


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Give a path to write, which gets the target's name where the block ends well, and else is gone; raises `OSError`.

    Where the target is a link, the file is meant to which it leads. A pipe or a device is written itself. What killed
    writers left in the folder is cleared.
    """
    if target.exists() and not target.is_file():
        yield target
        return
    target = Path(os.path.realpath(target))
    clear_leftovers(target.parent)
    half, lock = _claimed(target)
    try:
        yield half
        half.chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
        half.replace(target)
    finally:
        if lock is not None:
            os.close(lock)
        _remove(half)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file with `whole_file`. Raises `OSError`, and `ValueError` for a name that no file can have."""
    with whole_file(path) as half:
        half.write_bytes(content.encode() if isinstance(content, str) else content)


def clear_leftovers(folder: Path) -> None:
    """Remove the halves in a folder whose writers are gone; what cannot be looked at or removed stays."""
    if fcntl is None:
        return
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            if entry.name.startswith(".") and entry.name.endswith(SUFFIX):
                with suppress(OSError):
                    _clear(Path(entry.path))


def _clear(half: Path) -> None:
    """Remove a half that no process holds; raises `OSError` for another."""
    handle = os.open(half, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(half)
    finally:
        os.close(handle)


def _claimed(target: Path) -> tuple[Path, int | None]:
    """Make an empty file beside the target and lock it; the lock ends with the process, however that ends."""
    while True:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:_LETTERS]}.", suffix=SUFFIX)
        if fcntl is None:
            os.close(handle)
            return Path(name), None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # another took it for a leftover, in the moment before
            os.close(handle)
            continue
        except OSError:  # a file system without locks: there nobody can clear, either
            return Path(name), handle
        if os.fstat(handle).st_nlink:
            return Path(name), handle
        os.close(handle)  # it was cleared in that moment


def _remove(half: Path) -> None:
    for ending in _BESIDE:
        half.with_name(half.name + ending).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
