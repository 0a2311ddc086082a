"""What an edit changes: nodes, edges with their local partials, levels, and which memo rows go.

A symbolic row (y, x) goes when a path from x to y, in the old or the new graph, uses an edge whose partial changed,
came or went; nothing else goes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from ..store.errors import InvalidGraph
from ..store.rows import Cone, NodeRow
from .differentiate import partials
from .expression import ZERO, Expr, symbol
from .formula import parse, parse_expression
from .functions import OPAQUE
from .graphfile import Definition
from .guard import guarded
from .layout import text_of
from .opaque import is_opaque, opaque_error
from .printing import LIMIT
from .shapes import formula_partials
from .traverse import substitute
from .tree import uses_pi


class Local(NamedTuple):
    """An edge into a node: its parent, the local partial as text (None above the size limit, or if opaque) and its digest."""

    parent: str
    partial: str | None
    digest: str


class Plan(NamedTuple):
    """The difference between two graphs, by node name."""

    added: list[str]
    changed: list[str]
    removed: list[str]
    kept: int
    locals: dict[str, list[Local]]  # of every formula that was added or changed
    levels: dict[str, int]


def local_partials(formula: str, *, pi_is_node: bool = False) -> list[Local]:
    """Return the edges of a formula, one for each name in it as written, also where the partial is 0.

    >>> local_partials("7*c + d^2")[1][:2]
    ('d', '2*d')
    """
    found = formula_partials(formula, pi_is_node=pi_is_node)
    if OPAQUE not in formula:
        return [local(name, partial) for name, partial in found]
    return [local(name, partial, stored=not is_opaque(partial)) for name, partial in found]


def local(parent: str, partial: Expr, *, stored: bool = True) -> Local:
    """Return the row of one edge; its partial is stored up to the size limit."""
    return Local(parent, text_of(partial) if stored and partial.size <= LIMIT else None, partial.digest.hex())


def partial_of(child: NodeRow, parent: str, *, pi_is_node: bool) -> Expr:
    """Return the local partial of an edge that was not stored: too long, or `Undefined`, for the child is opaque."""
    found = partials(parse_expression(child.formula or "0", pi_is_node=pi_is_node)).get(parent, ZERO)
    if is_opaque(found):
        raise opaque_error(child, wrt=parent)
    return found


def formula_uses_pi(formula: str) -> bool:
    """Return whether a formula uses the constant pi."""
    return "pi" in formula and uses_pi(parse(formula))


def changed_parents(old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]) -> set[str]:
    """Return the parents whose partial changed, came or went, from `(parent, digest)` pairs."""
    return {parent for parent, _ in set(old) ^ set(new)}


def renamed_text(text: str, old: str, new: str, *, pi_is_node: bool) -> Expr:
    """Return a stored expression with one name exchanged, canonical again."""
    return substitute(parse_expression(text, pi_is_node=pi_is_node), {old: symbol(new)})


def plan(definitions: Iterable[Definition], old: Cone, levels: dict[str, int], *, reparse: bool, pi: bool) -> Plan:
    """Compare definitions with the stored graph; formulas are differentiated only where they are new.

    `reparse` says that the meaning of `pi` has changed, so that every formula is read again.
    """
    before = {node.name: node for node in old.nodes}
    after = {definition.name: definition for definition in definitions}
    added = [name for name in after if name not in before]
    changed = [
        name
        for name, new in after.items()
        if name in before and (_differs(before[name], new) or (reparse and formula_uses_pi(new.formula or "0")))
    ]
    fresh = [*added, *changed] if not reparse else list(after)
    locals_ = {name: _locals(after[name], pi) for name in guarded(fresh, "formulas")}
    removed = [name for name in before if name not in after]
    return Plan(added, changed, removed, len(after) - len(added) - len(changed), locals_, levels)


def stale_pairs(
    pairs: Collection[tuple[int, int]],
    edges: Iterable[tuple[int, int]],
    changed: set[tuple[int, int]],
    level: Mapping[int, int],
) -> set[tuple[int, int]]:
    """Return the memo's pairs (y, x) for which a path from x to y in this graph uses a changed edge.

    `edges` and `changed` are (child, parent); `level` orders the nodes. One pass over the graph for each y.
    """
    parents: dict[int, list[int]] = {}
    for child, parent in edges:
        parents.setdefault(child, []).append(parent)
    wanted: dict[int, set[int]] = {}
    for of, wrt in pairs:
        wanted.setdefault(of, set()).add(wrt)
    stale: set[tuple[int, int]] = set()
    for of, wrts in wanted.items():
        stale |= {(of, node) for node in _tainted(of, parents, changed, level) & wrts}
    return stale


def relevel(inside: Collection[int], edges: Iterable[tuple[int, int]], level: dict[int, int]) -> dict[int, int]:
    """Return the new levels of `inside`, a node and all below it, from all (child, parent) edges into them."""
    parents: dict[int, list[int]] = {node: [] for node in inside}
    children: dict[int, list[int]] = {}
    waiting = dict.fromkeys(inside, 0)
    for child, parent in edges:
        parents[child].append(parent)
        if parent in waiting:
            waiting[child] += 1
            children.setdefault(parent, []).append(child)
    ready = [node for node, count in waiting.items() if not count]
    found: dict[int, int] = {}
    for node in ready:
        found[node] = max((found.get(parent, level.get(parent, 0)) + 1 for parent in parents[node]), default=0)
        for child in children.get(node, ()):
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return {node: value for node, value in found.items() if level.get(node) != value}


def check_pi(name: str, formulas: Iterable[tuple[str, str | None]]) -> None:
    """Refuse a node called `pi` while a formula uses the constant."""
    if name != "pi":
        return
    user = next((node for node, formula in formulas if formula is not None and formula_uses_pi(formula)), None)
    if user is not None:
        raise InvalidGraph(f"'{user}' uses the constant pi, so no node can be called so", hint="choose another name")


def _differs(old: NodeRow, new: Definition) -> bool:
    return (old.kind, old.formula, old.default) != (new.kind, new.formula, new.default)


def _locals(definition: Definition, pi: bool) -> list[Local]:
    return [] if definition.formula is None else local_partials(definition.formula, pi_is_node=pi)


def _tainted(of: int, parents: dict[int, list[int]], changed: set[tuple[int, int]], level: Mapping[int, int]) -> set[int]:
    """Return the nodes from which a path to `of` uses a changed edge."""
    above, stack = {of}, [of]
    while stack:
        for parent in parents.get(stack.pop(), ()):
            if parent not in above:
                above.add(parent)
                stack.append(parent)
    tainted: set[int] = set()
    for child in sorted(above, key=lambda node: -level.get(node, 0)):
        for parent in parents.get(child, ()):
            if child in tainted or (child, parent) in changed:
                tainted.add(parent)
    return tainted
