"""SymPy's expressions to ours: `from_sympy`, the way back from `to_sympy` and from what SymPy makes of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import reduce
from typing import Any

from ..store.errors import UsageError
from .algebra import SYMPY_NAMES
from .expression import MINUS_ONE, ZERO, Call, Expr, add, call, multiply, number, power, symbol
from .formula import parse_expression
from .functions import FUNCTIONS
from .names import checked
from .traverse import substitute

# fmt: off
_FORMULAS = {  # what only SymPy has, over its arguments x and y
    "sec":         "1/cos(x)",
    "csc":         "1/sin(x)",
    "cot":         "1/tan(x)",
    "sech":        "1/cosh(x)",
    "csch":        "1/sinh(x)",
    "coth":        "1/tanh(x)",
    "asec":        "acos(1/x)",
    "acsc":        "asin(1/x)",
    "acot":        "atan(1/x)",
    "asech":       "acosh(1/x)",
    "acsch":       "asinh(1/x)",
    "acoth":       "atanh(1/x)",
    "sinc":        "if(x == 0, 1, sin(x)/x)",
    "loggamma":    "lgamma(x)",
    "factorial":   "gamma(x + 1)",
    "binomial":    "gamma(x + 1)/(gamma(y + 1)*gamma(x - y + 1))",
    "Exp1":        "exp(1)",
    "EulerGamma":  "-digamma(1)",
    "GoldenRatio": "(sqrt(5) + 1)/2",
    "re":          "x",  # all our values are real
    "conjugate":   "x",
}
# fmt: on
_FUNCTIONS = {theirs: ours for ours, theirs in SYMPY_NAMES.items() if ours in FUNCTIONS} | {name: name for name in FUNCTIONS}
_COMPARISONS = {theirs: ours for ours, theirs in SYMPY_NAMES.items() if not ours[0].isalpha()}
_HALF, _MINUS_HALF = number(Fraction(1, 2)), number(Fraction(-1, 2))
_TRUE, _FALSE = call("==", [ZERO, ZERO]), call("!=", [ZERO, ZERO])
_DOUBLE = 53  # bits

_HINT = "gradq reads back real sums, products, powers, Piecewise with a last case, and the functions of its own table"


def from_sympy(item: Any) -> Expr:
    """Return a SymPy expression as one of ours; raises `UsageError` that names what has no counterpart.

    Symbols become nodes by their names, whatever is assumed of them. A Float becomes the shortest decimal that reads
    back as the same double. What SymPy takes for complex, we take for undefined there.

    >>> import sympy
    >>> from_sympy(sympy.Symbol("x")**2 / 2 + sympy.pi)
    Expr(0.5*x^2 + pi)
    """
    import sympy

    if not isinstance(item, sympy.Expr):
        raise UsageError(f"{type(item).__name__} is not an expression of SymPy", hint="a number, symbol, sum, function …")
    done: dict[Any, Any] = {}
    for part, rule in _postorder(item):
        done[part] = rule(part, [done[arg] for arg in part.args])
    found = done[item]
    assert isinstance(found, Expr)
    return found


_Rule = Callable[[Any, list[Any]], Any]


def _postorder(root: Any) -> Iterator[tuple[Any, _Rule]]:
    """Yield every part once with its rule, parts before the whole; what has no rule is named from the outside in."""
    seen: set[Any] = set()
    stack: list[tuple[Any, _Rule | None]] = [(root, None)]
    while stack:
        item, rule = stack.pop()
        if rule is not None:
            yield item, rule
        elif item not in seen:
            seen.add(item)
            stack.append((item, _rule(item)))
            stack.extend((arg, None) for arg in reversed(item.args))


def _rule(item: Any) -> _Rule:
    from sympy.core.function import AppliedUndef

    if isinstance(item, AppliedUndef):  # Function("sigmoid")(x): the name alone tells, so only ours are known
        if type(item).__name__ in FUNCTIONS:
            return _function
    else:
        for kind in type(item).__mro__:
            if kind.__name__ in _RULES:
                return _RULES[kind.__name__]
    raise _unknown(type(item).__name__)


def _unknown(what: str) -> UsageError:
    return UsageError(f"SymPy's {what} has no counterpart in a formula", hint=_HINT)


def _refused(item: Any, args: list[Any]) -> Expr:
    raise _unknown(type(item).__name__)


def _rational(item: Any, args: list[Any]) -> Expr:
    return number(Fraction(int(item.p), int(item.q)))


def _float(item: Any, args: list[Any]) -> Expr:
    double = float(item)
    if item._prec <= _DOUBLE and math.isfinite(double) and (double or not item):
        return number(Fraction(repr(double)))
    sign, mantissa, exponent, _ = item._mpf_
    return multiply([number(-int(mantissa) if sign else int(mantissa)), power(number(2), number(exponent))])


def _symbol(item: Any, args: list[Any]) -> Expr:
    return symbol(checked(item.name))


def _power(item: Any, args: list[Any]) -> Expr:
    base, exponent = args
    if type(item.base).__name__ == "Exp1":
        return call("exp", [exponent])
    if exponent is _HALF:
        return call("sqrt", [base])
    return power(call("sqrt", [base]), MINUS_ONE) if exponent is _MINUS_HALF else power(base, exponent)


def _function(item: Any, args: list[Any]) -> Expr:
    name = _FUNCTIONS[type(item).__name__]
    least, most = FUNCTIONS[name].arity
    if len(args) < least or (most is not None and len(args) > most):
        raise UsageError(f"{name} of {len(args)} arguments has no counterpart in a formula")
    if name == "polygamma" and args[0] is ZERO:  # SymPy writes digamma so
        return call("digamma", args[1:])
    return call(name, args)


def _formula(item: Any, args: list[Any]) -> Expr:
    formula = parse_expression(_FORMULAS[type(item).__name__])
    return substitute(formula, dict(zip("xy", args, strict=False)))


def _heaviside(item: Any, args: list[Any]) -> Expr:
    """Return the step with the value at 0 that is its second argument; ours is 0 there."""
    x, at_zero = args
    if at_zero is ZERO:
        return call("step", [x])
    text = "(sign(x) + 1)/2" if at_zero is _HALF else "if(x == 0, y, step(x))"
    return substitute(parse_expression(text), {"x": x, "y": at_zero})


def _piecewise(item: Any, args: list[Any]) -> Expr:
    *cases, (last, condition) = args
    if condition is not _TRUE:
        raise UsageError(
            "a Piecewise without a last case for everything else has no counterpart in a formula",
            hint="end it with (value, True)",
        )
    for value, condition in reversed(cases):
        last = call("if", [condition, value, last])
    return last  # type: ignore[no-any-return]


def _comparison(item: Any, args: list[Any]) -> Expr:
    if any(map(_is_condition, args)):
        raise _unknown(f"{type(item).__name__} of conditions")
    return call(_COMPARISONS[type(item).__name__], args)


def _is_condition(item: Expr) -> bool:
    return isinstance(item, Call) and item.name not in FUNCTIONS and item.name != "if"


def _chain(word: str) -> _Rule:
    """Return the rule of `and`, `or`: ours take two."""
    return lambda item, args: reduce(lambda left, right: call(word, [left, right]), args)


def _choice(item: Any, args: list[Any]) -> Expr:
    condition, yes, no = args
    return call("or", [call("and", [condition, yes]), call("and", [call("not", [condition]), no])])


_RULES: dict[str, _Rule] = {
    **dict.fromkeys(_FUNCTIONS, _function),
    **dict.fromkeys(_FORMULAS, _formula),
    **dict.fromkeys(_COMPARISONS, _comparison),
    "Rational": _rational,
    "Float": _float,
    "Symbol": _symbol,
    "Dummy": _refused,  # two of them may bear one name
    "Wild": _refused,
    "Pi": lambda item, args: symbol("pi", constant=True),
    "Add": lambda item, args: add(args),
    "Mul": lambda item, args: multiply(args),
    "Pow": _power,
    "Heaviside": _heaviside,
    "Piecewise": _piecewise,
    "ExprCondPair": lambda item, args: tuple(args),
    "And": _chain("and"),
    "Or": _chain("or"),
    "Not": lambda item, args: call("not", args),
    "ITE": _choice,
    "BooleanTrue": lambda item, args: _TRUE,
    "BooleanFalse": lambda item, args: _FALSE,
}
