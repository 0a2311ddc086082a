"""The guard before a reader: how large a file is, what a zip would unpack to, and XML that could grow.

Nothing is read before it is known to be small: a bomb is refused at once, whatever the library behind would do.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from ..store.errors import FileError, InvalidGraph

if TYPE_CHECKING:
    import zipfile

MOST_BYTES = 64 << 20  # of a file that is read as a whole
MOST_TEXT = 1 << 30  # of gradq's own text, which nothing unpacks
MOST_UNPACKED = 128 << 20  # of all that is in a zip; a sheet of a million cells takes about 40
MOST_ENTRIES = 10_000
MOST_RATIO = 200.0  # of unpacked to packed; sheets of repeated cells come to 50
_FREE = 1 << 20  # unpacked, up to which a ratio does not matter
_HEADER = 30  # bytes before each part of a zip, at the least
_BOMB = "gradq takes it for a zip bomb, and reads none"
_MARKUP = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_PLAIN_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252", b"utf-16"})


def check_size(path: Path, limit: int = MOST_BYTES) -> int:
    """Return the size of a file in bytes; raises `FileError` if it is none, `InvalidGraph` if it is larger."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        raise unreadable(shown(path), error) from None
    if not stat.S_ISREG(status.st_mode):
        raise FileError(f"'{path}' is {'a directory' if path.is_dir() else 'no file'}")
    if status.st_size > limit:
        raise _too_large(path, status.st_size, limit)
    return status.st_size


def read_bytes(path: Path, limit: int = MOST_BYTES) -> bytes:
    """Return what is in a file or a pipe; raises as `check_size` does."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)  # a pipe, or a device without end, has no size to look at
    except (OSError, ValueError) as error:
        raise unreadable(shown(path), error) from None
    if len(data) > limit:
        raise _too_large(path, path.stat().st_size, limit)
    return data


def read_text(path: Path, limit: int = MOST_BYTES) -> str:
    """Return the text of a file; raises as `check_size` does, and `InvalidGraph` for what is no text."""
    return as_text(read_bytes(path, limit), shown(path))


def as_text(data: bytes, what: str) -> str:
    """Return bytes as text, in UTF-8; raises `InvalidGraph`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidGraph(f"{what} is not text (UTF-8)") from None
    if "\0" in text:
        raise InvalidGraph(f"{what} is not text: it has a NUL byte")
    return text


def check_zip(archive: zipfile.ZipFile, what: str, *, unpacked: int = MOST_UNPACKED, entries: int = MOST_ENTRIES) -> None:
    """Raise `InvalidGraph` for a zip that would unpack to too much, from its directory alone: nothing is unpacked."""
    found = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    if len(found) > entries:
        raise InvalidGraph(f"{what} has {len(found):,} parts", hint=f"at most {entries:,} are read")
    ends = [*(entry.header_offset for entry in found[1:]), archive.start_dir]
    if any(entry.header_offset + _HEADER + entry.compress_size > end for entry, end in zip(found, ends, strict=False)):
        raise InvalidGraph(f"{what} has parts that overlap", hint=_BOMB)
    packed, total = sum(entry.compress_size for entry in found), sum(entry.file_size for entry in found)
    if total > unpacked:
        hint = f"at most {unpacked:,} are read; keep what the model needs"
        raise InvalidGraph(f"{what} would unpack to {total:,} bytes", hint=hint)
    if total > max(_FREE, MOST_RATIO * packed):
        raise InvalidGraph(f"{what} would unpack from {packed:,} bytes to {total:,}", hint=_BOMB)


def check_xml(path: Path, limit: int = MOST_BYTES) -> bytes:
    """Return the bytes of an XML file that declares no document type and no entity; else raises `InvalidGraph`."""
    data = read_bytes(path, limit)
    refuse_markup(data, f"'{path}'")
    return data


def refuse_markup(data: bytes, what: str) -> None:
    """Raise `InvalidGraph` for XML that declares a document type or an entity, in any encoding that is read."""
    plain = data.replace(b"\0", b"") if b"\0" in data[:200] else data  # UTF-16 has one beside every letter
    encoding = _ENCODING.search(plain[:200])
    if encoding is not None and encoding[1].lower() not in _PLAIN_ENCODINGS:
        raise InvalidGraph(f"{what} says that it is {encoding[1]!r}, which is not read", hint="save it as UTF-8")
    if _MARKUP.search(plain):
        raise InvalidGraph(f"{what} declares a document type or an entity", hint="such XML can grow without end: remove it")


def _too_large(path: Path, size: int, limit: int) -> InvalidGraph:
    found = f"{size:,} bytes" if size > limit else f"more than {limit:,} bytes"
    return InvalidGraph(f"'{path}' has {found}", hint=f"at most {limit:,} are read")


def unreadable(what: str, error: OSError | ValueError) -> FileError:
    """Return the error for what cannot be opened or read."""
    reason = {"FileNotFoundError": "is not there", "IsADirectoryError": "is a directory"}.get(type(error).__name__)
    said = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    return FileError(f"{what} {reason or said}")


def shown(path: Path) -> str:
    """Return a path as it stands in a message."""
    return f"'{path}'" if str(path).isprintable() else ascii(str(path))
