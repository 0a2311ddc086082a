"""XML before a library sees it: whether it is well formed, how deep it is, and what its first element is.

The parsers of libsbml and of Myokit enter one level of XML by one call: a file that is nested deeply enough would end
the process. The parser here is flat.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from ..store.errors import InvalidGraph
from .guard import MOST_BYTES, check_xml

MOST_DEPTH = 1_000


def scan_xml(path: Path, limit: int = MOST_BYTES) -> tuple[str, bytes]:
    """Return the name of the first element as `namespace name`, and the bytes; raises `FileError`, `InvalidGraph`."""
    data = check_xml(path, limit)
    scan = _Scan(path)
    try:
        scan.parser.Parse(data, True)
    except expat.ExpatError as error:
        said = f"'{path}':{error.lineno}:{error.offset + 1} is no XML: {expat.ErrorString(error.code)}"
        raise InvalidGraph(said, hint="the file is damaged, or not what its name says") from None
    return scan.first, data


class _Scan:
    def __init__(self, path: Path) -> None:
        self.path, self.first, self.depth = path, "", 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, attributes: object) -> None:
        self.first = self.first or name
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise InvalidGraph(
                f"'{self.path}':{self.parser.CurrentLineNumber} is nested deeper than {MOST_DEPTH:,}",
                hint="gradq takes it for a bomb",
            )

    def _end(self, name: str) -> None:
        self.depth -= 1

    def _doctype(self, *declared: object) -> NoReturn:
        raise InvalidGraph(f"'{self.path}' declares a document type", hint="such XML can grow without end: remove it")
