"""Walks over expressions, all without recursion: parts before the whole, each distinct part once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from .expression import Call, Expr, Product, Sum, Symbol, add, call, multiply, number, power

T = TypeVar("T")


def postorder(*roots: Expr) -> Iterator[Expr]:
    """Yield every distinct sub-expression once, parts before the whole, without recursion."""
    seen: set[Expr] = set()
    stack: list[tuple[Expr, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        item, ready = stack.pop()
        if ready:
            yield item
        elif item not in seen:
            seen.add(item)
            stack.append((item, True))
            stack.extend((part, False) for part in reversed(item.parts) if part not in seen)


def fold(root: Expr, rule: Callable[[Expr, dict[Expr, T]], T]) -> T:
    """Return `rule(root, results)` where `results` has what the rule gave for every sub-expression before."""
    return fold_all([root], rule)[0]


def fold_all(roots: Sequence[Expr], rule: Callable[[Expr, dict[Expr, T]], T]) -> list[T]:
    """Return what `fold` gives for each root; what they share is worked out once."""
    results: dict[Expr, T] = {}
    for item in postorder(*roots):
        results[item] = rule(item, results)
    return [results[root] for root in roots]


def names_of(root: Expr) -> frozenset[str]:
    """Return the names of the nodes that `root` mentions.

    >>> from .expression import symbol
    >>> sorted(names_of(add([symbol("x"), call("sin", [symbol("y")])])))
    ['x', 'y']
    """
    if root._names is None:
        root._names = frozenset(item.name for item in postorder(root) if isinstance(item, Symbol) and not item.constant)
    return root._names


def substitute(root: Expr, replacements: dict[str, Expr]) -> Expr:
    """Return `root` with each named symbol replaced, all at once, and made canonical again.

    >>> from .expression import symbol
    >>> substitute(add([symbol("x"), number(1)]), {"x": number(2)})
    Expr(3)
    """
    return substitute_all([root], replacements)[0]


def substitute_all(roots: Sequence[Expr], replacements: dict[str, Expr]) -> list[Expr]:
    """Return what `substitute` gives for each root; what they share is made once, as in the partials of one formula."""

    def rule(item: Expr, done: dict[Expr, Expr]) -> Expr:
        if isinstance(item, Symbol):
            return item if item.constant else replacements.get(item.name, item)
        return rebuild(item, done)

    return fold_all(roots, rule)


def rebuild(item: Expr, done: dict[Expr, Expr]) -> Expr:
    """Return `item` with its parts exchanged for what `done` has for them."""
    if all(done[part] is part for part in item.parts):
        return item
    if isinstance(item, Call):
        return call(item.name, [done[arg] for arg in item.args])
    if isinstance(item, Sum):
        return add([multiply([number(c), done[monomial]]) for c, monomial in item.terms])
    assert isinstance(item, Product)
    return multiply([number(item.coefficient), *(power(done[b], done[e]) for b, e in item.powers)])
