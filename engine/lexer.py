"""The words of a formula: tokens with their columns, and exact literals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple, NoReturn

from ..store.errors import FormulaError
from .names import PLAIN

MAX_DIGITS = 100_000
MAX_EXPONENT_DIGITS = 12
_TOKEN = re.compile(
    rf"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>{PLAIN})"
    r"|(?P<quoted>'(?:[^']|'')*')|(?P<op>\*\*|<=|>=|==|!=|[-+*/^(),<>]))"
)
_HINTS = {"=": "compare with '=='", "−": "write '-'", "–": "write '-'", "·": "write '*'", "×": "write '*'"}
_HINTS |= {
    "÷": "write '/'",
    "&": "write 'and'",
    "|": "write abs(x), or 'or'",
    "?": "write if(condition, a, b)",
    "!": "write 'not'",
    "'": "a quoted name ends with '",
}
_HINTS |= {
    "[": "an index is whole numbers: x[0], w[0,1]; a unit stands in the note, after #",
    '"': "a quoted name stands in single quotes",
    "?": "write if(condition, a, b)",
    "%": "write /100, or mod(x, y)",
    ";": "a note begins with #",
}


class Token(NamedTuple):
    kind: str
    text: str
    column: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a formula; raises `FormulaError` at what begins none."""
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            _refuse_character(text, position + len(text[position:]) - len(text[position:].lstrip()))
        kind = match.lastgroup
        yield Token(kind, match[kind], match.start(kind) + 1)
        position = match.end()


def literal(text: str) -> tuple[Fraction, int]:
    """Return a literal as an exact mantissa and a power of ten that is 0 unless it would be very long."""
    digits, _, exponent = text.lower().partition("e")
    if len(digits) > MAX_DIGITS:
        raise FormulaError(f"a number of {len(text):,} characters", hint=f"at most {MAX_DIGITS:,} digits are read")
    if len(exponent.lstrip("+-")) > MAX_EXPONENT_DIGITS:
        raise FormulaError(
            f"an exponent of {len(exponent):,} characters", hint=f"at most {MAX_EXPONENT_DIGITS} digits are read there"
        )
    shift = int(exponent or 0)
    whole, _, places = digits.partition(".")
    mantissa = Fraction(_integer(whole + places or "0"), 10 ** len(places))
    return (mantissa * Fraction(10) ** shift, 0) if abs(shift) <= 40 else (mantissa, shift)


def _integer(digits: str) -> int:
    """Return an integer of any length (Python's `int` refuses more than 4,300 digits)."""
    if len(digits) <= 4_000:
        return int(digits)
    from decimal import Decimal

    return int(Decimal(digits))


def _refuse_character(text: str, index: int) -> NoReturn:
    found = text[index]
    what = (
        "a quote that does not end"
        if found == "'"
        else f"unexpected {found!a}"
        if ord(found) > 0xFFFF
        else f"unexpected '{found}'"
    )
    raise FormulaError(what, hint=_HINTS.get(found, "a name with such a character stands in single quotes"), column=index + 1)
