"""Shares of the gross: those of brute force, whole at every cut, and never out of range of a double."""

import math
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradq.engine.expression import ONE
from gradq.engine.flow import Flow, FlowEdge
from gradq.engine.shares import shares
from gradq.store.rows import GraphRow, NodeRow

Sizes = dict[tuple[str, str], float]


def flow(sizes: Sizes, of: str, wrt: str) -> Flow:
    """Return a flow with these edges; the names are in topological order by themselves."""
    names = sorted({name for pair in sizes for name in pair}, key=lambda name: (len(name), name))
    nodes = [NodeRow(at, name, "formula", None, None, at, None) for at, name in enumerate(names)]
    edges = [FlowEdge(parent, child, ONE, None) for parent, child in sizes]
    return Flow(GraphRow(1, "g", 1, None, False), of, wrt, None, nodes, edges, [])


def test_the_article_at_one_half() -> None:
    sizes = {("b", "c"): 2.0, ("b", "d"): 5.0, ("c", "e"): 7.0, ("d", "e"): 47.0, ("e", "f"): 2.0, ("f", "g"): 3.0}
    found = shares(flow(sizes, "g", "b"), sizes)
    assert [found["b", "d"], found["d", "e"]] == pytest.approx([1410 / 1494] * 2)
    assert found["b", "c"] == pytest.approx(84 / 1494) and found["f", "g"] == pytest.approx(1.0)


@settings(max_examples=60)
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0, 7.0]), min_size=21, max_size=21))
def test_a_share_is_that_of_listing_every_path(weights: list[float]) -> None:
    names = "abcdefg"
    pairs = [(one, other) for at, one in enumerate(names) for other in names[at + 1 :]]
    sizes = dict(zip(pairs, weights, strict=True))
    paths = [[*pairwise(path)] for path in nx.all_simple_paths(nx.DiGraph(pairs), "a", "g")]
    gross = {tuple(path): math.prod(sizes[pair] for pair in path) for path in paths}
    total = sum(gross.values())
    found = shares(flow(sizes, "g", "a"), sizes)
    for pair in pairs:
        wanted = sum(value for path, value in gross.items() if pair in path) / total if total else 0.0
        assert found[pair] == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_a_product_that_no_double_holds_has_shares_all_the_same(size: float) -> None:
    sizes: Sizes = {}
    for k in range(40):
        sizes |= {
            (f"x{k}", f"x{k}l"): size,
            (f"x{k}", f"x{k}r"): size,
            (f"x{k}l", f"x{k + 1}"): 1.0,
            (f"x{k}r", f"x{k + 1}"): 3.0,
        }
    nodes = [f"x{k}{side}" for k in range(41) for side in ("", "l", "r")][:-2]
    made = flow(sizes, "x40", "x0")
    made = made._replace(nodes=[row._replace(name=name) for row, name in zip(made.nodes, nodes, strict=True)])
    assert shares(made, sizes)["x20", "x20r"] == pytest.approx(0.75)
