"""A node in a graph in memory, at a point: its value, and its derivatives by others.

`measured` looks at all that is needed. `measured_again` looks at a graph in which a few nodes are others: it works out
only the values that this reaches, and the local partials that take them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from typing import NamedTuple

from ..store.errors import EvaluationError, Undefined
from ..store.rows import Cone, EdgeRow
from .answers import partial_values
from .steps import Kink
from .sweep import float_sweep
from .values import Values

Edge = tuple[int, int]  # (child, parent), by node id
Place = tuple[int, int, Edge]  # an edge's parent and child by their places in the cone, the parent's negative


class Measured(NamedTuple):
    """The value of a node, None where it has none and then `why`; its derivatives by the nodes that were asked for.

    Only those that are in the cone are in `slopes`. `kinks` are those that are stood on; the rest is what was worked out on
    the way.
    """

    value: float | None
    slopes: dict[str, float]
    why: str | None
    kinks: list[Kink]
    cone: Cone
    values: Values
    partials: dict[Edge, float]
    order: list[Place]
    children: Mapping[int, Sequence[int]] = {}


class Wanted(NamedTuple):
    """What is measured: a node, the nodes to differentiate by (None: all that are above it), and the point."""

    of: str
    wrts: list[str] | None
    at: Mapping[str, float]


def measured(cone: Cone, wanted: Wanted, *, pi_is_node: bool) -> Measured:
    """Measure a node on the cone above it; raises `Undefined` or `MissingValue` where a derivative has no value.

    >>> from .graphfile import read_graph
    >>> from .side import cone_above, side_of_text
    >>> side = side_of_text(read_graph("a = 2\\nb = 3*a^2"), "demo")
    >>> found = measured(cone_above(side, "b"), Wanted("b", None, {}), pi_is_node=False)
    >>> found.value, found.slopes["a"]
    (12.0, 12.0)
    """
    values = Values({node.name: node for node in cone.nodes}, dict(wanted.at), {}, pi_is_node)
    why = _needed(values, wanted.of)
    edges = _between(cone, wanted, values)
    partials, kinks = partial_values(cone, [(edge.parent, edge.child, edge.partial) for edge in edges], values)
    return _made(cone, wanted, values, why, partials, _order(cone, edges), kinks)._replace(children=_children(cone))


def measured_again(base: Measured, cone: Cone, wanted: Wanted, taken: Collection[str]) -> Measured:
    """Measure what `base` did, where the nodes of `taken` are others than there, or new; the other ids are as there."""
    names = {node.id: node.name for node in base.cone.nodes}
    starts = [base.values.nodes[name].id for name in taken if name in base.values.nodes]
    below = {node: names[node] for node in _lead_down(base.children, starts)}
    values = copy(base.values)  # with what it has read of the formulas
    values.nodes, values.computed = {node.name: node for node in cone.nodes}, {}
    away = {*below.values(), *taken} - wanted.at.keys()
    values.found = {name: value for name, value in base.values.found.items() if name not in away}
    why = _needed(values, wanted.of)
    before, after = base.values.found, values.found
    moved = [node for node, n in below.items() if n not in before or n not in after or before[n] != after[n]]
    stale = {values.nodes[name].id for name in taken if name in values.nodes}.union(starts)
    stale.update(child for node in {*moved, *starts} for child in base.children.get(node, ()))
    edges, known = _between(cone, wanted, values), base.partials
    fresh = [edge for edge in edges if edge.child in stale or (edge.child, edge.parent) not in known]
    found, kinks = partial_values(cone, [(edge.parent, edge.child, edge.partial) for edge in fresh], values)
    partials = known | found
    if len(partials) != len(edges):  # some have gone
        partials = {pair: partials[pair] for pair in [(edge.child, edge.parent) for edge in edges]}
    alike = partials.keys() == known.keys() and [node.id for node in cone.nodes] == list(names)
    return _made(cone, wanted, values, why, partials, base.order if alike else _order(cone, edges), kinks)


def _made(
    cone: Cone,
    wanted: Wanted,
    values: Values,
    why: str | None,
    partials: dict[Edge, float],
    order: list[Place],
    kinks: list[Kink],
) -> Measured:
    """Return what the local partials make."""
    start = next(place for place, node in enumerate(cone.nodes) if node.name == wanted.of)
    adjoint = float_sweep(len(cone.nodes), start, [(-parent, child, partials[pair]) for parent, child, pair in order])
    value = values.found[wanted.of] if why is None else None
    return Measured(value, _slopes(cone, wanted, adjoint), why, kinks, cone, values, partials, order)


def _order(cone: Cone, edges: Iterable[EdgeRow]) -> list[Place]:
    """Return edges in the order of the sweep; the nodes of a cone are in the order of (level, id)."""
    index = {node.id: place for place, node in enumerate(cone.nodes)}
    return sorted((-index[edge.parent], index[edge.child], (edge.child, edge.parent)) for edge in edges)


def _between(cone: Cone, wanted: Wanted, values: Values) -> list[EdgeRow]:
    """Return the edges on the paths from what is asked for."""
    if wanted.wrts is None:
        return cone.edges
    inside = _lead_down(_children(cone), [values.nodes[name].id for name in wanted.wrts if name in values.nodes])
    return [edge for edge in cone.edges if edge.parent in inside]


def _slopes(cone: Cone, wanted: Wanted, adjoint: Sequence[float]) -> dict[str, float]:
    """Return the derivatives by name, as far as they were asked for; raises `Undefined`."""
    asked = {node.name for node in cone.nodes if node.name != wanted.of} if wanted.wrts is None else set(wanted.wrts)
    slopes = {node.name: value for node, value in zip(cone.nodes, adjoint, strict=True) if node.name in asked}
    for name, value in slopes.items():
        if not math.isfinite(value):
            what = f"the derivative of '{wanted.of}' with respect to '{name}'"
            raise Undefined(f"{what} overflows", hint="look at the partials on the way")
    return slopes


def _needed(values: Values, of: str) -> str | None:
    """Work out the value of a node and what it needs; return why there is none."""
    try:
        values.need([of])
    except EvaluationError as error:
        return error.message
    return None


def _lead_down(children: Mapping[int, Sequence[int]], nodes: Iterable[int]) -> set[int]:
    """Return nodes and all below them."""
    seen = set(nodes)
    stack = list(seen)
    while stack:
        for child in children.get(stack.pop(), ()):
            if child not in seen:
                seen.add(child)
                stack.append(child)
    return seen


def _children(cone: Cone) -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for edge in cone.edges:
        children.setdefault(edge.parent, []).append(edge.child)
    return children
