"""How much rounding matters: formulas whose every step is off by a rounding or two, and values that are.

Where a result moves by much when all that leads to it moves by a rounding, its digits are rounding and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zlib import crc32

from .steps import Step, Steps

ROUNDING = 2.0**-50  # relative: four units in the last place


def shaken(steps: Steps, seed: int) -> Steps:
    """Return a formula whose steps are each off by a rounding, up or down by the seed.

    >>> from .evaluate import steps_of
    >>> shaken(steps_of("1 + x")[0], 1).walked([1.0]) - 2 in (2 * ROUNDING, -2 * ROUNDING)
    True
    """
    code = [step._replace(function=_off(step, off_by(str(index), seed))) for index, step in enumerate(steps.code)]
    return steps._replace(code=tuple(code), quick=None)


@lru_cache(maxsize=100_000)
def off_by(name: str, seed: int) -> float:
    """Return 1 and a rounding more or less, by a name and a seed."""
    return 1 + ROUNDING if crc32(f"{seed} {name}".encode()) & 1 else 1 - ROUNDING


def _off(step: Step, factor: float) -> Callable[..., Any]:
    function = step.function

    def off(*args: Any) -> Any:
        found = function(*args)
        return found if isinstance(found, bool) else found * factor

    return off
