"""Unrolled forms: a formula rewritten, by substitution, in terms of a frontier of names."""

from __future__ import annotations

from collections.abc import Callable, Collection

from .expression import Expr, symbol
from .traverse import names_of, substitute


def unroll(root: Expr, formula_of: Callable[[str], Expr | None], frontier: Collection[str]) -> Expr:
    """Return `root` with every name that has a formula and is not in `frontier` replaced by that formula, and so on.

    It is substitution, not the derivative with the frontier held still.

    >>> from .formula import parse_expression
    >>> formulas = {"d": parse_expression("5*b + 6"), "b": parse_expression("5 - 3*a")}
    >>> unroll(parse_expression("12*d"), formulas.get, {"b"})
    Expr(60*b + 72)
    """
    done: dict[str, Expr] = {}
    stack = [(name, False) for name in sorted(names_of(root))]
    while stack:
        name, ready = stack.pop()
        if name in done:
            continue
        formula = None if name in frontier else formula_of(name)
        if formula is None:
            done[name] = symbol(name)
        elif ready:
            done[name] = substitute(formula, done)
        else:
            stack.append((name, True))
            stack.extend((above, False) for above in sorted(names_of(formula)) if above not in done)
    return substitute(root, done)
