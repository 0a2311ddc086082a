"""Expressions in one canonical form: hash-consed, so that equal sub-expressions are one object.

Build with `number`, `symbol`, `add`, `multiply`, `power` and `call`; compare with `is`. What comes out of these is
canonical: `multiply([d, 12, 5])` *is* `multiply([60, d])`. A derivative built from them is a directed acyclic graph,
not a tree, and every function that walks one does so without recursion (`traverse.py`).

The printed size of an expression is known when it is built. A sum or product of more than `ATOM_ARGUMENTS`
arguments, or printed longer than `ATOM_SIZE`, is an *atom* inside other sums and products: it is shared as it is,
not flattened, distributed or sorted by its text. Without that rule chains of sums become quadratic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from .intern import MINUS_ONE, ONE, ZERO, intern, number, symbol
from .layout import leads_with_minus, sort_product, sort_sum
from .terms import Call, Expr, Number, Product, Sum, Symbol

__all__ = ["MINUS_ONE", "ONE", "ZERO", "Call", "Expr", "Number", "Product", "Sum", "Symbol"]
__all__ += ["add", "call", "multiply", "number", "power", "split_terms", "symbol"]
EXACT_DIGITS = 40  # a power of numbers is worked out while numerator and denominator stay within this
_EXACT = 10**EXACT_DIGITS


def call(name: str, args: Iterable[Expr]) -> Expr:
    """Return the function `name` of `args`, simplified only where the value is 0 or 1: exp(0), log(1).

    >>> call("exp", [ZERO]) is ONE
    True
    """
    args = tuple(args)
    if name == "exp" and args[0] is ZERO:
        return ONE
    if name == "log" and args[0] is ONE:
        return ZERO
    if name == "if" and args[1] is args[2]:
        return args[1]
    return intern(Call, (Call, name, args), 0, name=name, args=args)


def add(terms: Iterable[Expr]) -> Expr:
    """Return the sum of `terms`, equal monomials collected; built once from all its terms.

    >>> x = symbol("x")
    >>> add([x, number(1), x])
    Expr(2*x + 1)
    """
    collected: dict[Expr, Fraction] = {}
    for term in terms:
        for coefficient, monomial in split_terms(term):
            before = collected.get(monomial)
            collected[monomial] = coefficient if before is None else before + coefficient
    pairs = [(coefficient, monomial) for monomial, coefficient in collected.items() if coefficient]
    if not pairs:
        return ZERO
    if len(pairs) == 1:
        return _scaled(*pairs[0])
    terms_ = tuple(sort_sum(pairs))
    key = (Sum, *[(*coefficient.as_integer_ratio(), monomial) for coefficient, monomial in terms_])
    return intern(Sum, key, 0, terms=terms_)


def multiply(factors: Iterable[Expr]) -> Expr:
    """Return the product of `factors`: one coefficient, equal bases with their exponents added.

    >>> x = symbol("x")
    >>> multiply([number(3), x, add([x, x])])
    Expr(6*x^2)
    """
    coefficient, pending = _1, list(factors)
    exponents: dict[Expr, Expr] = {}
    while pending:
        for factor in pending:
            share = _collect_factor(factor, exponents)
            if share is not _1:
                coefficient *= share
        if not coefficient:
            return ZERO
        # two roots may have met as a whole power, which then is a number or a product again
        pending = []
        for base, exponent in list(exponents.items()):
            if not _is_plain_power(base, exponent):
                del exponents[base]
                pending.append(power(base, exponent))
    return _product(coefficient, exponents)


def power(base: Expr, exponent: Expr) -> Expr:
    """Return `base ^ exponent`; whole powers of a product are spread over its factors.

    >>> power(symbol("x"), ZERO) is ONE
    True
    """
    if exponent is ZERO or base is ONE:
        return ONE
    if exponent is ONE:
        return base
    if isinstance(exponent, Number):
        if base is ZERO:
            return ZERO if exponent.value > 0 else _ONE_BY_ZERO
        if exponent.value.denominator == 1:
            return _whole_power(base, exponent.value.numerator, exponent)
    # other powers of a product stay as they are: (x^2)^0.5 is not x where x is negative
    return _product(_1, {base: exponent})


def split_terms(term: Expr) -> Iterable[tuple[Fraction, Expr]]:
    """Return the `(coefficient, monomial)` pairs that `term` brings into a sum.

    >>> split_terms(multiply([symbol("d"), number(10)]))
    ((Fraction(10, 1), Expr(d)),)
    """
    if isinstance(term, Number):
        return ((term.value, ONE),)
    if isinstance(term, Sum) and not term.is_atom:
        return term.terms
    if isinstance(term, Product) and not term.is_atom and term.coefficient != 1:
        return ((term.coefficient, _unit(term)),)
    return ((_1, term),)


def _unit(product: Product) -> Expr:
    """Return the product without its coefficient."""
    if len(product.powers) == 1 and product.powers[0][1] is ONE:
        return product.powers[0][0]
    return _plain_product(_1, product.powers)


def _scaled(coefficient: Fraction, monomial: Expr) -> Expr:
    """Return one term of a sum as an expression of its own."""
    if monomial is ONE:
        return number(coefficient)
    if coefficient == 1:
        return monomial
    if isinstance(monomial, Product) and not monomial.is_atom:
        return _plain_product(coefficient, monomial.powers)
    return _product(coefficient, {monomial: ONE})


def _collect_factor(factor: Expr, exponents: dict[Expr, Expr]) -> Fraction:
    """Add the powers of `factor` to `exponents` and return its coefficient."""
    if isinstance(factor, Number):
        return factor.value
    if isinstance(factor, Product) and not factor.is_atom:
        for base, exponent in factor.powers:
            _raise_exponent(exponents, base, exponent)
        return factor.coefficient
    if isinstance(factor, Sum) and not factor.is_atom:
        content, primitive = _primitive(factor)
        _raise_exponent(exponents, primitive, ONE)
        return content
    _raise_exponent(exponents, factor, ONE)
    return _1


def _raise_exponent(exponents: dict[Expr, Expr], base: Expr, exponent: Expr) -> None:
    before = exponents.get(base)
    if before is not None:
        exponent = add([before, exponent])
    if exponent is ZERO:
        del exponents[base]
    else:
        exponents[base] = exponent


def _is_plain_power(base: Expr, exponent: Expr) -> bool:
    """Return whether `(base, exponent)` may stand in a product as it is."""
    if not isinstance(exponent, Number):
        return True
    if isinstance(base, Number):
        if base is ZERO:
            return exponent is MINUS_ONE
        return exponent.value.denominator != 1 or not _fits(base.value, exponent.value.numerator)
    if exponent.value.denominator != 1 or not isinstance(base, (Product, Sum)) or base.is_atom:
        return True
    return isinstance(base, Sum) and _primitive(base)[1] is base


def _whole_power(base: Expr, n: int, exponent: Number) -> Expr:
    """Return `base ^ n` for a whole n other than 0 and 1."""
    if isinstance(base, Number):
        if _fits(base.value, n):
            return number(base.value**n)
    elif isinstance(base, Product) and not base.is_atom:
        factors = [power(b, multiply([e, exponent])) for b, e in base.powers]
        return multiply([power(number(base.coefficient), exponent), *factors])
    elif isinstance(base, Sum) and not base.is_atom:
        content, primitive = _primitive(base)
        if content != 1:
            return multiply([power(number(content), exponent), power(primitive, exponent)])
    return _product(_1, {base: exponent})


def _fits(value: Fraction, n: int) -> bool:
    """Return whether numerator and denominator of `value ^ n` keep within the exact digits."""
    largest = max(abs(value.numerator), value.denominator)
    if largest == 1 or abs(n) == 1:
        return True  # nothing grows: a quotient that was printed reads back as the same number
    # every base from 2 on is past the limit there, and so is what a float can hold of n itself
    if abs(n) > 4 * EXACT_DIGITS or abs(n) * math.log10(largest) > EXACT_DIGITS + 1:
        return False
    return bool(largest ** abs(n) < _EXACT)


def _primitive(terms: Sum) -> tuple[Fraction, Expr]:
    """Return `(content, sum)`: the gcd of the coefficients with the sign of the first term, and what is left."""
    coefficients = [coefficient for coefficient, _ in terms.terms]
    content = Fraction(math.gcd(*(c.numerator for c in coefficients)), math.lcm(*(c.denominator for c in coefficients)))
    if leads_with_minus(terms.terms):
        content = -content
    if content == 1:
        return _1, terms
    return content, add([_scaled(c / content, monomial) for c, monomial in terms.terms])


def _product(coefficient: Fraction, exponents: dict[Expr, Expr]) -> Expr:
    """Return coefficient × powers, where the powers are plain and their bases differ."""
    if not exponents:
        return number(coefficient)
    if len(exponents) == 1:
        ((base, exponent),) = exponents.items()
        if exponent is ONE:
            if coefficient == 1:
                return base
            if isinstance(base, Sum) and not base.is_atom:
                return add([_scaled(coefficient * c, monomial) for c, monomial in base.terms])
    return _plain_product(coefficient, tuple(sort_product(exponents.items())))


def _plain_product(coefficient: Fraction, powers: tuple[tuple[Expr, Expr], ...]) -> Expr:
    """Return coefficient × powers that are in printing order."""
    # by the two whole numbers, for Python takes long over the hash of a quotient
    key = (Product, *coefficient.as_integer_ratio(), powers)
    return intern(Product, key, 0, coefficient=coefficient, powers=powers)


_1 = Fraction(1)
_ONE_BY_ZERO = _product(_1, {ZERO: MINUS_ONE})  # whatever the power: 1/0^2 reads back as 1/0
