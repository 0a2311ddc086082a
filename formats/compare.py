"""The numbers that a file holds for its nodes beside the values that gradq works out from the formulas."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from ..engine.graphfile import GraphText
from ..engine.network import levels
from ..engine.steps import shortest
from ..engine.values import Values
from ..store.errors import EvaluationError
from ..store.rows import NodeRow

AGREES = 1e-9  # relative: what two programs that add in another order may differ by


class Difference(NamedTuple):
    """A node with the value of the file, ours, and how far they are apart relative to the largest number around."""

    name: str
    theirs: float
    ours: float
    relative: float

    def __str__(self) -> str:
        return f"'{self.name}' is {shortest(self.theirs)} in the file and {shortest(self.ours)} here"


class Comparison(NamedTuple):
    """What was compared: how many values, those that differ (the worst first) or the worst of all, and what has no value."""

    compared: int
    worst: Difference | None
    differing: tuple[Difference, ...]
    without: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return it in sentences."""
        if self.worst is None:
            return [f"none of the file's {len(self.without):,} values can be worked out here"] if self.without else []
        values = "value of the file was" if self.compared == 1 else "values of the file were"
        said = f"{self.compared:,} {values} compared with ours: the worst is off by {self.worst.relative:.1e}"
        found = [said + (f" ({self.worst})" if self.worst.relative else "")]
        if self.differing[1:]:
            found.append(f"{len(self.differing):,} values differ, among them {'; '.join(map(str, self.differing[1:4]))}")
        if self.without:
            names = ", ".join(f"'{name}'" for name in self.without[:3])
            found.append(f"{len(self.without):,} have no value here ({names}{', …' if self.without[3:] else ''})")
        return found


def compare(graph: GraphText, values: Mapping[str, float]) -> Comparison:
    """Return how the values of a file compare with ours at the graph's defaults. Raises `CycleError`.

    >>> from ..engine.graphfile import read_graph
    >>> compare(read_graph("a = 2; b = 3*a".replace("; ", chr(10))), {"b": 6.0}).lines()
    ['1 value of the file was compared with ours: the worst is off by 0.0e+00']
    """
    level = levels({d.name: graph.parents.get(d.name, []) for d in graph.definitions})
    nodes = {
        d.name: NodeRow(number, d.name, d.kind, d.formula, d.default, level[d.name], d.note)
        for number, d in enumerate(graph.definitions)
    }
    ours = _worked_out(graph, nodes)
    found = [_difference(graph, name, theirs, ours) for name, theirs in values.items() if name in ours]
    found.sort(key=lambda difference: -difference.relative)
    differing = tuple(difference for difference in found if difference.relative > AGREES)
    without = tuple(name for name in values if name in nodes and name not in ours)
    return Comparison(len(found), found[0] if found else None, differing, without)


def _worked_out(graph: GraphText, nodes: Mapping[str, NodeRow]) -> dict[str, float]:
    """Return the values of what has one, parents first, so that a node below one without a value is not tried."""
    values = Values(nodes, {}, {}, graph.defines_pi)
    for node in sorted(nodes.values(), key=lambda node: node.level):
        if any(parent not in values.found for parent in graph.parents.get(node.name, ())):
            continue
        try:
            values.need([node.name])
        except EvaluationError:
            pass  # it is counted as one without a value
    return values.found


def _difference(graph: GraphText, name: str, theirs: float, ours: Mapping[str, float]) -> Difference:
    """Return the difference relative to the largest of both and the parents, for 0.1 + 0.2 - 0.3 is no error of size 1."""
    mine = ours[name]
    around = [abs(ours.get(parent, 0.0)) for parent in graph.parents.get(name, ())]
    size = max(abs(theirs), abs(mine), *around, 0.0)
    gap = abs(theirs - mine)
    return Difference(name, theirs, mine, gap / size if gap and math.isfinite(size) else gap)
