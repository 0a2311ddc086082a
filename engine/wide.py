"""Numbers beyond the range of a double: a mantissa, and an exponent of any size.

A product of a thousand factors overflows or underflows long before it means nothing. While nothing leaves the range of
a double, `times` and `plus` give the bits that `*` and `+` would give, for scaling by a power of two is exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple


class Wide(NamedTuple):
    """The number mantissa · 2^exponent; the mantissa's size is from 0.5 to 1, or both are 0."""

    mantissa: float
    exponent: int


NOTHING = Wide(0.0, 0)
UNIT = Wide(0.5, 1)


def wide(value: float) -> Wide:
    """Return a finite double as a wide number.

    >>> wide(6.0)
    Wide(mantissa=0.75, exponent=3)
    """
    return Wide(*math.frexp(value))


def times(one: Wide, other: Wide) -> Wide:
    """Return the product.

    >>> double(times(wide(6.0), wide(7.0)))
    42.0
    """
    mantissa, shift = math.frexp(one.mantissa * other.mantissa)
    return Wide(mantissa, one.exponent + other.exponent + shift) if mantissa else NOTHING


def plus(shares: Iterable[Wide]) -> Wide:
    """Return the sum, added from the left.

    >>> double(plus([wide(6.0), wide(-7.0)]))
    -1.0
    """
    total = NOTHING
    for share in shares:
        if not share.mantissa or not total.mantissa:
            total = share if share.mantissa else total
            continue
        large, small = (share, total) if share.exponent > total.exponent else (total, share)
        mantissa, shift = math.frexp(large.mantissa + math.ldexp(small.mantissa, small.exponent - large.exponent))
        total = Wide(mantissa, large.exponent + shift) if mantissa else NOTHING
    return total


def size(number: Wide) -> Wide:
    """Return the number without its sign."""
    return Wide(abs(number.mantissa), number.exponent)


def double(number: Wide) -> float:
    """Return the nearest double; past the largest, inf with its sign.

    >>> double(Wide(0.5, 99_999)), double(Wide(0.5, -99_999))
    (inf, 0.0)
    """
    try:
        return math.ldexp(number.mantissa, number.exponent)
    except OverflowError:
        return math.copysign(math.inf, number.mantissa)


def log10_beyond(number: Wide) -> float | None:
    """Return log10 of the number's size if no double holds it, else None.

    >>> log10_beyond(Wide(0.5, 100_001)), log10_beyond(Wide(0.5, 3))
    (30102.99956639812, None)
    """
    held = double(number)
    if not number.mantissa or (held and math.isfinite(held)):
        return None
    return math.log10(abs(number.mantissa)) + number.exponent * math.log10(2)


def difference(number: Wide, others: Iterable[Wide]) -> Wide:
    """Return number − Σ others, rounded once.

    >>> double(difference(wide(0.3), [wide(0.1), wide(0.2)]))
    -2.7755575615628914e-17
    """
    items = [item for item in (number, *(Wide(-other.mantissa, other.exponent) for other in others)) if item.mantissa]
    lowest = min((item.exponent for item in items), default=0)
    # whole numbers: a mantissa has 53 bits
    total = sum(int(math.ldexp(item.mantissa, 53)) << (item.exponent - lowest) for item in items)
    spare = max(0, abs(total).bit_length() - 64)
    # what is cut off only has to tell a number from a tie
    head = abs(total) >> spare | (abs(total) & ((1 << spare) - 1) > 0)
    mantissa, shift = math.frexp(float(head) if total > 0 else -float(head))
    return Wide(mantissa, shift + spare + lowest - 53) if mantissa else NOTHING


def ratio(number: Wide, whole: Wide) -> float:
    """Return the size of number/whole as a share of the whole, at most 1.

    >>> ratio(wide(-6.0), wide(8.0))
    0.75
    """
    return min(1.0, double(Wide(abs(number.mantissa) / whole.mantissa, number.exponent - whole.exponent)))


def is_rounding(number: Wide, whole: Wide) -> bool:
    """Return whether a number is at most the last bit of a whole.

    >>> is_rounding(wide(2.0**-52), wide(1.0)), is_rounding(wide(2.0**-51), wide(1.0))
    (True, False)
    """
    return not number.mantissa or (bool(whole.mantissa) and (number.exponent, abs(number.mantissa)) <= (whole.exponent - 52, 0.5))
