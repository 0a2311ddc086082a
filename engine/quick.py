"""Short formulas as nested functions: the plain way over registers costs three times as much for each small formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from .steps import Step, Steps

MOST = 30  # steps of a formula that is short enough: each nests one Python call in another
Quick = Callable[[Sequence[float]], Any]


def quick(steps: Steps) -> Quick | None:
    """Return a function of a formula's values, or None for a long one, where the registers are walked.

    It must be a formula as written: what an expression shares would be worked out again for each use.

    >>> from .evaluate import steps_of
    >>> quick(steps_of("2*x + y")[0])([3.0, 1.0])
    7.0
    """
    if len(steps.code) > MOST:
        return None
    made: list[Quick] = [itemgetter(index) for index in range(len(steps.names))]
    made += [_constant(value) for value in steps.constants]
    first = len(made)
    for step in steps.code:
        made.append(_unary(step, made) if len(step.registers) == 1 else _nested(step, made, steps, first))
    return made[steps.root]


def _constant(value: float) -> Quick:
    return lambda values: value


def _unary(step: Step, made: list[Quick]) -> Quick:
    function, inner = step.function, made[step.registers[0]]
    return lambda values: function(inner(values))


def _nested(step: Step, made: list[Quick], steps: Steps, first: int) -> Quick:
    """Return a step of two arguments or more; two that are names or numbers are the usual case, without a call."""
    function = step.function
    if len(step.registers) != 2:
        inner = [made[register] for register in step.registers]
        return lambda values: function(*[part(values) for part in inner])
    left, right = step.registers
    names = len(steps.names)
    if left < names and right < names:
        return lambda values: function(values[left], values[right])
    if names <= left < first and right < names:
        number = steps.constants[left - names]
        return lambda values: function(number, values[right])
    one, other = made[left], made[right]
    return lambda values: function(one(values), other(values))
