"""The semirings beyond plus and times: several at once, lengths, and the best paths."""

from itertools import islice, pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from gradq.engine.network import network
from gradq.engine.semiring import COUNTS, LONGEST, SHORTEST, Strand, alongside, best
from gradq.engine.sweep import sweep

arrows = st.sets(st.tuples(st.integers(1, 7), st.integers(0, 6)).filter(lambda pair: pair[0] > pair[1]), min_size=1)


def _paths(pairs: set[tuple[int, int]]) -> tuple["nx.DiGraph[int]", list[list[int]]]:
    """Return the part of a graph between 0 and 7, and every path through it."""
    graph = network(pairs, range(8))
    inside = (nx.ancestors(graph, 7) | {7}) & (nx.descendants(graph, 0) | {0})
    return graph.subgraph(inside).copy(), list(nx.all_simple_paths(graph, 0, 7))


@given(arrows)
def test_counts_and_lengths_come_out_of_one_sweep(pairs: set[tuple[int, int]]) -> None:
    graph, paths = _paths(pairs)
    ring = alongside(COUNTS, SHORTEST, LONGEST)
    found = dict(sweep(graph, 7, ring, lambda child, parent: (1, 1, 1))) if paths else {0: (0, 0, 0)}
    lengths = [len(path) - 1 for path in paths]
    assert found[0] == (len(paths), min(lengths, default=0), max(lengths, default=0))


@given(arrows, st.integers(1, 6))
def test_the_best_are_the_shortest_with_ties_by_the_names(pairs: set[tuple[int, int]], most: int) -> None:
    graph, paths = _paths(pairs)
    ring = best(most, SHORTEST, int)

    def edge(child: int, parent: int) -> tuple[Strand[int], ...]:
        return (Strand(1, str(child), (child, parent)),)

    found = dict(sweep(graph, 7, ring, edge))[0] if paths else ()
    expected = islice(sorted(paths, key=lambda path: (len(path), list(map(str, path)))), most)
    assert [list(strand.edges()) for strand in found] == [[(c, p) for p, c in pairwise(path)] for path in expected]


def test_two_pieces_are_joined_to_the_best_of_all_pairs() -> None:
    ring = best(3, SHORTEST, int)
    upper = (Strand(1, "b", (1, 0)), Strand(4, "c", (2, 0)))
    lower = (Strand(1, "y", (9, 1)), Strand(2, "z", (8, 1)))
    found = ring.times(lower, upper)
    assert [(strand.size, strand.second) for strand in found] == [(2, "b"), (3, "b"), (5, "c")]
    assert list(found[1].edges()) == [(1, 0), (8, 1)]
    assert ring.times(ring.one, upper)[0].second == "b"
    assert list(ring.times(upper, ring.one)[0].edges()) == [(1, 0)]


@given(st.lists(st.integers(0, 5), max_size=8), st.lists(st.integers(0, 5), max_size=8), st.integers(1, 9))
def test_the_best_of_two_pieces_are_those_of_every_pair(near: list[int], far: list[int], most: int) -> None:
    ring = best(most, SHORTEST, int)
    ups = tuple(Strand(size, f"u{at:02}", (at, 0)) for at, size in enumerate(sorted(near)))
    downs = tuple(Strand(size, f"d{at:02}", (at, 1)) for at, size in enumerate(sorted(far)))
    every = sorted(((up.size + down.size, up.second), (up.rope, down.rope)) for up in ups for down in downs)
    found = [((item.size, item.second), (item.rope[1], item.rope[0])) for item in ring.times(downs, ups)]
    assert [place for place, _ in found] == [place for place, _ in every[:most]]
    if len(ups) != 1:
        assert found == every[:most]
