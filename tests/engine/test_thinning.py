"""Thinning: a small graph is whole; a large one is small, and every node of it is accounted for."""

import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradq.engine.thinning import MOST_EDGES, thinned


def chain(length: int, prefix: str = "n", start: tuple[str, ...] = ()) -> dict[str, list[str]]:
    return {f"{prefix}{k}": [f"{prefix}{k - 1}"] if k else list(start) for k in range(length)}


def test_a_small_graph_is_drawn_as_it_is() -> None:
    found = thinned(chain(80))
    assert (len(found.nodes), len(found.runs), found.beyond, found.notes) == (80, 79, set(), [])


def test_a_long_chain_is_one_edge_that_says_how_many() -> None:
    (run,) = thinned(chain(500)).runs
    assert (run[0], run[-1], len(run) - 2) == ("n0", "n499", 498)


def test_what_was_asked_for_never_shrinks() -> None:
    assert thinned(chain(500), ["n200"]).nodes == ["n0", "n200", "n499"]


def test_runs_side_by_side_are_not_one_line_over_another() -> None:
    graph = {"x": [], **chain(60, "a", ("x",)), **chain(60, "b", ("x",)), "y": ["a59", "b59"]}
    found = thinned(graph)
    ends = [(run[0], run[-1]) for run in found.runs]
    assert len(set(ends)) == len(ends) == 3 and found.notes == ["2 edges stand for runs of 119 nodes"]


def test_of_what_does_not_shrink_the_nearest_stays_and_a_note_says_so() -> None:
    wide = {f"n{k}": [f"n{k - 1}", f"n{k - 2}"] if k > 1 else [] for k in range(10_000)}
    found = thinned(wide, ["n5000"])
    assert "n5000" in found.nodes and found.beyond and len(found.nodes) <= 80
    assert all(abs(int(name[1:]) - 5000) < 80 for name in found.nodes)
    assert f"{10_000 - len(found.nodes):,} of 10,000 nodes are left out" in found.notes[0] and "'n5000'" in found.notes[0]


def test_many_edges_among_few_nodes_are_a_hairball_too() -> None:
    dense = {f"n{k}": [f"n{j}" for j in range(k)] for k in range(60)}
    assert len(thinned(dense).runs) <= MOST_EDGES < 60 * 59 / 2


@settings(max_examples=60)
@given(st.integers(81, 300), st.randoms(use_true_random=False))
def test_every_node_is_drawn_inside_an_edge_or_counted_as_left_out(count: int, random: Random) -> None:
    graph = {
        f"n{k}": [f"n{j}" for j in {random.randrange(k) for _ in range(random.randrange(3))}] if k else [] for k in range(count)
    }
    found = thinned(graph, ["n0"])
    drawn = [*found.nodes] + [name for run in found.runs for name in run[1:-1]]
    left = [int(match[1].replace(",", "")) for note in found.notes if (match := re.match(r"([\d,]+) of", note))]
    inside_others = count - len(drawn) - sum(left)
    assert len(set(drawn)) == len(drawn) and len(found.nodes) <= 80 and len(found.runs) <= MOST_EDGES and inside_others == 0
    for run in found.runs:
        assert all(parent in graph[child] for parent, child in pairwise(run))


@pytest.mark.parametrize("focus", [[], ["nowhere"]])
def test_without_a_focus_the_end_is_drawn(focus: list[str]) -> None:
    graph = {f"n{k}": [f"n{k - 1}", f"n{k - 2}"] if k > 1 else [] for k in range(500)}
    assert "n499" in thinned(graph, focus).nodes
