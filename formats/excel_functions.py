"""The functions of Excel that take single values, one line each, and how each is written in the grammar of gradq.

To add one is to add a line to `SCALAR` and a line to the table of its test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from .excel_formula import Unsupported
from .excel_values import (
    FALSE,
    ZERO,
    Scalar,
    called,
    chosen,
    compared,
    constant_number,
    defined,
    denied,
    literal,
    number,
    operated,
)

ONE, HALF, TEN = literal("1"), literal("0.5"), literal("10")


class Function(NamedTuple):
    """A function of single values: the least and the most arguments, and what makes the formula."""

    arity: tuple[int, int]
    make: Callable[..., Scalar]


def add(*terms: Scalar) -> Scalar:
    """Return a sum, from left to right."""
    result = terms[0]
    for term in terms[1:]:
        result = operated("+", result, term)
    return result


def times(left: Scalar, right: Scalar) -> Scalar:
    """Return a product."""
    return operated("*", left, right)


def over(left: Scalar, right: Scalar) -> Scalar:
    """Return a quotient."""
    return operated("/", left, right)


def minus(left: Scalar, right: Scalar) -> Scalar:
    """Return a difference."""
    return operated("-", left, right)


def power(base: Scalar, exponent: Scalar) -> Scalar:
    """Return a power."""
    return operated("^", base, exponent)


def whole(value: Scalar, what: str) -> int:
    """Return an argument that must be written as a whole number; raises `Unsupported`."""
    exact = number(value).constant
    if not isinstance(exact, Fraction) or exact.denominator != 1:
        raise Unsupported(f"{what} must be written as a whole number")
    return int(exact)


def _same(name: str) -> Callable[..., Scalar]:
    return lambda *args: called(name, *args)


def _if(test: Scalar, yes: Scalar, no: Scalar = FALSE) -> Scalar:
    return chosen(test, *(ZERO if branch.kind in ("missing", "blank") else branch for branch in (yes, no)))


def _log(value: Scalar, base: Scalar = TEN) -> Scalar:
    if base.constant == 10:
        return called("log10", value)
    return over(called("log", value), called("log", base))


def _to_digits(value: Scalar, digits: Scalar, step: Callable[[Scalar], Scalar]) -> Scalar:
    """Return sign(x)·step(|x|·10^n)/10^n: Excel rounds the size and keeps the sign, so that −2.5 becomes −3."""
    places = whole(digits, "the number of digits")
    if abs(places) > 15:
        raise Unsupported(f"rounding to {places} digits")
    value, scale = number(value), literal(str(10 ** abs(places)))
    size = called("abs", value)
    if places == 0:
        return times(called("sign", value), step(size))
    into, back = (times, over) if places > 0 else (over, times)
    return back(times(called("sign", value), step(into(size, scale))), scale)


def _round(value: Scalar, digits: Scalar) -> Scalar:
    return _to_digits(value, digits, lambda size: called("floor", add(size, HALF)))


def _round_down(value: Scalar, digits: Scalar = ZERO) -> Scalar:
    return _to_digits(value, digits, lambda size: called("floor", size))


def _round_up(value: Scalar, digits: Scalar) -> Scalar:
    return _to_digits(value, digits, lambda size: called("ceil", size))


def _to_multiple(function: str) -> Callable[[Scalar, Scalar], Scalar]:
    def make(value: Scalar, step: Scalar) -> Scalar:
        exact, size = number(step).constant, number(value).constant
        if not isinstance(exact, Fraction) or exact == 0:
            raise Unsupported("rounding to a step that is not written as a number, or is 0")
        if exact < 0 and not (isinstance(size, Fraction) and size <= 0):
            raise Unsupported("rounding to a negative step")
        return times(number(step), called(function, over(value, step)))

    return make


def _number_of(value: Scalar) -> Scalar:
    return ZERO if value.kind == "text" else number(value)


def _kind_is(*kinds: str) -> Callable[[Scalar], Scalar]:
    def make(value: Scalar) -> Scalar:
        if value.kind in ("unknown", "mixed"):
            raise Unsupported("whether a cell is a number or a text cannot be known")
        return compared("=", ONE, ONE if value.kind in kinds else ZERO)

    return make


def _norm_s_dist(value: Scalar, cumulative: Scalar) -> Scalar:
    if not isinstance(cumulative.constant, bool):
        raise Unsupported("a distribution that is not plainly TRUE or FALSE")
    return called("normcdf" if cumulative.constant else "normpdf", value)


def _norm_dist(value: Scalar, mean: Scalar, deviation: Scalar, cumulative: Scalar) -> Scalar:
    found = _norm_s_dist(over(minus(value, mean), deviation), cumulative)
    return found if cumulative.constant else over(found, deviation)


def _date(year: Scalar, month: Scalar, day: Scalar) -> Scalar:
    from datetime import date

    y, m, d = (whole(part, "a part of a date") for part in (year, month, day))
    try:
        first = date(y + (1900 if 0 <= y < 1900 else 0) + (m - 1) // 12, (m - 1) % 12 + 1, 1)
    except (ValueError, OverflowError):
        raise Unsupported("a date that is none") from None
    serial = first.toordinal() - date(1899, 12, 30).toordinal() + d - 1
    if serial < 61:
        raise Unsupported("a date before March 1900")  # where Excel counts a 29 February that never was
    return literal(str(serial))


def _exact(left: Scalar, right: Scalar) -> Scalar:
    if isinstance(left.constant, str) and isinstance(right.constant, str):
        return compared("=", ONE, ONE if left.constant == right.constant else ZERO)
    raise Unsupported("EXACT of what is no fixed text")


def _if_error(value: Scalar, other: Scalar) -> Scalar:
    if value.kind == "text":
        return value
    other = ZERO if other.kind in ("missing", "blank") else other
    test = defined(value)
    return value if test.constant else chosen(test, value, other)._replace(needs=other.needs)


def _if_not_available(value: Scalar, other: Scalar) -> Scalar:
    defined(value)
    return value  # arithmetic fails in other ways: only a look-up gives #N/A, and only one that finds is read


def _is_error(value: Scalar) -> Scalar:
    return FALSE if value.kind == "text" else denied(defined(value))._replace(needs=())


def _from_base(base: int) -> Callable[[Scalar], Scalar]:
    def make(value: Scalar) -> Scalar:
        digits, limit = value.constant, base**10  # ten digits, of which the upper half is negative
        if not isinstance(digits, str) or not re.fullmatch("[0-9A-Fa-f]{1,10}", digits):
            raise Unsupported("digits of another base that are not a fixed text")
        try:
            found = int(digits, base)
        except ValueError:
            raise Unsupported(f"a text that is no number to base {base}") from None
        return constant_number(Fraction(found - limit if 2 * found >= limit else found))

    return make


# fmt: off
SCALAR: dict[str, Function] = {
    "IF":          Function((2, 3), _if),
    "IFERROR":     Function((2, 2), _if_error),
    "IFNA":        Function((2, 2), _if_not_available),
    "ISERROR":     Function((1, 1), _is_error),
    "ISERR":       Function((1, 1), _is_error),
    "NOT":         Function((1, 1), denied),
    "TRUE":        Function((0, 0), lambda: compared("=", ONE, ONE)),
    "FALSE":       Function((0, 0), lambda: FALSE),

    "ABS":         Function((1, 1), _same("abs")),
    "SIGN":        Function((1, 1), _same("sign")),
    "EXP":         Function((1, 1), _same("exp")),
    "LN":          Function((1, 1), _same("log")),
    "LOG10":       Function((1, 1), _same("log10")),
    "LOG":         Function((1, 2), _log),
    "SQRT":        Function((1, 1), _same("sqrt")),
    "POWER":       Function((2, 2), power),
    "MOD":         Function((2, 2), _same("mod")),

    "SIN":         Function((1, 1), _same("sin")),
    "COS":         Function((1, 1), _same("cos")),
    "TAN":         Function((1, 1), _same("tan")),
    "ASIN":        Function((1, 1), _same("asin")),
    "ACOS":        Function((1, 1), _same("acos")),
    "ATAN":        Function((1, 1), _same("atan")),
    "ATAN2":       Function((2, 2), lambda x, y: called("atan2", y, x)),  # Excel takes x first
    "SINH":        Function((1, 1), _same("sinh")),
    "COSH":        Function((1, 1), _same("cosh")),
    "TANH":        Function((1, 1), _same("tanh")),
    "ASINH":       Function((1, 1), _same("asinh")),
    "ACOSH":       Function((1, 1), _same("acosh")),
    "ATANH":       Function((1, 1), _same("atanh")),

    "INT":         Function((1, 1), _same("floor")),
    "ROUND":       Function((2, 2), _round),
    "ROUNDUP":     Function((2, 2), _round_up),
    "ROUNDDOWN":   Function((2, 2), _round_down),
    "TRUNC":       Function((1, 2), _round_down),
    "CEILING":     Function((2, 2), _to_multiple("ceil")),
    "FLOOR":       Function((2, 2), _to_multiple("floor")),

    "GAMMALN":     Function((1, 1), _same("lgamma")),
    "GAMMA":       Function((1, 1), _same("gamma")),
    "ERF":         Function((1, 1), _same("erf")),
    "ERF.PRECISE": Function((1, 1), _same("erf")),
    "ERFC":        Function((1, 1), _same("erfc")),
    "NORMSDIST":   Function((1, 1), _same("normcdf")),
    "NORM.S.DIST": Function((2, 2), _norm_s_dist),
    "NORMDIST":    Function((4, 4), _norm_dist),
    "NORM.DIST":   Function((4, 4), _norm_dist),

    "N":           Function((1, 1), _number_of),
    "DATE":        Function((3, 3), _date),
    "BIN2DEC":     Function((1, 1), _from_base(2)),
    "OCT2DEC":     Function((1, 1), _from_base(8)),
    "HEX2DEC":     Function((1, 1), _from_base(16)),
    "DAYS":        Function((2, 2), minus),
    "EXACT":       Function((2, 2), _exact),
    "ISNUMBER":    Function((1, 1), _kind_is("number")),
    "ISTEXT":      Function((1, 1), _kind_is("text")),
    "ISBLANK":     Function((1, 1), _kind_is("blank")),
    "ISLOGICAL":   Function((1, 1), _kind_is("truth")),
}
# fmt: on

TEXTUAL = frozenset(  # they give a text, whatever they are given
    "CONCAT CONCATENATE TEXT LEFT RIGHT MID UPPER LOWER PROPER TRIM CLEAN SUBSTITUTE REPLACE REPT CHAR UNICHAR FIXED DOLLAR"
    " TEXTJOIN T ADDRESS DEC2BIN DEC2OCT DEC2HEX BIN2OCT BIN2HEX OCT2BIN OCT2HEX HEX2BIN HEX2OCT BASE ROMAN HYPERLINK".split()
)
