"""Derivatives by central differences, extrapolated to step 0, each with a bound on its own error.

The step is halved and the differences extrapolated (Richardson 1911, in the tableau of Ridders 1982); of all entries
that is taken whose neighbours agree best. Where the function ends nearby or bends sharply, smaller steps are tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

HALVINGS = 6
_GOOD = 1e-10  # relative error that is good enough to look no further
_EPSILON = 2.0**-52
SEEDS = (1, 2, 3)


class Estimate(NamedTuple):
    """An estimate of a derivative, and how far it may be off; both NaN where there is none."""

    value: float
    doubt: float


NONE = Estimate(math.nan, math.nan)
Function = Callable[[float, int], Sequence[float]]  # of a number and a seed: several values, NaN where undefined


def differences(function: Function, x: float, count: int = 1) -> list[Estimate]:
    """Return the derivatives at x of the `count` functions that `function` gives; a seed above 0 shakes it.

    >>> import math
    >>> round(differences(lambda x, seed: [math.erf(x)], 0.0)[0].value, 9)
    1.128379167
    """
    best, scatter = [NONE] * count, _scatter(function, x, count)
    for width in _widths(x):
        samples = [(h, function(x + h, 0), function(x - h, 0)) for h in (width / 2**k for k in range(HALVINGS))]
        for index in range(count):
            found = _extrapolated([(h, above[index], below[index]) for h, above, below in samples], scatter[index])
            if not best[index].doubt <= found.doubt and not math.isnan(found.doubt):
                best[index] = found
        if all(item.doubt <= _GOOD * max(1.0, abs(item.value)) for item in best):
            break
    return best


def _widths(x: float) -> Iterator[float]:
    """Yield the first steps that are tried, a wide one first."""
    size = abs(x)
    yield max(1.0, size) / 16
    yield max(1.0, size) / 512
    if 0 < size < 1:
        yield size / 16
    yield max(1.0, size) / 2**15
    if 0 < size < 1:
        yield size / 512


def _scatter(function: Function, x: float, count: int) -> list[float]:
    """Return how far the values at x move when their formulas are shaken: the rounding that is in them."""
    still, moved = function(x, 0), [function(x, seed) for seed in SEEDS]
    return [max(map(_finite, (abs(values[index] - still[index]) for values in moved))) for index in range(count)]


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def _extrapolated(samples: Sequence[tuple[float, float, float]], scatter: float) -> Estimate:
    """Return the best entry of the tableau of some steps, the widest first; those without a value are left out."""
    best, row = NONE, list[float]()
    for h, above, below in samples:
        if not (math.isfinite(above) and math.isfinite(below)):
            row = []
            continue
        entries = [(above - below) / (2 * h)]
        noise = (_EPSILON * (abs(above) + abs(below)) + scatter) / h
        for order, coarse in enumerate(row, 1):
            fine = entries[-1]
            entries.append(fine + (fine - coarse) / (4.0**order - 1))
            off = max(abs(entries[-1] - fine), abs(entries[-1] - coarse)) + noise
            if not best.doubt <= off and math.isfinite(off):
                best = Estimate(entries[-1], off)
        row = entries
    return best
