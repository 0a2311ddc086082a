"""The functions of Python's `math`, of NumPy and of SciPy's `special` as formulas, by their names there.

Only what has the same value is here, up to the last digits. `x`, `y`, `z` are the arguments.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import texts
from .texts import Piece

# fmt: off
_SAME = {  # their name → ours, of one argument
    "exp": "exp", "expm1": "expm1", "log": "log", "log2": "log2", "log10": "log10", "log1p": "log1p", "sqrt": "sqrt",
    "cbrt": "cbrt", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
    "asin": "asin", "acos": "acos", "atan": "atan", "asinh": "asinh", "acosh": "acosh", "atanh": "atanh",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "fabs": "abs", "abs": "abs", "absolute": "abs", "sign": "sign", "floor": "floor", "ceil": "ceil",
    "erf": "erf", "erfc": "erfc", "gamma": "gamma", "lgamma": "lgamma", "gammaln": "lgamma", "digamma": "digamma",
    "psi": "digamma", "expit": "sigmoid", "ndtr": "normcdf",
}
_FORMULAS: dict[str, tuple[str, str]] = {  # their name → the arguments, and a formula of them
    "atan2": ("xy", "atan2(x, y)"), "arctan2": ("xy", "atan2(x, y)"), "hypot": ("xy", "hypot(x, y)"),
    "mod": ("xy", "mod(x, y)"), "remainder": ("xy", "mod(x, y)"), "polygamma": ("xy", "polygamma(x, y)"),
    "pow": ("xy", "x^y"), "power": ("xy", "x^y"), "float_power": ("xy", "x^y"), "square": ("x", "x^2"),
    "exp2": ("x", "2^x"), "reciprocal": ("x", "1/x"), "negative": ("x", "-x"), "positive": ("x", "x"),
    "add": ("xy", "x + y"), "subtract": ("xy", "x - y"), "multiply": ("xy", "x*y"), "divide": ("xy", "x/y"),
    "true_divide": ("xy", "x/y"), "floor_divide": ("xy", "(x - mod(x, y))/y"), "float": ("x", "x"), "float64": ("x", "x"),
    "maximum": ("xy", "max(x, y)"), "minimum": ("xy", "min(x, y)"), "fmax": ("xy", "max(x, y)"),
    "fmin": ("xy", "min(x, y)"), "clip": ("xyz", "min(max(x, y), z)"),
    "radians": ("x", "x*acos(-1)/180"), "deg2rad": ("x", "x*acos(-1)/180"),
    "degrees": ("x", "x*180/acos(-1)"), "rad2deg": ("x", "x*180/acos(-1)"),
    "trunc": ("x", "if(x < 0, ceil(x), floor(x))"), "fix": ("x", "if(x < 0, ceil(x), floor(x))"),
    "heaviside": ("xy", "if(x == 0, y, step(x))"), "logaddexp": ("xy", "max(x, y) + log1p(exp(-abs(x - y)))"),
    "sinc": ("x", "if(x == 0, 1, sin(acos(-1)*x)/(acos(-1)*x))"), "xlogy": ("xy", "if(x == 0, 0, x*log(y))"),
}
_COMPARISONS = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!="}
_LOGIC = {"logical_and": "and", "logical_or": "or", "bitwise_and": "and", "bitwise_or": "or"}
CONSTANTS = {"pi": "pi", "e": "exp(1)", "tau": "2*pi", "euler_gamma": "-digamma(1)"}
MODULES = frozenset({"math", "numpy", "scipy.special"})
BUILTINS = frozenset({"abs", "min", "max", "pow", "float", "sum"})
# fmt: on


def known(function: str, arguments: Sequence[Piece], *, module: str = "numpy") -> Piece | None:
    """Return the call of a function of another's as a piece, or None for one that has no counterpart.

    >>> known("log", [texts.name("x"), texts.number(2)], module="math").text
    'log(x)/log(2)'
    >>> known("arctan", [texts.name("x")]).text, known("jv", [texts.name("x")])
    ('atan(x)', None)
    """
    count = len(arguments)
    if function == "log" and module == "math" and count == 2:
        return texts.binary("/", *(texts.call("log", [argument]) for argument in arguments))
    if count == 1 and function in _SAME:
        return texts.call(_SAME[function], arguments)
    if function in ("min", "max") and module == "builtins" and count > 1:
        return texts.call(function, arguments)
    if function in _COMPARISONS and count == 2:
        return texts.compare(_COMPARISONS[function], *arguments)
    if function in _LOGIC and count == 2:
        return texts.join(_LOGIC[function], arguments)
    if function in ("logical_not", "invert") and count == 1:
        return texts.inverse(arguments[0])
    if function == "where" and count == 3:
        return texts.choice(*arguments)
    if module == "math" and function == "remainder":
        return None  # that of IEEE 754, which is another
    if function in _FORMULAS and len(_FORMULAS[function][0]) == count:
        return filled(_FORMULAS[function][1], dict(zip("xyz", arguments, strict=False)))
    return None


def filled(formula: str, arguments: dict[str, Piece]) -> Piece:
    """Return a formula with its letters exchanged for pieces.

    >>> filled("x^2", {"x": texts.binary("+", texts.name("a"), texts.name("b"))}).text
    '(a + b)^2'
    """
    from ..engine.formula import parse
    from ..engine.tree import parts, walk

    stack: list[Piece] = []
    for item in walk(parse(formula)):
        count = len(parts(item))
        args = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        stack.append(_piece(item, args, arguments))
    return stack[0]


def _piece(item: tuple[object, ...], args: list[Piece], arguments: dict[str, Piece]) -> Piece:
    """Return one part of a formula as a piece."""
    kind, what = item[0], item[1]
    if kind == "number":
        return texts.number(float(what[0]))  # type: ignore[index]
    if kind == "name":
        return texts.value(arguments[str(what)])
    if kind == "group":
        return args[0]
    if kind == "-":
        return texts.negative(args[0])
    if kind == "^":
        return texts.binary("^", *args)
    if kind == "call" and what == "if":
        return texts.choice(*args)
    if kind == "call" and not str(what)[0].isalpha():
        return texts.compare(str(what), *args)
    if kind == "call":
        return texts.call(str(what), args)
    total = args[0]
    for (sign, _), arg in zip(what[1:], args[1:], strict=True):  # type: ignore[index]
        total = texts.binary(sign, total, arg)
    return total
