"""What changed between two graphs: nodes that were added, removed and changed, and what that does to a derivative.

The difference is the plan of `edit.py`, by which `load --replace` changes a graph, and the notes beside it. Nothing is
stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..store.rows import Cone
from .changes import ADDED, CHANGED, REMOVED, NodeChange
from .edit import Local, formula_uses_pi, plan
from .formula import parse_expression
from .graphfile import Definition
from .side import Side, definition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .effect import Effect

_PARTS = ("kind", "formula", "default", "note")


class Diff(NamedTuple):
    """The difference of two graphs, and the `effect` on a node where one was asked for.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     space.add("old", "b = 3*a").diff(space.add("new", "b = 4*a"))
    changed b formula: 3*a → 4*a
    """

    before: Side
    after: Side
    changes: list[NodeChange]
    kept: int
    effect: Effect | None
    notes: list[str]

    def __str__(self) -> str:
        from .difftext import text

        return text(self.changes, self.effect)

    def __repr__(self) -> str:
        return str(self)

    def named(self, what: str) -> list[NodeChange]:
        """Return the nodes that were added, removed or changed.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     found = space.add("old", "b = 3*a").diff(space.add("new", "b = 4*a"))
        >>> [change.node for change in found.named("changed")]
        ['b']
        """
        return [change for change in self.changes if change.what == what]


def diff(
    before: Side,
    after: Side,
    *,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    point: Sequence[Mapping[str, float] | str] | None = None,
    most: int = 20,
) -> Diff:
    """Answer what changed; with `of` also how its value and derivatives did at a point, and which edit accounts for it.

    `wrt` are by default all nodes upstream of `of` in either graph, the point is that of the defaults, and `most` edits are
    looked at one by one. Raises `UnknownNode`, `UnknownPoint`, `MissingValue` and `Undefined`. Stores nothing.

    >>> from .graphfile import read_graph
    >>> from .side import side_of_text
    >>> old, new = (side_of_text(read_graph(text), "demo") for text in ("a = 2\\nb = 3*a", "a = 2\\nb = 4*a"))
    >>> print(diff(old, new, of="b"))
    changed b formula: 3*a → 4*a
    b: 6 → 8, change 2
    ∂b/∂a: 3 → 4, change 1
    b alone: b 2, ∂b/∂a 1
    the rest: b 0, ∂b/∂a 0
    """
    changes, locals_, kept = _changes(before, after)
    notes = []
    if before.pi_is_node != after.pi_is_node and any(_means_pi(change) for change in changes):
        notes.append("'pi' is a node in one graph and the constant in the other: formulas that have it are changed")
    effect = None
    if of is not None:
        from .effect import Question, effect_of

        question = Question(of, None if wrt is None else list(wrt), list(point or []), most)
        effect = effect_of(before, after, changes, locals_, question)
    return Diff(before, after, changes, kept, effect, notes)


def _changes(before: Side, after: Side) -> tuple[list[NodeChange], dict[str, list[Local]], int]:
    """Return what changed, the edges into the nodes that did, and the number of nodes that are as they were."""
    reparse = before.pi_is_node != after.pi_is_node
    lines = after.definitions
    old = Cone(list(before.nodes.values()), [])
    found = plan(lines, old, after.levels, reparse=reparse, pi=after.pi_is_node)
    changed = set(found.changed)
    noted = [line.name for line in lines if line.name in before.nodes and line.note != before.nodes[line.name].note]
    changes = [_change(before, after, name, ADDED) for name in found.added]
    changes += [_change(before, after, name, REMOVED) for name in found.removed]
    altered = changed.union(noted)
    changes += [_change(before, after, line.name, CHANGED) for line in lines if line.name in altered]
    return changes, found.locals, len(lines) - len(found.added) - len(altered)


def _change(before: Side, after: Side, name: str, what: str) -> NodeChange:
    old = definition(before.nodes[name]) if name in before.nodes else None
    new = definition(after.nodes[name]) if name in after.nodes else None
    if old is None or new is None:
        return NodeChange(name, what, old, new)
    parts = tuple(part for part in _PARTS if getattr(old, part) != getattr(new, part))
    if not parts or (parts == ("note",) and before.pi_is_node != after.pi_is_node and formula_uses_pi(new.formula or "0")):
        parts = ("formula", *parts)  # the same text, in which `pi` means something else
    return NodeChange(name, what, old, new, parts, "formula" in parts and _means_the_same(before, after, old, new))


def _means_the_same(before: Side, after: Side, old: Definition, new: Definition) -> bool:
    if old.formula is None or new.formula is None:
        return False
    first = parse_expression(old.formula, pi_is_node=before.pi_is_node)
    return first is parse_expression(new.formula, pi_is_node=after.pi_is_node)


def _means_pi(change: NodeChange) -> bool:
    return any(line is not None and line.formula is not None and "pi" in line.formula for line in (change.before, change.after))
