"""Steps: each line is a row of the memo, and what stands in it comes to that row."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradq.engine.explanation import Explanation
from gradq.engine.expression import Expr, add, multiply
from gradq.engine.factors import Factor, Line, Terms
from gradq.engine.gallery import examples
from gradq.engine.graph import Graph
from gradq.engine.layout import text_of
from gradq.engine.space import Space
from gradq.engine.space import open as open_space
from gradq.store.connect import writing

ARTICLE = {
    "o": "∂g/∂o = ∂(3*f - o)/∂o = -1",
    "f": "∂g/∂f = ∂(3*f - o)/∂f = 3",
    "e": "∂g/∂e = ∂g/∂f·∂f/∂e = 3·2 = 6",
    "d": "∂g/∂d = ∂g/∂e·∂e/∂d = 6·2*d = 12*d",
    "c": "∂g/∂c = ∂g/∂e·∂e/∂c = 6·7 = 42",
    "b": "∂g/∂b = ∂g/∂d·∂d/∂b + ∂g/∂c·∂c/∂b = 12*d·5 + 42·2 = 60*d + 84",
    "a": "∂g/∂a = ∂g/∂b·∂b/∂a = (60*d + 84)·(-3) = -180*d - 252",
}


@pytest.fixture(scope="module")
def space() -> Iterator[Space]:
    with open_space(":memory:") as opened:
        yield opened


@pytest.fixture
def article(space: Space) -> Graph:
    graph = space.add("article", examples()["article"].text, replace=True)
    space._explorer.memo_clear("article")
    return graph


def lines_of(item: Explanation) -> list[Line]:
    return [line for line in item.lines if isinstance(line, Line)]


def whole_value(terms: Terms) -> Expr:
    """Return the formula that a sum of products comes to; steps have no brackets."""
    products = [[piece.value for piece in product if isinstance(piece, Factor)] for product in terms.products]
    return add(multiply([value for value in product if isinstance(value, Expr)]) for product in products)


@pytest.mark.parametrize("wrt", ARTICLE)
def test_the_steps_of_every_partial_are_the_articles_own(article: Graph, wrt: str) -> None:
    for _ in range(2):  # the same from an empty memo and from a full one
        lines = str(article.d("g", wrt=wrt).steps()).splitlines()
        assert lines[-1] == ARTICLE[wrt]
        assert lines == [ARTICLE[name] for name in "ofedcba" if f"∂g/∂{name} " in "\n".join(lines)]


def test_a_line_says_whether_its_row_was_there(article: Graph) -> None:
    str(article.d("g", wrt="d"))
    steps = article.d("g", wrt="b").steps()
    assert [line.source for line in lines_of(steps)] == ["reused"] * 3 + ["computed"] * 2
    assert (steps.reused, steps.computed) == (3, 2)
    assert {line.source for line in lines_of(article.d("g", wrt="b").steps())} == {"reused"}


def test_a_step_shows_what_the_memo_has_and_no_second_calculation(article: Graph, space: Space) -> None:
    str(article.d("g", wrt="b"))
    with writing(space._explorer.engine) as conn:
        conn.exec_driver_sql("update gradient set expression = '5*d' where expression = '12*d'")
        conn.exec_driver_sql("delete from gradient where expression = '60*d + 84'")
    assert str(article.d("g", wrt="b").steps()).endswith("= 5*d·5 + 42·2 = 25*d + 84")


def test_at_a_point_the_lines_are_numbers(article: Graph) -> None:
    steps = article.d("g", wrt="b").steps(at={"a": 0.5})
    assert "∂g/∂d = ∂g/∂e·∂e/∂d = 6·47 = 282" in str(steps) and str(steps).endswith("= 1494")


def test_the_bar_stands_where_the_edge_is_not_the_only_path(space: Space) -> None:
    graph = space.add("bar", "m = x^2\ny = x*m\nz = m + sin(x)\nw = y*z")
    assert str(graph.d("y", wrt="x").steps()).endswith("∂y/∂m·∂m/∂x + ∂y/∂x|edge = x·2*x + m = 2*x^2 + m")
    last = str(graph.d("w", wrt="x").steps()).splitlines()[-1].split(" = ")[1]
    assert last.count("|edge") == 2 and "∂y/∂x|edge" in last and "∂z/∂x|edge" in last and "∂m/∂x|edge" not in last


def test_without_a_path_the_derivative_is_0_and_of_itself_1(article: Graph) -> None:
    assert (str(article.d("b", wrt="g").steps()), str(article.d("g", wrt="g").steps())) == ("∂b/∂g = 0", "∂g/∂g = 1")


@given(st.integers(0, 10**9), st.integers(2, 8))
@settings(max_examples=40)
def test_every_right_side_is_the_answer_of_its_pair(space: Space, seed: int, count: int) -> None:
    chance = random.Random(seed)
    lines = ["x0"]
    for k in range(1, count):
        names = [f"x{p}" for p in range(k) if chance.random() < 0.5] or [f"x{k - 1}"]
        lines.append(f"x{k} = " + chance.choice(["*", " + "]).join(f"{chance.randint(2, 9)}*{name}" for name in names))
    graph = space.add("random", "\n".join(lines), replace=True)
    for line in lines_of(graph.d(f"x{count - 1}", wrt="x0").steps()):
        assert isinstance(line.value, Expr)
        assert text_of(line.value) == str(graph.d(line.of, wrt=line.wrt))
        if line.terms is not None:
            assert whole_value(line.terms) is line.value


def test_a_long_chain_is_folded_and_unfolded(space: Space) -> None:
    chain = "x0\n" + "\n".join(f"x{k} = x{k - 1} + 1" for k in range(1, 4_000))
    derivative = space.add("chain", chain).d("x3999", wrt="x0")
    folded = str(derivative.steps()).splitlines()
    assert len(folded) == 21 and folded[10] == "… 3,979 more lines: --all (whole=True in Python) shows them"
    assert len(derivative.steps(whole=True).lines) == 3_999
