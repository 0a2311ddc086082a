"""What the memo of a graph should hold, worked out without it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ..store.errors import EvaluationError
from ..store.rows import Cone
from . import answers
from .expression import Expr
from .layout import text_of
from .printing import LIMIT
from .sweep import float_sweep
from .values import Values

NEAR = 1e-9  # how far a value may be off, beside itself: another machine's libm may round its functions otherwise
_NO_PATH = "no path leads from one to the other"


class Recomputed:
    """A graph whose rows are right, asked without a memo."""

    def __init__(self, cone: Cone, pi_is_node: bool) -> None:
        self.cone, self.pi_is_node = cone, pi_is_node
        self.nodes = {node.id: node for node in cone.nodes}
        self.ids = {node.name: node.id for node in cone.nodes}
        self._into: dict[int, list[int]] = {}
        for place, edge in enumerate(cone.edges):
            self._into.setdefault(edge.child, []).append(place)

    def name(self, node: int) -> str:
        """Return the name of a node, or its number where there is no such node."""
        return self.nodes[node].name if node in self.nodes else f"node {node}"

    def pair(self, of: int, wrt: int) -> str:
        """Return ∂of/∂wrt."""
        return f"∂{self.name(of)}/∂{self.name(wrt)}"

    def formulas(self, of: int, wrts: list[int]) -> dict[int, str]:
        """Return the formulas that the memo should have, of those asked."""
        known = [wrt for wrt in wrts if wrt in self.nodes and wrt != of]
        if of not in self.nodes or not known:
            return {}
        found = answers.formulas(answers.Snapshot(self._above(of), of, known, self.pi_is_node), keep=0).answers
        return {n: text_of(value) for n, value in found.items() if isinstance(value, Expr) and value.size <= LIMIT}

    def values(self, bound: Mapping[str, float], nodes: Iterable[int]) -> dict[int, float | str]:
        """Return the values of nodes at a point, or why one has none."""
        values = Values({node.name: node for node in self.cone.nodes}, bound, {}, self.pi_is_node)
        found: dict[int, float | str] = {}
        for node in sorted(nodes, key=lambda node: self.nodes[node].level if node in self.nodes else -1):
            try:
                values.need([self.name(node)] if node in self.nodes else [])
                found[node] = values.found[self.name(node)] if node in self.nodes else "there is no such node"
            except EvaluationError as error:
                found[node] = error.message
        return found

    def numbers(self, bound: Mapping[str, float], of: int, wrts: list[int]) -> dict[int, tuple[float | str, float]]:
        """Return ∂of/∂wrt at a point with what it may be off, or why there is none.

        Sums in another order differ by up to 16·L·2^-52·gross, L the longest path, gross Σ|path|.
        """
        known = [wrt for wrt in wrts if wrt in self.nodes and wrt != of and of in self.nodes]
        found: dict[int, tuple[float | str, float]] = {wrt: (_NO_PATH, 0.0) for wrt in wrts}
        try:
            return found | self._swept(bound, of, known)
        except EvaluationError:  # of one of them: which one?
            for wrt in known:
                try:
                    found |= self._swept(bound, of, [wrt])
                except EvaluationError as error:
                    found[wrt] = (error.message, 0.0)
            return found

    def _swept(self, bound: Mapping[str, float], of: int, wrts: list[int]) -> dict[int, tuple[float | str, float]]:
        if not wrts:
            return {}
        cone = self._above(of)
        snapshot = answers.Snapshot(cone, of, wrts, self.pi_is_node)
        found = answers.numbers(snapshot, bound, keep=0).answers
        path = answers.walk(snapshot, {})
        local, _ = answers.local_values(cone, path.edges, bound, self.pi_is_node)
        order = sorted(path.nodes | {of}, key=lambda node: (self.nodes[node].level, node))
        place = {node: index for index, node in enumerate(order)}
        flat = sorted(((place[p], place[c], abs(value)) for (c, p), value in local.items()), reverse=True)
        gross = float_sweep(len(order), place[of], flat)
        unit = 16 * self.nodes[of].level * 2.0**-52
        return {
            wrt: (value, unit * gross[place[wrt]]) for wrt, value in found.items() if isinstance(value, float) and wrt in place
        }

    def _above(self, of: int) -> Cone:
        seen, stack, edges = {of}, [of], []
        while stack:
            for index in self._into.get(stack.pop(), ()):
                edge = self.cone.edges[index]
                edges.append(edge)
                if edge.parent not in seen:
                    seen.add(edge.parent)
                    stack.append(edge.parent)
        return Cone([self.nodes[node] for node in seen], edges)


def same(one: float, other: float, allowed: float) -> bool:
    """Return whether two numbers are the same but for how sums and functions round.

    >>> same(0.1 + 0.2, 0.3, 0.0), same(1.0, 1.001, 0.0), same(float("nan"), float("nan"), 0.0)
    (True, False, True)
    """
    if one == other or (math.isnan(one) and math.isnan(other)):
        return True
    return math.isfinite(one) and math.isfinite(other) and abs(one - other) <= max(allowed, NEAR * abs(other))
