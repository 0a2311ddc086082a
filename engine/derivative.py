"""A derivative that is worked out when it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, SupportsFloat

from .names import checked
from .points import Place, point_parts
from .symbolic import Formula

if TYPE_CHECKING:
    import sympy as sp

    from .explorer import At, Explorer
    from .replies import Reply


class Derivative:
    """∂of/∂wrt in a graph: `str` gives the formula, `at` a number; each look asks the graph as it is then.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     answer = space.add("demo", "d = 5*b + 6\\ne = d^2").d("e", wrt="b")
    ...     str(answer), str(answer.unrolled("b")), answer.at(b=2)
    ('10*d', '50*b + 60', 160.0)
    """

    def __init__(self, explorer: Explorer, graph: str, of: str, wrt: str) -> None:
        self._explorer, self.graph, self.of, self.wrt = explorer, graph, of, wrt

    def __repr__(self) -> str:
        return f"<gradq ∂{self.of}/∂{self.wrt} of {self.graph!r}>"

    def __str__(self) -> str:
        """Return the rolled formula; above the size limit, named steps."""
        return str(self._ask().answers[0].expression)

    @property
    def formula(self) -> Formula:
        """The rolled formula, in terms of the nodes that the chain rule meets."""
        return _formula(self._ask())

    @property
    def notes(self) -> list[str]:
        """What there is to say about the answer, such as that no path leads from one node to the other."""
        reply = self._ask()
        return [*reply.answers[0].notes, *reply.notes]

    def unrolled(self, *frontier: str) -> Formula:
        """Return the formula with nodes replaced by their formulas, down to these names; to the inputs for none."""
        return _formula(self._ask(frontier=[checked(name) for name in frontier] or ["inputs"]))

    def at(self, point: Place | None = None, /, **more: SupportsFloat) -> float:
        """Return the number at a point, by a sweep over numbers: the formula is not built for it.

        The point is a mapping of names to numbers, the name of a stored point, a list of these, or keywords; the later
        holds. What it leaves out comes from the graph's defaults. Raises `MissingValue`, `Undefined`, `UnknownNode` or
        `UnknownPoint`.
        """
        reply = self._ask(point=point_parts(point, more))
        value = reply.answers[0].value
        assert value is not None
        return value

    def simplify(self) -> Formula:
        """Return what SymPy's simplify makes of the rolled formula within 5 s; else the same, with a note."""
        return self.formula.simplify()

    def latex(self) -> str:
        """Return the rolled formula as LaTeX, without the dollars; raises `GaveUp` for one that is too long."""
        return self.formula.latex()

    def sympy(self) -> sp.Expr:
        """Return the rolled formula as a SymPy expression; `Formula.of_sympy` is the way back."""
        return self.formula.sympy()

    def _repr_latex_(self) -> str | None:
        from .notation import latex_name

        shown = self.formula._repr_latex_()
        if shown is None:
            return None
        return rf"$\frac{{\partial {latex_name(self.of)}}}{{\partial {latex_name(self.wrt)}}} = {shown[1:]}"

    def _ask(self, *, point: At | None = None, frontier: Sequence[str] | None = None) -> Reply:
        return self._explorer.derivatives(self.graph, self.of, [self.wrt], point=point, frontier=frontier)


def _formula(reply: Reply) -> Formula:
    answer = reply.answers[0]
    return Formula(reply.root(answer), notes=(*answer.notes, *reply.notes))
