"""A formula of Excel to one of gradq: its items are run on a stack of scalars, grids and areas."""

from __future__ import annotations

from collections.abc import Callable

from .excel_book import Area
from .excel_finance import FINANCE
from .excel_formula import Item, Unsupported
from .excel_functions import SCALAR, TEXTUAL
from .excel_lookup import LOOKUPS
from .excel_ranges import RANGES
from .excel_scope import MOST_IN_GRID, Scope
from .excel_values import MISSING, WORDS, ZERO, Grid, Scalar, Value, compared, literal, negated, operated, percent, text, truth

_SINGLE = SCALAR | FINANCE
_RANGES = RANGES | LOOKUPS
_MOST_IN_ALL = 5_000_000  # characters in all the cells of a grid


def translate(scope: Scope, items: list[Item], *, each: bool = False) -> Value:
    """Return what a formula in the cell `scope.here` means; raises `Unsupported`. `each`: it is an array formula."""
    stack: list[Value] = []
    for item in items:
        count = len(stack) - item.takes
        args = stack[count:]
        del stack[count:]
        stack.append(_result(scope, item, args, each or item.each, each))
    return stack[0]


def _result(scope: Scope, item: Item, args: list[Value], each: bool, is_array: bool) -> Value:
    if item.kind == "call":
        return _called(scope, item.text, args, each, is_array)
    if item.kind == "array":
        width = int(item.text)
        cells = [scope.scalar(arg) for arg in args]
        if len(cells) % width:
            raise Unsupported("an array with rows of different lengths")
        return Grid([cells[start : start + width] for start in range(0, len(cells), width)])
    if item.kind in ("prefix", "percent", "infix"):
        return _lifted(scope, _operator(item), args, each)
    return _operand(scope, item)


def _operand(scope: Scope, item: Item) -> Value:
    if item.kind == "number":
        return literal(item.text)
    if item.kind == "text":
        return text(item.text)
    if item.kind == "truth":
        return truth(item.text == "TRUE")
    if item.kind == "missing":
        return MISSING
    if item.kind == "ref":
        return scope.area(item.text)
    if item.kind == "shape":
        found = scope.book.resolve(item.text, scope.here)
        return found if isinstance(found, Area) else ZERO
    raise Unsupported(f"the error {item.text}")


def _operator(item: Item) -> Callable[..., Scalar]:
    if item.kind == "percent":
        return percent
    if item.kind == "prefix":
        return negated if item.text == "-" else lambda value: value
    if item.text == "&":
        return _concatenated
    if item.text in ("+", "-", "*", "/", "^"):
        return lambda left, right: operated(item.text, left, right)
    return lambda left, right: compared(item.text, left, right)


def _concatenated(left: Scalar, right: Scalar) -> Scalar:
    if isinstance(left.constant, str) and isinstance(right.constant, str):
        return text(left.constant + right.constant)
    return WORDS


def _called(scope: Scope, name: str, args: list[Value], each: bool, is_array: bool) -> Value:
    if name == "PI":
        return Scalar("number", "3.141592653589793" if scope.pi_is_node else "pi")
    if name in ("RADIANS", "DEGREES"):
        pi, half = _called(scope, "PI", [], False, False), literal("180")
        into, out = (pi, half) if name == "RADIANS" else (half, pi)
        return _lifted(scope, lambda x: operated("/", operated("*", x, scope.scalar(into)), scope.scalar(out)), args, each)
    if name in TEXTUAL:
        return WORDS
    known = _RANGES.get(name) or _SINGLE.get(name)
    if known is None:
        raise Unsupported(f"{name or 'a formula without a name'} is not supported")
    low, high = known.arity
    if not low <= len(args) <= high:
        raise Unsupported(f"{name} with {len(args)} argument{'s' * (len(args) != 1)}")
    if name in _RANGES:
        return _RANGES[name].make(scope, *args)
    if name == "IF" and each and not is_array and any(_size(arg) > 1 for arg in args):
        raise Unsupported("an IF over a range that is no array formula")  # Excel looks at one cell of it only
    return _lifted(scope, _SINGLE[name].make, args, each)


def _lifted(scope: Scope, make: Callable[..., Scalar], args: list[Value], each: bool) -> Value:
    """Apply a function of single values; where `each` holds, to every cell of the ranges."""
    if not each or all(_size(arg) == 1 for arg in args):
        return make(*(scope.scalar(arg) for arg in args))
    grids = [scope.grid(arg).rows for arg in args]
    height, width = max(len(rows) for rows in grids), max(len(rows[0]) for rows in grids)
    if any(len(rows) not in (1, height) or len(rows[0]) not in (1, width) for rows in grids):
        raise Unsupported("ranges of different shapes")
    if height * width > MOST_IN_GRID:
        raise Unsupported(f"a table of {height:,} by {width:,} values")
    result = [[make(*(_element(rows, row, column) for rows in grids)) for column in range(width)] for row in range(height)]
    if sum(len(cell.text) for line in result for cell in line) > _MOST_IN_ALL:
        raise Unsupported("the formula is too long, cell by cell")
    return Grid(result)


def _element(rows: list[list[Scalar]], row: int, column: int) -> Scalar:
    line = rows[row if len(rows) > 1 else 0]
    return line[column if len(line) > 1 else 0]


def _size(value: Value) -> int:
    if isinstance(value, Scalar):
        return 1
    if isinstance(value, Grid):
        return len(value.rows) * len(value.rows[0])
    return (value.bottom - value.top + 1) * (value.right - value.left + 1) * (value.last_sheet - value.sheet + 1)


def element(scope: Scope, value: Value, row: int, column: int) -> Scalar | None:
    """Return what an array formula gives to a cell, counted from the first one of its range; None beyond its end."""
    if isinstance(value, Scalar):
        return value
    rows = scope.grid(value).rows
    if (len(rows) > 1 and row >= len(rows)) or (len(rows[0]) > 1 and column >= len(rows[0])):
        return None
    return _element(rows, row, column)
