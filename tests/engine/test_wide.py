"""Numbers beyond a double: the same bits as doubles inside the range, exact differences, logarithms outside."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradq.engine.wide import NOTHING, Wide, difference, double, log10_beyond, plus, ratio, times, wide

moderate = st.one_of(st.just(0.0), st.floats(1e-9, 1e9), st.floats(-1e9, -1e-9))


@given(st.lists(moderate, max_size=12))
def test_inside_the_range_the_bits_are_those_of_doubles(values: list[float]) -> None:
    product, total = wide(1.0), 0.0
    for value in values:
        product, total = times(product, wide(value)), total + value
    assert double(product) == math.prod(values)
    assert double(plus(map(wide, values))) == total


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_a_difference_is_rounded_once(values: list[float]) -> None:
    first, *others = values
    exact = Fraction(first) - sum(map(Fraction, others))
    try:
        expected = float(exact)
    except OverflowError:
        expected = math.inf if exact > 0 else -math.inf
    assert double(difference(wide(first), map(wide, others))) == expected


def test_a_difference_of_numbers_far_out_is_exact() -> None:
    far = Wide(0.75, 10**6)
    assert difference(far, [Wide(0.5, 10**6)]) == Wide(0.5, 10**6 - 1)
    assert difference(Wide(0.5, 10**6), [far]) == Wide(-0.5, 10**6 - 1)
    assert difference(far, [far]) == NOTHING
    assert difference(far, [Wide(0.5, -(10**5))]) == far


@pytest.mark.parametrize(
    ("number", "held", "log10"),
    [
        (wide(-8.0), -8.0, None),
        (NOTHING, 0.0, None),
        (Wide(-0.5, 1025), -math.inf, 1024 * math.log10(2)),
        (Wide(0.5, -1999), 0.0, -2000 * math.log10(2)),
        (wide(5e-324), 5e-324, None),
    ],
)
def test_what_no_double_holds_has_a_logarithm(number: Wide, held: float, log10: float | None) -> None:
    assert double(number) == held
    assert log10_beyond(number) == (None if log10 is None else pytest.approx(log10, rel=1e-14))


def test_a_ratio_needs_no_double() -> None:
    assert ratio(Wide(-0.5, 10**7), Wide(0.5, 10**7 + 2)) == 0.25
    assert ratio(wide(3.0), wide(2.9999999999999996)) == 1.0
