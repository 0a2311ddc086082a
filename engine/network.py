"""Graphs in memory: order, levels, cycles, and the nodes between two nodes, through NetworkX."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from ..store.errors import CycleError

if TYPE_CHECKING:
    import networkx as nx

    Network: TypeAlias = "nx.DiGraph[int]"
SHOWN = 8  # names of a loop that an error shows


def network(edges: Iterable[tuple[int, int]], nodes: Iterable[int] = ()) -> Network:
    """Return the directed graph with an arrow parent → child for each `(child, parent)`.

    >>> list(network([(2, 1), (3, 2)]).edges)
    [(1, 2), (2, 3)]
    """
    import networkx as nx

    graph: Network = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((parent, child) for child, parent in edges)
    return graph


def between(graph: Network, of: int, wrt: int) -> set[int]:
    """Return the nodes on some path from `wrt` to `of`, both included; empty if there is none."""
    import networkx as nx

    if of not in graph or wrt not in graph:
        return set()
    inside = (nx.descendants(graph, wrt) | {wrt}) & (nx.ancestors(graph, of) | {of})
    return inside if wrt in inside else set()


def route(parents: Mapping[str, Iterable[str]], of: str, wrt: str) -> list[str]:
    """Return the names on a shortest route from `wrt` to `of`, both included; empty if there is none.

    >>> route({"c": ["b", "a"], "b": ["a"], "a": []}, "c", "a")
    ['a', 'c']
    """
    import networkx as nx

    graph = nx.DiGraph((parent, child) for child in sorted(parents) for parent in sorted(parents[child]))
    try:
        return list(nx.shortest_path(graph, wrt, of))
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return []


def levels(parents: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return each name's longest distance from an input; raises `CycleError` with a short loop.

    >>> levels({"b": ["a"], "a": []})
    {'a': 0, 'b': 1}
    """
    waiting = {name: len(set(above)) for name, above in parents.items()}
    children: dict[str, list[str]] = {}
    for name, above in parents.items():
        for parent in set(above):
            children.setdefault(parent, []).append(name)
    found = {name: 0 for name, count in waiting.items() if not count}
    ready = list(found)
    for name in ready:
        for child in children.get(name, ()):
            found[child] = max(found.get(child, 0), found[name] + 1)
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    if len(ready) < len(waiting):
        raise loop_error(parents, {name for name, count in waiting.items() if count})
    return found


def loop_error(parents: Mapping[str, Iterable[str]], among: set[str]) -> CycleError:
    """Return the error that shows a short loop among these names."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph((parent, name) for name in sorted(among) for parent in parents[name] if parent in among)
    knots = [part for part in nx.strongly_connected_components(graph) if _loops(graph, part)]
    knot = min(knots, key=lambda part: (len(part), min(part)))
    start = min(knot)
    inside = nx.DiGraph(edge for edge in graph.edges if knot.issuperset(edge))  # in order, which a view is not
    routes = nx.single_source_shortest_path(inside, start)
    route = min((routes[before] for before in inside.predecessors(start)), key=len)
    shown = [*route, start] if len(route) <= SHOWN else [*route[: SHOWN - 2], "…", route[-1], start]
    text = " → ".join(shown) + (f" ({len(route):,} nodes)" if len(route) > SHOWN else "")
    hint = "a node cannot depend on itself; give one of these another formula"
    return CycleError(f"the graph has a loop: {text}", hint=hint, names=tuple(route))


def _loops(graph: nx.DiGraph[str], part: set[str]) -> bool:
    return len(part) > 1 or any(graph.has_edge(name, name) for name in part)
