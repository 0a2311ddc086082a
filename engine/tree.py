"""The tree of a formula as it was written, and walks over one.

A tree is a tuple that begins with its kind: ("number", (Fraction, power of ten)), ("name", str), ("constant", "pi"),
("sum", [(sign, tree), …]), ("product", [("*" or "/", tree), …]), ("^", base, exponent), ("-", tree),
("group", tree), ("call", name, [trees]) with comparisons and logical words as calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Tree = tuple[Any, ...]


def names_in(tree: Tree) -> list[str]:
    """Return the names of nodes that a tree mentions, in the order of the text, each once."""
    return list(dict.fromkeys(item[1] for item in walk(tree) if item[0] == "name"))


def uses_pi(tree: Tree) -> bool:
    """Return whether the constant pi occurs."""
    return any(item[0] == "constant" for item in walk(tree))


def walk(tree: Tree) -> Iterator[Tree]:
    """Yield every part of a tree, parts before the whole, in the order of the text."""
    stack = [(tree, False)]
    while stack:
        item, ready = stack.pop()
        if ready:
            yield item
        else:
            stack.append((item, True))
            stack.extend((part, False) for part in reversed(parts(item)))


def parts(tree: Tree) -> list[Tree]:
    """Return the direct parts of a tree."""
    kind = tree[0]
    if kind in ("number", "name", "constant"):
        return []
    if kind in ("sum", "product"):
        return [part for _, part in tree[1]]
    return tree[2] if kind == "call" else list(tree[1:])
