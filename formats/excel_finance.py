"""The functions of Excel about money over time: loans, annuities, depreciation. A payment made is negative, as in Excel.

All follow from one balance: pv·(1 + r)^n + pmt·(1 + r·type)·((1 + r)^n − 1)/r + fv = 0, or pv + pmt·n + fv = 0 without interest.
"""

from __future__ import annotations

from fractions import Fraction

from .excel_formula import Unsupported
from .excel_functions import ONE, Function, add, minus, over, power, times
from .excel_values import ZERO, Scalar, called, chosen, compared, negated, number


def _interest(rate: Scalar, with_it: Scalar, without: Scalar) -> Scalar:
    """Return one formula for a rate, and one for a rate of 0 where that may be."""
    if isinstance(rate.constant, Fraction):
        return with_it if rate.constant else without
    return chosen(compared("=", rate, ZERO), without, with_it)


def _due(rate: Scalar, kind: Scalar) -> Scalar | None:
    """Return 1 + r·type, or None where payments come at the end of a period."""
    exact = number(kind).constant
    if exact not in (0, 1):
        raise Unsupported("the type of payment must be written as 0 or 1")
    return add(ONE, rate) if exact else None


def _with(value: Scalar, factor: Scalar | None) -> Scalar:
    return value if factor is None else times(value, factor)


def _present(value: Scalar) -> bool:
    return value.constant != 0 and value.kind not in ("missing", "blank")


def _plus(first: Scalar, second: Scalar) -> Scalar:
    """Return a sum without a part that was left out."""
    return add(first, second) if _present(second) else first


def payment(rate: Scalar, periods: Scalar, value: Scalar, future: Scalar = ZERO, kind: Scalar = ZERO) -> Scalar:
    """Return PMT: what is paid each period."""
    rate, growth = number(rate), power(add(ONE, rate), periods)
    debt = _plus(times(value, growth), future)
    factor = _due(rate, kind)
    paid = over(times(negated(debt), rate), minus(growth, ONE))
    paid = paid if factor is None else over(paid, factor)
    return _interest(rate, paid, over(negated(_plus(value, future)), periods))


def future_value(rate: Scalar, periods: Scalar, paid: Scalar, value: Scalar = ZERO, kind: Scalar = ZERO) -> Scalar:
    """Return FV: what is there at the end."""
    rate, growth = number(rate), power(add(ONE, rate), periods)
    saved = over(times(_with(number(paid), _due(rate, kind)), minus(growth, ONE)), rate)
    grown = add(times(value, growth), saved) if _present(value) else saved
    return _interest(rate, negated(grown), negated(_plus(times(paid, periods), value)))


def present_value(rate: Scalar, periods: Scalar, paid: Scalar, future: Scalar = ZERO, kind: Scalar = ZERO) -> Scalar:
    """Return PV: what is there at the beginning."""
    rate, growth = number(rate), power(add(ONE, rate), periods)
    saved = over(times(_with(number(paid), _due(rate, kind)), minus(growth, ONE)), rate)
    return _interest(rate, over(negated(_plus(saved, future)), growth), negated(_plus(times(paid, periods), future)))


def periods_needed(rate: Scalar, paid: Scalar, value: Scalar, future: Scalar = ZERO, kind: Scalar = ZERO) -> Scalar:
    """Return NPER: how many periods it takes."""
    rate = number(rate)
    each = _with(number(paid), _due(rate, kind))
    owed = minus(each, times(future, rate)) if _present(future) else each
    ratio = over(owed, add(times(value, rate), each))
    found = over(called("log", ratio), called("log", add(ONE, rate)))
    return _interest(rate, found, over(negated(_plus(value, future)), paid))


def straight_line(cost: Scalar, salvage: Scalar, life: Scalar) -> Scalar:
    """Return SLN: the same loss of value each period."""
    return over(minus(cost, salvage), life)


def sum_of_years(cost: Scalar, salvage: Scalar, life: Scalar, period: Scalar) -> Scalar:
    """Return SYD: a loss of value that falls by the same step each period."""
    left = times(minus(cost, salvage), add(minus(life, period), ONE))
    return over(times(left, Scalar("number", "2")), times(life, add(life, ONE)))


def discounted(rate: Scalar, flows: list[Scalar], exponents: list[Scalar]) -> list[Scalar]:
    """Return each flow over (1 + rate) to its exponent."""
    growth = add(ONE, number(rate))
    return [
        over(flow, growth if time.constant == 1 else power(growth, time)) for flow, time in zip(flows, exponents, strict=True)
    ]


# fmt: off
FINANCE: dict[str, Function] = {
    "PMT":  Function((3, 5), payment),
    "FV":   Function((3, 5), future_value),
    "PV":   Function((3, 5), present_value),
    "NPER": Function((3, 5), periods_needed),
    "SLN":  Function((3, 3), straight_line),
    "SYD":  Function((4, 4), sum_of_years),
}
# fmt: on
