"""The functions of Excel that look for a cell: by its place, by a text, or by the nearest number of a sorted table.

Texts never change while a model is in use, so that a look-up by a text is the cell that it finds. Numbers are
parameters: a look-up of the nearest one asks at each step of the table, and one of an equal number is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from .excel_book import Area
from .excel_formula import Unsupported
from .excel_functions import whole
from .excel_ranges import ANY, RangeFunction, is_text
from .excel_scope import Scope
from .excel_values import MISSING, NUMERIC, Scalar, Value, called, chosen, compared, literal, number, operated

MOST_STEPS = 200  # in a table where the nearest number is looked up


def _rows(scope: Scope, value: Value) -> Scalar:
    return literal(str(value.bottom - value.top + 1 if isinstance(value, Area) else len(scope.grid(value).rows)))


def _columns(scope: Scope, value: Value) -> Scalar:
    return literal(str(value.right - value.left + 1 if isinstance(value, Area) else len(scope.grid(value).rows[0])))


def _row(scope: Scope, value: Value = MISSING) -> Scalar:
    return literal(str(value.top if isinstance(value, Area) else scope.here[1]))


def _column(scope: Scope, value: Value = MISSING) -> Scalar:
    return literal(str(value.left if isinstance(value, Area) else scope.here[2]))


def _choose(scope: Scope, index: Value, *values: Value) -> Value:
    place = whole(scope.scalar(index), "the index of CHOOSE")
    if not 1 <= place <= len(values):
        raise Unsupported(f"CHOOSE of value {place} of {len(values)}")
    return values[place - 1]


def _index(scope: Scope, value: Value, row: Value, column: Value = MISSING) -> Value:
    if not isinstance(value, Area):
        raise Unsupported("INDEX into what is no range")
    first = whole(scope.scalar(row), "the row of INDEX")
    if column is MISSING and value.top == value.bottom:
        return _cell_of(value, 1, first)
    return _cell_of(value, first, 1 if column is MISSING else whole(scope.scalar(column), "the column of INDEX"))


def _cell_of(area: Area, row: int, column: int) -> Area:
    top, left = area.top + row - 1, area.left + column - 1
    if not (area.top <= top <= area.bottom and area.left <= left <= area.right) or area.sheet != area.last_sheet:
        raise Unsupported("a look-up outside its range, or of a whole row or column")
    return area._replace(top=top, bottom=top, left=left, right=left)


def _position(scope: Scope, wanted: Value, cells: list[Scalar]) -> int:
    """Return where a text stands among cells, from 1; numbers may change, so that a look-up by one is not settled."""
    key = scope.scalar(wanted)
    if not isinstance(key.constant, str) or re.search(r"[*?~]", key.constant):
        raise Unsupported("a look-up by a number, which may change")
    for index, cell in enumerate(cells, 1):
        if is_text(cell, key.constant, True).constant is True:
            return index
    raise Unsupported(f"a look-up of '{key.constant}', which is not there")


def _match(scope: Scope, wanted: Value, cells: Value, kind: Value = MISSING) -> Scalar:
    if kind is MISSING or scope.scalar(kind).constant not in (0, False):
        raise Unsupported("MATCH of the nearest value")
    return literal(str(_position(scope, wanted, [each for row in scope.grid(cells).rows for each in row])))


def _lookup(down: bool) -> Callable[..., Value]:
    def make(scope: Scope, wanted: Value, table: Value, index: Value, nearest: Value = MISSING) -> Value:
        if not isinstance(table, Area):
            raise Unsupported("a look-up in what is no range")
        far, rows = whole(scope.scalar(index), "the index of a look-up"), scope.grid(table).rows
        if nearest is MISSING or scope.scalar(nearest).constant in (1, True):
            height = len(rows) if down else len(rows[0])
            places = [((place, 1), (place, far)) if down else ((1, place), (far, place)) for place in range(1, height + 1)]
            return _nearest(scope, wanted, [(_cell_of(table, *key), _cell_of(table, *found)) for key, found in places])
        if scope.scalar(nearest).constant not in (0, False):
            raise Unsupported("a look-up that is not plainly exact or of the nearest value")
        found = _position(scope, wanted, [row[0] for row in rows] if down else rows[0])
        return _cell_of(table, found, far) if down else _cell_of(table, far, found)

    return make


def _nearest(scope: Scope, wanted: Value, table: list[tuple[Area, Area]]) -> Scalar:
    """Return what stands at the last key that is not above a number: a step at each key, and no value below the first."""
    key = scope.scalar(wanted)
    if key.kind not in NUMERIC:
        raise Unsupported("a look-up of the nearest value to what is no number")
    steps = [(number(scope.scalar(at)), scope.scalar(found)) for at, found in _steps(scope, table)]
    first = steps[0][0]
    while len(steps) > 1:  # by halves, as Excel looks: a chain of all borders would be as deep as the table is long
        halves = [
            (low, chosen(compared("<", key, border), below, above))
            for (low, below), (border, above) in zip(steps[::2], steps[1::2], strict=False)
        ]
        steps = halves + steps[2 * len(halves) :]
    return chosen(compared("<", key, first), called("sqrt", operated("-", key, first)), steps[0][1])  # Excel: #N/A


def _steps(scope: Scope, table: list[tuple[Area, Area]]) -> list[tuple[Area, Area]]:
    """Return the rows whose key is a number; raises `Unsupported` where the keys are not written and do not rise."""
    cells = [(scope.book.cell((at.sheet, at.top, at.left)), at, found) for at, found in table]
    kept = [(cell, at, found) for cell, at, found in cells if cell is not None and cell.kind != "text"]
    if not kept or len(kept) > MOST_STEPS:
        raise Unsupported(f"a look-up of the nearest among {len(kept):,} values")
    if any(cell.kind != "number" for cell, _, _ in kept):
        raise Unsupported("a look-up of the nearest value where the table's numbers are not written")
    if any(float(before[0].value) >= float(after[0].value) for before, after in pairwise(kept)):
        raise Unsupported("a look-up of the nearest value in a table that is not sorted")
    return [(at, found) for _, at, found in kept]


# fmt: off
LOOKUPS: dict[str, RangeFunction] = {
    "ROW":        RangeFunction((0, 1),   _row),
    "ROWS":       RangeFunction((1, 1),   _rows),
    "COLUMN":     RangeFunction((0, 1),   _column),
    "COLUMNS":    RangeFunction((1, 1),   _columns),
    "CHOOSE":     RangeFunction((2, ANY), _choose),
    "INDEX":      RangeFunction((2, 3),   _index),
    "MATCH":      RangeFunction((2, 3),   _match),
    "VLOOKUP":    RangeFunction((3, 4),   _lookup(True)),
    "HLOOKUP":    RangeFunction((3, 4),   _lookup(False)),
}
# fmt: on
