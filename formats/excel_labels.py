"""What people call a cell: the text to its left in the row, else the text above it in the column."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left

from .excel_book import Book, Place

_LONGEST = 300


class Labels:
    """The texts of a workbook, by row and by column."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._rows: dict[tuple[int, int], list[int]] = {}
        self._columns: dict[tuple[int, int], list[int]] = {}
        for sheet, cells in enumerate(book.sheets):
            for (row, column), cell in sorted(cells.cells.items()):
                if cell.kind == "text" and note(str(cell.value)):
                    self._rows.setdefault((sheet, row), []).append(column)
                    self._columns.setdefault((sheet, column), []).append(row)

    def of(self, place: Place) -> str | None:
        """Return the label of a cell, or None."""
        sheet, row, column = place
        before = self._rows.get((sheet, row), [])
        index = bisect_left(before, column)
        if index:
            return self._text(sheet, row, before[index - 1])
        above = self._columns.get((sheet, column), [])
        index = bisect_left(above, row)
        return self._text(sheet, above[index - 1], column) if index else None

    def _text(self, sheet: int, row: int, column: int) -> str:
        return note(str(self.book.sheets[sheet].cells[row, column].value))


def note(text: str) -> str:
    """Return a text as a note: on one line, without control characters, and not too long."""
    line = " ".join("".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
