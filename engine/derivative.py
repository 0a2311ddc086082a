"""A derivative that is worked out when it is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .printing import LIMIT
from .symbolic import Formula

if TYPE_CHECKING:
    import sympy as sp

    from .explanation import Explanation
    from .explorer import At, Explorer
    from .ledger import Ledger
    from .paths import Stops
    from .replies import Reply


class Derivative:
    """∂of/∂wrt in a graph: `str` gives the formula, `at` a number; each look asks the graph as it is then."""

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
        return _formula(self._ask(frontier=list(frontier) or ["inputs"]))

    def at(self, point: At | str | None = None, /, **more: float) -> float:
        """Return the number at a point: bindings or a stored point's name, over the graph's defaults."""
        value = self._ask(point=point_parts(point, more)).answers[0].value
        assert value is not None
        return value

    def paths(
        self, *, at: At | str | None = None, top: int = 10, through: Stops | None = None, avoid: Stops | None = None
    ) -> Ledger:
        """Return how many paths there are, what they sum to, and the `top` strongest; without a point the shortest.

        `through` and `avoid` are a node, an edge `(parent, child)`, or a list of these.
        """
        from .paths import paths, stops

        point = None if at is None else point_parts(at, {})
        chosen = {"through": stops(through), "avoid": stops(avoid)}
        return paths(self._explorer, self.graph, self.of, self.wrt, point=point, top=top, **chosen)

    def blocks(self, *, at: At | str | None = None, whole: bool = False) -> Explanation:
        """Return the derivative cut at the nodes that every path passes; `whole` leaves nothing out."""
        from .blocks import blocks

        return blocks(self._explorer, self.graph, self.of, self.wrt, point=_point(at), whole=whole)

    def steps(self, *, at: At | str | None = None, whole: bool = False) -> Explanation:
        """Return the chain rule line by line, from the memo rows that make the answer; `whole` leaves nothing out."""
        from .chain import steps

        return steps(self._explorer, self.graph, self.of, self.wrt, point=_point(at), whole=whole)

    def simplify(self) -> Formula:
        """Return what SymPy's simplify makes of the rolled formula within 5 s; else the same, with a note."""
        return self.formula.simplify()

    def latex(self) -> str:
        """Return the rolled formula as LaTeX, without the dollars."""
        return self.formula.latex()

    def sympy(self) -> sp.Expr:
        """Return the rolled formula as a SymPy expression."""
        return self.formula.sympy()

    def _repr_latex_(self) -> str | None:
        from .notation import latex_name

        formula = self.formula
        if formula.size > LIMIT:
            return None
        return rf"$\frac{{\partial {latex_name(self.of)}}}{{\partial {latex_name(self.wrt)}}} = {formula.latex()}$"

    def _ask(self, *, point: At | None = None, frontier: Sequence[str] | None = None) -> Reply:
        return self._explorer.derivatives(self.graph, self.of, [self.wrt], point=point, frontier=frontier)


def point_parts(point: At | str | None, more: Mapping[str, float]) -> list[Mapping[str, float] | str]:
    """Return the parts of a point as a person gives it: bindings, a stored point's name, or a list of these."""
    from .points import checked_point

    given = [point] if isinstance(point, (str, Mapping)) else list(point or [])
    return [*(part if isinstance(part, str) else checked_point(part) for part in given), checked_point(more)]


def _point(at: At | str | None) -> At | None:
    return None if at is None else point_parts(at, {})


def _formula(reply: Reply) -> Formula:
    answer = reply.answers[0]
    return Formula(reply.root(answer), notes=(*answer.notes, *reply.notes))
