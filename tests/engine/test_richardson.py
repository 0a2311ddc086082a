"""Differences: the error that is claimed is not exceeded, and near a kink or an end of the domain it is large."""

import math
from collections.abc import Callable

import pytest

from gradq.engine.richardson import differences


def guarded(function: Callable[[float], float]) -> Callable[[float, int], list[float]]:
    def values(x: float, seed: int) -> list[float]:
        try:
            return [function(x)]
        except ValueError:
            return [math.nan]

    return values


@pytest.mark.parametrize(
    ("function", "x", "exact"),
    [
        (math.sin, 0.3, math.cos(0.3)),
        (math.exp, 20.0, math.exp(20.0)),
        (math.log, 1e-6, 1e6),
        (math.sqrt, 1e-3, 0.5 / math.sqrt(1e-3)),
        (math.erf, 0.0, 2 / math.sqrt(math.pi)),
        (lambda x: 1e6 + x, 0.5, 1.0),
        (lambda x: 7.0, 2.0, 0.0),
        (abs, 0.01, 1.0),
    ],
)
def test_an_estimate_is_as_good_as_it_says(function: Callable[[float], float], x: float, exact: float) -> None:
    (found,) = differences(guarded(function), x)
    assert abs(found.value - exact) <= 10 * found.doubt + 1e-15
    assert found.doubt <= 1e-6 * max(1.0, abs(exact))


def test_where_nothing_is_defined_there_is_no_estimate() -> None:
    (found,) = differences(guarded(math.log), -5.0)
    assert math.isnan(found.value)


def test_several_functions_are_estimated_at_once() -> None:
    one, other = differences(lambda x, seed: [x * x, 3 * x], 2.0, 2)
    assert [one.value, other.value] == pytest.approx([4.0, 3.0])
