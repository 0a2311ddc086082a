"""Points inside the domain: values for inputs, drawn always alike, at which formulas are defined and away from kinks.

Inputs above a formula that has no value, or stands on a kink, are drawn again, from one range after the other.
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

from .nudge import Base, Model, base_at
from .values import Point

_RANGES = ((0.2, 0.9), (1.1, 2.9), (-0.9, -0.1), (3.0, 9.0), (2.0, 5.0), (-5.0, -1.1), (10.0, 90.0), (1.1, 2.9), (100.0, 900.0))
_ROUNDS = 36
_WORK = 300_000  # nodes that are worked out in search of a point, at most


def interior(
    model: Model, point: Point, *, seed: int = 0, wanted: Collection[str] | None = None, keep_defaults: bool = False
) -> Base:
    """Return the values at a point that extends `point`, the best one met; `wanted` are the nodes it is chosen for.

    Defaults stay as they are where an input without one can be moved instead, and always with `keep_defaults`; what
    `point` binds is never moved.

    >>> from ..store.rows import NodeRow
    >>> x, y = NodeRow(1, "x", "input", None, None, 0, None), NodeRow(2, "y", "formula", "log(x - 5)", None, 1, None)
    >>> base = interior(Model([x, y], False), {})
    >>> base.point["x"] > 5, base.undefined
    (True, {})
    """
    inputs = [name for name in model.nodes if name not in model.reads and name not in point]
    free = [name for name in inputs if model.nodes[name].default is None]
    if keep_defaults:
        inputs = free
    drawn = {name: seed for name in free}
    best: tuple[int, Base] | None = None
    rounds = max(4, min(_ROUNDS, _WORK // (len(model.nodes) + 1)))
    for turn in range(rounds):
        base = base_at(model, {**point, **{name: _value(name, drawn[name]) for name in drawn}})
        bad = [name for name in [*base.first, *base.kinked] if wanted is None or name in wanted]
        if best is None or len(bad) < best[0]:
            best = (len(bad), base)
        culprits = model.above(bad)
        movable = free if turn < rounds // 2 else inputs
        moved = [name for name in movable if name in culprits]
        if not moved and turn < rounds // 2:
            moved = [name for name in inputs if name in culprits]
        if not moved:
            break
        for name in moved:
            drawn[name] = drawn.get(name, seed) + 1
    assert best is not None
    return best[1]


def _value(name: str, draw: int) -> float:
    """Return the value of a draw: a number of three decimals; of one range, where no domain ends, a whole one."""
    low, high = _RANGES[draw % len(_RANGES)]
    share = int.from_bytes(sha256(f"{draw} {name}".encode()).digest()[:6], "big") / 2**48
    value = low + share * (high - low)
    return float(round(value)) if draw % len(_RANGES) == 4 else round(value, 3)
