"""How the edges of a gradient flow look: sign by colour and dash, share by width, and words for what is odd.

An edge whose partial is exactly 0 is dead, one whose |partial| is `EXPLODING` or more explodes, and one into a node
that stands on its kink is marked, unless its partial is the same on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

from .evaluate import evaluate
from .expression import Expr, Number
from .flow import FlowEdge
from .layout import text_of
from .picture import EdgeStyle
from .steps import Failure, shortest
from .traverse import names_of

EXPLODING = 1e4
NARROW, WIDE = 1.2, 5.8  # a share of nothing, and of all
POSITIVE, NEGATIVE, UNKNOWN, DEAD = "#1f5fa8", "#c2410c", "#6b7480", "#a8b0ba"
DASH, DOTS = "7 4", "1.5 3.5"
LEGEND = "arrows run as the gradient flows; blue: positive, red and dashed: negative, grey: depends on values, dotted: 0"
_WHOLE = 400  # letters of a partial that a tooltip has
_SHORT = 12  # letters: a partial up to this stands beside its number


class Stroke(NamedTuple):
    """The looks and words of an edge, or of a run of edges that is drawn as one."""

    label: str
    about: str
    style: EdgeStyle


def stroke(run: Sequence[FlowEdge], share: float | None, kinks: Collection[str]) -> Stroke:
    """Return how edges one after the other look as one; `kinks` are the nodes that stand on theirs.

    >>> from .expression import number
    >>> stroke([FlowEdge("a", "b", number(-3), None)], None, ()).label
    '-3'
    """
    values = [known_value(edge) for edge in run]
    product = math.prod(value for value in values if value is not None) if None not in values else None
    product = 0.0 if 0 in values else product
    marks = [*_marks(values), *(["kink"] if any(_on_kink(edge, kinks) for edge in run) else [])]
    label = f"{rounded(product)} ({', '.join(marks)})" if marks and product is not None else _label(run, product)
    about = f"{_about(run)}{f' · {share:.1%} of the flow' if share is not None else ''}"
    return Stroke(label, about, _style(product, share))


def known_value(edge: FlowEdge) -> float | None:
    """Return the value of an edge's partial: at the point, or of a constant.

    >>> from .expression import number
    >>> known_value(FlowEdge("a", "b", number(2), None))
    2.0
    """
    if edge.value is not None or names_of(edge.partial):
        return edge.value
    try:
        return evaluate(edge.partial, {})
    except Failure:  # a constant that no double holds
        return None


def rounded(value: float) -> str:
    """Return a number as a picture shows it: four digits.

    >>> rounded(1494.0), rounded(1 / 3)
    ('1494', '0.3333')
    """
    return shortest(float(f"{value:.4g}"))


def _marks(values: Sequence[float | None]) -> list[str]:
    known = [abs(value) for value in values if value is not None]
    return (["dead"] if 0 in known else []) + (["explodes"] if any(value >= EXPLODING for value in known) else [])


def _on_kink(edge: FlowEdge, kinks: Collection[str]) -> bool:
    return edge.child in kinks and not isinstance(edge.partial, Number)


def _label(run: Sequence[FlowEdge], product: float | None) -> str:
    number = rounded(product) if product is not None else ""
    if len(run) > 1:
        return f"{len(run) - 1:,} nodes" + (f": {number}" if number else "")
    partial = run[0].partial
    if number and (isinstance(partial, Number) or partial.size > _SHORT):
        return number
    return f"{_text(partial)} = {number}" if number else _text(partial)


def _about(run: Sequence[FlowEdge]) -> str:
    if len(run) > 1:
        inner = [edge.child for edge in run[:-1]]
        names = ", ".join(inner[:10]) + (" …" if len(inner) > 10 else "")
        return f"from {run[0].parent} to {run[-1].child} through {len(inner):,} nodes: {names}"
    edge = run[0]
    value = f" = {shortest(edge.value)}" if edge.value is not None and not isinstance(edge.partial, Number) else ""
    return f"∂{edge.child}/∂{edge.parent} = {_text(edge.partial)}{value}"


def _text(partial: Expr) -> str:
    return text_of(partial) if partial.size <= _WHOLE else f"a formula of {partial.size:,} characters"


def _style(value: float | None, share: float | None) -> EdgeStyle:
    width = NARROW + (WIDE - NARROW) * (share or 0.0)
    if value is None:
        return EdgeStyle(UNKNOWN, width)
    if value == 0:
        return EdgeStyle(DEAD, NARROW, DOTS)
    return EdgeStyle(POSITIVE, width) if value > 0 else EdgeStyle(NEGATIVE, width, DASH)
