"""A formula for people and programs: text, print, SymPy, numbers, derivatives. No database stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, SupportsFloat

from ..store.errors import GaveUp, MissingValue, Undefined, UnknownNode, UsageError
from .expression import ZERO, Expr
from .formula import MAX_LENGTH, parse_expression
from .layout import text_of
from .names import as_keywords, checked, suggestion
from .printing import LIMIT, answer_text
from .steps import Failure, shortest
from .traverse import names_of

if TYPE_CHECKING:
    import sympy as sp


def parse(text: str) -> Formula:
    """Return a formula from its text; raises `FormulaError` with the place of what is wrong.

    >>> formula = parse("x^2*sin(y)")
    >>> str(formula.d("x")), formula.at(x=3, y=0)
    ('2*x*sin(y)', 0.0)
    """
    if not isinstance(text, str):
        hint = "Formula.of_sympy takes an expression of SymPy" if hasattr(text, "free_symbols") else 'gradq.parse("x^2")'
        raise UsageError(f"a formula is text, not {type(text).__name__}", hint=hint)
    return Formula(parse_expression(text))


class Formula:
    """A formula in canonical form: two of them are equal when they have the same form, as `2*x + x` and `3*x`.

    >>> parse("12*d*5 + 42*2")
    <gradq formula 60*d + 84>
    >>> parse("2*x + x") == parse("3*x"), {parse("x"): 1}[parse("1*x")]
    (True, 1)
    """

    __slots__ = ("_notes", "_root")

    def __init__(self, root: Expr, *, notes: tuple[str, ...] = ()) -> None:
        self._root, self._notes = root, notes

    def __str__(self) -> str:
        """Return the text on one line; above 4,000 characters, named steps that read back as a graph."""
        return answer_text(self._root)

    def __repr__(self) -> str:
        return f"<gradq {self._short()}>" if self.size > 200 else f"<gradq formula {self._short()}>"

    def __eq__(self, other: object) -> bool:
        return self._root is other._root if isinstance(other, Formula) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._root)

    @property
    def names(self) -> list[str]:
        """The names of the nodes in it, sorted."""
        return sorted(names_of(self._root))

    @property
    def size(self) -> int:
        """The length of the text on one line, known without printing it."""
        return self._root.size

    @property
    def text(self) -> str:
        """The whole formula on one line, as a graph file takes it; raises `GaveUp` for one too long to be read back."""
        if self.size > MAX_LENGTH:
            raise GaveUp(f"{self._short()} does not go on one line", hint="str() gives named steps")
        return text_of(self._root)

    @property
    def notes(self) -> list[str]:
        """What there is to say about how it came about, such as a rewriting that was given up."""
        return list(self._notes)

    def at(self, bindings: Mapping[str, SupportsFloat] | None = None, /, **more: SupportsFloat) -> float:
        """Return the value where every name has one; raises `MissingValue` or `Undefined`.

        Names that do not occur are let pass: a point of the whole graph serves each formula of it.

        >>> parse("60*d + 84").at(d=3, o=1)
        264.0
        """
        from .evaluate import evaluate
        from .points import checked_point

        point = checked_point({} if bindings is None else bindings) | checked_point(more)
        missing = [name for name in self.names if name not in point]
        if missing:
            raise MissingValue(f"a value for '{missing[0]}' is needed", hint=f"give it: at({as_keywords(missing[:1])})")
        try:
            return evaluate(self._root, point)
        except Failure as failure:
            where = ", ".join(f"{name} = {shortest(point[name])}" for name in self.names[:6])
            raise Undefined(f"{self._short()} is not defined{' at ' + where if where else ''}: {failure}") from None

    def d(self, name: str) -> Formula:
        """Return the derivative by a name, the other names held still; raises `UnknownNode` for one not in it.

        >>> str(parse("a*x^3").d("x"))
        '3*a*x^2'
        """
        from .differentiate import partials

        if checked(name) not in names_of(self._root):
            raise UnknownNode(f"no '{name}' in the formula", hint=suggestion(name, self.names))
        return Formula(partials(self._root).get(checked(name), ZERO))

    def simplify(self, *, seconds: float = 5.0) -> Formula:
        """Return what SymPy's simplify makes of it within `seconds`; else the same, with a note.

        >>> str(parse("sin(x)^2 + cos(x)^2").simplify(seconds=60))
        '1'
        """
        return self._rewritten("simplify", seconds)

    def expand(self, *, seconds: float = 5.0) -> Formula:
        """Return it multiplied out by SymPy within `seconds`; else the same, with a note.

        >>> str(parse("(x + 1)^2").expand(seconds=60))
        'x^2 + 2*x + 1'
        """
        return self._rewritten("expand", seconds)

    def factor(self, *, seconds: float = 5.0) -> Formula:
        """Return it as a product of factors, by SymPy within `seconds`; else the same, with a note.

        >>> str(parse("x^2 + 2*x + 1").factor(seconds=60))
        '(x + 1)^2'
        """
        return self._rewritten("factor", seconds)

    def latex(self) -> str:
        """Return LaTeX, without the dollars; raises `GaveUp` for a formula that is too long or too deep to draw.

        >>> print(parse("x^2/y").latex())
        \\frac{x^{2}}{y}
        """
        from .typeset import latex

        return latex(self._root)

    def mathml(self) -> str:
        """Return presentation MathML; raises `GaveUp` as `latex` does.

        >>> parse("x/y").mathml()
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>x</mi><mi>y</mi></mfrac></math>'
        """
        from .typeset import mathml

        return mathml(self._root)

    def unicode(self) -> str:
        """Return a picture of the formula in lines of text; raises `GaveUp` as `latex` does.

        >>> print(parse("x/y").unicode())
        x
        ─
        y
        """
        from .typeset import unicode

        return unicode(self._root)

    def sympy(self) -> sp.Expr:
        """Return it as a SymPy expression; `Formula.of_sympy` is the way back.

        >>> parse("x^2/y").sympy()
        x**2/y
        """
        from .algebra import to_sympy

        return to_sympy(self._root)

    @classmethod
    def of_sympy(cls, expression: sp.Basic) -> Formula:
        """Return the formula of a SymPy expression; raises `UsageError` for what has no counterpart.

        >>> formula = parse("x^2*sin(y)")
        >>> Formula.of_sympy(formula.sympy()) == formula
        True
        """
        from .algebra_back import from_sympy

        return cls(from_sympy(expression))

    def _repr_latex_(self) -> str | None:
        """Return the formula for a notebook, None for one that is too long or too deep to be read there."""
        if self.size > LIMIT:
            return None
        try:
            return f"${self.latex()}$"
        except GaveUp:
            return None

    def _short(self) -> str:
        return text_of(self._root) if self.size <= 200 else f"a formula of {self.size:,} characters"

    def _rewritten(self, how: str, seconds: float) -> Formula:
        from .points import checked_number
        from .rewriter import rewrite

        root, note = rewrite(self._root, how, seconds=checked_number(seconds, "seconds"))
        return Formula(root, notes=(*self._notes, *((note,) if note else ())))
