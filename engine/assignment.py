"""What Python may put behind the `=` of a node: text, a formula, or a number of any kind."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real

from ..store.errors import UsageError
from .layout import integer
from .steps import shortest
from .symbolic import Formula


def right_side(value: object) -> str:
    """Return the text that stands for a value; raises `UsageError` for what is neither text nor a finite number.

    >>> right_side("5*b + 7"), right_side(2.0), right_side(Fraction(1, 3))
    ('5*b + 7', '2', '1/3')
    """
    if isinstance(value, Formula):
        return value.text
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        raise UsageError(f"a formula is text or a finite number, not {type(value).__name__}", hint=_HINT)
    if isinstance(value, Integral):
        return integer(int(value))
    if isinstance(value, Fraction):
        return f"{integer(value.numerator)}/{integer(value.denominator)}"
    if not math.isfinite(value):
        raise UsageError(f"a formula is text or a finite number, not {value}", hint=_HINT)
    return str(value) if isinstance(value, Decimal) else shortest(float(value))


_HINT = 'write graph["d"] = "5*b + 7", or None for an input'
