"""A derivative that is worked out when it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, SupportsFloat

from .names import checked
from .points import AnyPoint, checked_count, maybe_point, point_parts
from .symbolic import Formula

if TYPE_CHECKING:
    import sympy as sp

    from .explanation import Explanation
    from .explorer import At, Explorer
    from .ledger import Ledger
    from .paths import Stops
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
        """Return the formula with nodes replaced by their formulas, down to these names; to the inputs for none.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     answer = space.add("demo", "d = 5*b + 6\\ne = d^2").d("e", wrt="b")
        ...     print(answer, "or", answer.unrolled("b"))
        10*d or 50*b + 60
        """
        return _formula(self._ask(frontier=[checked(name) for name in frontier] or ["inputs"]))

    def at(self, point: AnyPoint | None = None, /, **more: SupportsFloat) -> float:
        """Return the number at a point, by a sweep over numbers: the formula is not built for it.

        The point is a mapping of names to numbers, the name of a stored point, a list of these, or keywords; the later
        holds. What it leaves out comes from the graph's defaults. Raises `MissingValue`, `Undefined`, `UnknownNode` or
        `UnknownPoint`.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     answer = space.add("demo", "d = 5*b + 6\\ne = d^2").d("e", wrt="b")
        ...     answer.at(b=2), answer.at({"d": 3})
        (160.0, 30.0)
        """
        reply = self._ask(point=point_parts(point, more))
        value = reply.answers[0].value
        assert value is not None
        return value

    def paths(
        self, *, at: AnyPoint | None = None, top: int = 10, through: Stops | None = None, avoid: Stops | None = None
    ) -> Ledger:
        """Return how many paths there are, what they sum to, and the `top` strongest; without a point the shortest.

        `through` and `avoid` are a node, an edge `(parent, child)`, or a list of these.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     answer = space.add("demo", "m = x^2\\ny = x*m").d("y", wrt="x")
        ...     print(answer.paths(through="m"))
        1 path from x to y through m, 2 edges long
        net 2*x^2, rest 0
        x→m→y: 2*x^2
        """
        from .paths import paths, stops

        chosen = {"through": stops(through), "avoid": stops(avoid)}
        top = checked_count(top, "top")
        return paths(self._explorer, self.graph, self.of, self.wrt, point=maybe_point(at), top=top, **chosen)

    def blocks(self, *, at: AnyPoint | None = None, whole: bool = False) -> Explanation:
        """Return the derivative cut at the nodes that every path passes; `whole` leaves nothing out.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     answer = space.add("demo", "d = 5*b + 6\\ne = d^2").d("e", wrt="b")
        ...     print(answer.blocks())
        ∂e/∂b = ∂e/∂d · ∂d/∂b
              = 2*d·5
              = 10*d
        """
        from .blocks import blocks

        return blocks(self._explorer, self.graph, self.of, self.wrt, point=maybe_point(at), whole=whole)

    def steps(self, *, at: AnyPoint | None = None, whole: bool = False) -> Explanation:
        """Return the chain rule line by line, from the memo rows that make the answer; `whole` leaves nothing out.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     answer = space.add("demo", "d = 5*b + 6\\ne = d^2").d("e", wrt="b")
        ...     print(answer.steps())
        ∂e/∂d = ∂(d^2)/∂d = 2*d
        ∂e/∂b = ∂e/∂d·∂d/∂b = 2*d·5 = 10*d
        """
        from .chain import steps

        return steps(self._explorer, self.graph, self.of, self.wrt, point=maybe_point(at), whole=whole)

    def simplify(self, *, seconds: float = 5.0) -> Formula:
        """Return what SymPy's simplify makes of the rolled formula within `seconds`; else the same, with a note.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     answer = space.add("demo", "y = x*sin(z)^2 + x*cos(z)^2").d("y", wrt="x")
        ...     print(answer, "or", answer.simplify(seconds=60))
        cos(z)^2 + sin(z)^2 or 1
        """
        return self.formula.simplify(seconds=seconds)

    def latex(self) -> str:
        """Return the rolled formula as LaTeX, without the dollars; raises `GaveUp` for one that is too long.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     print(space.add("demo", "y = a/b_1").d("y", wrt="a").latex())
        \\frac{1}{b_{1}}
        """
        return self.formula.latex()

    def sympy(self) -> sp.Expr:
        """Return the rolled formula as a SymPy expression; `Formula.of_sympy` is the way back.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "y = x^3").d("y", wrt="x").sympy()
        3*x**2
        """
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
