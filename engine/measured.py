"""A node in a graph in memory, at a point: its value, and its derivatives by others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..store.errors import EvaluationError
from ..store.rows import Cone
from .answers import Snapshot, numbers
from .values import Values


class Measured(NamedTuple):
    """The value of a node, None where it has none and then `why`; its derivatives by those nodes that are above it."""

    value: float | None
    slopes: dict[str, float]
    why: str | None
    notes: list[str]


def measured(cone: Cone, of: str, wrts: Sequence[str], at: Mapping[str, float], *, pi_is_node: bool) -> Measured:
    """Measure a node on the cone above it; `wrts` and `at` may name nodes that are not in the cone.

    Raises `Undefined` or `MissingValue` where a derivative has no value.
    """
    nodes = {node.name: node for node in cone.nodes}
    bound = {name: value for name, value in at.items() if name in nodes}
    values, why = Values(nodes, bound, {}, pi_is_node), None
    try:
        values.need([of])
    except EvaluationError as error:
        why = error.message
    known = {nodes[name].id: value for name, value in values.found.items() if name not in bound}
    inside = [name for name in wrts if name in nodes]
    snapshot = Snapshot(cone, nodes[of].id, [nodes[name].id for name in inside], pi_is_node, values=known)
    found = numbers(snapshot, bound)
    slopes = {name: float(found.answers.get(nodes[name].id, 0.0)) for name in inside}  # type: ignore[arg-type]
    return Measured(values.found[of] if why is None else None, slopes, why, found.notes)
