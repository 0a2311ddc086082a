"""Expressions in one canonical form: hash-consed, so that equal sub-expressions are one object.

Build with `number`, `symbol`, `add`, `multiply`, `power` and `call`; compare with `is`. What comes out of these is
canonical: `multiply([d, 12, 5])` *is* `multiply([60, d])`. A derivative built from them is a directed acyclic graph,
not a tree, and every function that walks one does so without recursion (`fold`).

The printed size of an expression is known when it is built. A sum or product of more than `ATOM_ARGUMENTS`
arguments, or printed longer than `ATOM_SIZE`, is an *atom* inside other sums and products: it is shared as it is,
not flattened, distributed or sorted by its text. Without that rule chains of sums become quadratic.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from hashlib import blake2b
from typing import TypeVar
from weakref import WeakValueDictionary

from .layout import arrange, sort_product, sort_sum

ATOM_ARGUMENTS = 64
ATOM_SIZE = 4_000
EXACT_DIGITS = 40  # a power of numbers is worked out while numerator and denominator stay within this
HUGE = 10**30  # sizes are counted up to here: those of a deep graph have thousands of digits
_EXACT = 10**EXACT_DIGITS

T = TypeVar("T")


class Expr:
    """A node of the expression graph; immutable and unique, so `is` is equality.

    `size` counts the characters of the printed form, `degree` orders the terms of a sum, `digest` names the
    content and is the same in every process.
    """

    __slots__ = ("__weakref__", "_digest", "_names", "_text", "degree", "size")
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
                item._digest = blake2b(label + b"".join(part.digest for part in item.parts), digest_size=16).digest()
        digest: bytes = self._digest
        return digest

    def _label(self) -> object:
        """What tells this from others of its class with the same parts."""
        return None

    def __repr__(self) -> str:
        from .printing import text_of

        return f"Expr({text_of(self) if self.size <= 200 else f'{self.size} characters'})"


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


# ---------------------------------------------------------------------------------------------- constructors


def number(value: int | Fraction) -> Number:
    """Return the number `value`.

    >>> number(2) is number(Fraction(4, 2))
    True
    """
    value = Fraction(value)
    found = _table.get((Number, value))
    return found if isinstance(found, Number) else _intern(Number, (Number, value), 0, value=value)  # type: ignore[return-value]


def symbol(name: str, *, constant: bool = False) -> Symbol:
    """Return the symbol of a node's name; `constant` makes it the mathematical constant of that name."""
    return _intern(Symbol, (Symbol, name, constant), 0 if constant else 1, name=name, constant=constant)  # type: ignore[return-value]


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
    return _intern(Call, (Call, name, args), 0, name=name, args=args)


def add(terms: Iterable[Expr]) -> Expr:
    """Return the sum of `terms`, equal monomials collected; built once from all its terms.

    >>> x = symbol("x")
    >>> add([x, number(1), x])
    Expr(2*x + 1)
    """
    collected: dict[Expr, Fraction] = {}
    for term in terms:
        for coefficient, monomial in _split_terms(term):
            before = collected.get(monomial)
            collected[monomial] = coefficient if before is None else before + coefficient
    pairs = [(coefficient, monomial) for monomial, coefficient in collected.items() if coefficient]
    if not pairs:
        return ZERO
    if len(pairs) == 1:
        return _scaled(*pairs[0])
    terms_ = tuple(sort_sum(pairs))
    return _intern(Sum, (Sum, terms_), 0, terms=terms_)


def multiply(factors: Iterable[Expr]) -> Expr:
    """Return the product of `factors`: one coefficient, equal bases with their exponents added.

    >>> x = symbol("x")
    >>> multiply([number(3), x, add([x, x])])
    Expr(6*x^2)
    """
    coefficient, pending = Fraction(1), list(factors)
    exponents: dict[Expr, Expr] = {}
    while pending:
        for factor in pending:
            coefficient *= _collect_factor(factor, exponents)
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
        if base is ZERO and exponent.value > 0:
            return ZERO
        if exponent.value.denominator == 1:
            return _whole_power(base, exponent.value.numerator, exponent)
    # other powers of a product stay as they are: (x^2)^0.5 is not x where x is negative
    return _product(Fraction(1), {base: exponent})


# -------------------------------------------------------------------------------------------------- walking


def postorder(*roots: Expr) -> Iterator[Expr]:
    """Yield every distinct sub-expression once, parts before the whole, without recursion."""
    seen: set[Expr] = set()
    stack: list[tuple[Expr, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        item, ready = stack.pop()
        if ready:
            yield item
        elif item not in seen:
            seen.add(item)
            stack.append((item, True))
            stack.extend((part, False) for part in reversed(item.parts) if part not in seen)


def fold(root: Expr, rule: Callable[[Expr, dict[Expr, T]], T]) -> T:
    """Return `rule(root, results)` where `results` has what the rule gave for every sub-expression before."""
    results: dict[Expr, T] = {}
    for item in postorder(root):
        if item not in results:
            results[item] = rule(item, results)
    return results[root]


def names_of(root: Expr) -> frozenset[str]:
    """Return the names of the nodes that `root` mentions.

    >>> sorted(names_of(add([symbol("x"), call("sin", [symbol("y")])])))
    ['x', 'y']
    """
    if root._names is None:
        root._names = frozenset(
            item.name for item in postorder(root) if isinstance(item, Symbol) and not item.constant
        )
    names: frozenset[str] = root._names
    return names


def substitute(root: Expr, replacements: dict[str, Expr]) -> Expr:
    """Return `root` with each named symbol replaced, all at once, and made canonical again.

    >>> substitute(add([symbol("x"), number(1)]), {"x": number(2)})
    Expr(3)
    """

    def rule(item: Expr, done: dict[Expr, Expr]) -> Expr:
        if isinstance(item, Symbol):
            return item if item.constant else replacements.get(item.name, item)
        return rebuild(item, done)

    return fold(root, rule)


def rebuild(item: Expr, done: dict[Expr, Expr]) -> Expr:
    """Return `item` with its parts exchanged for what `done` has for them."""
    if all(done[part] is part for part in item.parts):
        return item
    if isinstance(item, Call):
        return call(item.name, [done[arg] for arg in item.args])
    if isinstance(item, Sum):
        return add([multiply([number(c), done[monomial]]) for c, monomial in item.terms])
    assert isinstance(item, Product)
    return multiply([number(item.coefficient), *(power(done[b], done[e]) for b, e in item.powers)])


# -------------------------------------------------------------------------------------------------- helpers

_table: WeakValueDictionary[tuple[object, ...], Expr] = WeakValueDictionary()
_lock = threading.RLock()


def _intern(kind: type[Expr], key: tuple[object, ...], degree: Fraction | int, **fields: object) -> Expr:
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


def _degree(product: Product) -> Fraction | int:
    """Return the sum of the exponents of names; an exponent that is no number counts 1."""
    return sum(
        (exponent.value if isinstance(exponent, Number) else 1) * base.degree
        for base, exponent in product.powers
        if isinstance(base, Symbol)
    )


def _split_terms(term: Expr) -> Iterable[tuple[Fraction, Expr]]:
    """Return the `(coefficient, monomial)` pairs that `term` brings into a sum."""
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
    return _intern(Product, (Product, _1, product.powers), 0, coefficient=_1, powers=product.powers)


def _scaled(coefficient: Fraction, monomial: Expr) -> Expr:
    """Return one term of a sum as an expression of its own."""
    if monomial is ONE:
        return number(coefficient)
    if coefficient == 1:
        return monomial
    if isinstance(monomial, Product) and not monomial.is_atom:
        key = (Product, coefficient, monomial.powers)
        return _intern(Product, key, 0, coefficient=coefficient, powers=monomial.powers)
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
        whole = exponent.value.denominator == 1
        return not whole or (base is ZERO and exponent.value < 0) or not _fits(base.value, exponent.value.numerator)
    if exponent.value.denominator != 1 or not isinstance(base, (Product, Sum)) or base.is_atom:
        return True
    return isinstance(base, Sum) and _primitive(base)[1] is base


def _whole_power(base: Expr, n: int, exponent: Number) -> Expr:
    """Return `base ^ n` for a whole n other than 0 and 1."""
    if isinstance(base, Number):
        if not (base is ZERO and n < 0) and _fits(base.value, n):
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
    if largest == 1:
        return True
    if abs(n) * math.log10(largest) > EXACT_DIGITS + 1:
        return False
    return largest ** abs(n) < _EXACT


def _primitive(terms: Sum) -> tuple[Fraction, Expr]:
    """Return `(content, sum)`: the gcd of the coefficients with the sign of the first term, and what is left."""
    coefficients = [coefficient for coefficient, _ in terms.terms]
    content = Fraction(
        math.gcd(*(c.numerator for c in coefficients)), math.lcm(*(c.denominator for c in coefficients))
    )
    if coefficients[0] < 0:
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
    powers = tuple(sort_product(exponents.items()))
    return _intern(Product, (Product, coefficient, powers), 0, coefficient=coefficient, powers=powers)


_1 = Fraction(1)
ZERO: Number = number(0)
ONE: Number = number(1)
MINUS_ONE: Number = number(-1)
