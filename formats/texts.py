"""Formulas in the grammar of `.gq`, put together from pieces with the brackets that they need and no others.

A piece is read as it was written: `a - (b - c)` keeps its brackets, `a*b + c` gets none. A condition is a piece too, and
what stands where the other kind is needed is turned: `x` as a condition is `x != 0`, `x > 0` as a value `if(x > 0, 1, 0)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..engine.layout import quoted

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(1, 6)
_OR, _AND, _NOT, _COMPARISON = range(1, 5)
_BINARY = {"+": (_SUM, _SUM, _PRODUCT), "-": (_SUM, _SUM, _PRODUCT), "*": (_PRODUCT, _PRODUCT, _POWER)}
_BINARY |= {"/": (_PRODUCT, _PRODUCT, _POWER), "^": (_POWER, _ATOM, _ATOM)}  # own, least left, least right
_SPACED = {"+", "-"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with how tightly it holds together, and whether it is a condition."""

    text: str
    binding: int = _ATOM
    condition: bool = False


def name(node: str) -> Piece:
    """Return the piece of a node's name."""
    return Piece(quoted(node))


def number(value: float) -> Piece:
    """Return the piece of a finite number.

    >>> number(-2.0), number(0.1)
    (Piece(text='-2', binding=3, condition=False), Piece(text='0.1', binding=5, condition=False))
    """
    text = repr(value)
    text = text[:-2] if text.endswith(".0") else text
    return Piece(text, _SIGN if text.startswith("-") else _ATOM)


def binary(operator: str, left: Piece, right: Piece) -> Piece:
    """Return `left operator right` for + - * / ^.

    >>> a, b, c = map(name, "abc")
    >>> binary("-", a, binary("-", b, c)).text, binary("^", binary("*", a, b), negative(c)).text
    ('a - (b - c)', '(a*b)^(-c)')
    """
    own, least_left, least_right = _BINARY[operator]
    sides = _held(value(left), least_left), _held(value(right), least_right)
    return Piece((f" {operator} " if operator in _SPACED else operator).join(sides), own)


def negative(piece: Piece) -> Piece:
    """Return a piece with its sign turned."""
    return Piece(f"-{_held(value(piece), _POWER)}", _SIGN)


def call(function: str, arguments: Iterable[Piece]) -> Piece:
    """Return the call of a function of the grammar."""
    return Piece(f"{function}({', '.join(value(argument).text for argument in arguments)})")


def choice(test: Piece, yes: Piece, no: Piece) -> Piece:
    """Return `if(test, yes, no)`."""
    return Piece(f"if({condition(test).text}, {value(yes).text}, {value(no).text})")


def compare(operator: str, left: Piece, right: Piece) -> Piece:
    """Return a comparison.

    >>> choice(compare("<", name("x"), number(0)), number(1), name("x")).text
    'if(x < 0, 1, x)'
    """
    return Piece(f"{value(left).text} {operator} {value(right).text}", _COMPARISON, True)


def join(word: str, pieces: Iterable[Piece]) -> Piece:
    """Return conditions joined by `and` or `or`."""
    own = _AND if word == "and" else _OR
    return Piece(f" {word} ".join(_held(condition(piece), own + 1) for piece in pieces), own, True)


def inverse(piece: Piece) -> Piece:
    """Return `not piece`."""
    return Piece(f"not {_held(condition(piece), _COMPARISON + 1)}", _NOT, True)


def value(piece: Piece) -> Piece:
    """Return a piece that is a value; a condition counts 1 or 0."""
    return choice(piece, number(1), number(0)) if piece.condition else piece


def condition(piece: Piece) -> Piece:
    """Return a piece that is a condition; a value is one where it is not 0."""
    return piece if piece.condition else compare("!=", piece, number(0))


def _held(piece: Piece, least: int) -> str:
    return piece.text if piece.binding >= least else f"({piece.text})"
