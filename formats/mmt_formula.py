"""The expressions of Myokit as formulas, from its objects and never through its text."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from . import texts
from .texts import Piece


class Untranslatable(Exception):
    """An expression that the grammar has no words for; the text says why."""


def formula(expression: Any) -> str:
    """Return the formula of an expression; raises `Untranslatable`."""
    stack: list[Piece] = []
    for item in _walk(expression):
        kind = type(item).__name__
        if kind in _LEAVES:
            stack.append(_LEAVES[kind](item))
            continue
        if kind not in _RULES:
            raise Untranslatable(f"{kind} is not read")
        count = len(item)
        arguments = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        stack.append(_RULES[kind](arguments))
    return texts.value(stack[0]).text


def literal(expression: Any) -> str | None:
    """Return an expression that is a finite number, with a sign or without, as text; None for another."""
    sign = 1.0
    while type(expression).__name__ in ("PrefixMinus", "PrefixPlus"):
        sign = -sign if type(expression).__name__ == "PrefixMinus" else sign
        (expression,) = expression
    if type(expression).__name__ != "Number" or not math.isfinite(expression.value()):
        return None
    return texts.number(sign * expression.value()).text


def parents(expression: Any) -> list[str]:
    """Return the nodes that an expression refers to, in order."""
    return sorted({node_name(reference) for reference in expression.references()})


def node_name(reference: Any) -> str:
    """Return the node of a name or of a derivative."""
    return dotted(reference.var()) if reference.is_derivative() else str(reference.var().qname())


def dotted(state: Any) -> str:
    """Return the node of a state's rate."""
    return f"dot({state.qname()})"


def _walk(expression: Any) -> list[Any]:
    """Return all parts of an expression, parts before the whole, from left to right."""
    found, stack = [], [expression]
    while stack:
        item = stack.pop()
        found.append(item)
        if type(item).__name__ not in _LEAVES:
            stack.extend(item)
    return found[::-1]


def _number(item: Any) -> Piece:
    if not math.isfinite(item.value()):
        raise Untranslatable(f"{item.value()} is no finite number")
    return texts.number(item.value())


def _named(item: Any) -> Piece:
    return texts.name(node_name(item))


def _log(arguments: Sequence[Piece]) -> Piece:
    logs = [texts.call("log", [argument]) for argument in arguments]
    return logs[0] if len(logs) == 1 else texts.binary("/", *logs)


def _pieces(arguments: Sequence[Piece]) -> Piece:
    """Return conditions and values in turn, with the value for the rest at the end, as one `if` in the other."""
    made = arguments[-1]
    for at in range(len(arguments) - 3, -1, -2):
        made = texts.choice(arguments[at], arguments[at + 1], made)
    return made


def _binary(operator: str) -> Callable[[Sequence[Piece]], Piece]:
    return lambda arguments: texts.binary(operator, arguments[0], arguments[1])


def _comparison(operator: str) -> Callable[[Sequence[Piece]], Piece]:
    return lambda arguments: texts.compare(operator, arguments[0], arguments[1])


def _function(name: str) -> Callable[[Sequence[Piece]], Piece]:
    return lambda arguments: texts.call(name, arguments)


_LEAVES: dict[str, Callable[[Any], Piece]] = {"Number": _number, "Name": _named, "Derivative": _named}

# fmt: off
_RULES: dict[str, Callable[[Sequence[Piece]], Piece]] = {
    "PrefixPlus":  lambda arguments: arguments[0],
    "PrefixMinus": lambda arguments: texts.negative(arguments[0]),
    "Plus":        _binary("+"),
    "Minus":       _binary("-"),
    "Multiply":    _binary("*"),
    "Divide":      _binary("/"),
    "Power":       _binary("^"),
    "Quotient":    lambda arguments: texts.call("floor", [texts.binary("/", *arguments)]),  # as Myokit's simulations do
    "Remainder":   _function("mod"),
    "Log":         _log,
    "If":          _pieces,
    "Piecewise":   _pieces,
    "Not":         lambda arguments: texts.inverse(arguments[0]),
    "And":         lambda arguments: texts.join("and", arguments),
    "Or":          lambda arguments: texts.join("or", arguments),
    "Equal":       _comparison("=="),
    "NotEqual":    _comparison("!="),
    "More":        _comparison(">"),
    "Less":        _comparison("<"),
    "MoreEqual":   _comparison(">="),
    "LessEqual":   _comparison("<="),
}
# fmt: on
_RULES |= {f"{name[:2].upper()}{name[2:]}": _function(name) for name in ("asin", "acos", "atan")}
_RULES |= {name.capitalize(): _function(name) for name in "sqrt sin cos tan exp log10 floor ceil abs".split()}
