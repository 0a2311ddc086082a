"""What a sweep adds up: a plus and a times, with their zero and one.

Source: Du, Torroba Hennigen, Stoehr, Warstadt and Cotterell (2023), "Generalizing Backpropagation for
Gradient-Based Interpretability", arXiv 2307.03056.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from .expression import ONE, Expr, add, multiply

W = TypeVar("W")


class Semiring(NamedTuple, Generic[W]):
    """`plus` takes all the shares of a node at once, `times` the child's value and the edge's weight."""

    plus: Callable[[Iterable[W]], W]
    times: Callable[[W, W], W]
    one: W


def _float_plus(shares: Iterable[float]) -> float:
    """Add from the left with plain `+`: Python's `sum` compensates from 3.12 on, and bits would differ."""
    total = 0.0
    for share in shares:
        total = total + share
    return total


def dual(base: Semiring[W]) -> Semiring[tuple[W, W]]:
    """Return the semiring of (value, change): a sum changes with its parts, a product by the product rule.

    >>> dual(NUMBERS).times((3.0, 1.0), (2.0, 5.0))
    (6.0, 17.0)
    """

    def plus(shares: Iterable[tuple[W, W]]) -> tuple[W, W]:
        found = list(shares)
        return base.plus(value for value, _ in found), base.plus(change for _, change in found)

    def times(value: tuple[W, W], weight: tuple[W, W]) -> tuple[W, W]:
        changes = [base.times(value[1], weight[0]), base.times(value[0], weight[1])]
        return base.times(value[0], weight[0]), base.plus(changes)

    return Semiring(plus, times, (base.one, base.plus([])))


FORMULAS: Semiring[Expr] = Semiring(add, lambda value, weight: multiply((value, weight)), ONE)
NUMBERS: Semiring[float] = Semiring(_float_plus, lambda value, weight: value * weight, 1.0)
COUNTS: Semiring[int] = Semiring(sum, lambda value, weight: value * weight, 1)
