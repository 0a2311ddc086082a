"""The functions of Excel that take ranges: sums and means, conditions over cells, flows of money.

A range skips what Excel skips in it: blanks and texts, and truths too. Which cells those are never changes while a
model is in use, for only numbers are parameters; so a count is a number.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Callable
from typing import NamedTuple

from ..engine.layout import quoted
from .excel_book import NUMBER, Area
from .excel_finance import discounted
from .excel_formula import Unsupported
from .excel_functions import minus, over, times
from .excel_scope import MOST_TERMS, Scope
from .excel_values import (
    MISSING,
    NUMERIC,
    ZERO,
    Scalar,
    Value,
    called,
    chosen,
    compared,
    condition,
    joined,
    literal,
    number,
    total,
    truth,
)

SHORT_SUM = 200  # terms; a longer sum down a column is a node of its own, which longer ones go on from


class RangeFunction(NamedTuple):
    """A function of ranges: the least and the most arguments, and what makes the formula."""

    arity: tuple[int, int]
    make: Callable[..., Value]


def numbers_in(scope: Scope, values: tuple[Value, ...], *, counting: bool = False) -> list[Scalar]:
    """Return the numbers that a function such as SUM sees. `counting`: how many there are matters as well."""
    found = []
    for value in values:
        if isinstance(value, Scalar):
            found.append(number(value))
            continue
        for each in scope.spread(value):
            if each.kind == "mixed" and counting:
                raise Unsupported("a cell that may be FALSE, which is not counted then")
            if each.kind in NUMERIC:
                found.append(each)
    return found


def _sum(scope: Scope, *values: Value) -> Scalar:
    (area, *others) = values
    if not others and isinstance(area, Area) and area.left == area.right and area.sheet == area.last_sheet:
        return _sum_down(scope, area)
    return scope.summed(numbers_in(scope, values), "SUM")


def _sum_down(scope: Scope, area: Area) -> Scalar:
    """Return the sum of a column. Long ones that begin together are made of each other: running sums stay linear."""
    known = scope.running.setdefault((area.sheet, area.top, area.left), [])
    index = bisect_right(known, area.bottom, key=lambda before: before[0])
    begun = [Scalar("number", quoted(known[index - 1][1]), needs=None)] if index else []
    rest = area._replace(top=known[index - 1][0] + 1) if index else area
    rows = [place for place in scope.places(rest) if scope.at(place).kind in NUMERIC] if rest.top <= rest.bottom else []
    if len(begun) + len(rows) <= (1 if begun else SHORT_SUM):
        return total(begun + [scope.at(place) for place in rows])
    for start in range(0, len(rows), MOST_TERMS):
        share = rows[start : start + MOST_TERMS]
        name = f"SUM({scope.shown(area._replace(bottom=share[-1][1]))})"
        begun = [scope.part(name, begun + [scope.at(place) for place in share])]
        insort(known, (share[-1][1], name))
    return begun[0]


def _average(scope: Scope, *values: Value) -> Scalar:
    found = numbers_in(scope, values, counting=True)
    if not found:
        raise Unsupported("an average of no numbers")
    return over(scope.summed(found, "AVERAGE"), literal(str(len(found))))


def _extreme(name: str) -> Callable[..., Scalar]:
    def make(scope: Scope, *values: Value) -> Scalar:
        found = numbers_in(scope, values, counting=True)
        if not found:
            return ZERO
        return called(name, *found) if len(found) > 1 else found[0]

    return make


def _product(scope: Scope, *values: Value) -> Scalar:
    found = numbers_in(scope, values, counting=True)
    result = found[0] if found else ZERO
    for each in found[1:]:
        result = times(result, each)
    return result


def _sum_of_squares(scope: Scope, *values: Value) -> Scalar:
    squares = [times(each, each) for each in numbers_in(scope, values)]
    return scope.summed(squares, "SUMSQ")


def _count(scope: Scope, *values: Value) -> Scalar:
    found = numbers_in(scope, values, counting=True)
    if any(each.kind == "unknown" for each in found):
        raise Unsupported("a count of cells that may be numbers or texts")
    return literal(str(len(found)))


def _count_all(scope: Scope, *values: Value) -> Scalar:
    return literal(str(sum(each.kind != "blank" for value in values for each in scope.spread(value))))


def _sum_of_products(scope: Scope, *values: Value) -> Scalar:
    grids = [scope.grid(value).rows for value in values]
    if len({(len(rows), len(rows[0])) for rows in grids}) > 1:
        raise Unsupported("SUMPRODUCT of ranges of different shapes")
    terms = []
    for factors in zip(*([each for row in rows for each in row] for rows in grids), strict=True):
        if all(factor.kind in NUMERIC for factor in factors):  # anything else counts as 0
            term = factors[0]
            for factor in factors[1:]:
                term = times(term, factor)
            terms.append(term)
    return scope.summed(terms, "SUMPRODUCT")


def _logic(word: str) -> Callable[..., Scalar]:
    def make(scope: Scope, *values: Value) -> Scalar:
        found: list[Scalar] = []
        for value in values:
            if isinstance(value, Scalar):
                found.append(condition(value))
            else:
                found += [condition(each) for each in scope.spread(value) if each.kind not in ("text", "blank")]
        if not found:
            raise Unsupported(f"{word.upper()} of no condition")
        return joined(word, found)

    return make


def _npv(scope: Scope, rate: Value, *values: Value) -> Scalar:
    flows = numbers_in(scope, values, counting=True)
    times_ = [literal(str(index)) for index in range(1, len(flows) + 1)]
    return scope.summed(discounted(scope.scalar(rate), flows, times_), "NPV")


def _xnpv(scope: Scope, rate: Value, values: Value, dates: Value) -> Scalar:
    flows, days = numbers_in(scope, (values,)), numbers_in(scope, (dates,))
    if len(flows) != len(days) or not flows:
        raise Unsupported("XNPV with values and dates that do not pair up")
    years = [over(minus(day, days[0]), literal("365")) for day in days]
    later = discounted(scope.scalar(rate), flows[1:], years[1:])
    return scope.summed([flows[0], *later], "XNPV")


def _fits(criterion: Scalar) -> Callable[[Scalar], Scalar]:
    """Return what says of a cell whether it meets a criterion such as `">5"`, `"north"` or a number."""
    if criterion.kind in NUMERIC:
        return lambda cell: compared("=", cell, criterion) if cell.kind in NUMERIC else truth(False)
    if not isinstance(criterion.constant, str):
        raise Unsupported("a criterion that is not a fixed text or a number")
    match = re.fullmatch(r"(<>|<=|>=|=|<|>)?(.*)", criterion.constant, re.DOTALL)
    assert match is not None
    operator, right = match[1] or "=", match[2]
    if NUMBER.fullmatch(right):
        bound = literal(right)
        miss = truth(operator == "<>")
        return lambda cell: compared(operator, cell, bound) if cell.kind in NUMERIC else miss
    if operator not in ("=", "<>") or not right or re.search(r"[*?~]", right):
        raise Unsupported(f"the criterion '{criterion.constant}'")
    return lambda cell: is_text(cell, right, operator == "=")


def is_text(cell: Scalar, letters: str, wanted: bool) -> Scalar:
    """Return whether a cell has a text, or has not; raises `Unsupported` where that may change."""
    if cell.kind == "unknown" or (cell.kind == "text" and cell.constant is None):
        raise Unsupported("a criterion on cells whose text is not fixed")
    same = isinstance(cell.constant, str) and cell.kind == "text" and cell.constant.casefold() == letters.casefold()
    return truth(same == wanted)


def _matching(scope: Scope, pairs: tuple[Value, ...]) -> list[list[Scalar]]:
    """Return for each cell whether it meets all criteria, in rows."""
    if len(pairs) % 2:
        raise Unsupported("a range without a criterion")
    tables = []
    for cells, criterion in zip(pairs[::2], pairs[1::2], strict=True):
        fits = _fits(scope.scalar(criterion))
        tables.append([[fits(cell) for cell in row] for row in scope.grid(cells).rows])
    if len({(len(rows), len(rows[0])) for rows in tables}) > 1:
        raise Unsupported("criteria over ranges of different shapes")
    return [[joined("and", list(each)) for each in zip(*rows, strict=True)] for rows in zip(*tables, strict=True)]


def _sum_where(scope: Scope, cells: Value, tests: list[list[Scalar]]) -> Scalar:
    rows = scope.grid(cells).rows
    if (len(rows), len(rows[0])) != (len(tests), len(tests[0])):
        raise Unsupported("a sum over a range of another shape than its criteria")
    taken = [chosen(test, cell, ZERO) for row, line in zip(rows, tests, strict=True) for cell, test in zip(row, line, strict=True)
             if cell.kind in NUMERIC and test.constant is not False]  # fmt: skip
    return scope.summed(taken, "SUMIF")


def _count_where(scope: Scope, tests: list[list[Scalar]]) -> Scalar:
    counted = [number(test) for line in tests for test in line if test.constant is not False]
    if all(each.constant == 1 for each in counted):
        return literal(str(len(counted)))
    return scope.summed(counted, "COUNTIF")


def _sumif(scope: Scope, cells: Value, criterion: Value, summed: Value = MISSING) -> Scalar:
    tests = _matching(scope, (cells, criterion))
    if isinstance(summed, Area):  # its size does not matter, only where it begins
        summed = summed._replace(bottom=summed.top + len(tests) - 1, right=summed.left + len(tests[0]) - 1)
    return _sum_where(scope, cells if summed is MISSING else summed, tests)


def _sumifs(scope: Scope, summed: Value, *pairs: Value) -> Scalar:
    return _sum_where(scope, summed, _matching(scope, pairs))


def _countifs(scope: Scope, *pairs: Value) -> Scalar:
    return _count_where(scope, _matching(scope, pairs))


def _averageif(scope: Scope, cells: Value, criterion: Value, averaged: Value = MISSING) -> Scalar:
    tests = _matching(scope, (cells, criterion))
    values = scope.grid(cells if averaged is MISSING else averaged).rows
    numeric = [[joined("and", [test, truth(cell.kind in NUMERIC)]) for test, cell in zip(line, row, strict=True)]
               for line, row in zip(tests, values, strict=False)]  # fmt: skip
    return over(_sumif(scope, cells, criterion, averaged), _count_where(scope, numeric))


ANY = 255
# fmt: off
RANGES: dict[str, RangeFunction] = {
    "SUM":        RangeFunction((1, ANY), _sum),
    "AVERAGE":    RangeFunction((1, ANY), _average),
    "MIN":        RangeFunction((1, ANY), _extreme("min")),
    "MAX":        RangeFunction((1, ANY), _extreme("max")),
    "PRODUCT":    RangeFunction((1, ANY), _product),
    "SUMSQ":      RangeFunction((1, ANY), _sum_of_squares),
    "SUMPRODUCT": RangeFunction((1, ANY), _sum_of_products),
    "COUNT":      RangeFunction((1, ANY), _count),
    "COUNTA":     RangeFunction((1, ANY), _count_all),
    "AND":        RangeFunction((1, ANY), _logic("and")),
    "OR":         RangeFunction((1, ANY), _logic("or")),
    "NPV":        RangeFunction((2, ANY), _npv),
    "XNPV":       RangeFunction((3, 3),   _xnpv),
    "SUMIF":      RangeFunction((2, 3),   _sumif),
    "SUMIFS":     RangeFunction((3, ANY), _sumifs),
    "COUNTIF":    RangeFunction((2, 2),   _countifs),
    "COUNTIFS":   RangeFunction((2, ANY), _countifs),
    "AVERAGEIF":  RangeFunction((2, 3),   _averageif),
}
# fmt: on
