"""Derivatives that are not known: those whose paths pass an opaque node, or need the value of one.

The others do not depend on what cannot be read, and are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..store.errors import MissingValue, Undefined
from ..store.rows import NodeRow
from .answers import Snapshot
from .edit import partial_of
from .functions import OPAQUE
from .opaque import is_opaque_node, opaque_error
from .traverse import names_of
from .values import Point, Values

Gaps = Mapping[int, Undefined]


def gaps_of(snapshot: Snapshot, point: Point | None) -> Gaps:
    """Return the nodes from which a path to the output has a partial that is not known, each with the error that says why.

    A node of which the memo has a row is no gap: the walk stops there.
    """
    nodes = {node.id: node for node in snapshot.cone.nodes}
    if not any(OPAQUE in (node.formula or "") for node in nodes.values()):
        return {}
    known = snapshot.known if point is None else snapshot.numbers
    into: dict[int, list[tuple[int, str | None]]] = {}
    for below, parent, partial, _ in snapshot.cone.edges:
        into.setdefault(below, []).append((parent, partial))
    look = _Look(snapshot, point)
    gaps: dict[int, Undefined] = {}
    for child in sorted(nodes.values(), key=lambda node: (-node.level, node.id)):  # a child is looked at before its parents
        for parent, partial in into.get(child.id, ()):
            if parent in gaps or parent in known:
                continue
            found = gaps.get(child.id) or look.at_edge(child, nodes[parent], partial)
            if found is not None:
                gaps[parent] = found
    return gaps


class _Look:
    """Whether the partial of an edge is known: as a formula, and at a point as a number."""

    def __init__(self, snapshot: Snapshot, point: Point | None) -> None:
        by_name = {node.name: node for node in snapshot.cone.nodes}
        names = {node.id: node.name for node in snapshot.cone.nodes}
        given = {} if point is None else {names[node]: value for node, value in snapshot.values.items() if node in names}
        self._pi_is_node = snapshot.pi_is_node
        self._values = Values(by_name, point or {}, given, snapshot.pi_is_node)
        self._without = {} if point is None else _without_value(snapshot, self._values)

    def at_edge(self, child: NodeRow, parent: NodeRow, text: str | None) -> Undefined | None:
        """Return the error of an edge whose partial is not known, None for one that is."""
        names: Iterable[str] = ()
        if text is not None:
            names = self._values.names(text) if self._without else ()
        elif self._without or OPAQUE in (child.formula or ""):
            try:
                names = names_of(partial_of(child, parent.name, pi_is_node=self._pi_is_node))
            except Undefined as error:
                return error
        if not self._without:
            return None
        lacking = sorted(self._without.keys() & {*names, *self._values.unknown_bends(child)})  # a kink is looked for, too
        return self._without[lacking[0]] if lacking else None


def _without_value(snapshot: Snapshot, values: Values) -> dict[str, Undefined]:
    """Return the nodes without a value at the point, for they are opaque or need one that is."""
    nodes = {node.id: node for node in snapshot.cone.nodes}
    parents: dict[int, list[str]] = {}
    for child, parent, *_ in snapshot.cone.edges:
        parents.setdefault(child, []).append(nodes[parent].name)
    found: dict[str, Undefined] = {}
    for node in sorted(nodes.values(), key=lambda node: (node.level, node.id)):
        lacking = [name for name in parents.get(node.id, ()) if name in found]
        if node.name in values.found:
            continue
        if lacking:
            found[node.name] = found[min(lacking)]
        elif OPAQUE in (node.formula or ""):
            error = _refusal(node, values)
            if error is not None:
                found[node.name] = Undefined(f"{error.message}, so its value is not known", hint=error.hint, shell=error.shell)
    return found


def _refusal(node: NodeRow, values: Values) -> Undefined | None:
    """Return the error of a node that is opaque, or has an opaque part in the branch that is taken, if it is one."""
    if is_opaque_node(node):
        return opaque_error(node)  # whatever its parents lack
    try:
        values.need([node.name])
    except Undefined as error:
        return error
    except MissingValue:
        return None  # which is said where the value is needed
    return None
