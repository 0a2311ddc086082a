"""Some of the paths between two nodes: those that take a node or an edge, and those that take none of some.

What may not be taken is masked. What must be taken cuts the paths into legs, one after the other, and a sum over paths
is the product of the legs' sums: through M it is ∂y/∂M · ∂M/∂x. Every leg is swept by the one `sweep`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from .network import between, network
from .semiring import Semiring
from .sweep import sweep

if TYPE_CHECKING:
    from .network import Network

W = TypeVar("W")
Place: TypeAlias = tuple[int, int]  # an edge (parent, child), or a node twice


class Leg(NamedTuple):
    """The paths from `wrt` to `of` in a graph that has nothing else."""

    graph: Network
    of: int
    wrt: int


def legs(graph: Network, of: int, wrt: int, *, through: Iterable[Place] = (), avoid: Iterable[Place] = ()) -> list[Leg]:
    """Return the legs of the paths that take all of `through` and none of `avoid`, the one at `of` first; [] for no path.

    The nodes of the graph are numbered in topological order.

    >>> diamond = network([(1, 0), (2, 0), (3, 1), (3, 2)])
    >>> [(leg.of, leg.wrt) for leg in legs(diamond, 3, 0, through=[(0, 1)])]
    [(3, 1), (1, 0), (0, 0)]
    >>> legs(diamond, 3, 0, through=[(1, 1), (2, 2)])
    []
    """
    avoided = list(avoid)
    if avoided:
        graph = graph.copy()
        graph.remove_nodes_from([parent for parent, child in avoided if parent == child])
        graph.remove_edges_from(avoided)
    found: list[Leg] = []
    for parent, child in sorted(set(through), reverse=True):
        found.append(_leg(graph, of, child))
        if parent != child:
            edge = [(child, parent)] if graph.has_edge(parent, child) else []
            found.append(Leg(network(edge), child, parent))
        of = parent
    found.append(_leg(graph, of, wrt))
    return found if all(leg.wrt in leg.graph for leg in found) else []


def across(route: Sequence[Leg], semiring: Semiring[W], weight: Callable[[int, int], W]) -> W:
    """Return the sum over the paths of all legs: what `sweep` gives for each, multiplied.

    >>> from .semiring import COUNTS
    >>> diamond = network([(1, 0), (2, 0), (3, 1), (3, 2)])
    >>> across(legs(diamond, 3, 0), COUNTS, lambda child, parent: 1)
    2
    """
    return reduce(semiring.times, (_sum(leg, semiring, weight) for leg in route))


def _sum(leg: Leg, semiring: Semiring[W], weight: Callable[[int, int], W]) -> W:
    """Return what the sweep has for `wrt`, and forget what it had on the way."""
    found = semiring.one
    for node, value in sweep(leg.graph, leg.of, semiring, weight):
        if node == leg.wrt:
            found = value
    return found


def _leg(graph: Network, of: int, wrt: int) -> Leg:
    inside = between(graph, of, wrt)
    return Leg(graph if len(inside) == len(graph) else graph.subgraph(inside).copy(), of, wrt)
