"""The door, for everything above some nodes: one revision of it, with the point that a question is about.

What asks the same part of a graph many times, at many points or along many ways, reads it once, here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..store import graphs
from ..store.errors import EvaluationError
from ..store.rows import Cone, GraphRow, NodeRow
from .values import Point, Values

if TYPE_CHECKING:
    from .explorer import At, Explorer


class Reach(NamedTuple):
    """Some nodes (`tops`), `others` that were named beside them, and the cone above the tops.

    `at` has the bindings of the point, None where no point was given.
    """

    graph: GraphRow
    tops: list[NodeRow]
    others: list[NodeRow]
    cone: Cone
    at: dict[str, float] | None

    def values_at(self, bindings: Point) -> Values:
        """Return the values of the cone's nodes at a point, none of them worked out yet."""
        return Values({node.name: node for node in self.cone.nodes}, bindings, {}, self.graph.has_pi)

    def known_values(self, names: Iterable[str]) -> dict[str, float]:
        """Return the values at the point of those of the names that have one."""
        values = self.values_at(self.at or {})
        wanted = [name for name in names if name in values.nodes or name in values.found]
        try:
            values.need(wanted)
        except EvaluationError:
            self._need_each(values)
        return {name: values.found[name] for name in wanted if name in values.found}

    def _need_each(self, values: Values) -> None:
        """Work out what can be, parents first, so that a node without a value is met once and not for each below it."""
        parents: dict[int, list[str]] = {}
        names = {node.id: node.name for node in self.cone.nodes}
        for edge in self.cone.edges:
            parents.setdefault(edge.child, []).append(names[edge.parent])
        for node in sorted(self.cone.nodes, key=lambda node: node.level):
            if all(parent in values.found for parent in parents.get(node.id, [])):
                try:
                    values.need([node.name])
                except EvaluationError:
                    continue


def reach(explorer: Explorer, graph: str, tops: Sequence[str], *, others: Sequence[str] = (), point: At | None = None) -> Reach:
    """Return everything above some nodes; raises `UnknownNode` for a name that is none. Reads only."""
    with explorer.reading(graph) as (conn, row):
        found = explorer.nodes(conn, row, [*tops, *others])
        bound, _ = explorer.point(conn, row, point)
        cone = graphs.upstream(conn, row.id, [node.id for node in found[: len(tops)]])
    return Reach(row, found[: len(tops)], found[len(tops) :], cone, None if bound is None else dict(bound))
