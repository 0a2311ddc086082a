"""A table of nodes or of edges, as CSV; the heading tells which, and whether commas, semicolons or tabs part the cells.

    name,formula,default,note       a row for each node; only `name` must be there
    source,target,coefficient       a row for each edge, from parent to child; `coefficient` makes a linear model

What a spreadsheet would run begins with a ' when it is written, and that ' is taken away when it is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..engine.formula import MAX_LENGTH
from ..store.errors import InvalidGraph
from . import plain
from .reading import Reading

if TYPE_CHECKING:
    from ..engine.browser import Surroundings

_NODE = ("name", "node", "id")
_ENDS = (("source", "target"), ("parent", "child"), ("from", "to"))
_HINT = "the first line names the columns: name,formula,default,note or source,target,coefficient"
_RUN = "=+@\t\r"  # a spreadsheet takes a cell that begins so for a call


def read_text(text: str, source: str | None) -> Reading:
    """Return the graph of a table of nodes or of edges; raises `InvalidGraph`."""
    what = f"'{source}'" if source else "the text"
    with _long_cells():
        try:
            rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True) if any(row)]
        except csv.Error as error:
            raise InvalidGraph(f"{what} is no CSV: {error}") from None
    heading = [cell.strip().lower() for cell in rows[0]] if rows else []
    lines = [dict(zip(heading, map(_plain, row), strict=False)) for row in rows[1:]]
    name = next((word for word in _NODE if word in heading), None)
    ends = next((pair for pair in _ENDS if set(pair) <= set(heading)), None)
    if ends is not None and name is None:
        start, end = ends
        return plain.reading([], [(_cell(line, start, what), _cell(line, end, what), line) for line in lines])
    if name is None:
        raise InvalidGraph(f"{what} has no column of names", hint=_HINT)
    place = {str(line.get(name)): f"row {number}" for number, line in enumerate(lines, 2)}
    return plain.reading([(_cell(line, name, what), _said(line)) for line in lines], [], place=lambda node: place.get(node, node))


def write(found: Surroundings) -> str:
    """Return the nodes of a graph as a table; reading it gives the same graph."""
    rows = ([node.name, node.kind, node.formula, node.default, node.note] for node in found.nodes)
    return _written(["name", "kind", "formula", "default", "note"], rows)


def write_edges(found: Surroundings) -> str:
    """Return the edges of a graph, from parent to child, with their local partials."""
    rows = ([parent, child, partial] for (child, parent), partial in found.partials.items())
    return _written(["source", "target", "partial"], rows)


def write_gradients(rows: Iterable[Sequence[str | None]]) -> str:
    """Return rows of derivatives: what is differentiated, by what, at which point, and the formula or the number."""
    return _written(["of", "wrt", "at", "derivative"], rows)


def _written(heading: Sequence[str], rows: Iterable[Sequence[str | None]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows([_harmless(cell or "") for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that a spreadsheet shows and does not run, and that `_plain` gives back.

    A formula that begins with a minus stays as it is, unless it has the marks by which one calls out of a sheet.

    >>> _harmless("=1+1"), _harmless("-2*x"), _harmless("-cmd|x"), _harmless("'P&L'*2"), _harmless("'-x'*2")
    ("'=1+1", '-2*x', "'-cmd|x", "'P&L'*2", "''-x'*2")
    """
    calls = cell[:1] in _RUN or (cell[:1] == "-" and not {"|", "!"}.isdisjoint(cell)) or _plain(cell) != cell
    return f"'{cell}" if cell and calls else cell


def _plain(cell: str) -> str:
    """Return a cell without the ' that keeps a spreadsheet from running it; a ' that begins a quoted name stays.

    >>> _plain("'=1+1"), _plain("''-x'*2"), _plain("'P&L'*2")
    ('=1+1', "'-x'*2", "'P&L'*2")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in f"{_RUN}-'" else cell


def _said(line: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in line.items() if value.strip()}


def _cell(line: dict[str, str], column: str, what: str) -> str:
    if not line.get(column):
        raise InvalidGraph(f"{what} has a row without a {column}: {', '.join(line.values())[:80]}")
    return line[column]


def _delimiter(text: str) -> str:
    """Return what parts the cells of the heading."""
    heading = text.lstrip().partition("\n")[0]
    return max(",;\t", key=heading.count)


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let a cell be as long as a formula may be, which is more than the module of Python allows by itself."""
    before = csv.field_size_limit(MAX_LENGTH)
    try:
        yield
    finally:
        csv.field_size_limit(before)
