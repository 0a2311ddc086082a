"""A line of the chain rule: ∂of/∂wrt = a sum of products of partials = the same with their values = the answer.

Blocks and steps are made of these lines, and every form prints them: `sides` gives the right sides of one, `Form`
says how partials and values are written. Nesting is bounded by who makes the lines (`blocks.DEEPEST`).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias, TypeVar

from .expression import Expr, Sum, split_terms
from .layout import sort_sum
from .printing import LIMIT

SHORT = 200  # a value up to this many characters stands in a line; a longer one only where all is asked for
MOST = 30  # products, terms or lines in a row that are shown; of more the first and the last ten
ENDS = 10
Value: TypeAlias = Expr | float
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Factor:
    """∂of/∂wrt with its value; `bar` tells the local partial of an edge from the total over all paths."""

    of: str
    wrt: str
    value: Value
    bar: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """A sum of products, each with the partial that is nearest to the output first."""

    products: tuple[Product, ...]


Product: TypeAlias = tuple[Factor | Terms, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """∂of/∂wrt = `terms` = their values = `value` = `further`, which is the value unrolled.

    Without terms it is an edge alone, of which `formula` is differentiated. `source` says where the value is from:
    reused, computed, or nothing. `where` marks a line that explains a factor of one before.
    """

    of: str
    wrt: str
    terms: Terms | None
    value: Value
    formula: Expr | None = None
    further: Expr | None = None
    source: str = ""
    where: bool = False


class Form(NamedTuple):
    """How partials and values are written: `left_out` a number of things, `long` a value by its size."""

    name: Callable[[Factor], str]
    value: Callable[[Value], str]
    formula: Callable[[Expr, str], str]
    dot: str
    wide: str  # the dot between the blocks of the whole line
    brackets: tuple[str, str]
    left_out: Callable[[int], str]
    long: Callable[[int], str]


def sides(line: Line, form: Form, *, whole: bool) -> list[str]:
    """Return the right sides of a line, each once; `whole` leaves nothing out that a line can hold."""
    limit = LIMIT if whole else SHORT
    found: list[str] = []
    if line.terms is not None:
        found.append(_sum(line.terms, form, None, whole, form.wide))
        found.append(_sum(line.terms, form, limit, whole, form.dot))
    elif line.formula is not None and line.formula.size <= limit:
        found.append(form.formula(line.formula, line.wrt))
    found += [form.value(v) if _fits(v, limit) else form.long(_size(v)) for v in (line.value, line.further) if v is not None]
    return list({side.replace(" ", ""): side for side in reversed(found)}.values())[::-1]


def folded(items: Sequence[T], *, whole: bool) -> list[T | int]:
    """Return the items, or of many the first and the last with the number of those between.

    >>> folded("abc", whole=False), folded(range(100), whole=False)[8:12]
    (['a', 'b', 'c'], [8, 9, 80, 90])
    """
    if whole or len(items) <= MOST:
        return list(items)
    return [*items[:ENDS], len(items) - 2 * ENDS, *items[-ENDS:]]


def long_text(size: int) -> str:
    """Return what stands for a value that is too long; sizes of deep graphs have more digits than anybody reads.

    >>> long_text(12_345), long_text(10**30)
    ('12,345 characters', 'more than 10^9 characters')
    """
    return f"{size:,} characters" if size <= 10**9 else "more than 10^9 characters"


def partials_in(product: Product) -> Iterator[tuple[str, str]]:
    """Yield (of, wrt) of every factor of a product, those in brackets too, as they are read.

    >>> one, two = Factor("y", "m", 2.0), Factor("m", "x", 3.0)
    >>> list(partials_in((one, Terms(((two,),)))))
    [('y', 'm'), ('m', 'x')]
    """
    stack = list(reversed(product))
    while stack:
        piece = stack.pop()
        if isinstance(piece, Factor):
            yield piece.of, piece.wrt
        else:
            stack += [inner for inside in reversed(piece.products) for inner in reversed(inside)]


def in_order(terms: Iterable[tuple[Product, Expr]]) -> tuple[Product, ...]:
    """Return products in the order in which their values stand as a sum; ties by names.

    >>> from .formula import parse_expression
    >>> terms = [((Factor("y", name, 1.0),), parse_expression(text)) for name, text in [("a", "14"), ("b", "10*d")]]
    >>> [product[0].wrt for product in in_order(terms)]
    ['b', 'a']
    """
    waiting: dict[tuple[Fraction, Expr], deque[Product]] = defaultdict(deque)
    places = []
    for product, value in sorted(terms, key=lambda term: list(partials_in(term[0]))):
        place = next(iter(split_terms(value)))  # of a value that is a sum, its leading term
        waiting[place].append(product)
        places.append(place)
    return tuple(waiting[place].popleft() for place in sort_sum(places)) if places else ()


def _sum(terms: Terms, form: Form, limit: int | None, whole: bool, dot: str) -> str:
    """Return a sum by the names of its factors, or with their values up to a limit."""
    between = dot if len(terms.products) == 1 else form.dot
    out: list[str] = []
    for product in folded(terms.products, whole=whole):
        if isinstance(product, int):
            out.append(form.left_out(product))
        else:
            out.append(_product(product, form, limit, whole, between, not out))
    return " + ".join(out)


def _product(product: Product, form: Form, limit: int | None, whole: bool, dot: str, leads: bool) -> str:
    out: list[str] = []
    for piece in folded(product, whole=whole):
        if isinstance(piece, int):
            out.append(form.left_out(piece))
        elif isinstance(piece, Terms):
            out.append(_bracketed(_sum(piece, form, limit, whole, form.dot), form))
        else:
            out.append(_factor(piece, form, limit, len(product) == 1, leads and not out))
    return dot.join(out)


def _factor(factor: Factor, form: Form, limit: int | None, alone: bool, leads: bool) -> str:
    """Return a factor; a sum among others, and a minus that would follow a sign, stand in brackets."""
    if limit is None or not _fits(factor.value, limit):
        return form.name(factor)
    text = form.value(factor.value)
    loose = (isinstance(factor.value, Sum) and not alone) or (text.startswith("-") and not leads)
    return _bracketed(text, form) if loose else text


def _bracketed(text: str, form: Form) -> str:
    return form.brackets[0] + text + form.brackets[1]


def _size(value: Value) -> int:
    return value.size if isinstance(value, Expr) else 0


def _fits(value: Value, limit: int) -> bool:
    return _size(value) <= limit
