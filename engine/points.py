"""Points as people write them: `a=0.5,o=1`, an object of JSON, or what Python has for names and numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from numbers import Integral, Real
from typing import SupportsFloat, TypeAlias

from ..store.errors import FormulaError, InvalidGraph, Undefined, UsageError
from .evaluate import as_double, evaluate, steps_of_tree
from .expression import Expr, Number, Product, number
from .formula import lower, parse
from .names import bare_name, checked, split_list
from .steps import Failure
from .traverse import names_of

Bindings: TypeAlias = Mapping[str, SupportsFloat]
AnyPoint: TypeAlias = Bindings | str | Sequence[Bindings | str]  # bindings, a stored point's name, or a list of these
_NOT_FINITE = {"inf", "infinity", "Infinity", "nan", "NaN"}


def parse_bindings(text: str) -> dict[str, float]:
    """Return the bindings of `a=0.5,o=1`; values are numbers, quotients or constant expressions."""
    found: dict[str, float] = {}
    for part in split_list(text):
        name, equals, value = _cut(part)
        if not equals or not name.strip():
            raise UsageError(f"expected name=value, found '{part}'", hint="write: a=0.5,o=1")
        found[bare_name(name)] = constant(value, name)
    return found


def bindings_from_json(text: str, source: str) -> dict[str, float]:
    """Return the bindings of a JSON object of names and numbers (or texts of constant expressions)."""
    try:
        data = json.loads(text, parse_int=str, parse_float=str)  # texts are rounded once, and may have any length
    except (ValueError, RecursionError):
        raise InvalidGraph(f"{source} is not JSON", hint='write: {"a": 0.5}') from None
    if not isinstance(data, dict):
        raise InvalidGraph(f"{source} is not a JSON object", hint='write: {"a": 0.5}')
    return checked_point(data)


def checked_point(data: Mapping[str, object]) -> dict[str, float]:
    """Return a point from names and numbers; raises `UsageError` for what is no finite number.

    >>> checked_point({"a": 1, "b": Decimal("0.5"), "c": "1/4"})
    {'a': 1.0, 'b': 0.5, 'c': 0.25}
    """
    if not isinstance(data, Mapping):
        raise UsageError(f"bindings are a mapping, not {type(data).__name__}", hint='write {"a": 0.5}')
    return {checked(name): checked_number(value, name) for name, value in data.items()}


def checked_number(value: object, name: str) -> float:
    """Return what stands for a finite number, also the text of a constant expression; the errors say its name.

    >>> checked_number("1/4", "a"), checked_number(Decimal("0.5"), "b")
    (0.25, 0.5)
    """
    return constant(value, name) if isinstance(value, str) else _finite(value, name)


def point_parts(point: AnyPoint | None, more: Mapping[str, object]) -> list[Mapping[str, float] | str]:
    """Return the parts of a point, checked; `more` are bindings that come last. Of a name the later part holds.

    >>> point_parts(["base", {"a": 1}], {"b": 2})
    ['base', {'a': 1.0}, {'b': 2.0}]
    """
    parts = [point] if point is None or isinstance(point, (str, Mapping)) else point
    if not isinstance(parts, Sequence):
        raise UsageError(f"a point is not {type(point).__name__}", hint='write {"a": 0.5}, a=0.5, or the name of a point')
    found: list[Mapping[str, float] | str] = []
    for part in parts:
        if part is not None and not isinstance(part, (str, Mapping)):
            raise UsageError(f"a part of a point is not {type(part).__name__}", hint="bindings, or the name of a point")
        found += [] if part is None else [part if isinstance(part, str) else checked_point(part)]
    return [*found, checked_point(more)] if more or not found else found


def checked_count(value: object, name: str) -> int:
    """Return a whole number from 0 on; the error says what it counts."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 0:
        raise UsageError(f"{name} is a whole number from 0 on, not {value!r}")
    return int(value)


def maybe_point(point: AnyPoint | None) -> list[Mapping[str, float] | str] | None:
    """Return the parts of a point, or None for no point: a question for a formula."""
    return None if point is None else point_parts(point, {})


def _finite(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        raise UsageError(f"the value of '{name}' is not a number: {json.dumps(value, default=repr)}")
    try:
        number = float(value)
    except OverflowError:
        raise Undefined(f"the value of '{name}' is too large for a double") from None
    except ValueError:  # a Decimal that is a signaling NaN
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"the value of '{name}' is not finite: {number}", hint="a point has finite numbers")
    return number


def constant(text: str, name: str) -> float:
    """Return the value of a constant expression, rounded once where it is a quotient of numbers."""
    try:
        tree = parse(text)
        expression = lower(tree)
    except FormulaError as error:
        raise UsageError(f"the value of '{name}' is not a number: '{text.strip()}'", hint=error.message) from None
    if names_of(expression) <= _NOT_FINITE and names_of(expression):
        raise UsageError(f"the value of '{name}' is not finite: '{text.strip()}'", hint="a point has finite numbers")
    if names_of(expression):
        raise UsageError(f"the value of '{name}' names a node: '{text.strip()}'", hint="bind numbers only")
    try:
        value = _rounded(expression)
        if isinstance(expression, Number) and not value:
            value = math.copysign(value, steps_of_tree(tree).run(()))  # an exact 0 has lost its sign
    except Failure as failure:
        raise Undefined(f"the value of '{name}' is not defined: {failure}") from None
    if math.isinf(value):
        raise Undefined(f"the value of '{name}' is too large for a double: '{text.strip()}'")
    return value


def _rounded(expression: Expr) -> float:
    """Return the value of a constant; a number is rounded once, also one with a long power of ten, such as 1e-320."""
    if isinstance(expression, Number):
        return as_double(expression.value, 0)
    if isinstance(expression, Product) and len(expression.powers) == 1:
        base, exponent = expression.powers[0]
        if base is number(10) and isinstance(exponent, Number) and exponent.value.denominator == 1:
            return as_double(expression.coefficient, exponent.value.numerator)
    return evaluate(expression, {})


def _cut(part: str) -> tuple[str, str, str]:
    """Cut at the first `=` outside quotes."""
    quoted = False
    for index, letter in enumerate(part):
        if letter == "'" and (quoted or index == 0):
            quoted = not quoted
        elif letter == "=" and not quoted:
            return part[:index], "=", part[index + 1 :]
    return part, "", ""
