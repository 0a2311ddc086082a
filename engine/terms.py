"""The five kinds of expression, immutable and unique: numbers, symbols, calls, sums, products.

They are made by `expression.py` (and `intern.py` below it), never by their classes, so that equal is identical.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from hashlib import blake2b

ATOM_ARGUMENTS = 64
ATOM_SIZE = 4_000


class Expr:
    """A node of the expression graph; immutable and unique, so `is` is equality.

    `size` counts the characters of the printed form, `degree` orders the terms of a sum, `digest` names the
    content and is the same in every process.
    """

    __slots__ = ("__weakref__", "_digest", "_names", "_text", "degree", "size")
    _digest: bytes | None
    _names: frozenset[str] | None
    _text: str | None
    degree: Fraction | int
    size: int

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions that this one is made of."""
        return ()

    @property
    def is_atom(self) -> bool:
        """Whether sums and products take this as one piece, whatever it is made of."""
        return False

    @property
    def digest(self) -> bytes:
        """Sixteen bytes that name the content, the same in every process and for every hash seed."""
        if self._digest is None:
            for item in _unlabelled(self):
                label = repr((type(item).__name__, item._label())).encode()
                item._digest = blake2b(label + b"".join([part.digest for part in item.parts]), digest_size=16).digest()
        assert self._digest is not None
        return self._digest

    def _label(self) -> object:
        """What tells this from others of its class with the same parts."""
        return None


class Number(Expr):
    """An exact rational number."""

    __slots__ = ("value",)
    value: Fraction

    def _label(self) -> object:
        # not the decimal text: Python refuses that past 4,300 digits
        return hex(self.value.numerator), hex(self.value.denominator)


class Symbol(Expr):
    """A node's name, or the constant pi (`constant` is true), which prints the same."""

    __slots__ = ("constant", "name")
    name: str
    constant: bool

    def _label(self) -> object:
        return self.name, self.constant


class Call(Expr):
    """A function, comparison or logical word applied to arguments; `name` is a key of `functions.py`."""

    __slots__ = ("args", "name")
    name: str
    args: tuple[Expr, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.args

    def _label(self) -> object:
        return self.name


class Sum(Expr):
    """Terms `(coefficient, monomial)` in printing order; the constant has the monomial `ONE`."""

    __slots__ = ("terms",)
    terms: tuple[tuple[Fraction, Expr], ...]

    @property
    def parts(self) -> tuple[Expr, ...]:
        return tuple(monomial for _, monomial in self.terms)

    @property
    def is_atom(self) -> bool:
        return self.size > ATOM_SIZE or len(self.terms) > ATOM_ARGUMENTS

    def _label(self) -> object:
        return [(hex(c.numerator), hex(c.denominator)) for c, _ in self.terms]


class Product(Expr):
    """A coefficient and powers `(base, exponent)` in printing order; `x^2` is one with coefficient 1."""

    __slots__ = ("coefficient", "powers")
    coefficient: Fraction
    powers: tuple[tuple[Expr, Expr], ...]

    @property
    def parts(self) -> tuple[Expr, ...]:
        return tuple(part for power_ in self.powers for part in power_)

    @property
    def is_atom(self) -> bool:
        return self.size > ATOM_SIZE or len(self.powers) > ATOM_ARGUMENTS

    def _label(self) -> object:
        return hex(self.coefficient.numerator), hex(self.coefficient.denominator)


def _unlabelled(root: Expr) -> Iterator[Expr]:
    """Yield what below `root` has no digest yet, parts first."""
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack:
        item, ready = stack.pop()
        if item._digest is not None:
            continue
        if ready:
            yield item
        else:
            stack.append((item, True))
            stack.extend((part, False) for part in item.parts if part._digest is None)
