"""How much of a gradient goes through each edge: the share of the gross sum over paths, by two sweeps.

The gross through an edge is what comes forward to its parent, times its |partial|, times what comes backward to its
child. Both sweeps add up logarithms, so that nothing overflows: a share is a share, also of 1e-900 or of 2^10000 paths.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from .semiring import Semiring
from .sweep import sweep

if TYPE_CHECKING:
    from .flow import Flow

Pair = tuple[str, str]  # parent, child


def _log_plus(shares: Iterable[float]) -> float:
    found = list(shares)
    top = max(found, default=-math.inf)
    return top if math.isinf(top) else top + math.log(sum(math.exp(share - top) for share in found))


LOGS: Semiring[float] = Semiring(_log_plus, lambda value, weight: value + weight, 0.0)


def shares(found: Flow, sizes: Mapping[Pair, float]) -> dict[Pair, float]:
    """Return for each edge of a pair's flow, by (parent, child), its share of the gross, from 0 to 1.

    `sizes` are the |partials|; with 1 for each edge it is the share of the paths.

    >>> from .flow import Flow, FlowEdge
    >>> from .expression import ONE
    >>> from ..store.rows import GraphRow, NodeRow
    >>> nodes = [NodeRow(k, name, "formula", None, None, k, None) for k, name in enumerate("abcd")]
    >>> edges = [FlowEdge(*pair, ONE, None) for pair in ("ab", "ac", "bd", "cd")]
    >>> flow = Flow(GraphRow(1, "diamond", 1, None, False), "d", "a", None, nodes, edges, [])
    >>> found = shares(flow, {("a", "b"): 3, ("a", "c"): 1, ("b", "d"): 1, ("c", "d"): 1})
    >>> round(found["a", "b"], 6), round(found["c", "d"], 6)
    (0.75, 0.25)
    """
    names = [node.name for node in found.nodes]
    logs = {pair: math.log(size) if size else -math.inf for pair, size in sizes.items()}
    graph = found.network()
    first, last = names.index(found.wrt), names.index(found.of)
    backward = {last: 0.0, **dict(sweep(graph, last, LOGS, lambda child, node: logs[names[node], names[child]]))}
    forward = {first: 0.0}
    forward |= sweep(graph.reverse(), first, LOGS, lambda parent, node: logs[names[parent], names[node]])
    gross = backward[first]
    if gross == -math.inf:
        return dict.fromkeys(sizes, 0.0)
    index = {name: at for at, name in enumerate(names)}
    return {
        (parent, child): math.exp(min(forward[index[parent]] + logs[parent, child] + backward[index[child]] - gross, 0.0))
        for parent, child in sizes
    }
