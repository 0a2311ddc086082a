"""A formula for people and programs: text, print, SymPy, numbers, derivatives. No database stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..store.errors import MissingValue, Undefined, UnknownNode
from .expression import ZERO, Expr
from .formula import parse_expression
from .names import suggestion
from .printing import LIMIT, answer_text
from .steps import Failure
from .traverse import names_of

if TYPE_CHECKING:
    import sympy as sp


def parse(text: str) -> Formula:
    """Return a formula from its text; raises `FormulaError` with the place of what is wrong.

    >>> formula = parse("x^2*sin(y)")
    >>> str(formula.d("x")), formula.at(x=3, y=0)
    ('2*x*sin(y)', 0.0)
    """
    return Formula(parse_expression(text))


class Formula:
    """A formula in canonical form: two of them are equal when they print the same."""

    __slots__ = ("_notes", "_root")

    def __init__(self, root: Expr, *, notes: tuple[str, ...] = ()) -> None:
        self._root, self._notes = root, notes

    def __str__(self) -> str:
        """Return the text on one line; above 4,000 characters, named steps that read back as a graph."""
        return answer_text(self._root)

    def __repr__(self) -> str:
        return f"<gradq formula {self if self.size <= 200 else f'of {self.size:,} characters'}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and self._root is other._root

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
    def notes(self) -> list[str]:
        """What there is to say about how it came about, such as a rewriting that was given up."""
        return list(self._notes)

    def at(self, bindings: Mapping[str, float] | None = None, /, **more: float) -> float:
        """Return the value where every name has one; raises `MissingValue` or `Undefined`."""
        from .evaluate import evaluate
        from .points import checked_point

        point = checked_point({**(bindings or {}), **more})
        missing = [name for name in self.names if name not in point]
        if missing:
            raise MissingValue(f"a value for '{missing[0]}' is needed", hint=f"give it: at({missing[0]}=…)")
        try:
            return evaluate(self._root, point)
        except Failure as failure:
            raise Undefined(f"{self!r} is not defined there: {failure}") from None

    def d(self, name: str) -> Formula:
        """Return the derivative by a name, the other names held still; raises `UnknownNode` for one not in it."""
        from .differentiate import partials

        if name not in names_of(self._root):
            raise UnknownNode(f"no '{name}' in the formula", hint=suggestion(name, self.names))
        return Formula(partials(self._root).get(name, ZERO))

    def simplify(self) -> Formula:
        """Return what SymPy's simplify makes of it within 5 s; else the same, with a note."""
        return self._rewritten("simplify")

    def expand(self) -> Formula:
        """Return it multiplied out by SymPy within 5 s; else the same, with a note."""
        return self._rewritten("expand")

    def factor(self) -> Formula:
        """Return it as a product of factors, by SymPy within 5 s; else the same, with a note."""
        return self._rewritten("factor")

    def latex(self) -> str:
        """Return LaTeX, without the dollars."""
        from .typeset import latex

        return latex(self._root)

    def mathml(self) -> str:
        """Return presentation MathML."""
        from .typeset import mathml

        return mathml(self._root)

    def unicode(self) -> str:
        """Return a picture of the formula in lines of text."""
        from .typeset import unicode

        return unicode(self._root)

    def sympy(self) -> sp.Expr:
        """Return it as a SymPy expression; `Formula.of_sympy` is the way back."""
        from .algebra import to_sympy

        return to_sympy(self._root)

    @classmethod
    def of_sympy(cls, expression: sp.Basic) -> Formula:
        """Return the formula of a SymPy expression; raises `UsageError` for what has no counterpart."""
        from .algebra_back import from_sympy

        return cls(from_sympy(expression))

    def _repr_latex_(self) -> str | None:
        return f"${self.latex()}$" if self.size <= LIMIT else None

    def _rewritten(self, how: str) -> Formula:
        from .rewriter import rewrite

        root, note = rewrite(self._root, how)
        return Formula(root, notes=(*self._notes, *((note,) if note else ())))
