"""The table of all living expressions: one object for each content, with its printed size and degree."""

from __future__ import annotations

import threading
from fractions import Fraction
from weakref import WeakValueDictionary

from .layout import arrange
from .terms import Expr, Number, Product, Symbol

HUGE = 10**30  # sizes are counted up to here: those of a deep graph have thousands of digits


def number(value: int | Fraction) -> Number:
    """Return the number `value`.

    >>> number(2) is number(Fraction(4, 2))
    True
    """
    value = Fraction(value)
    found = _table.get((Number, value))
    return found if isinstance(found, Number) else intern(Number, (Number, value), 0, value=value)  # type: ignore[return-value]


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
            found._digest = found._names = found._text = None
            found.degree = degree
            for name, value in fields.items():
                setattr(found, name, value)
            if kind is Product:
                found.degree = _degree(found)  # type: ignore[arg-type]
            found.size = min(sum(len(p) if isinstance(p, str) else p.size for p in arrange(found)), HUGE)
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
