"""The narrow face for Python: open, load, add, ask, edit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import gradq
from gradq.engine.explorer import Explorer
from gradq.engine.graph import Graph
from gradq.engine.space import Space
from gradq.store.errors import FileError, FormulaError, InvalidGraph, MissingValue, UnknownGraph, UnknownNode, UsageError

ARTICLE = "b = 5 - 3*a\nc = 2*b + 3\nd = 5*b + 6\ne = 7*c + d^2\nf = 2*e\ng = 3*f - o\n"


@pytest.fixture
def graph(database: str) -> Iterator[Graph]:
    with gradq.open(database) as space:
        yield space.add("demo", ARTICLE)


def test_a_derivative_is_text_and_a_number(graph: Graph) -> None:
    answer = graph.d("g", wrt="b")
    assert str(answer) == "60*d + 84"
    assert (answer.at({"a": 0.5}), answer.at(a=0.5), answer.at({"a": 9}, a=0.5)) == (1494.0,) * 3
    assert type(answer.at({"d": 3})) is float


def test_an_edit_shows_in_answers_that_are_there_already(graph: Graph) -> None:
    answer = graph.d("g", wrt="b")
    assert (str(answer), answer.at(a=0.5)) == ("60*d + 84", 1494.0)
    graph["d"] = "5*b^2"
    assert graph["d"] == "5*b^2"
    assert (str(answer), answer.at(a=0.5)) == ("120*b*d + 84", 120 * 3.5 * 5 * 3.5**2 + 84)
    graph["o"] = "2"
    assert graph["o"] == "2"
    assert graph["a"] is None


def test_an_unknown_name_is_an_error_at_once(graph: Graph) -> None:
    for of, wrt in (("nope", "a"), ("g", "nope")):
        with pytest.raises(UnknownNode):
            graph.d(of, wrt=wrt)
    with pytest.raises(KeyError):
        graph["nope"]
    with pytest.raises(UnknownNode):
        graph["d"] = "5*nope"
    with pytest.raises(MissingValue):
        graph.d("g", wrt="b").at()


@pytest.mark.parametrize("value", ["no", True, None, float("nan"), float("inf"), [1]])
def test_a_point_takes_finite_numbers_only(graph: Graph, value: object) -> None:
    with pytest.raises(UsageError):
        graph.d("g", wrt="b").at({"a": value})  # type: ignore[dict-item]


def test_a_formula_with_a_second_line_or_a_loop_is_refused(graph: Graph) -> None:
    for formula in ("5*b\nz = 1", "", "5*", "g", "__import__('os').system('id')", "2x"):
        with pytest.raises(InvalidGraph):
            graph["d"] = formula
    assert graph["d"] == "5*b + 6"


def test_a_quoted_name_is_given_bare(graph: Graph) -> None:
    graph["P&L"] = "g^2"
    assert str(graph.d("P&L", wrt="g")) == "2*g"


def test_a_file_is_loaded_under_its_stem_and_is_there_in_the_next_process(database: str, tmp_path: Path) -> None:
    path = tmp_path / "demo.gq"
    path.write_text(ARTICLE, encoding="utf-8")
    with gradq.open(database) as space:
        space.load(path)
        space.load(str(path), name="other")
        with pytest.raises(UsageError):
            space.load(path)
        space.load(path, replace=True)
    with gradq.open(database) as space:
        assert list(space) == ["demo", "other"]
        assert "demo" in space and "nope" not in space
        assert str(space["demo"].d("g", wrt="b")) == "60*d + 84"
        with pytest.raises(UnknownGraph):
            space["nope"]


def test_files_that_are_not_there_or_no_graph_are_refused(database: str, tmp_path: Path) -> None:
    (tmp_path / "bytes.gq").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "empty.gq").write_text("")
    (tmp_path / "bad.gq").write_text("a = 1\nb = 2 +\n")
    with gradq.open(database) as space:
        for name, error in (("none.gq", FileError), (".", FileError), ("bytes.gq", InvalidGraph), ("empty.gq", InvalidGraph)):
            with pytest.raises(error):
                space.load(tmp_path / name)
        with pytest.raises(FormulaError) as found:
            space.load(tmp_path / "bad.gq")
        assert (found.value.line, found.value.source) == (2, str(tmp_path / "bad.gq"))
        assert list(space) == []


def test_memory_is_a_space_of_its_own() -> None:
    with gradq.open(":memory:") as one, gradq.open(":memory:") as two:
        one.add("demo", ARTICLE)
        assert (list(one), list(two)) == (["demo"], [])


def test_what_is_shown_names_the_thing_and_no_password(graph: Graph) -> None:
    assert repr(graph) == "<gradq graph 'demo'>"
    assert repr(graph.d("g", wrt="b")) == "<gradq ∂g/∂b of 'demo'>"
    with Space(Explorer("postgresql+psycopg://me:secret@host/db")) as space:
        assert "secret" not in repr(space)


def test_olahs_three_lines() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("olah", "c = a + b\nd = b + 1\ne = c*d")
        assert graph.d("e", wrt="b").at(a=2, b=1) == 5


def test_a_total_derivative_goes_by_every_path() -> None:
    with gradq.open(":memory:") as space:
        assert str(space.add("two", "m = x^2\ny = x*m").d("y", wrt="x")) == "2*x^2 + m"
