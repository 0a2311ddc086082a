"""Blocks: cuts are the nodes on every path, and every line is worth the derivative that it is of."""

from __future__ import annotations

import random
from collections.abc import Iterator

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradq.engine import blocks as blocks_module
from gradq.engine.blocks import DEEPEST, cuts
from gradq.engine.evaluate import evaluate
from gradq.engine.explanation import Explanation
from gradq.engine.expression import Expr
from gradq.engine.factors import Factor, Line, Terms
from gradq.engine.formula import parse_expression
from gradq.engine.gallery import examples
from gradq.engine.graph import Graph
from gradq.engine.lines import side_texts
from gradq.engine.space import Space
from gradq.engine.space import open as open_space


@pytest.fixture(scope="module")
def space() -> Iterator[Space]:
    with open_space(":memory:") as opened:
        yield opened


@pytest.fixture(scope="module")
def article(space: Space) -> Graph:
    return space.add("article", examples()["article"].text)


def random_text(chance: random.Random, count: int) -> str:
    """Return a graph of sums and products, each node with a few parents among those before it."""
    lines = ["x0"]
    for k in range(1, count):
        names = [f"x{p}" for p in range(k) if chance.random() < 0.4] or [f"x{k - 1}"]
        terms = [f"{chance.randint(2, 9)}*{name}" for name in names]
        lines.append(f"x{k} = " + ("*".join(terms) if chance.random() < 0.4 else " + ".join(terms)))
    return "\n".join(lines)


def worth(piece: Factor | Terms) -> float:
    """Return the number that a factor or a bracket comes to."""
    if isinstance(piece, Factor):
        assert isinstance(piece.value, float)
        return piece.value
    total = 0.0
    for product in piece.products:
        share = 1.0
        for inner in product:
            share *= worth(inner)
        total += share
    return total


def lines_of(item: Explanation) -> list[Line]:
    return [line for line in item.lines if isinstance(line, Line)]


def test_the_articles_grouping(article: Graph) -> None:
    assert str(article.d("g", wrt="b").blocks()).splitlines() == [
        "∂g/∂b = ∂g/∂f · ∂f/∂e · (∂e/∂d·∂d/∂b + ∂e/∂c·∂c/∂b)",
        "      = 3·2·(2*d·5 + 7·2)",
        "      = 60*d + 84",
    ]


def test_values_at_a_point_stand_in_the_same_order(article: Graph) -> None:
    blocks = article.d("g", wrt="b").blocks(at={"a": 0.5})
    assert side_texts(lines_of(blocks)[0], whole=False)[1:] == ["3·2·(47·5 + 7·2)", "1494"]
    assert (blocks.cuts, blocks.at) == (("b", "e", "f", "g"), {"a": 0.5})


def test_an_edge_beside_another_way_has_a_bar(space: Space) -> None:
    assert "∂y/∂m·∂m/∂x + ∂y/∂x|edge\n" in str(space.add("bar", "m = x^2\ny = x*m").d("y", wrt="x").blocks())


def test_without_a_path_the_derivative_is_0_and_of_itself_1(article: Graph) -> None:
    nothing, itself = article.d("b", wrt="g").blocks(), article.d("g", wrt="g").blocks()
    assert (str(nothing), str(itself)) == ("∂b/∂g = 0", "∂g/∂g = 1")
    assert nothing.notes == ("'g' is not upstream of 'b': the derivative is exactly 0",)


def test_a_component_that_no_node_cuts_takes_a_step_and_explains_the_rest_once(space: Space) -> None:
    graph = space.add("mesh", "p = 2*x\nq = 3*x\nr = p*q\ns = p + q\ny = r + 5*s")
    assert str(graph.d("y", wrt="x").blocks()).splitlines() == [
        "∂y/∂x = ∂y/∂q·∂q/∂x + ∂y/∂p·∂p/∂x",
        "      = (p + 5)·3 + (q + 5)·2",
        "      = 3*p + 2*q + 25",
        "where ∂y/∂q = ∂y/∂r·∂r/∂q + ∂y/∂s·∂s/∂q",
        "            = 1·p + 5·1",
        "            = p + 5",
        "where ∂y/∂p = ∂y/∂r·∂r/∂p + ∂y/∂s·∂s/∂p",
        "            = 1·q + 5·1",
        "            = q + 5",
    ]


def test_a_factor_adds_its_memo_row(space: Space) -> None:
    graph = space.add("rows", "p = 2*x\nq = 3*x\nr = p*q\ns = p + q\nt = r + 5*s\ny = t^2")
    graph.d("y", wrt="x").blocks()
    _, rows = space.sql("select expression from v_gradient where graph = 'rows' and of = 't' and wrt = 'p'")
    assert rows == [("q + 5",)]


@given(st.integers(0, 10**9), st.integers(2, 9))
@settings(max_examples=40)
def test_every_line_comes_to_the_derivative_that_it_is_of(space: Space, seed: int, count: int) -> None:
    chance = random.Random(seed)
    graph = space.add("random", random_text(chance, count), replace=True)
    point = {"x0": chance.uniform(0.5, 1.5)}
    blocks = graph.d(f"x{count - 1}", wrt="x0").blocks(at=point)
    for line in lines_of(blocks):
        answer = pytest.approx(graph.d(line.of, wrt=line.wrt).at(point), rel=1e-9)
        assert line.value == answer
        if line.terms is not None:
            assert worth(line.terms) == answer
            assert evaluate(parse_expression(side_texts(line, whole=True)[-2].replace("·", "*")), {}) == answer


@given(st.integers(0, 10**9), st.integers(2, 9))
@settings(max_examples=60)
def test_cuts_are_the_nodes_on_every_path(seed: int, count: int) -> None:
    chance = random.Random(seed)
    graph = nx.DiGraph((p, c) for c in range(count) for p in range(c) if chance.random() < 0.4)
    graph.add_edge(0, count - 1) if chance.random() < 0.1 else nx.add_path(graph, [0, count - 1][: chance.randint(1, 2)])
    graph.add_nodes_from(range(count))
    paths = [set(path) for path in nx.all_simple_paths(graph, 0, count - 1)]
    if paths:
        between = sorted(set.union(*paths))
        children = [list(graph.successors(node)) for node in range(count)]
        assert cuts(children, between) == sorted(set.intersection(*paths))


def test_a_ladder_and_a_long_chain_are_folded(space: Space) -> None:
    ladder = "".join(f"u{k} = 2*n{k}\nv{k} = n{k}^2\nn{k + 1} = u{k}*v{k}\n" for k in range(100))
    blocks = space.add("ladder", ladder).d("n100", wrt="n0").blocks()
    assert len(blocks.cuts) == 101 and "… 80 more …" in str(blocks)
    assert "more …" not in str(space["ladder"].d("n100", wrt="n0").blocks(whole=True))
    chain = "x0\n" + "\n".join(f"x{k} = x{k - 1} + 1" for k in range(1, 20_000))
    assert "… 19,979 more …" in str(space.add("chain", chain).d("x19999", wrt="x0").blocks())


def test_brackets_that_lie_too_deep_become_lines_and_many_lines_fold(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks_module, "LINES", 20)
    count = DEEPEST * 25
    graph = space.add("deep", "x\ny0 = x^2\n" + "\n".join(f"y{k} = y{k - 1}*x" for k in range(1, count)))
    blocks = graph.d(f"y{count - 1}", wrt="x").blocks()
    assert len(lines_of(blocks)) == 21 and isinstance(blocks.lines[-1], int)
    assert str(blocks).splitlines()[0].count("(") == DEEPEST - 1
    assert isinstance(blocks.value, Expr) and str(blocks).endswith("more line: --all (whole=True in Python) shows them")


@pytest.mark.parametrize("at", [None, {"x0": 1.5}])
def test_one_sweep_gives_a_large_graph_the_factors_that_a_small_one_asks_for(
    space: Space, monkeypatch: pytest.MonkeyPatch, at: dict[str, float] | None
) -> None:
    derivative = space.add("asked", random_text(random.Random(3), 14), replace=True).d("x13", wrt="x0")
    asked = derivative.blocks(at=at)
    monkeypatch.setattr(blocks_module, "LARGE", 0)
    assert derivative.blocks(at=at).lines == asked.lines and len(asked.lines) > 3
