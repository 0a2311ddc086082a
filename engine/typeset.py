"""Expressions as LaTeX, MathML and two-dimensional Unicode, in our order of terms and factors.

Functions, roots, powers and cases are drawn by SymPy's printers. Sums, products and names are drawn by the small classes
of `drawing.py`, which SymPy's printers ask through their printing methods: left to themselves they would put terms into another
order, and work numbers out. Brackets stand where `layout.py` puts them. Names are shown by `notation.py`.

This imports SymPy: import it where it is needed, and not before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from html.entities import html5
from typing import Any

import sympy

from ..store.errors import GaveUp
from .algebra import SYMPY_NAMES, apply_function
from .drawing import Applied, Bracketed, Cases, Factors, Leaf, Logic, Minus, Over, Terms
from .expression import ONE, Call, Expr, Number, Product, Sum, Symbol, number
from .layout import quoted, rational
from .notation import distinct, latex_literal, latex_name, mathml_literal, mathml_name, unicode_name
from .traverse import fold, names_of

LIMIT = 20_000  # characters of the text form: a reader is long gone, and the printers are slow and recursive
_DRAWN_BY_SYMPY = (set(SYMPY_NAMES) | {"sqrt", "if"}) - {"min", "max", "mod", "atan2"}
_BRACKETED_CALLS = frozenset({"if", "sqrt", "cbrt", "exp"})  # as the base of a power
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;)(\w+;)")


def latex(root: Expr, *, among: Iterable[str] = ()) -> str:
    r"""Return an expression as LaTeX for mathematics, without dollars; raises `GaveUp` if it is too long or too deep.

    Its names look like no others of `among`, the names of what it is shown with.

    >>> from .formula import parse_expression
    >>> print(latex(parse_expression("1944 - 900*a/x_1")))
    1944 - \frac{900 a}{x_{1}}
    """
    return _printed(root, sympy.latex, str, latex_name, latex_literal, among)


def mathml(root: Expr) -> str:
    """Return an expression as a `<math>` element in presentation MathML; raises `GaveUp` as `latex` does.

    >>> from .formula import parse_expression
    >>> mathml(parse_expression("2*d"))  # doctest: +ELLIPSIS
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mrow><mn>2</mn><mo>...</mo><mi>d</mi></mrow></math>'
    """

    def show(item: Any) -> str:
        text = str(sympy.mathml(item, printer="presentation"))
        # SymPy writes these two bare, and named entities that XML does not know
        text = text.replace("<mo><</mo>", "<mo>&lt;</mo>").replace("<mo>></mo>", "<mo>&gt;</mo>")
        return _ENTITY.sub(lambda found: html5.get(found[1], found[0]), text)

    body = _printed(root, show, lambda digits: f"<mn>{digits}</mn>", mathml_name, mathml_literal)
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{body}</math>'


def unicode(root: Expr) -> str:
    """Return an expression drawn in characters, on several lines; raises `GaveUp` as `latex` does.

    >>> from .formula import parse_expression
    >>> print(unicode(parse_expression("60*d + 84")))
    60⋅d + 84
    """

    def show(item: Any) -> str:
        lines = str(sympy.pretty(item, use_unicode=True, wrap_line=False)).split("\n")
        return "\n".join(map(str.rstrip, lines))

    return _printed(root, show, str, unicode_name, quoted)


_Text = Callable[[str], str]


def _printed(
    root: Expr, show: Callable[[Any], str], digits: _Text, shown: _Text, literal: _Text, among: Iterable[str] = ()
) -> str:
    if root.size > LIMIT:
        raise GaveUp(f"the formula has {root.size:,} characters: too long to draw", hint="print it as text")
    builder = _Builder(distinct(sorted(names_of(root).union(among)), shown, literal), digits)
    try:
        return show(fold(root, builder.draw))
    except RecursionError:
        raise GaveUp("the formula is nested too deeply to draw", hint="print it as text") from None


class _Builder:
    """Makes what SymPy's printers are given."""

    def __init__(self, names: dict[str, str], digits: _Text) -> None:
        self.names, self.digits = names, digits

    def draw(self, item: Expr, done: dict[Expr, Any]) -> Any:
        if isinstance(item, Number):
            return self.product(item.value, (), done)
        if isinstance(item, Symbol):
            return sympy.pi if item.constant else Leaf(self.names[item.name])
        if isinstance(item, Sum):
            return Terms(*self.terms(item, done))
        if isinstance(item, Product):
            return self.product(item.coefficient, item.powers, done)
        assert isinstance(item, Call)
        return self.call(item, [done[arg] for arg in item.args])

    def call(self, item: Call, args: list[Any]) -> Any:
        if item.name in ("and", "or", "not"):
            return Logic(item.name, *(Bracketed(a) if _is_loose(a, item.name) else a for a in args))
        if item.name == "if":
            return sympy.Basic.__new__(Cases, *apply_function("if", args).args)
        if item.name == "cbrt":
            return sympy.Pow(args[0], sympy.Rational(1, 3), evaluate=False)
        # next to a node `e` the function would be taken for its power
        if item.name not in _DRAWN_BY_SYMPY or (item.name == "exp" and "e" in self.names):
            return Applied(item.name, *args)
        return apply_function(item.name, args)

    def terms(self, item: Sum, done: dict[Expr, Any]) -> Iterator[Any]:
        """Yield a sign and a term by turns; the first sign is empty or a minus."""
        for index, (coefficient, monomial) in enumerate(item.terms):
            yield "-" if coefficient < 0 else "+" if index else ""
            yield self.term(abs(coefficient), monomial, done)

    def term(self, coefficient: Fraction, monomial: Expr, done: dict[Expr, Any]) -> Any:
        if monomial is ONE:
            return self.product(coefficient, (), done)
        if isinstance(monomial, Product) and not monomial.is_atom:
            return self.product(coefficient, monomial.powers, done)
        return self.product(coefficient, ((monomial, ONE),), done)

    def product(self, coefficient: Fraction, powers: Iterable[tuple[Expr, Expr]], done: dict[Expr, Any]) -> Any:
        """Return coefficient × powers as one fraction, as `layout.py` arranges it."""
        above, below = [], []
        for base, exponent in powers:
            if isinstance(exponent, Number) and exponent.value < 0:
                below.append(self.power(base, number(-exponent.value), done))
            else:
                above.append(self.power(base, exponent, done))
        p, _, q = rational(abs(coefficient)).partition("/")
        if q:
            below.insert(0, Leaf(self.digits(q)))
        if p != "1" or not above:
            above.insert(0, Leaf(self.digits(p)))
        drawn = Over(_factors(above), _factors(below)) if below else above[0] if len(above) == 1 else Factors(*above)
        return Minus(drawn) if coefficient < 0 else drawn

    def power(self, base: Expr, exponent: Expr, done: dict[Expr, Any]) -> Any:
        drawn = done[base]
        if isinstance(base, (Sum, Product)) or isinstance(drawn, (Minus, Over, sympy.Piecewise)):
            drawn = Bracketed(drawn)
        if exponent is ONE:
            return drawn
        if isinstance(base, Call) and base.name in _BRACKETED_CALLS and not isinstance(drawn, Bracketed):
            drawn = Bracketed(drawn)
        above = done[exponent] if exponent in done else self.product(exponent.value, (), done)  # type: ignore[attr-defined]
        return sympy.Pow(drawn, above, evaluate=False)


def _is_loose(part: Any, word: str) -> bool:
    """Return whether a part of `and`, `or`, `not` needs brackets: not `not` within the others, nor a comparison."""
    return word == "not" or (isinstance(part, Logic) and part.pieces[0] not in ("not", word))


def _factors(items: list[Any]) -> Any:
    """Return the product above or below a line, where one factor alone needs no brackets."""
    if len(items) > 1:
        return Factors(*items)
    return items[0].pieces[0] if isinstance(items[0], Bracketed) else items[0]
