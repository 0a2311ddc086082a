"""Formulas with complex arguments, for the complex step: Im f(x + ih)/h is the derivative, and nothing cancels in it.

`CONTINUATIONS` has for each function of the table how it goes on off the real line; only the imaginary part is read,
for the real part is always the function's own value. A function that is not there cannot be stepped into the complex.
None of them knows a derivative, so what comes out is independent of the table's. Source: Squire & Trapp 1998, "Using
complex variables to estimate derivatives of real functions".
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Sequence
from typing import Any

from .quick import quick
from .shaken import shaken
from .steps import Step, Steps

# the step: a power of two, which rounds nothing, whose square is nothing beside a number, far from the smallest double
SMALL = 2.0**-100
_AS_THEY_ARE = {"+", "-", "*", "/", "and", "or", "not", "if"}
_COMPARISONS = {"<", "<=", ">", ">=", "==", "!="}
Lifted = Callable[[Sequence[Any]], Any]


class NoContinuation(ArithmeticError):
    """A function is asked for a complex argument that it cannot take."""


class Lifts:
    """Formulas that take complex numbers; each shape is made ready once."""

    def __init__(self) -> None:
        self._lifted: dict[tuple[int, int], tuple[Steps, Lifted]] = {}

    def run(self, steps: Steps, values: Sequence[complex], seed: int = 0) -> complex:
        """Return the value, with a seed that of the shaken formula.

        Raises `ArithmeticError` or `ValueError` where there is none, or no way into the complex.
        """
        known = self._lifted.get((id(steps), seed))
        if known is None:
            known = self._lifted[id(steps), seed] = (steps, lifted(steps, seed))  # the steps too: their id must stay theirs
        found = complex(known[1](values))
        if not cmath.isfinite(found):
            raise NoContinuation("not finite")
        return found


def lifted(steps: Steps, seed: int = 0) -> Lifted:
    """Return a formula's steps as a function of complex numbers.

    >>> from .evaluate import steps_of
    >>> lifted(steps_of("x^2 + exp(0)")[0])([complex(3, SMALL)]).imag / SMALL
    6.0
    """
    made = steps._replace(code=tuple(_lifted_step(step) for step in steps.code), quick=None)
    made = shaken(made, seed) if seed else made
    return quick(made) or made.walked


def step_of(x: float) -> float:
    """Return how far to go from x into the complex."""
    return abs(x) * SMALL if 1e-200 < abs(x) < 1e-20 else SMALL


def _lifted_step(step: Step) -> Step:
    if step.name in _AS_THEY_ARE:
        return step
    return step._replace(function=_lifted_function(step.function, step.name))


def _lifted_function(value: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a function whose real part is the one that it has, and whose imaginary part is that of its continuation."""
    further = _power if name == "^" else CONTINUATIONS.get(name)

    def at(*args: complex) -> Any:
        real = value(*[arg.real for arg in args])
        if name in _COMPARISONS or not any([arg.imag for arg in args]):
            return real
        if further is None:
            raise NoContinuation(name)
        return complex(real, further(*args).imag)

    return at


def _power(base: complex, exponent: complex) -> complex:
    if base.real < 0 and not exponent.imag:  # a whole number, else there is no value; (−b)^n has no turn to lose digits in
        return (-base) ** exponent * (-1 if exponent.real % 2 else 1)
    return base**exponent


def _signed(z: complex) -> complex:
    return z if z.real > 0 else -z


def _cbrt(z: complex) -> complex:
    return cmath.exp(cmath.log(_signed(z)) / 3) * (1 if z.real > 0 else -1)


def _atan2(x: complex, y: complex) -> complex:
    if abs(x.real) <= abs(y.real):
        return cmath.atan(x / y)
    return -cmath.atan(y / x)


def _hypot(x: complex, y: complex) -> complex:
    scale = max(abs(x.real), abs(y.real))
    return scale * cmath.sqrt((x / scale) ** 2 + (y / scale) ** 2)


def _sigmoid(z: complex) -> complex:
    tail = cmath.exp(-_signed(z))
    return (1 if z.real > 0 else tail) / (1 + tail)


def _softplus(z: complex) -> complex:
    return (z if z.real > 0 else 0) + cmath.log(1 + cmath.exp(-_signed(z)))


def _flat(*_: complex) -> complex:
    return 0j


def _real(z: complex) -> float:
    return z.real


# fmt: off
CONTINUATIONS: dict[str, Callable[..., complex]] = {
    "exp":      cmath.exp,
    "log":      cmath.log,
    "log2":     lambda z: cmath.log(z) / math.log(2),
    "log10":    cmath.log10,
    "log1p":    lambda z: cmath.log(1 + z),
    "expm1":    cmath.exp,
    "sqrt":     cmath.sqrt,
    "cbrt":     _cbrt,
    "abs":      _signed,
    "sign":     _flat,
    "sin":      cmath.sin,
    "cos":      cmath.cos,
    "tan":      cmath.tan,
    "asin":     cmath.asin,
    "acos":     cmath.acos,
    "atan":     cmath.atan,
    "atan2":    _atan2,
    "sinh":     cmath.sinh,
    "cosh":     cmath.cosh,
    "tanh":     cmath.tanh,
    "asinh":    cmath.asinh,
    "acosh":    cmath.acosh,
    "atanh":    cmath.atanh,
    "min":      lambda *args: min(args, key=_real),
    "max":      lambda *args: max(args, key=_real),
    "step":     _flat,
    "floor":    _flat,
    "ceil":     _flat,
    "mod":      lambda x, y: x - y * math.floor(x.real / y.real),
    "normpdf":  lambda z: cmath.exp(-z * z / 2) / math.sqrt(math.tau),
    "sigmoid":  _sigmoid,
    "relu":     lambda z: z if z.real > 0 else 0j,
    "softplus": _softplus,
    "hypot":    _hypot,
}
# fmt: on
