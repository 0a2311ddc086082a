"""Expressions to definitions in which every part that is used more than once is a node of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..engine.expression import Call, Expr, Number
from ..engine.graphfile import Definition, read_definition
from ..engine.layout import arrange, quoted
from ..engine.printing import LIMIT, may_be_named, with_names
from ..engine.traverse import names_of, postorder

_WORTH = 8  # characters: a shorter part is written again


def definitions(
    roots: Mapping[str, Expr], *, given: Mapping[str, Expr] | None = None, avoid: Iterable[str] = ()
) -> list[Definition]:
    """Return the definitions of `roots`, by name, and before each the parts that it shares; none is longer than a line.

    `given` are parts that have a name already, such as those of `cse`; no part gets a name of `avoid`.

    >>> from ..engine.formula import parse_expression
    >>> found = definitions({"y": parse_expression("sin(a + b/2)*exp(sin(a + b/2))")})
    >>> [(line.name, line.formula) for line in found]
    [('t1', 'sin(a + 0.5*b)'), ('y', 'exp(t1)*t1')]
    """
    taken = {*roots, *(given or {}), *avoid}.union(*map(names_of, [*roots.values(), *(given or {}).values()]))
    fresh = _fresh(taken)
    order = list(postorder(*(given or {}).values(), *roots.values()))
    always = _always_needed(order, [*(given or {}).values(), *roots.values()])
    uses: dict[Expr, int] = {}
    for item in order:
        for part in item.parts:
            uses[part] = uses.get(part, 0) + 1
    wanted: dict[Expr, list[str]] = {}
    for name, root in [*(given or {}).items(), *roots.items()]:
        wanted.setdefault(root, []).append(name)
    named: dict[Expr, str] = {}
    lengths: dict[Expr, int] = {}
    found: list[Definition] = []
    for item in order:
        pieces = arrange(item)
        length = sum(len(p) if isinstance(p, str) else lengths.get(p, p.size) for p in pieces)
        lengths[item] = length
        names = wanted.get(item, [])
        is_shared = uses.get(item, 0) > 1 and length > _WORTH
        if not names and item in always and may_be_named(item) and (is_shared or length > LIMIT):
            names = [next(fresh)]
        for name in names:
            found.append(read_definition(f"{quoted(name)} = {with_names(pieces, named)}"))
        if names and may_be_named(item) and not isinstance(item, Number):
            named[item] = quoted(names[0])
            lengths[item] = len(named[item])
    return found


def _always_needed(order: Sequence[Expr], roots: Iterable[Expr]) -> set[Expr]:
    """Return the parts that are needed whichever branch an `if` takes: a node of another may have no value there."""
    found = set(roots)
    for item in reversed(order):
        if item in found:
            found.update(item.args[:1] if isinstance(item, Call) and item.name == "if" else item.parts)
    return found


def _fresh(taken: set[str]) -> Iterator[str]:
    """Yield names of steps that nobody has."""
    count = 0
    while True:
        count += 1
        if f"t{count}" not in taken:
            yield f"t{count}"
