"""Floats without end: a mantissa and a power of two, for gains that leave the doubles along a deep graph."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from .semiring import Semiring


class Wide(NamedTuple):
    """mantissa · 2^exponent; the mantissa is 0, or from 0.5 to 1 in size."""

    mantissa: float
    exponent: int

    @property
    def log10(self) -> float | None:
        """The decimal logarithm of its size; None for 0."""
        return math.log10(abs(self.mantissa)) + self.exponent * math.log10(2) if self.mantissa else None

    def __float__(self) -> float:
        """Return the nearest double; past the largest it is infinite."""
        try:
            return math.ldexp(self.mantissa, self.exponent)
        except OverflowError:
            return math.copysign(math.inf, self.mantissa)


def wide(value: float, shift: int = 0) -> Wide:
    """Return value · 2^shift.

    >>> float(wide(6.0)), wide(1.0, 4000).log10 > 1200
    (6.0, True)
    """
    mantissa, exponent = math.frexp(value)
    return Wide(mantissa, exponent + shift if mantissa else 0)


def _plus(shares: Iterable[Wide]) -> Wide:
    found = [share for share in shares if share.mantissa]
    most = max((share.exponent for share in found), default=0)
    total = 0.0
    for share in found:
        # below 2^-1100 of the largest nothing is left of a share; ldexp would need an exponent that fits
        total += math.ldexp(share.mantissa, max(share.exponent - most, -1100))
    return wide(total, most)


def _times(value: Wide, weight: Wide) -> Wide:
    return wide(value.mantissa * weight.mantissa, value.exponent + weight.exponent)


WIDE_NUMBERS: Semiring[Wide] = Semiring(_plus, _times, wide(1.0))
