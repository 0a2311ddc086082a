"""The ledger of paths: the article's figures, shapes with too many paths to list, and what is not there."""

import dataclasses
import math
from collections.abc import Iterator

import pytest

import gradq
from gradq.engine import paths as paths_module
from gradq.engine.gallery import examples
from gradq.engine.graph import Graph
from gradq.engine.ledger import Ledger
from gradq.engine.paths import ledger
from gradq.store.errors import MissingValue, NotFound, Undefined, UnknownNode
from tests.engine.conftest import MadeFlow, name_of


@pytest.fixture
def article(database: str) -> Iterator[Graph]:
    with gradq.open(database) as space:
        yield space.add("article", examples()["article"].text)


def _lines(found: Ledger) -> list[str]:
    return [f"{'→'.join(path.nodes)}: {path.product}" for path in found.paths]


def test_the_article_s_two_paths(article: Graph) -> None:
    answer = article.d("g", wrt="b")
    found = answer.paths()
    assert _lines(found) == ["b→c→e→f→g: 84", "b→d→e→f→g: 60*d"]
    assert (found.count, found.shortest, found.longest, str(found.net), str(found.rest)) == (2, 4, 4, "60*d + 84", "0")
    found = answer.paths(at={"a": 0.5})
    assert _lines(found) == ["b→d→e→f→g: 1410.0", "b→c→e→f→g: 84.0"]
    assert (found.net, found.gross, found.cancellation, found.rest, found.truncated) == (1494.0, 1494.0, 1.0, 0.0, False)
    assert found.paths[0].factors == (5.0, 47.0, 2.0, 3.0)
    assert found.paths[0].share == 1410 / 1494


def test_through_and_around_nodes_and_edges(article: Graph) -> None:
    answer = article.d("g", wrt="a")
    assert str(answer.paths(through="d").net) == "-180*d"
    assert str(answer.paths(through=("b", "c")).net) == str(answer.paths(avoid=[("b", "d")]).net) == "-252"
    assert str(answer.paths(through=["e", ("d", "e")], at=[{"a": 0.5}]).net) == "-4230.0"
    assert answer.paths(through="c", avoid="d").count == 1
    assert answer.paths(through="o").count == answer.paths(through=["c", "d"]).count == 0


def test_the_sum_through_a_node_is_a_product(database: str) -> None:
    with gradq.open(database) as space:
        graph = space.add("two", "p = x^2\nq = 3*x\nm = p + q\nr = m^2\ns = 5*m\ny = r + s + x")
        assert str(graph.d("y", wrt="x").paths(through="m").net) == "(2*m + 5)*(2*x + 3)"


def test_what_is_unknown_is_an_error(article: Graph) -> None:
    answer = article.d("g", wrt="b")
    for stop in ("zz", ("b", "zz")):
        with pytest.raises(UnknownNode):
            answer.paths(through=stop)
    with pytest.raises(NotFound, match="no edge from 'b' to 'e'"):
        answer.paths(avoid=("b", "e"))
    with pytest.raises(MissingValue):
        answer.paths(at={})


def test_a_ledger_is_frozen_and_prints_itself(article: Graph) -> None:
    found = article.d("g", wrt="b").paths()
    assert str(found).splitlines()[2:] == ["b→c→e→f→g: 84", "b→d→e→f→g: 60*d"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.count = 3  # type: ignore[misc]


def test_the_ends_may_be_one_node_or_have_no_path(article: Graph) -> None:
    same, none = article.d("g", wrt="g").paths(at={}), article.d("b", wrt="g").paths(at={})
    assert (same.count, same.shortest, same.net, same.paths[0].nodes) == (1, 0, 1.0, ("g",))
    assert (none.count, none.shortest, none.net, none.gross, none.cancellation) == (0, None, 0.0, 0.0, None)
    assert "not upstream" in none.notes[0]


def test_a_path_with_a_factor_0_is_counted_and_not_listed(database: str) -> None:
    with gradq.open(database) as space:
        graph = space.add("zero", "p = 0*x\nq = x^2\ny = p + q + x")
        for found in (graph.d("y", wrt="x").paths(), graph.d("y", wrt="x").paths(at={"x": 0})):
            assert found.count == 3
            assert not found.truncated
        assert found.notes[-1].startswith("2 of the paths have a factor that is exactly 0")
        assert [path.nodes for path in found.paths] == [("x", "y")]
        assert found.rest == 0.0


def test_what_does_not_fit_a_double_has_its_logarithm(made_flow: MadeFlow) -> None:
    chain = {(k + 1, k): 1e-200 for k in range(5)} | {(5, 0): 1.0}
    tiny = ledger(made_flow(chain, 5)).paths[1]
    assert tiny.product == 0.0
    assert tiny.product_log10 == pytest.approx(-1000)
    # two great amounts that cancel: y = p − q, p = q = 1e200·r, r = 1e200·x; q comes first by its name
    found = ledger(made_flow({(1, 0): 1e200, (2, 1): 1e200, (3, 1): 1e200, (4, 2): 1.0, (4, 3): -1.0}, 4))
    assert (found.net, found.gross) == (0.0, math.inf)
    assert found.gross_log10 == pytest.approx(400.30103)
    assert [path.product for path in found.paths] == [-math.inf, math.inf]
    assert (found.cancellation, found.rest, found.net_log10) == (0.0, 0.0, None)


def test_ties_go_by_the_names_along_the_path(made_flow: MadeFlow) -> None:
    found = ledger(made_flow({(k, 0): 2.0 for k in range(1, 9)} | {(9, k): -0.5 for k in range(1, 9)}, 9), top=3)
    assert [path.nodes[1] for path in found.paths] == [name_of(8), name_of(7), name_of(6)]
    assert (found.truncated, found.rest) == (True, -5.0)


def test_a_ladder_of_ten_thousand_diamonds(made_flow: MadeFlow) -> None:
    arrows = [(3 * k + step, 3 * k + back) for k in range(10_000) for step, back in ((1, 0), (2, 0), (3, 1), (3, 2))]
    found = ledger(made_flow({pair: 1.0 for pair in arrows}, 30_000), top=3)
    assert found.count == 2**10_000
    assert found.net == math.inf
    assert found.net_log10 == pytest.approx(10_000 * math.log10(2))
    assert (found.shortest, found.longest, found.cancellation, found.truncated) == (20_000, 20_000, 1.0, True)
    assert [path.product for path in found.paths] == [1.0, 1.0, 1.0]


def test_more_paths_than_can_be_kept_are_cut_with_a_note(made_flow: MadeFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    arrows = [(3 * k + step, 3 * k + back) for k in range(10) for step, back in ((1, 0), (2, 0), (3, 1), (3, 2))]
    monkeypatch.setattr(paths_module, "MOST", 40 * 25)
    found = ledger(made_flow({pair: 1.0 for pair in arrows}, 30), top=10**9)
    assert (len(found.paths), found.truncated, found.rest) == (25, True, 2.0**10 - 25)
    assert found.notes == ("listed are 25 paths and not 1,024: of a flow of this size more take too long",)


def _dense_net() -> str:
    """Return 58 blocks of a fork and eleven steps: 700 deep, with 2^58 paths."""
    lines = ["x0"]
    for block in range(58):
        end = f"x{block}"
        for step in range(11):
            lines.append(f"s{block}_{step} = tanh({end})")
            end = f"s{block}_{step}"
        lines.append(f"x{block + 1} = {end} + x{block}")
    return "\n".join(lines)


def _lstm(steps: int) -> str:
    lines = ["h0 = 0.1", "c0 = 0.2", "w = 0.5", "u = 0.3"]
    for t in range(1, steps + 1):
        before = f"h{t - 1}"
        lines += [f"i{t} = sigmoid(w*{before} + u)", f"f{t} = sigmoid(u*{before} + w)", f"o{t} = sigmoid(w*{before} - u)"]
        lines += [f"z{t} = tanh(w*{before} + 1)", f"c{t} = f{t}*c{t - 1} + i{t}*z{t}", f"h{t} = o{t}*tanh(c{t})"]
    return "\n".join(lines)


def test_a_net_of_dense_blocks() -> None:
    with gradq.open(":memory:") as space:
        answer = space.add("dense", _dense_net()).d("x58", wrt="x0")
        found = answer.paths(at={"x0": 0.1}, top=2)
        assert (found.count, found.shortest, found.longest) == (2**58, 58, 58 * 12)
        assert found.paths[0].product == 1.0
        assert found.net == answer.at(x0=0.1)
        assert answer.paths(top=1).paths[0].nodes == tuple(f"x{k}" for k in range(59))


def test_an_lstm_of_many_steps() -> None:
    with gradq.open(":memory:") as space:
        answer = space.add("lstm", _lstm(250)).d("h250", wrt="h0")
        found = answer.paths(at={})
        assert (found.longest, found.count > 10**150, len(found.paths)) == (750, True, 10)
        products = [path.product for path in found.paths]
        assert math.fsum([*map(float, map(str, products)), float(str(found.rest))]) == found.net == answer.at()


def test_an_edge_between_that_has_no_value_is_an_error(database: str) -> None:
    with gradq.open(database) as space:
        graph = space.add("odd", "p = log(x)\ny = p + x")
        with pytest.raises(Undefined):
            graph.d("y", wrt="x").paths(at={"x": 0})
