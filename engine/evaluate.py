"""Numbers out of formulas: a formula becomes a list of steps over registers, and the steps are run.

Nothing is ever compiled to Python code. A formula is evaluated as it was written, in IEEE doubles, from left to
right; where it has no finite value, `Failure` says which part has none. Formulas repeat: one list of steps serves
every formula of the same shape (`steps_of`), with the names as its arguments.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from .expression import Call, Expr, Number, Product, Sum, Symbol
from .formula import parse
from .functions import FUNCTIONS
from .quick import quick
from .shapes import shape
from .steps import Step, Steps
from .traverse import names_of, postorder
from .tree import Tree, names_in, parts, walk


def evaluate(expression: Expr, values: Mapping[str, float]) -> float:
    """Return the value of an expression; raises `Failure` where it has none.

    >>> from .formula import parse_expression
    >>> evaluate(parse_expression("60*d + 84"), {"d": 3.0})
    264.0
    """
    steps = steps_of_expression(expression)
    return steps.run([values[name] for name in steps.names])


def steps_of(text: str, *, pi_is_node: bool = False) -> tuple[Steps, tuple[str, ...]]:
    """Return the steps of a formula's shape, and the names that are its arguments."""
    key, names = shape(text, pi_is_node)
    shapes = _shapes[pi_is_node]
    steps = shapes.get(key)
    if steps is None:
        if len(shapes) > 10_000:
            shapes.clear()
        steps = steps_of_tree(parse(text, pi_is_node=pi_is_node), names)
        steps = shapes[key] = steps._replace(quick=quick(steps))
    return steps, names


def steps_of_tree(tree: Tree, names: Sequence[str] | None = None) -> Steps:
    """Return the steps of a formula as it was written."""
    builder = _Builder(names_in(tree) if names is None else names)
    stack: list[int] = []
    for item in walk(tree):
        count = len(parts(item))
        args = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        stack.append(_tree_step(builder, item, args))
    return builder.finish(stack[0])


def steps_of_expression(root: Expr) -> Steps:
    """Return the steps of a canonical expression; shared parts are one step."""
    builder = _Builder(sorted(names_of(root)))
    places: dict[Expr, int] = {}
    for item in postorder(root):
        places[item] = _expression_step(builder, item, places)
    return builder.finish(places[root])


# -------------------------------------------------------------------------------------------------- building


class _Builder:
    """Collects steps; registers of constants are numbered from −1 down until their count is known."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = {name: index for index, name in enumerate(names)}
        self.constants: dict[str, int] = {}
        self.code: list[Step] = []
        self.delicate = False

    def constant(self, value: float) -> int:
        return -1 - self.constants.setdefault(repr(value), len(self.constants))

    def step(self, name: str, function: Callable[..., Any], *registers: int) -> int:
        self.code.append(Step(function, registers, name))
        return len(self.names) + len(self.code) - 1

    def function(self, name: str, registers: Sequence[int]) -> int:
        entry = FUNCTIONS[name]
        self.delicate = self.delicate or bool(entry.domain) or entry.kink is not None
        return self.step(name, entry.value, *registers)

    def power(self, base: int, exponent: int, whole: bool) -> int:
        self.delicate = self.delicate or not whole
        return self.step("^", math.pow, base, exponent)

    def divide(self, above: int, below: int) -> int:
        self.delicate = self.delicate or below >= 0
        return self.step("/", operator.truediv, above, below)

    def finish(self, root: int) -> Steps:
        count = len(self.constants)

        def place(register: int) -> int:
            if register < 0:
                return len(self.names) - 1 - register
            return register if register < len(self.names) else register + count

        code = tuple(Step(s.function, tuple(map(place, s.registers)), s.name) for s in self.code)
        values = tuple(float(text) for text in self.constants)
        return Steps(tuple(self.names), values, code, place(root), self.delicate)


def _tree_step(builder: _Builder, item: Tree, args: list[int]) -> int:
    """Return the register that holds a part of a formula as it was written."""
    kind = item[0]
    if kind == "number":
        return builder.constant(as_double(*item[1]))
    if kind == "name":
        return builder.names[item[1]]
    if kind == "constant":
        return builder.constant(math.pi)
    if kind == "group":
        return args[0]
    if kind == "-":
        return builder.step("-", operator.neg, args[0])
    if kind == "^":
        exponent = item[2]
        whole = exponent[0] == "number" and as_double(*exponent[1]).is_integer()
        return builder.power(args[0], args[1], whole)
    if kind == "call":
        return _call_step(builder, item[1], args)
    return _chain_step(builder, [sign for sign, _ in item[1]], args)


def _chain_step(builder: _Builder, signs: list[str], args: list[int]) -> int:
    total = args[0]
    for sign, arg in zip(signs[1:], args[1:], strict=True):
        if sign == "/":
            total = builder.divide(total, arg)
        else:
            total = builder.step(sign, _ARITHMETIC[sign], total, arg)
    return total


def _call_step(builder: _Builder, name: str, args: Sequence[int]) -> int:
    if name in _LOGIC:
        builder.delicate = True  # it may stand on the border of a condition
        return builder.step(name, _LOGIC[name], *args)
    return builder.function(name, args)


def _expression_step(builder: _Builder, item: Expr, places: dict[Expr, int]) -> int:
    """Return the register that holds a part of a canonical expression."""
    if isinstance(item, Number):
        return builder.constant(_double(item.value))
    if isinstance(item, Symbol):
        return builder.constant(math.pi) if item.constant else builder.names[item.name]
    if isinstance(item, Call):
        return _call_step(builder, item.name, [places[arg] for arg in item.args])
    if isinstance(item, Sum):
        terms = [_scaled_step(builder, coefficient, places[monomial]) for coefficient, monomial in item.terms]
        return _chain_step(builder, ["+"] * len(terms), terms)
    assert isinstance(item, Product)
    above = [builder.constant(_double(item.coefficient))]
    below: list[int] = []
    for base, exponent in item.powers:
        negative = isinstance(exponent, Number) and exponent.value < 0
        raised = abs(exponent.value) if isinstance(exponent, Number) else None
        register = places[base]
        if raised != 1:
            index = places[exponent] if raised is None else builder.constant(_double(raised))
            register = builder.power(register, index, raised is not None and raised.denominator == 1)
        (below if negative else above).append(register)
    signs = ["*"] * len(above) + ["/"] * len(below)
    return _chain_step(builder, signs, above + below)


def _scaled_step(builder: _Builder, coefficient: Fraction, monomial: int) -> int:
    if coefficient == 1:
        return monomial
    return builder.step("*", operator.mul, builder.constant(_double(coefficient)), monomial)


def as_double(mantissa: Fraction, shift: int) -> float:
    """Return mantissa × 10^shift rounded once; beyond the doubles it is infinite or 0."""
    if abs(shift) > 10_000:
        return 0.0 if shift < 0 or not mantissa else math.inf
    return _double(mantissa * Fraction(10) ** shift)


def _double(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


_shapes: dict[bool, dict[str, Steps]] = {False: {}, True: {}}  # by whether a node is called pi


_ARITHMETIC: dict[str, Callable[..., Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_LOGIC: dict[str, Callable[..., Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": operator.not_,
    "if": lambda condition, yes, no: yes if condition else no,
}
