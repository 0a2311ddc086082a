"""Gradients that can be compared: scaled, and sorted by size.

value        ∂y/∂x            the change of y, in its units, for a unit of x
elasticity   ∂y/∂x · x/y      the change of y, in percent, for one percent of x
percent      ∂y/∂x · x/100    the change of y, in its units, for one percent of x
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from ..store.errors import Undefined, UsageError
from .names import suggestion
from .settled import with_reach

if TYPE_CHECKING:
    from .explorer import Explorer
    from .replies import Answer, Reply

SCALES = ("value", "elasticity", "percent")


class Scaled(NamedTuple):
    """A derivative and what it is on a scale; None, with a note that says why, where it is nothing there."""

    wrt: str
    derivative: float | None
    scaled: float | None
    notes: list[str]


class ScaledReply(NamedTuple):
    """The scaled derivatives of one node, the largest first, and the reply that they were made from."""

    scale: str
    reply: Reply
    rows: list[Scaled]


def scaled_gradient(explorer: Explorer, graph: str, of: str, scale: str, **options: Any) -> ScaledReply:
    """Answer the gradient of a node on a scale; `options` are those of `Explorer.derivatives`, without a point the defaults.

    Raises `Undefined` for the elasticity of a node that is 0. Stores the derivatives as `derivatives` does.

    >>> from .space import open
    >>> with open(":memory:") as space:
    ...     _ = space.add("demo", "a = 2\\nb = 1\\ny = a^3*b")
    ...     [row.scaled for row in scaled_gradient(space._explorer, "demo", "y", "elasticity").rows]
    [3.0, 1.0]
    """
    if scale not in SCALES:
        raise UsageError(f"no scale '{scale}'", hint=suggestion(scale, list(SCALES)) or f"one of: {', '.join(SCALES)}")
    options["point"] = options.get("point") or []
    reply, found = with_reach(explorer, graph, of, None, **options)
    wrts = [answer.wrt for answer in reply.answers]
    values = {} if scale == "value" else found.known_values([of, *wrts])
    rows = [_row(answer, scale, values) for answer in reply.answers]
    return ScaledReply(scale, reply, _sorted(rows))


def _row(answer: Answer, scale: str, values: dict[str, float]) -> Scaled:
    derivative, wrt, of = answer.value, answer.wrt, answer.of
    if answer.unknown is not None:
        return Scaled(wrt, None, None, [answer.unknown.message])
    assert derivative is not None
    if scale == "value":
        return Scaled(wrt, derivative, derivative, [])
    missing = wrt if wrt not in values else of if scale == "elasticity" and of not in values else None
    if missing is not None:
        return Scaled(wrt, derivative, None, [f"'{missing}' has no value at the point: no {scale} by '{wrt}'"])
    scaled = derivative * values[wrt] / (100 if scale == "percent" else _not_zero(of, values[of]))
    if not math.isfinite(scaled):
        return Scaled(wrt, derivative, None, [f"the {scale} by '{wrt}' is larger than a double"])
    return Scaled(wrt, derivative, scaled + 0.0, [])  # no negative zero


def _not_zero(of: str, value: float) -> float:
    if value == 0:
        hint, shell = 'try: scale="percent"', "try: --scale percent"
        raise Undefined(f"the elasticity of '{of}' is not defined: '{of}' is 0 at the point", hint=hint, shell=shell)
    return value


def _sorted(rows: list[Scaled]) -> list[Scaled]:
    """Return rows the largest first, those without a value last, equal ones as they were."""
    return sorted(rows, key=lambda row: (row.scaled is None, -abs(row.scaled or 0.0)))
