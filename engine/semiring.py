"""What a sweep adds up: a plus and a times, with their zero and one.

Source: Du, Torroba Hennigen, Stoehr, Warstadt and Cotterell (2023), "Generalizing Backpropagation for
Gradient-Based Interpretability", arXiv 2307.03056.
"""

from __future__ import annotations

import heapq
import operator
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from . import wide
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
WIDE: Semiring[wide.Wide] = Semiring(wide.plus, wide.times, wide.UNIT)  # numbers that no double may hold
SHORTEST: Semiring[int] = Semiring(min, operator.add, 0)
LONGEST: Semiring[int] = Semiring(max, operator.add, 0)


def alongside(*rings: Semiring[Any]) -> Semiring[tuple[Any, ...]]:
    """Return the semiring that asks several questions in one sweep: its values are tuples, one part for each.

    >>> alongside(COUNTS, SHORTEST).plus([(2, 5), (3, 4)])
    (5, 4)
    """

    def plus(shares: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
        return tuple(ring.plus(parts) for ring, parts in zip(rings, zip(*shares, strict=True), strict=True))

    def times(value: tuple[Any, ...], weight: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(ring.times(one, other) for ring, one, other in zip(rings, value, weight, strict=True))

    return Semiring(plus, times, tuple(ring.one for ring in rings))


class Strand(NamedTuple, Generic[W]):
    """One path among the best: its size, the name of the node that comes after its first, and its edges.

    The edges are a rope: an edge, a pair of ropes where two pieces meet, or () for a path without an edge.
    """

    size: W
    second: str
    rope: Any

    def edges(self) -> Iterator[tuple[int, int]]:
        """Yield the edges (child, parent) from the first node of the path on."""
        stack = [self.rope]
        while stack:
            rope = stack.pop()
            if rope and isinstance(rope[0], int):
                yield rope
            else:
                stack.extend(rope)  # the piece nearest to the output was put first, and comes last


Best: TypeAlias = tuple[Strand[W], ...]


def best(most: int, sizes: Semiring[W], order: Callable[[W], Any]) -> Semiring[Best[W]]:
    """Return the semiring of the `most` best paths: `order` of a path's size puts the best first, ties go by the names.

    Sizes are multiplied by the `times` of `sizes`. An edge weighs one strand, or none where no path may take it. Sound
    where a factor keeps the order, which rounding does. Source: Mohri (2002), "Semiring Frameworks and Algorithms for
    Shortest-Distance Problems", section 5.

    >>> lengths = best(2, SHORTEST, abs)
    >>> long, short = (Strand(1, "b", (1, 0)), Strand(3, "c", (2, 0)))
    >>> [strand.second for strand in lengths.plus([(long,), (short,)])]
    ['b', 'c']
    """

    def place(strand: Strand[W]) -> tuple[Any, str]:
        return order(strand.size), strand.second

    def plus(shares: Iterable[Best[W]]) -> Best[W]:
        return tuple(islice(heapq.merge(*shares, key=place), most))

    def times(value: Best[W], weight: Best[W]) -> Best[W]:
        found = [
            Strand(sizes.times(rest.size, first.size), first.second or rest.second, (rest.rope, first.rope))
            for at, first in enumerate(weight)
            for rest in value[: most // (at + 1)]  # those after have as many before them as are kept
        ]
        return tuple(found if len(weight) == 1 else heapq.nsmallest(most, found, key=place))

    return Semiring(plus, times, (Strand(sizes.one, "", ()),))
