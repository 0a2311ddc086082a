"""Shapes of formulas: real graphs have few, so a shape is read and differentiated once, its names being arguments.

The derivative of a formula is always that of its shape, with the names put in, be it the first of its shape or the
thousandth: what is stored never depends on what was asked before.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..store.errors import FormulaError
from .differentiate import partials
from .expression import ZERO, Expr, symbol
from .formula import lower, parse
from .names import AFTER_LETTER, LETTER, PLAIN, WORDS
from .traverse import substitute_all
from .tree import names_in

SHORT = 200  # a longer formula is rarely one of many; its parts could become atoms, whose form depends on their size
_NAME = re.compile(rf"(?<![\w.])({PLAIN})|'(?:[^']|'')*'")
# what stands before a name is looked at after its first letter: a search for letters alone is faster
_CALLED = re.compile(rf"(?>({LETTER}(?<![\w.].){AFTER_LETTER}))(?!\s*\()")
_SPECIAL = WORDS | {"pi"}


def shape(text: str, pi_is_node: bool) -> tuple[str, tuple[str, ...]]:
    """Return the formula with its names numbered, and the names in that order."""
    if "'" not in text:  # as in `_pieces`, which is one call more for each of a great many formulas
        pieces = _CALLED.split(text)
        found = tuple(pieces[1::2])
        if (len(found) < 2 or len(set(found)) == len(found)) and _SPECIAL.isdisjoint(found):
            return "\1".join(pieces[::2]), found
    names: dict[str, int] = {}

    def slot(match: re.Match[str]) -> str:
        name = match[0]
        if name[0] == "'":
            name = name[1:-1].replace("''", "'")
        elif name in WORDS or (name == "pi" and not pi_is_node) or text[match.end() :].lstrip()[:1] == "(":
            return name
        return f"\0{names.setdefault(name, len(names))}\0"

    return _NAME.sub(slot, text), tuple(names)


def formula_names(text: str, *, pi_is_node: bool) -> list[str]:
    """Return the names in a formula, in the order of the text; raises `FormulaError` where it cannot be read."""
    pieces = _pieces(text) if len(text) <= SHORT and text.isascii() else None
    if pieces is None:
        return names_in(parse(text, pi_is_node=pi_is_node))
    try:
        _read("\1".join(pieces[::2]))
    except FormulaError:
        parse(text, pi_is_node=pi_is_node)  # says the same of the text as it is, with its place
    return pieces[1::2]


def formula_partials(text: str, *, pi_is_node: bool) -> list[tuple[str, Expr]]:
    """Return `(name, local partial)` for each name as written, in the order of the text.

    >>> formula_partials("7*c + d^2", pi_is_node=False)
    [('c', Expr(7)), ('d', Expr(2*d))]
    """
    pieces = _pieces(text) if len(text) <= SHORT and text.isascii() else None
    if pieces is None:
        tree = parse(text, pi_is_node=pi_is_node)
        found = partials(lower(tree))
        return [(name, found.get(name, ZERO)) for name in names_in(tree)]
    names = formula_names(text, pi_is_node=pi_is_node)
    arguments: dict[str, Expr] = {_argument(index): symbol(name) for index, name in enumerate(names)}
    ready = _differentiated("\1".join(pieces[::2]))
    return list(zip(names, substitute_all(ready, arguments), strict=True))


def _pieces(text: str) -> list[str] | None:
    """Return the text around its names, and the names between; None if one stands twice, in quotes, or is a word.

    That is the usual case, at a third of the time.
    """
    if "'" in text:
        return None
    pieces = _CALLED.split(text)
    found = pieces[1::2]
    return pieces if len(set(found)) == len(found) and _SPECIAL.isdisjoint(found) else None


@lru_cache(maxsize=10_000)
def _read(key: str) -> None:
    parse(_written(key))


@lru_cache(maxsize=10_000)
def _differentiated(key: str) -> tuple[Expr, ...]:
    tree = parse(_written(key))
    found = partials(lower(tree))
    return tuple(found.get(name, ZERO) for name in names_in(tree))


def _written(key: str) -> str:
    """Return a formula of this shape."""
    first, *rest = key.split("\1")
    return first + "".join(_argument(index) + piece for index, piece in enumerate(rest))


def _argument(index: int) -> str:
    return f"p{index}"
