"""Excel's own grammar: a formula becomes a list of items in the order in which a stack machine takes them.

The words come from openpyxl's tokenizer. Precedence is Excel's: `-2^2` is 4, `2^3^2` is 64, `%` stands after its
operand. Two stacks and no recursion, so that nesting costs no Python frames.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

MOST_CHARACTERS = 8_192  # Excel's own limit
_PRECEDENCE = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_PERCENT, _PREFIX = 6, 7
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_FORWARD = re.compile(r"^(_xlfn\.|_xlws\.|_xludf\.)+", re.IGNORECASE)  # how newer functions are marked in the file
ARRAY_TAKING = frozenset({"SUMPRODUCT"})  # their arguments are worked out cell by cell, whatever the formula is
_SHAPE_ONLY = frozenset({"ROW", "ROWS", "COLUMN", "COLUMNS"})  # they look at where a range lies and not into it


class Unsupported(Exception):
    """A formula, or a part of one, that has no counterpart in gradq; the text says why."""


class Item(NamedTuple):
    """One step: an operand, or what `takes` so many values from the stack and puts one there.

    `kind`: number, text, truth, error, ref, shape, missing · prefix, percent, infix, call, array (`text` is its width).
    """

    kind: str
    text: str
    takes: int = 0
    each: bool = False  # stands where ranges are worked out cell by cell


class _Open(NamedTuple):
    """A bracket that waits for its end: of a function, of an array, or plain."""

    kind: str
    name: str
    level: int
    each: bool


def parse(text: str) -> list[Item]:
    """Return the items of a formula that begins with `=`; raises `Unsupported`.

    >>> [item.text for item in parse("=-2^A1%")]
    ['2', '-', 'A1', '%', '^']
    """
    return _Parser().run(words(text))


def words(text: str) -> list[Any]:
    """Return the tokens of a formula; raises `Unsupported`."""
    from openpyxl.formula import Tokenizer
    from openpyxl.formula.tokenizer import TokenizerError

    if len(text) > MOST_CHARACTERS:
        raise Unsupported(f"the formula has {len(text):,} characters")
    try:
        return [token for token in Tokenizer(text).items if token.type != "WHITE-SPACE"]
    except (TokenizerError, IndexError, AssertionError, AttributeError) as error:  # what it raises on broken text
        raise Unsupported(f"the formula cannot be read ({type(error).__name__})") from None


class _Parser:
    def __init__(self) -> None:
        self.items: list[Item] = []
        self.operators: list[tuple[str, int]] = []
        self.open: list[_Open] = []
        self.counts: list[int] = []  # arguments so far, of each open bracket
        self.widths: list[int] = []  # of an open array: elements in its first row
        self.wants_operand = True

    def run(self, tokens: list[Any]) -> list[Item]:
        for token in tokens:
            self._take(token)
        if self.open or self.wants_operand:
            raise Unsupported("the formula ends too early")
        self._reduce(0)
        return self.items

    def _take(self, token: Any) -> None:
        if token.type == "OPERAND":
            self._expect(True)
            self._add(*_operand(token))
            self.wants_operand = False
        elif token.subtype == "OPEN":
            self._expect(True)
            self._begin(token)
        elif token.subtype == "CLOSE":
            self._end()
        elif token.type == "SEP":
            self._separate(token.subtype == "ROW")
        elif token.type == "OPERATOR-PREFIX":
            self._expect(True)
            self.operators.append((token.value + "prefix", _PREFIX))
        elif token.type == "OPERATOR-POSTFIX":
            self._expect(False)
            self._reduce(_PERCENT)
            self._add("percent", "%", 1)
        else:
            self._infix(token.value)

    def _infix(self, operator: str) -> None:
        self._expect(False)
        if operator not in _PRECEDENCE:
            raise Unsupported("a union of ranges" if operator == "," else f"the operator '{operator}'")
        self._reduce(_PRECEDENCE[operator])
        self.operators.append((operator, _PRECEDENCE[operator]))
        self.wants_operand = True

    def _begin(self, token: Any) -> None:
        name = _FORWARD.sub("", token.value[:-1]).upper() if token.type == "FUNC" else ""
        kind = {"FUNC": "call", "ARRAY": "array"}.get(token.type, "")
        self.open.append(_Open(kind, name, len(self.operators), self._each() or name in ARRAY_TAKING))
        self.counts.append(0)
        self.widths.append(0)
        self.wants_operand = True

    def _separate(self, row: bool) -> None:
        if not self.open or not self.open[-1].kind:
            raise Unsupported("a union of ranges")
        self._argument()
        if row and not self.widths[-1]:
            self.widths[-1] = self.counts[-1]
        self.wants_operand = True

    def _argument(self) -> None:
        """End an argument; where there is none, one that was left out stands for it."""
        if self.wants_operand:
            self._add("missing", "")
        self._reduce(0)
        self.counts[-1] += 1

    def _end(self) -> None:
        if not self.open:
            raise Unsupported("the formula has a bracket too many")
        if not self.open[-1].kind:
            self._expect(False)
            self._reduce(0)
        elif self.counts[-1] or not self.wants_operand:
            self._argument()
        bracket, count, width = self.open.pop(), self.counts.pop(), self.widths.pop()
        self.wants_operand = False
        if bracket.kind == "call":
            if bracket.name in _SHAPE_ONLY and count == 1 and self.items[-1].kind == "ref":
                self.items[-1] = self.items[-1]._replace(kind="shape")
            self._add("call", bracket.name, count)
        elif bracket.kind == "array":
            self._add("array", str(width or count), count)

    def _reduce(self, precedence: int) -> None:
        """Put out the waiting operators that bind at least as tightly."""
        level = self.open[-1].level if self.open else 0
        while len(self.operators) > level and self.operators[-1][1] >= precedence:
            operator = self.operators.pop()[0]
            if operator.endswith("prefix"):
                self._add("prefix", operator[0], 1)
            else:
                self._add("infix", operator, 2)

    def _add(self, kind: str, text: str, takes: int = 0) -> None:
        self.items.append(Item(kind, text, takes, self._each()))

    def _each(self) -> bool:
        return bool(self.open) and self.open[-1].each

    def _expect(self, operand: bool) -> None:
        if self.wants_operand != operand:
            raise Unsupported("an operator is missing" if operand is False else "an intersection of ranges")


def _operand(token: Any) -> tuple[str, str]:
    """Return the kind and the text of an operand; a number only where Excel would write one."""
    value: str = token.value
    if token.subtype == "TEXT":
        return "text", value[1:-1].replace('""', '"')
    if token.subtype == "ERROR" or value.endswith("#REF!"):
        return "error", value
    if value.upper() in ("TRUE", "FALSE"):
        return "truth", value.upper()
    return ("number", value) if _NUMBER.fullmatch(value) else ("ref", value)
