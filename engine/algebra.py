"""Expressions to SymPy: `to_sympy`; the way back is `from_sympy` of `algebra_back.py`.

SymPy gets trees through its constructors and never a text, for its parsers execute what they read. Its automatic
evaluation is let in where it is arithmetic: sums, products and powers come out as SymPy itself would write them, so
that they are equal to what its user writes. Functions, conditions and roots stay as they were written
(`evaluate=False`): `log(exp(x))`, `sin(-x)` and `max(b, a)` arrive as they are, nothing large is worked out, and the
way back gives the same object. An expression in which even arithmetic could grow without bound (`9^9^9`) or in which
SymPy would leave the real numbers stays as written in all its parts; `.doit()` evaluates it.

SymPy is imported when it is needed: it costs a quarter of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from ..store.errors import GaveUp
from .expression import ONE, ZERO, Call, Expr, Number, Product, Sum, Symbol
from .functions import FUNCTIONS, OPAQUE
from .traverse import fold, names_of, postorder

# fmt: off
SYMPY_NAMES = {  # ours → SymPy's, where SymPy has a function of the same value, kinks and order of arguments
    "exp":       "exp",
    "log":       "log",
    "abs":       "Abs",
    "sign":      "sign",
    "sin":       "sin",
    "cos":       "cos",
    "tan":       "tan",
    "asin":      "asin",
    "acos":      "acos",
    "atan":      "atan",
    "atan2":     "atan2",
    "sinh":      "sinh",
    "cosh":      "cosh",
    "tanh":      "tanh",
    "asinh":     "asinh",
    "acosh":     "acosh",
    "atanh":     "atanh",
    "min":       "Min",
    "max":       "Max",
    "floor":     "floor",
    "ceil":      "ceiling",
    "mod":       "Mod",
    "erf":       "erf",
    "erfc":      "erfc",
    "gamma":     "gamma",
    "digamma":   "digamma",
    "polygamma": "polygamma",
    "<":         "StrictLessThan",
    "<=":        "LessThan",
    "==":        "Equality",
    "!=":        "Unequality",
    ">":         "StrictGreaterThan",
    ">=":        "GreaterThan",
    "and":       "And",
    "or":        "Or",
    "not":       "Not",
}
# fmt: on
_UNORDERED = frozenset({"min", "max", "and", "or"})  # SymPy sorts their arguments and compares them
_LARGEST_EXPONENT = 1_000  # of a power of numbers that is worked out
_LARGEST_TREE = 100_000  # characters; past that shared parts would be met too often
_PLACEHOLDERS = ("x", "y")


def to_sympy(root: Expr, *, evaluate: bool = True) -> Any:
    """Return the expression as one of SymPy's, with real symbols; raises `GaveUp` where SymPy would recurse too deep.

    A node called `pi`, `E` or `I` is a symbol like any other; only the constant is `sympy.pi`. What SymPy lacks is
    a function of its own (`own`), with our derivative and our value. `evaluate=False` keeps sums, products and powers
    as they are written, too.

    >>> from .formula import parse_expression
    >>> to_sympy(parse_expression("60*d + 84"))
    60*d + 84
    """
    try:
        if evaluate and _is_tame(root):
            try:
                evaluated = _converted(root, True)
                if _is_real(evaluated):
                    return evaluated
            except (TypeError, ValueError, ArithmeticError, AttributeError):
                pass  # SymPy's evaluation fails on some powers of conditions
        return _converted(root, False)
    except RecursionError:
        raise GaveUp("the expression is nested too deeply for SymPy") from None


def _converted(root: Expr, evaluate: bool) -> Any:
    def rule(item: Expr, done: dict[Expr, Any]) -> Any:
        return _RULES[type(item)](item, done, evaluate)

    return fold(root, rule)


@cache
def own(name: str) -> Any:
    """Return the class for a function that SymPy lacks, or that it has with other values: `cbrt` of −8 is −2.

    It is differentiated by our table, and worked out by it at numbers, in double precision and not beyond.
    """
    import sympy

    entry = FUNCTIONS[name]

    def fdiff(self: Any, argindex: int = 1) -> Any:
        from .formula import parse_expression

        text = entry.derivatives[argindex - 1]
        assert text is not None
        arguments = {sympy.Symbol(x, real=True): arg for x, arg in zip(_PLACEHOLDERS, self.args, strict=False)}
        return to_sympy(parse_expression(text)).xreplace(arguments)

    def _eval_evalf(self: Any, prec: int) -> Any:
        try:
            return sympy.Float(entry.value(*map(float, self.args)), precision=prec) if prec < 100 else None
        except (TypeError, ValueError, ArithmeticError):
            return None

    fields = {"nargs": entry.arity[0], "is_real": True, "fdiff": fdiff, "_eval_evalf": _eval_evalf}
    return type(name, (sympy.Function,), {**fields, "_imp_": staticmethod(entry.value), "__module__": __name__})


def apply_function(name: str, args: Iterable[Any]) -> Any:
    """Return SymPy's form of a function, comparison or logical word of ours, as it is written."""
    build = _SPECIAL.get(name, _plain if name in SYMPY_NAMES else _own)
    return build(name, tuple(args))


def _plain(name: str, args: tuple[Any, ...]) -> Any:
    import sympy

    return getattr(sympy, SYMPY_NAMES[name])(*args, evaluate=False)


def _own(name: str, args: tuple[Any, ...]) -> Any:
    return own(name)(*args, evaluate=False)


def _unordered(name: str, args: tuple[Any, ...]) -> Any:
    """Return min, max, and, or. Past their constructors, which sort, compare and refuse even with evaluate=False."""
    import sympy

    made = sympy.Basic.__new__(getattr(sympy, SYMPY_NAMES[name]), *args)
    made._argset = frozenset(args)
    return made


def _sqrt(name: str, args: tuple[Any, ...]) -> Any:
    import sympy

    return sympy.Pow(args[0], sympy.S.Half, evaluate=False)


def _step(name: str, args: tuple[Any, ...]) -> Any:
    import sympy

    return sympy.Heaviside(args[0], 0, evaluate=False)  # without the 0 its value there would be 1/2


def _if(name: str, args: tuple[Any, ...]) -> Any:
    """Return `if` as a Piecewise; a chain of `if … else if …` is one. Past the constructors, which fold conditions."""
    import sympy

    new, pair = sympy.Basic.__new__, sympy.functions.elementary.piecewise.ExprCondPair
    condition, yes, no = args
    rest = no.args if isinstance(no, sympy.Piecewise) else (new(pair, no, sympy.true),)
    return new(sympy.Piecewise, new(pair, yes, condition), *rest)


def _opaque(name: str, args: tuple[Any, ...]) -> Any:
    """Return a function that SymPy knows nothing of; its derivative stays a Derivative, which no formula has."""
    import sympy

    return sympy.Function(name, real=True)(*args)


_SPECIAL: dict[str, Callable[[str, tuple[Any, ...]], Any]] = {
    **dict.fromkeys(_UNORDERED, _unordered),
    OPAQUE: _opaque,
    "sqrt": _sqrt,
    "step": _step,
    "if": _if,
}


def _number(item: Number, done: dict[Expr, Any], evaluate: bool) -> Any:
    import sympy

    return sympy.Rational(item.value.numerator, item.value.denominator)


def _symbol(item: Symbol, done: dict[Expr, Any], evaluate: bool) -> Any:
    import sympy

    return sympy.pi if item.constant else sympy.Symbol(item.name, real=True)


def _call(item: Call, done: dict[Expr, Any], evaluate: bool) -> Any:
    return apply_function(item.name, [done[arg] for arg in item.args])


def _sum(item: Sum, done: dict[Expr, Any], evaluate: bool) -> Any:
    import sympy

    terms = []
    for coefficient, monomial in item.terms:
        scale = sympy.Rational(coefficient.numerator, coefficient.denominator)
        if monomial is ONE:
            terms.append(scale)
        else:
            terms.append(done[monomial] if coefficient == 1 else sympy.Mul(scale, done[monomial], evaluate=evaluate))
    return sympy.Add(*terms, evaluate=evaluate)


def _product(item: Product, done: dict[Expr, Any], evaluate: bool) -> Any:
    import sympy

    factors = [
        done[base] if exponent is ONE else sympy.Pow(done[base], done[exponent], evaluate=evaluate)
        for base, exponent in item.powers
    ]
    if item.coefficient != 1:
        factors.insert(0, sympy.Rational(item.coefficient.numerator, item.coefficient.denominator))
    return factors[0] if len(factors) == 1 else sympy.Mul(*factors, evaluate=evaluate)


_RULES: dict[type[Expr], Callable[..., Any]] = {
    Number: _number,
    Symbol: _symbol,
    Call: _call,
    Sum: _sum,
    Product: _product,
}


def _is_tame(root: Expr) -> bool:
    """Return whether SymPy's arithmetic on this expression stays small and real."""
    if root.size > _LARGEST_TREE:
        return False
    logs: set[Expr] = set()  # what contains the logarithm of a number: exp of 10^9*log(2) is 2^(10^9)
    for item in postorder(root):
        if not logs.isdisjoint(item.parts) or (isinstance(item, Call) and item.name == "log" and not _varies(item)):
            logs.add(item)
        if isinstance(item, Call) and item.name == "exp" and item in logs:
            return False
        if isinstance(item, Product) and not all(_is_small_power(base, exponent) for base, exponent in item.powers):
            return False
    return True


def _is_real(root: Any) -> bool:
    """Return whether evaluation made no infinity and no imaginary unit, as it does of `1/if(c, 0, x)`."""
    import sympy

    foreign = {sympy.zoo, sympy.oo, -sympy.oo, sympy.nan, sympy.I}
    seen, stack = set(), [root]
    while stack:
        item = stack.pop()
        if item in foreign:
            return False
        if item not in seen:
            seen.add(item)
            stack.extend(item.args)
    return True


def _is_small_power(base: Expr, exponent: Expr) -> bool:
    if not isinstance(base, Number):
        return True
    if base is ZERO or (base.value < 0 and not (isinstance(exponent, Number) and exponent.value.denominator == 1)):
        return False
    return _varies(exponent) or (isinstance(exponent, Number) and abs(exponent.value) <= _LARGEST_EXPONENT)


def _varies(item: Expr) -> bool:
    """Return whether a node is mentioned."""
    return bool(names_of(item))
