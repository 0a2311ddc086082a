"""The functions that a formula may call, one line each: value, derivatives, domain and kinks.

`FUNCTIONS` is the table, `ALIASES` the other spellings. A value is a double for finite arguments, never NaN: where
there is none the callable raises ValueError, OverflowError or ZeroDivisionError. A derivative is text in the grammar
of formulas over the arguments `x`; `x, y`; or `n, x`; it names no constant, because a node may be called `pi`.

To add a function is to add a line here and a line in its test.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple


class Bend(NamedTuple):
    """Where a function has a kink or a jump, and its slopes there: to the left, to the right, and the one that is used.

    Of min and max they are the slopes by one of the arguments that tie, which share evenly: `used` is None.
    """

    met: Callable[..., bool]  # whether the derivative jumps, or has no value, at these arguments
    left: float
    right: float
    used: float | None


class Function(NamedTuple):
    """One line of the table."""

    name: str
    arity: tuple[int, int | None]  # least and most arguments; None: any number
    value: Callable[..., float]
    derivatives: tuple[str | None, ...]  # one for each argument; None: not differentiable with respect to it
    domain: str  # for people; empty where the function has a value everywhere
    kink: Bend | None = None


_SQRT_HALF = math.sqrt(0.5)
_SQRT_TAU = math.sqrt(math.tau)
_PSI_BITS = 120  # past double: near its zeros digamma is a small difference of large numbers
OPAQUE = "opaque"  # stands for what could not be read: `opaque.py`
_MOST_PSI = 1000  # 0.1 s of work; it grows faster than n


def _abs(x: float) -> float:
    return math.fabs(x)


def _sign(x: float) -> float:
    if x > 0:
        return 1.0
    return -1.0 if x < 0 else math.fabs(x)  # 0 gives 0, NaN stays NaN


def _relu(x: float) -> float:
    return max(x, 0.0) + 0.0  # + 0.0: no negative zero; x stands first, so that NaN stays NaN


def _step(x: float) -> float:
    return _sign(_relu(x))


def _floor(x: float) -> float:
    return float(math.floor(x))


def _ceil(x: float) -> float:
    return float(math.ceil(x))


def _mod(x: float, y: float) -> float:
    if math.isinf(x):
        raise ValueError("mod of an infinite number")  # % would give NaN
    return x % y + 0.0


def _atan2(x: float, y: float) -> float:
    return math.atan2(x + 0.0, y + 0.0)  # a negative zero would choose the other side of the cut


def _hypot(x: float, y: float) -> float:
    length = math.hypot(x, y)
    if math.isinf(length):
        raise OverflowError("hypot overflows")  # math.hypot returns infinity, and 1/hypot would then be 0
    return length


def _normcdf(x: float) -> float:
    return 0.5 * math.erfc(-x * _SQRT_HALF)  # 0.5*(1 + erf) has no digits left in the lower tail


def _normpdf(x: float) -> float:
    return math.exp(-0.5 * x * x) / _SQRT_TAU


def _sigmoid(x: float) -> float:
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    tail = math.exp(x)  # 1/(1 + exp(-x)) overflows below -709
    return tail / (1.0 + tail)


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _digamma(x: float) -> float:
    return _polygamma(0, x)


def _polygamma(n: float, x: float) -> float:
    if not 0 <= n <= _MOST_PSI or n != math.floor(n) or not math.isfinite(x):
        raise ValueError(f"polygamma needs a whole number n from 0 to {_MOST_PSI} and a finite x")
    if x <= 0 and x == math.floor(x):
        raise ValueError("polygamma has a pole at 0, -1, …")
    # imported here: mpmath costs more than all of the start. libmp: no global precision that others may change.
    from mpmath.libmp import to_float

    return float(to_float(_exact_psi(int(n), x), strict=True, rnd="n")) + 0.0  # nearest; no negative zero


def _exact_psi(n: int, x: float) -> Any:
    """Return polygamma(n, x) to about 120 bits, as a number of mpmath's lower floor."""
    from mpmath.libmp import fone, from_float, mpf_add, mpf_floor, mpf_neg, mpf_psi, mpf_sub

    exact = from_float(x)
    if x >= -1:
        return mpf_psi(n, exact, _PSI_BITS)
    # mpf_psi walks from x up to 0 in steps of 1: 3 s at -1e6. The reflection formula (-1)^n psi(1-x) - psi(x) has
    # period 1, so that x is reached from its fractional part by three values at positive arguments.
    part = mpf_sub(exact, mpf_floor(exact))
    near, mirrored, far = (mpf_psi(n, at, _PSI_BITS) for at in (part, mpf_sub(fone, part), mpf_sub(fone, exact)))
    if n % 2:
        mirrored, far = mpf_neg(mirrored), mpf_neg(far)
    return mpf_add(mpf_sub(near, mirrored), far)


def _opaque(*args: float) -> float:
    raise ValueError("what could not be read has no value")


def _at_zero(x: float) -> bool:
    return x == 0


def _at_whole(x: float) -> bool:
    return float(x).is_integer()


def _at_whole_ratio(x: float, y: float) -> bool:
    return y != 0 and _at_whole(x / y)


def _tied_least(*args: float) -> bool:
    return args.count(min(args)) > 1


def _tied_most(*args: float) -> bool:
    return args.count(max(args)) > 1


# fmt: off
_TABLE = (
    Function("exp",       (1, 1),    math.exp,    ("exp(x)",),                          ""),
    Function("log",       (1, 1),    math.log,    ("1/x",),                             "x > 0"),
    Function("log2",      (1, 1),    math.log2,   ("1/(x*log(2))",),                    "x > 0"),
    Function("log10",     (1, 1),    math.log10,  ("1/(x*log(10))",),                   "x > 0"),
    Function("log1p",     (1, 1),    math.log1p,  ("1/(x + 1)",),                       "x > -1"),
    Function("expm1",     (1, 1),    math.expm1,  ("exp(x)",),                          ""),
    Function("sqrt",      (1, 1),    math.sqrt,   ("1/(2*sqrt(x))",),                   "x >= 0"),
    Function("cbrt",      (1, 1),    math.cbrt,   ("1/(3*cbrt(x)^2)",),                 ""),
    Function("abs",       (1, 1),    _abs,        ("sign(x)",),                         "",       Bend(_at_zero, -1, 1, 0)),
    Function("sign",      (1, 1),    _sign,       ("0",),                               "",       Bend(_at_zero, 0, 0, 0)),

    Function("sin",       (1, 1),    math.sin,    ("cos(x)",),                          ""),
    Function("cos",       (1, 1),    math.cos,    ("-sin(x)",),                         ""),
    Function("tan",       (1, 1),    math.tan,    ("1 + tan(x)^2",),                    ""),
    Function("asin",      (1, 1),    math.asin,   ("1/sqrt(1 - x^2)",),                 "-1 <= x <= 1"),
    Function("acos",      (1, 1),    math.acos,   ("-1/sqrt(1 - x^2)",),                "-1 <= x <= 1"),
    Function("atan",      (1, 1),    math.atan,   ("1/(x^2 + 1)",),                     ""),
    Function("atan2",     (2, 2),    _atan2,      ("y/(x^2 + y^2)", "-x/(x^2 + y^2)"),  ""),
    Function("sinh",      (1, 1),    math.sinh,   ("cosh(x)",),                         ""),
    Function("cosh",      (1, 1),    math.cosh,   ("sinh(x)",),                         ""),
    Function("tanh",      (1, 1),    math.tanh,   ("1 - tanh(x)^2",),                   ""),
    Function("asinh",     (1, 1),    math.asinh,  ("1/sqrt(x^2 + 1)",),                 ""),
    Function("acosh",     (1, 1),    math.acosh,  ("1/(sqrt(x - 1)*sqrt(x + 1))",),     "x >= 1"),
    Function("atanh",     (1, 1),    math.atanh,  ("1/(1 - x^2)",),                     "-1 < x < 1"),

    # min and max: (), because a text cannot speak of any number of arguments; differentiate.py builds theirs
    Function("min",       (2, None), min,         (),                                   "",       Bend(_tied_least, 1, 0, None)),
    Function("max",       (2, None), max,         (),                                   "",       Bend(_tied_most, 0, 1, None)),
    Function("step",      (1, 1),    _step,       ("0",),                               "",       Bend(_at_zero, 0, 0, 0)),
    Function("floor",     (1, 1),    _floor,      ("0",),                               "",       Bend(_at_whole, 0, 0, 0)),
    Function("ceil",      (1, 1),    _ceil,       ("0",),                               "",       Bend(_at_whole, 0, 0, 0)),
    Function("mod",       (2, 2),    _mod,        ("1", "-floor(x/y)"),                 "y != 0", Bend(_at_whole_ratio, 1, 1, 1)),

    Function("erf",       (1, 1),    math.erf,    ("2*sqrt(2)*normpdf(sqrt(2)*x)",),    ""),
    Function("erfc",      (1, 1),    math.erfc,   ("-2*sqrt(2)*normpdf(sqrt(2)*x)",),   ""),
    Function("normcdf",   (1, 1),    _normcdf,    ("normpdf(x)",),                      ""),
    Function("normpdf",   (1, 1),    _normpdf,    ("-x*normpdf(x)",),                   ""),
    Function("gamma",     (1, 1),    math.gamma,  ("gamma(x)*digamma(x)",),             "x not 0, -1, …"),
    Function("lgamma",    (1, 1),    math.lgamma, ("digamma(x)",),                      "x not 0, -1, …"),
    Function("digamma",   (1, 1),    _digamma,    ("polygamma(1, x)",),                 "x not 0, -1, …"),
    Function("polygamma", (2, 2),    _polygamma,  (None, "polygamma(n + 1, x)"),        "n = 0, 1, …; x not 0, -1, …"),

    Function("sigmoid",   (1, 1),    _sigmoid,    ("sigmoid(x)*sigmoid(-x)",),          ""),
    Function("relu",      (1, 1),    _relu,       ("step(x)",),                         "",       Bend(_at_zero, 0, 1, 0)),
    Function("softplus",  (1, 1),    _softplus,   ("sigmoid(x)",),                      ""),
    Function("hypot",     (2, 2),    _hypot,      ("x/hypot(x, y)", "y/hypot(x, y)"),   ""),
    Function(OPAQUE,      (0, None), _opaque,     (),                                   "nowhere"),
)
# fmt: on

FUNCTIONS: dict[str, Function] = {function.name: function for function in _TABLE}

ALIASES: dict[str, str] = {
    "ln": "log",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
}
