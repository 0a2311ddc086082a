"""First-order error budgets: how uncertain a node is, and which input makes it so.

Inputs that vary on their own, each with a standard deviation σ, make y vary with variance Σ (∂y/∂x · σ)², as long as y
bends little within σ. A node between the inputs and y that is given a σ has it on top of what comes from above it.
Source: JCGM 100:2008, "Guide to the expression of uncertainty in measurement", 5.1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..store.errors import Undefined, UsageError
from .settled import with_reach

if TYPE_CHECKING:
    from .explorer import At, Explorer
    from .steps import Kink


class Part(NamedTuple):
    """What one input adds: `contribution` is the variance (∂y/∂x · σ)², `share` its part of the whole, None of nothing."""

    wrt: str
    sigma: float
    derivative: float
    contribution: float
    share: float | None


class Budget(NamedTuple):
    """A node's value (None where a part of it has none), its `sigma`, and the parts, the largest first."""

    graph: str
    revision: int
    of: str
    at: dict[str, float]
    value: float | None
    sigma: float
    parts: list[Part]
    notes: list[str]
    kinks: Sequence[Kink] = ()

    def _repr_html_(self) -> str:
        from .tables import cell_or_nothing, html_table  # for a notebook alone

        total = ("(total)", self.sigma, None, self.sigma**2, 1.0 if self.sigma else None)
        rows = [(part[0], *map(cell_or_nothing, part[1:])) for part in [*self.parts, total]]
        return html_table(["wrt", "sigma", "derivative", "contribution", "share"], rows)


def budget(explorer: Explorer, graph: str, of: str, sigmas: Mapping[str, float], *, point: At | None = None) -> Budget:
    """Answer the first-order error budget of a node at a point, by default that of the defaults.

    Stores the derivatives as `Explorer.derivatives` does.

    >>> from .space import open
    >>> with open(":memory:") as space:
    ...     _ = space.add("demo", "a = 1\\nb = 1\\ny = 3*a + 4*b")
    ...     found = budget(space._explorer, "demo", "y", {"a": 0.1, "b": 0.1})
    >>> found.sigma, [part.wrt for part in found.parts]
    (0.5, ['b', 'a'])
    """
    _check(sigmas)
    reply, found = with_reach(explorer, graph, of, list(sigmas), point=point or [])
    slopes = {answer.wrt: answer.value or 0.0 for answer in reply.answers}
    parts, sigma = parts_of(slopes, sigmas)
    if not math.isfinite(sigma * sigma):
        raise Undefined(f"the variance of '{of}' is larger than a double", hint="give smaller sigmas, or other units")
    value = found.known_values([of]).get(of)
    missing = [] if value is not None else [f"'{of}' has no value at the point; its sigma needs none"]
    notes = [*missing, *(note for answer in reply.answers for note in answer.notes), *reply.notes]
    return Budget(reply.graph, reply.revision, of, reply.at or {}, value, sigma, parts, notes, reply.kinks)


def parts_of(slopes: Mapping[str, float], sigmas: Mapping[str, float]) -> tuple[list[Part], float]:
    """Return what each input adds, the largest first, and the standard deviation of all together.

    >>> parts_of({"a": 3.0, "b": 4.0}, {"a": 1.0, "b": 1.0})[1]
    5.0
    """
    moves = {name: abs(slopes[name] * sigma) for name, sigma in sigmas.items()}
    total = math.hypot(*moves.values())
    parts = [Part(n, sigmas[n], slopes[n], move * move, (move / total) ** 2 if total else None) for n, move in moves.items()]
    return sorted(parts, key=lambda part: -part.contribution), total


def _check(sigmas: Mapping[str, float]) -> None:
    if not sigmas:
        raise UsageError("which input is uncertain, and by how much?", hint='{"a": 0.1, "b": 0.2}', shell="--sigma a=0.1,b=0.2")
    for name, sigma in sigmas.items():
        if sigma < 0:
            raise UsageError(f"the sigma of '{name}' is negative: {sigma}", hint="a standard deviation is 0 or more")
