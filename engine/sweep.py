"""The sweep: dynamic programming over the paths between two nodes.

    ∂y/∂x = Σ over children c of x:  ∂y/∂c · ∂c/∂x|edge        with ∂y/∂y = 1

`sweep` is the general loop, for any semiring; `float_sweep` is the flat loop for bulk numbers. Both add the shares
of a node in the order of its children's (level, id), so that they give the same bits. Sources: Griewank & Walther,
"Evaluating Derivatives", chapter 3; Olah, "Calculus on Computational Graphs: Backpropagation".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from .semiring import Semiring

if TYPE_CHECKING:
    from .network import Network

W = TypeVar("W")


def sweep(
    graph: Network,
    start: int,
    semiring: Semiring[W],
    weight: Callable[[int, int], W],
    *,
    known: Mapping[int, W] | None = None,
    order: Callable[[int], tuple[int, int]] | None = None,
) -> Iterator[tuple[int, W]]:
    """Yield `(node, value)` for every node from which an arrow leads towards `start`, children first.

    The value of `start` is one; of any other node, plus over its children of times(child's value, `weight(child,
    node)`). Nodes in `known` keep the value they have there and are not yielded. Only what is still needed is
    held: a node is forgotten when its last parent is done. Turn the graph round to sweep forward.

    >>> from .network import network
    >>> from .semiring import COUNTS
    >>> diamond = network([(2, 1), (3, 1), (4, 2), (4, 3)])
    >>> dict(sweep(diamond, 4, COUNTS, lambda child, parent: 1))[1]
    2
    """
    import networkx as nx

    place = order or (lambda node: (0, node))
    values: dict[int, W] = {start: semiring.one, **(known or {})}
    waiting = {node: graph.in_degree(node) for node in graph}
    for node in reversed(list(nx.lexicographical_topological_sort(graph, key=place))):
        if node == start:
            continue
        children = sorted((child for child in graph.successors(node)), key=place)
        if node not in values:
            shares = [semiring.times(values[child], weight(child, node)) for child in children]
            values[node] = semiring.plus(shares)
            yield node, values[node]
        for child in children:
            waiting[child] -= 1
            if not waiting[child]:
                values.pop(child, None)


def float_sweep(count: int, start: int, edges: Sequence[tuple[int, int, float]]) -> list[float]:
    """Return the adjoint of each of `count` nodes, numbered by (level, id), with respect to output `start`.

    `edges` are `(parent, child, partial)`, sorted by parent from the last to the first and by child within one.

    >>> float_sweep(3, 2, [(1, 2, 4.0), (0, 1, 3.0)])
    [12.0, 4.0, 1.0]
    """
    adjoint = [0.0] * count
    adjoint[start] = 1.0
    for parent, child, partial in edges:
        adjoint[parent] += adjoint[child] * partial
    return adjoint
