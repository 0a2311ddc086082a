"""The table of all living expressions: one object for each content, with its printed size and degree."""

from __future__ import annotations

import threading
from fractions import Fraction
from weakref import WeakValueDictionary

from .layout import measured
from .terms import Expr, Number, Product, Symbol

_BIG = 2**60  # beyond it Python's hash of a number falls together: that of every power of 2 is one of 61
HUGE = 10**30  # sizes are counted up to here: those of a deep graph have thousands of digits


def number(value: int | Fraction) -> Number:
    """Return the number `value`.

    >>> number(2) is number(Fraction(4, 2))
    True
    """
    numerator, denominator = value.as_integer_ratio()
    key = (Number, numerator if -_BIG < numerator < _BIG else hex(numerator), denominator)
    found = _table.get(key)
    return found if isinstance(found, Number) else intern(Number, key, 0, value=Fraction(value))  # type: ignore[return-value]


def symbol(name: str, *, constant: bool = False) -> Symbol:
    """Return the symbol of a node's name; `constant` makes it the mathematical constant of that name."""
    return intern(Symbol, (Symbol, name, constant), 0 if constant else 1, name=name, constant=constant)  # type: ignore[return-value]


_table: WeakValueDictionary[tuple[object, ...], Expr] = WeakValueDictionary()
_lock = threading.RLock()


def intern(kind: type[Expr], key: tuple[object, ...], degree: Fraction | int, **fields: object) -> Expr:
    """Return the one object of this key, made if it is new."""
    with _lock:
        found = _table.get(key)
        if found is None:
            found = kind.__new__(kind)
            found._digest = found._names = None
            found.degree = degree
            for name, value in fields.items():
                setattr(found, name, value)
            if kind is Product:
                found.degree = _degree(found)  # type: ignore[arg-type]
            size, found._text = measured(found)
            found.size = min(size, HUGE)
            _table[key] = found
        return found


def _degree(product: Product) -> Fraction | int:
    """Return the sum of the exponents of names; an exponent that is no number counts 1."""
    return sum(
        (exponent.value if isinstance(exponent, Number) else 1) * base.degree
        for base, exponent in product.powers
        if isinstance(base, Symbol)
    )


ZERO: Number = number(0)
ONE: Number = number(1)
MINUS_ONE: Number = number(-1)
