"""Files of any format to graphs and back: the way in for the command line and for Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..engine.graphfile import GraphText, graph_text, read_graph
from ..engine.names import checked
from ..store.errors import InvalidGraph, UsageError
from . import guard
from .reading import Reading, Refused
from .registry import BY_ENDING, BY_NAME, Format, format_of, reader, writer

if TYPE_CHECKING:
    from ..engine.browser import Surroundings

GQ = BY_NAME["gq"]
_SHOWN = 5  # reasons why a reader did not take something


class Opened(NamedTuple):
    """A graph out of a file, and what there is to say about it: `name` is what to call it where nobody says."""

    known: Format
    name: str
    graph: GraphText
    reading: Reading | None  # None for gradq's own text

    def lines(self, *, rest: str = "") -> list[str]:
        """Return what its reader could not take, its notes, and how the file's own values compare with ours.

        `rest` says where to look for what is not listed.
        """
        if self.reading is None:
            return []
        found = list(self.reading.notes)
        found += _not_taken(self.reading.refused, rest)
        if self.reading.values:
            from .compare import compare

            found += compare(self.graph, self.reading.values).lines()
        return found


def _not_taken(refused: Sequence[Refused], rest: str) -> list[str]:
    """Return a line for each reason why something was not taken, up to a few: one reason may hold for a whole row of cells."""
    reasons: dict[str, list[Refused]] = {}
    for item in refused:
        reasons.setdefault(item.reason, []).append(item)
    shown = list(reasons.items())[:_SHOWN]
    left = len(refused) - sum(len(items) for _, items in shown)
    return [f"not taken: {_places(items)}: {reason}" for reason, items in shown] + (
        [f"and {left:,} more were not taken{rest}"] if left else []
    )


def _places(items: list[Refused]) -> str:
    named = [f"'{item.name}'" + (f" ({item.place})" if item.place != item.name else "") for item in items]
    return f"{', '.join(named[:2])} and {len(named) - 2:,} more" if len(named) > 3 else ", ".join(named)


def open_file(path: str, name: str | None = None) -> Opened:
    """Return the graph of a file; `name` is its format where the ending does not tell.

    A file of which one part is meant is FILE:PART, as `model.py:area`. Raises `FileError`, `UsageError`, `InvalidGraph`.
    """
    file, part = _parted(path, name)
    known = format_of(file, name) or GQ
    if known is GQ:
        text = guard.read_text(Path(file), limit=guard.MOST_TEXT)
        return Opened(known, Path(file).stem, read_graph(text, source=file), None)
    read = reader(known)
    if known.part:
        reading = read(Path(file), part)
    elif known.text:
        reading = read(guard.read_text(Path(file)), file)
    else:
        reading = read(Path(file))
    return Opened(known, part or Path(file).stem, graph_of(reading, file), reading)


def file_of(word: str) -> tuple[str, bool]:
    """Return the file that FILE or FILE:PART names, and whether its ending is one that gradq knows.

    >>> file_of("model.py:area"), file_of("x.gq"), file_of("a:b")
    (('model.py', True), ('x.gq', True), ('a:b', False))
    """
    file, _, part = word.rpartition(":")
    known = BY_ENDING.get(Path(file).suffix.lower()) if part else None
    if known is not None and known.part:
        return file, True
    return word, Path(word).suffix.lower() in BY_ENDING


def open_text(text: str, name: str | None) -> Opened:
    """Return the graph of a text, such as that of standard input."""
    known = format_of("", name) or GQ
    if known is GQ:
        return Opened(known, "", read_graph(text), None)
    if not known.text:
        raise UsageError(f"{known.name} is not read from standard input", hint="give it as a file")
    reading = reader(known)(text, None)
    return Opened(known, "", graph_of(reading, None), reading)


def written(found: Surroundings, path: str | None, name: str | None = None) -> tuple[Format, str]:
    """Return the format that a name or a path's ending means, and a graph in it."""
    known = format_of(path or "", name, writing=True) or GQ
    if known.of != "graph":
        hint = 'space.sql("select * from v_gradient") has formulas, v_sensitivity numbers'
        raise UsageError(f"{known.name} are rows of the memo", hint=hint, shell=f"gradq save -f {known.name}")
    return known, writer(known)(found)


def _parted(path: str, name: str | None) -> tuple[str, str]:
    """Return file and part of FILE:PART, for a format that has parts."""
    file, colon, part = path.rpartition(":")
    known = format_of(file, name) if colon else None
    return (file, part) if known is not None and known.part and not Path(path).exists() else (path, "")


def graph_of(reading: Reading, source: str | None) -> GraphText:
    """Return a reading as a graph; each name is one that a node can have."""
    seen: set[str] = set()
    for definition in reading.definitions:
        if checked(definition.name) in seen:
            raise InvalidGraph(f"'{definition.name}' is defined twice")
        seen.add(definition.name)
    return graph_text(reading.definitions, source=source)
