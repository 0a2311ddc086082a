"""An explanation of a derivative: its blocks or its steps, as a value that prints itself.

`Totals` asks for the derivatives that an explanation mentions: each is an ordinary question, whose memo row is used,
and all are of one revision of the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..store.errors import GaveUp
from .expression import Expr
from .factors import Line
from .lines import markdown_lines, text_lines
from .settled import Moved

if TYPE_CHECKING:
    from ..store.rows import Version
    from .explorer import Explorer
    from .replies import Reply
    from .steps import Kink


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """Blocks or steps (`kind`) of ∂of/∂wrt; in `lines` a number stands for so many that are left out.

    `at` has the bindings of the point, None for formulas. `cuts` are the nodes on every path, from `wrt` to `of`; steps
    have none. `whole` says that nothing was to be left out.
    """

    kind: str
    graph: str
    revision: int
    of: str
    wrt: str
    at: dict[str, float] | None
    lines: tuple[Line | int, ...]
    value: Expr | float
    reused: int
    computed: int
    notes: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()
    whole: bool = False
    kinks: Sequence[Kink] = ()

    def __repr__(self) -> str:
        return self.text()

    def text(self, *, stats: bool = False) -> str:
        """Return the lines as text; with `stats` each says whether its value was reused or computed."""
        return "\n".join(text_lines(self.lines, broken=self.kind == "blocks", whole=self.whole, stats=stats))

    def markdown(self, *, stats: bool = False) -> str:
        """Return the lines as a list in Markdown."""
        return "\n".join(markdown_lines(self.lines, whole=self.whole, stats=stats))

    def latex(self, *, stats: bool = False) -> str:
        """Return the lines as LaTeX: `align*` of the package amsmath."""
        from .aligned import aligned

        return aligned(self.lines, whole=self.whole, stats=stats)

    def _repr_latex_(self) -> str | None:
        try:
            return self.latex()
        except GaveUp:
            return None


class Totals:
    """Total derivatives in one graph, asked one by one as anybody would; raises `Moved` if the graph is changed."""

    def __init__(self, explorer: Explorer, graph: str, version: Version, options: dict[str, Any]) -> None:
        self._explorer, self._graph, self._version = explorer, graph, version
        self._options = options | {"frontier": None}
        self._found: dict[tuple[str, str, bool], Expr | float] = {}

    def reply(self, of: str, wrt: str, **more: Any) -> Reply:
        """Return the answer to one question."""
        reply = self._explorer.derivatives(self._graph, of, [wrt], **(self._options | more))
        if reply.version != self._version:
            raise Moved
        return reply

    def value(self, of: str, wrt: str) -> Expr | float:
        """Return ∂of/∂wrt: a formula, or a number where the question has a point."""
        return self._value(of, wrt, self._options.get("point") is not None)

    def formula(self, of: str, wrt: str) -> Expr:
        """Return ∂of/∂wrt as a formula, also where the question has a point."""
        found = self._value(of, wrt, False)
        assert isinstance(found, Expr)
        return found

    def has_formula(self, of: str, wrt: str) -> bool:
        """Return whether the formula ∂of/∂wrt is known already."""
        return (of, wrt, False) in self._found

    def remember(self, of: str, wrt: str, value: Expr | float) -> None:
        """Take a formula or a number that was found on the way, so that it is not asked for."""
        self._found.setdefault((of, wrt, isinstance(value, float)), value)

    def unrolled(self, of: str, wrt: str, frontier: list[str] | None) -> tuple[Expr | None, list[str]]:
        """Return ∂of/∂wrt unrolled down to a frontier, if there is one, and what there is to say about it."""
        if frontier is None:
            return None, []
        reply = self.reply(of, wrt, frontier=frontier)
        return reply.root(reply.answers[0]), reply.answers[0].notes

    def _value(self, of: str, wrt: str, numeric: bool) -> Expr | float:
        key = (of, wrt, numeric)
        if key not in self._found:
            reply = self.reply(of, wrt) if numeric else self.reply(of, wrt, point=None)
            answer = reply.answers[0]
            self._found[key] = reply.root(answer) if answer.value is None else answer.value
        return self._found[key]
