"""What stands in a workbook: cells with what Excel last computed for them, sheets, names and areas.

`read_book` opens the file with openpyxl and never looks at macros, styles, pictures or links. `Book.resolve` says
which area a reference means, `Sheet.inside` which cells of it are not empty.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from .excel_formula import Unsupported
from .excel_tables import Table, inside, split_reference

Place = tuple[int, int, int]  # sheet, row, column; rows and columns count from 1
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_COORDINATE = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_AREA = re.compile(rf"({_COORDINATE.pattern})(?::({_COORDINATE.pattern}))?")
_COLUMNS = re.compile(r"(\$?)([A-Za-z]{1,3}):(\$?)([A-Za-z]{1,3})")
_ROWS = re.compile(r"(\$?)([0-9]{1,7}):(\$?)([0-9]{1,7})")
_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)", re.DOTALL)


class Area(NamedTuple):
    """A rectangle of cells on a sheet, or on several that follow each other. `fixed`: every part has its `$`."""

    sheet: int
    top: int
    left: int
    bottom: int
    right: int
    last_sheet: int
    fixed: bool = True

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return self.top == self.bottom and self.left == self.right and self.sheet == self.last_sheet


class Cell(NamedTuple):
    """A cell that is not empty. `kind`: number, text, truth, error, formula.

    Of a formula `value` is its text, `cached` what Excel last computed, and `whole` the range that an array formula fills.
    """

    kind: str
    value: float | str | bool
    cached: float | str | bool | None = None
    whole: str | None = None


class Sheet:
    """The cells of a sheet by (row, column)."""

    def __init__(self, title: str, cells: dict[tuple[int, int], Cell]) -> None:
        self.title, self.cells = title, cells

    @cached_property
    def columns(self) -> dict[int, list[int]]:
        """The rows of the cells in each column, in order."""
        return _by_column(self.cells)

    @cached_property
    def formula_columns(self) -> dict[int, list[int]]:
        """The rows of the formulas in each column, in order."""
        return _by_column(place for place, cell in self.cells.items() if cell.kind == "formula")

    @cached_property
    def bounds(self) -> tuple[int, int]:
        """The last row and the last column that have a cell."""
        return max((row for row, _ in self.cells), default=1), max((column for _, column in self.cells), default=1)

    def inside(self, area: Area, *, formulas: bool = False) -> Iterator[tuple[int, int]]:
        """Yield the cells of an area that are not empty, or its formulas, column by column."""
        columns = self.formula_columns if formulas else self.columns
        for column in sorted(columns):
            if area.left <= column <= area.right:
                rows = columns[column]
                for row in rows[bisect_left(rows, area.top) : bisect_right(rows, area.bottom)]:
                    yield row, column


class Book:
    """The sheets of a workbook, and its names: those of the book, and those of one sheet (by its number)."""

    def __init__(
        self,
        sheets: list[Sheet],
        names: Mapping[str, str],
        local: Mapping[tuple[int, str], str],
        tables: Mapping[str, Table],
    ) -> None:
        self.sheets = sheets
        self._tables = {name.casefold(): table for name, table in tables.items()}
        self.names = names
        self._names = {name.casefold(): text for name, text in names.items()}
        self._local = {(sheet, name.casefold()): text for (sheet, name), text in local.items()}
        self._sheets = {sheet.title.casefold(): index for index, sheet in enumerate(sheets)}
        self._spelled = {name.casefold(): name for name in names}

    def cell(self, place: Place) -> Cell | None:
        """Return a cell, or None for an empty one."""
        return self.sheets[place[0]].cells.get(place[1:])

    def resolve(self, text: str, here: Place) -> Area | str:
        """Return the area that a reference in a cell means, or the name of a constant; raises `Unsupported`."""
        sheet = here[0]
        reference = split_reference(text)
        if reference is not None and reference[0].casefold() in self._tables:
            table = self._tables[reference[0].casefold()]
            return Area(table.sheet, *inside(table, reference[1], here[1]), table.sheet)
        found = _SHEET.fullmatch(text)
        if found is None:
            area = rectangle(text, sheet, sheet)
            return area if area is not None else self.meaning(text, sheet)
        title, cells = (found[1] or found[2]).replace("''", "'"), found[3]
        if "[" in title:
            raise Unsupported(f"{text} is in another workbook")
        first, last = self._span(title)
        area = rectangle(cells, first, last)
        return area if area is not None else self.meaning(cells, first)

    def constant(self, name: str) -> tuple[str, str]:
        """Return a name of the book as it is spelled there, and its text."""
        return self._spelled[name.casefold()], self._names[name.casefold()]

    def clipped(self, area: Area) -> Area:
        """Return an area without what lies beyond the cells in use: `A:A` ends where its sheet does."""
        limits = [self.sheets[sheet].bounds for sheet in range(area.sheet, area.last_sheet + 1)]
        bottom, right = max(row for row, _ in limits), max(column for _, column in limits)
        return area._replace(bottom=max(min(area.bottom, bottom), area.top), right=max(min(area.right, right), area.left))

    def inside(self, area: Area, *, formulas: bool = False) -> Iterator[Place]:
        """Yield the cells of an area that are not empty."""
        for sheet in range(area.sheet, area.last_sheet + 1):
            for row, column in self.sheets[sheet].inside(area, formulas=formulas):
                yield sheet, row, column

    def _span(self, title: str) -> tuple[int, int]:
        """Return the first and the last sheet of a title, or of `First:Last`."""
        if title.casefold() in self._sheets:
            index = self._sheets[title.casefold()]
            return index, index
        ends = [self._sheets.get(part.casefold()) for part in title.split(":")]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            raise Unsupported(f"there is no sheet '{title}'")
        return min(ends[0], ends[1]), max(ends[0], ends[1])

    def meaning(self, name: str, sheet: int = -1) -> Area | str:
        """Return the area of a name, on a sheet or in the whole book, or the name of a constant; raises `Unsupported`."""
        local = self._local.get((sheet, name.casefold()))
        text = local if local is not None else self._names.get(name.casefold())
        if text is None:
            raise Unsupported(_no_area(name))
        found = _SHEET.fullmatch(text)
        if found is not None and "[" not in (found[1] or found[2]):
            area = rectangle(found[3], *self._span((found[1] or found[2]).replace("''", "'")))
            if area is not None and area.fixed:
                return area
            if area is not None:
                raise Unsupported(f"the name {name} moves with the cell that uses it ({text}, without $)")
        if local is None and NUMBER.fullmatch(text):
            return name
        raise Unsupported(f"the name {name} stands for {text}, which is no cell, range or number")


NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def rectangle(text: str, sheet: int, last_sheet: int) -> Area | None:
    """Return the area of `B3`, `$A$1:C5`, `A:C` or `2:4`, or None for anything else.

    >>> rectangle("A1:$B$2", 0, 0)
    Area(sheet=0, top=1, left=1, bottom=2, right=2, last_sheet=0, fixed=False)
    """
    if match := _AREA.fullmatch(text):
        first, second = match.group(2, 3, 4, 5), match.group(7, 8, 9, 10)
        corners = [first, second if second[1] else first]
        rows, columns = [int(corner[3]) for corner in corners], [column_number(corner[1]) for corner in corners]
        fixed = all(corner[0] and corner[2] for corner in corners)
    elif match := _COLUMNS.fullmatch(text):
        rows, columns = [1, LAST_ROW], [column_number(match[2]), column_number(match[4])]
        fixed = bool(match[1] and match[3])
    elif match := _ROWS.fullmatch(text):
        rows, columns = [int(match[2]), int(match[4])], [1, LAST_COLUMN]
        fixed = bool(match[1] and match[3])
    else:
        return None
    if not (1 <= min(rows) and max(rows) <= LAST_ROW and max(columns) <= LAST_COLUMN):
        return None
    return Area(sheet, min(rows), min(columns), max(rows), max(columns), last_sheet, fixed)


def column_number(letters: str) -> int:
    """Return the number of a column: A is 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column: 1 is A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _by_column(places: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row, column in sorted(places):
        found.setdefault(column, []).append(row)
    return found


def _no_area(name: str) -> str:
    if "[" in name:
        return f"{name} is in no table of this workbook"
    return f"the name {name} is not defined"
