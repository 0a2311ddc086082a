"""Tables of a workbook, and references into them such as `Costs[Price]` or `Costs[[#This Row],[Price]]`."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from .excel_formula import Unsupported

_REFERENCE = re.compile(r"([^\W\d][\w.\\]*)\[(.*)\]", re.DOTALL)
_PART = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_WHERE = frozenset({"#all", "#data", "#headers", "#totals", "#this row"})


class Table(NamedTuple):
    """A table: its sheet and its corners, how many rows are headers and totals, and the names of its columns."""

    sheet: int
    corners: tuple[int, int, int, int]  # first row, first column, last row, last column
    headers: int
    totals: int
    columns: list[str]

    def rows(self, where: str, row: int) -> tuple[int, int]:
        """Return the first and the last row of a part; `row` is that of the formula. Raises `Unsupported`."""
        top, _, bottom, _ = self.corners
        first, last = top + self.headers, bottom - self.totals
        if where == "#this row":
            if not first <= row <= last:
                raise Unsupported("a row of a table from a formula beside none")
            return row, row
        parts = {"#all": (top, bottom), "#headers": (top, first - 1), "#totals": (last + 1, bottom), "#data": (first, last)}
        found = parts[where]
        if found[0] > found[1]:
            raise Unsupported(f"the {where[1:]} of a table that has none")
        return found


def read_table(sheet: int, found: Any, corners: tuple[int, int, int, int]) -> Table:
    """Return a table as openpyxl has read it."""
    headers = 1 if found.headerRowCount is None else int(found.headerRowCount)
    return Table(sheet, corners, headers, int(found.totalsRowCount or 0), [column.name for column in found.tableColumns])


def split_reference(text: str) -> tuple[str, str] | None:
    """Return the table of a reference and what stands in its brackets, or None for another kind of reference.

    >>> split_reference("Costs[[#This Row],[Price]]")
    ('Costs', '[#This Row],[Price]')
    """
    match = _REFERENCE.fullmatch(text)
    return (match[1], match[2]) if match else None


def inside(table: Table, inner: str, row: int) -> tuple[int, int, int, int]:
    """Return the corners of a part of a table; raises `Unsupported`."""
    text = f"[{inner}]" if inner and not inner.startswith("[") else inner
    words = [_bare(word) for word in _PART.findall(text)]
    rest = _PART.sub("", text).replace(" ", "")
    where = [word.casefold() for word in words if word.casefold() in _WHERE]
    columns = [word for word in words if word.casefold() not in _WHERE]
    if rest.strip(",") not in ("", ":") or len(where) > 1 or len(columns) > 2 or (":" in rest) != (len(columns) == 2):
        raise Unsupported(f"the part [{inner}] of a table")
    first, last = table.rows(where[0] if where else "#data", row)
    places = sorted(_column(table, name) for name in columns) or [0, len(table.columns) - 1]
    left = table.corners[1]
    return first, left + places[0], last, left + places[-1]


def _bare(word: str) -> str:
    """Return a name without the marks before its special characters."""
    return re.sub(r"'(.)", r"\1", word)


def _column(table: Table, name: str) -> int:
    for index, column in enumerate(table.columns):
        if column.casefold() == name.casefold():
            return index
    raise Unsupported(f"a table has no column '{name}'")
