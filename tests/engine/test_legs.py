"""Legs: the paths through and around nodes and edges."""

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradq.engine.legs import Place, across, legs
from gradq.engine.network import network
from gradq.engine.semiring import COUNTS

places = st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] <= pair[1])
arrows = st.sets(places.filter(lambda pair: pair[0] < pair[1]), min_size=1)


def _takes(path: list[int], place: Place) -> bool:
    parent, child = place
    return parent in path if parent == child else (parent, child) in pairwise(path)


@given(arrows, st.lists(places, max_size=2), st.lists(places, max_size=2))
def test_the_legs_have_the_paths_that_are_meant(pairs: set[Place], through: list[Place], avoid: list[Place]) -> None:
    graph = network([(child, parent) for parent, child in pairs], range(8))
    paths = list(nx.all_simple_paths(graph, 0, 7))
    meant = [p for p in paths if all(_takes(p, t) for t in through) and not any(_takes(p, a) for a in avoid)]
    route = legs(graph, 7, 0, through=through, avoid=avoid)
    assert (across(route, COUNTS, lambda child, parent: 1) if route else 0) == len(meant)


@pytest.mark.parametrize("avoid", [[(0, 0)], [(1, 1)], [(0, 1)]])
def test_avoiding_an_end_or_the_only_edge_leaves_no_path(avoid: list[Place]) -> None:
    graph = network([(1, 0)])
    assert legs(graph, 1, 0, avoid=avoid) == []
    assert graph.has_edge(0, 1)
