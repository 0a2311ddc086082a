"""One edit alone: what a node is in the first of two graphs when one edit of the second is made there.

It is applied together with what it cannot be without: the added nodes that its formula names. A node that is only added
changes nothing, for no formula of the first graph names it. The removal of a node that is used there cannot stand
alone, nor can a change that alone would make a loop.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..store.errors import CycleError, EvaluationError
from ..store.rows import Cone, EdgeRow
from .edit import Local, formula_uses_pi
from .measured import Measured, Wanted, measured_again
from .shapes import formula_names
from .side import Side, cone_above, edges_into, mixed

if TYPE_CHECKING:
    from .changes import NodeChange


class Edit(NamedTuple):
    """An edit with the added nodes that it `needs`; `why` says why it cannot stand alone, or changes nothing alone."""

    node: str
    what: str
    needs: tuple[str, ...] = ()
    why: str | None = None


class Trial(NamedTuple):
    """What it takes to try an edit alone."""

    base: Side
    after: Side
    locals_: Mapping[str, list[Local]]
    wanted: Wanted
    old: Measured


def relevant(changes: Sequence[NodeChange], cones: tuple[Cone, Cone]) -> list[NodeChange]:
    """Return the edits that may matter: first those that do something alone, the nearest to the node first."""
    level = [{node.name: node.level for node in cone.nodes} for cone in cones]
    found = [change for change in changes if change.is_edit and (change.node in level[0] or change.node in level[1])]
    return sorted(found, key=lambda change: (change.before is None or change.after is None, -level[0].get(change.node, -1)))


def can_be_mixed(before: Side, after: Side) -> bool:
    """Return whether formulas of both sides can be read in one graph, where `pi` has one meaning."""
    if before.pi_is_node == after.pi_is_node:
        return True
    plain = after if before.pi_is_node else before
    return not any(formula_uses_pi(node.formula) for node in plain.nodes.values() if node.formula is not None)


def alone(trial: Trial, change: NodeChange) -> tuple[Edit, Measured | None]:
    """Return an edit with what the node is where it is the only one, None where it cannot be."""
    edit = Edit(change.node, change.what)
    if change.before is None:
        return edit._replace(why="alone no formula names it"), trial.old
    if change.after is None:
        users = _users(trial.base, change.node)
        if users:
            return edit._replace(why=f"'{users[0]}' names it until its own edit"), None
        return edit._replace(why="no formula names it"), trial.old
    edit = edit._replace(needs=_needs(trial, change.node))
    if change.node not in trial.old.values.nodes:
        return edit._replace(why=f"alone it is not upstream of '{trial.wanted.of}'"), trial.old
    taken = [change.node, *edit.needs]
    try:
        found = measured_again(trial.old, _cone_with(trial, taken), trial.wanted, taken)
    except (CycleError, EvaluationError) as error:
        return edit._replace(why=f"alone: {error.message}"), None
    valueless = found.why is not None and trial.old.why is None
    return edit._replace(why=f"alone: {found.why}" if valueless else None), found


def _cone_with(trial: Trial, taken: Sequence[str]) -> Cone:
    """Return the cone above the node in which a changed node, the first of `taken`, and others that it needs are taken."""
    node, base = taken[0], trial.base
    side = mixed(base, trial.after, taken, trial.locals_)
    if {edge.parent for edge in edges_into(base, node)} != {edge.parent for edge in edges_into(side, node)}:
        return cone_above(side, trial.wanted.of)
    # the same edges with other partials: what is above the node, and in which order, stays
    row = side.nodes[node]
    nodes = [row._replace(level=old.level) if old.id == row.id else old for old in trial.old.cone.nodes]
    edges = [edge for edge in trial.old.cone.edges if edge.child != row.id]
    return Cone(nodes, [*edges, *(EdgeRow(row.id, side.nodes[e.parent].id, e.partial, e.digest) for e in edges_into(side, node))])


def _needs(trial: Trial, node: str) -> tuple[str, ...]:
    """Return the added nodes that a changed one cannot be without: those that its formula names, and those they name."""
    found: dict[str, None] = {}
    stack = [node]
    while stack:
        for edge in trial.locals_.get(stack.pop(), ()):
            if edge.parent not in trial.base.nodes and edge.parent not in found:
                found[edge.parent] = None
                stack.append(edge.parent)
    return tuple(found)


def _users(side: Side, node: str) -> list[str]:
    """Return the nodes whose formulas name a node."""
    bare = node.split("'")[0]  # in a formula a quote stands twice
    found = [(other.name, other.formula) for other in side.nodes.values() if other.formula is not None and bare in other.formula]
    return [name for name, formula in found if node in formula_names(formula, pi_is_node=side.pi_is_node)]


def importance(part: Measured | None, old: Measured) -> tuple[bool, float]:
    """Return a key that puts the edit first that changes the value most, or the derivatives where there is no value."""
    if part is None:
        return True, 0.0
    if part.value is not None and old.value is not None:
        return False, -abs(part.value - old.value)
    return False, -math.fsum(abs(part.slopes.get(n, 0.0) - old.slopes.get(n, 0.0)) for n in {*part.slopes, *old.slopes})
