"""Never a hairball: which nodes of a graph are drawn, and which runs of them shrink to an edge.

`thinned` leaves a small graph as it is. In a larger one runs of nodes with a single parent and a single child become
one edge each; where that is not enough, only what is nearest to the nodes in question stays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from .picture import is_small

MOST_EDGES = 120  # past this lines cover each other, however few the nodes are
SHORTEST_RUN = 2  # nodes: an edge instead of a single one would save nothing


class Thinned(NamedTuple):
    """What is drawn of a graph.

    A run is a parent, the nodes that shrank to an edge, and a child. `beyond` are nodes with neighbours that are not
    drawn; `notes` say what was left out.
    """

    nodes: list[str]
    runs: list[tuple[str, ...]]
    beyond: set[str]
    notes: list[str]


def thinned(parents: Mapping[str, Sequence[str]], focus: Sequence[str] = ()) -> Thinned:
    """Return what is drawn of a graph, which maps each node to its parents, in topological order.

    Nodes in `focus` never shrink, and what is nearest to them stays; without it they are the last nodes.

    >>> chain = {str(k): [str(k - 1)] if k else [] for k in range(100)}
    >>> thinned(chain).nodes, thinned(chain).notes
    (['0', '99'], ['1 edge stands for a run of 98 nodes'])
    """
    edges = [(parent, child) for child, above in parents.items() for parent in dict.fromkeys(above) if parent in parents]
    if is_small(len(parents)) and len(edges) <= MOST_EDGES:
        return Thinned(list(parents), list(edges), set(), [])
    runs = _collapsed(edges, set(focus))
    inside = {name for run in runs for name in run[1:-1]}
    kept = _nearest([name for name in parents if name not in inside], runs, focus)
    drawn = [run for run in runs if run[0] in kept and run[-1] in kept]
    cut = [run for run in runs if (run[0] in kept) != (run[-1] in kept)]
    beyond = {end for run in cut for end in (run[0], run[-1]) if end in kept}
    nodes = [name for name in parents if name in kept]
    return Thinned(nodes, drawn, beyond, [*_notes(len(parents), nodes, drawn, focus)])


def _collapsed(edges: Sequence[tuple[str, str]], keep: set[str]) -> list[tuple[str, ...]]:
    """Return the edges with runs of nodes on the way as one; two never lead between the same nodes."""
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for parent, child in edges:
        above.setdefault(child, []).append(parent)
        below.setdefault(parent, []).append(child)
    passed = {name for name, found in above.items() if len(found) == len(below.get(name, ())) == 1} - keep
    runs: list[tuple[str, ...]] = []
    joined = {edge for edge in edges if not passed.intersection(edge)}
    for parent, child in edges:
        if parent in passed:
            continue
        run = [parent, child]
        while run[-1] in passed:
            run.append(below[run[-1]][0])
        # beside another edge between the same ends the last node stays, so that no edge covers another
        whole = (run[0], run[-1]) not in joined
        shrunk, rest = (run, run[-1:]) if whole else (run[:-1], run[-2:])
        joined.add((run[0], run[-1]))
        runs += [tuple(shrunk)] if len(shrunk) - 2 >= SHORTEST_RUN else pairwise(shrunk)
        runs += pairwise(rest)
    return runs


def _nearest(names: Sequence[str], runs: Sequence[tuple[str, ...]], focus: Sequence[str]) -> set[str]:
    """Return the nodes nearest to the focus, breadth first, for as long as their picture can be read."""
    near: dict[str, dict[str, None]] = {name: {} for name in names}
    for run in runs:
        near[run[0]][run[-1]] = near[run[-1]][run[0]] = None
    kept: set[str] = set()
    edges = 0
    for name in _outward(near, [name for name in focus if name in near]):
        more = len(kept.intersection(near[name]))
        if not is_small(len(kept) + 1) or edges + more > MOST_EDGES:
            break
        kept.add(name)
        edges += more
    return kept


def _outward(near: Mapping[str, Mapping[str, None]], focus: Sequence[str]) -> Iterator[str]:
    """Yield the nodes from the focus outwards; then what is around the last node that was not met, and so on."""
    met = set(focus)
    last = iter([*near][::-1])
    queue = deque(focus)
    while True:
        if not queue:
            start = next((name for name in last if name not in met), None)
            if start is None:
                return
            met.add(start)
            queue.append(start)
        name = queue.popleft()
        yield name
        queue.extend(other for other in near[name] if other not in met)
        met.update(near[name])


def _notes(count: int, kept: Sequence[str], runs: Sequence[tuple[str, ...]], focus: Sequence[str]) -> Iterator[str]:
    """Yield what was left out, a line each."""
    shrunk = [len(run) - 2 for run in runs if len(run) > 2]
    inside = sum(shrunk)
    if shrunk:
        runs_of = f"a run of {inside:,} nodes" if len(shrunk) == 1 else f"runs of {inside:,} nodes"
        yield f"{len(shrunk):,} {'edge stands' if len(shrunk) == 1 else 'edges stand'} for {runs_of}"
    left = count - len(kept) - inside
    if left:
        names = ", ".join(f"'{name}'" for name in focus[:3]) + (" …" if len(focus) > 3 else "")
        yield f"{left:,} of {count:,} nodes are left out: drawn is what is nearest to {names or 'the end'}; dotted boxes go on"
