"""Floats without end: as doubles where there are doubles, and beyond."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradq.engine.scaled import WIDE_NUMBERS, wide

numbers = st.floats(-1e100, 1e100).filter(lambda value: value == 0 or abs(value) > 1e-100)


@given(st.lists(numbers, max_size=6), numbers)
def test_they_add_and_multiply_as_doubles_do(items: list[float], factor: float) -> None:
    total = float(WIDE_NUMBERS.plus([wide(item) for item in items]))
    assert total == pytest.approx(math.fsum(items), rel=1e-12, abs=1e-12 * math.fsum(map(abs, items)))
    assert float(WIDE_NUMBERS.times(wide(factor), wide(0.7))) == factor * 0.7


def test_they_go_on_where_doubles_end() -> None:
    large = wide(1e300)
    for _ in range(9):
        large = WIDE_NUMBERS.times(large, wide(1e300))
    assert large.log10 == pytest.approx(3000) and float(large) == math.inf
    assert WIDE_NUMBERS.plus([large, wide(-1.0)]).log10 == pytest.approx(3000)
    assert wide(0.0).log10 is None and WIDE_NUMBERS.plus([]) == wide(0.0)
