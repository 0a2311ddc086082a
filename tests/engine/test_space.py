"""The narrow face for Python: open, load, add, ask, edit."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import gradq
from gradq.engine.explorer import Explorer
from gradq.engine.graph import Graph
from gradq.engine.space import Space
from gradq.store.errors import (
    FileError,
    FormulaError,
    InvalidGraph,
    MissingValue,
    RefusedSQL,
    UnknownGraph,
    UnknownNode,
    UsageError,
)

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


@pytest.fixture(params=["here", "in memory"])
def shared(request: pytest.FixtureRequest, database: str) -> Iterator[Space]:
    """Yield a space that several threads are to share."""
    with gradq.open(database if request.param == "here" else ":memory:") as space:
        yield space


def test_eight_threads_that_ask_one_space_get_the_answers_of_one(shared: Space) -> None:
    text = "\n".join(["x0 = 1", *(f"x{i} = 2*x{i - 1} + sin(x{max(0, i - 2)})" for i in range(1, 12))])
    for name in ("alone", "asked by many"):
        shared.add(name, text)

    def ask(graph: Graph, number: int) -> list[object]:
        answer = graph.d("x11", wrt=f"x{number % 11}")
        jacobian = graph.jacobian(of=["x5", "x9"], wrt=["x1", "x0"])
        return [str(answer), answer.at(x0=number / 8), graph.eval("x11", x0=number), jacobian, len(graph), list(shared)]

    wanted = [ask(shared["alone"], number) for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda number: ask(shared["asked by many"], number), range(24))) == wanted


def test_threads_that_edit_one_space_wait_for_each_other(shared: Space) -> None:
    graph = shared.add("demo", "y = 2*x")

    def edit(number: int) -> str:
        graph[f"z{number}"] = f"{number}*y"
        return str(graph.d(f"z{number}", wrt="x"))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(edit, range(1, 17))) == [str(2 * number) for number in range(1, 17)]
    assert len(graph) == 18


def test_threads_each_with_a_new_space_do_not_meet() -> None:
    def make(number: int) -> str:
        with gradq.open(":memory:") as space:
            return str(space.add("demo", f"y = {number}*x").d("y", wrt="x"))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(make, range(1, 17))) == [str(number) for number in range(1, 17)]


@pytest.mark.parametrize("where", [":memory:", "demo.db"])
def test_a_closed_space_is_an_error_and_not_an_empty_one(where: str) -> None:
    with gradq.open(where) as space:
        graph = space.add("demo", ARTICLE)
        answer = graph.d("g", wrt="b")
    space.close()
    asks: list[Any] = [lambda: list(space), lambda: space["demo"], lambda: space.add("x", "a = 1"), lambda: str(answer)]
    for ask in [*asks, lambda: "demo" in space, lambda: list(graph), lambda: graph.eval("g"), graph.text]:
        with pytest.raises(UsageError, match="is closed"):
            ask()
    assert "demo" in repr(space) or where in repr(space)


@pytest.mark.parametrize("where", [3, b"x.db", "", object(), "a\0b.db", "\ud800.db"])
def test_a_database_is_a_path_or_a_url(where: Any) -> None:
    with pytest.raises(UsageError):
        gradq.open(where)


def test_a_graph_is_called_by_text(database: str) -> None:
    with gradq.open(database) as space:
        graph = space.add("re\u0301el", "a = 1")
        assert graph.name == "r\u00e9el" and "re\u0301el" in space and space["re\u0301el"]["a"] == "1"
        asks: list[Any] = [space.__getitem__, space.__delitem__, space.new, lambda name: space.new("x", copy=name)]
        asks += [lambda name: space.add(name, "a"), lambda name: space.rename(name, "x"), lambda name: space.rename("réel", name)]
        for ask in asks:
            for name in (3, b"x", ["x"]):
                with pytest.raises(UsageError):
                    ask(name)
        assert 3 not in space and "" not in space and list(space) == ["réel"]


def test_graphs_are_copied_renamed_and_removed(database: str) -> None:
    with gradq.open(database) as space:
        graph = space.add("demo", ARTICLE)
        copy = space.new("copy", copy="demo")
        copy["d"] = "5*b^2"
        assert (str(copy.d("g", wrt="d")), graph["d"]) == ("12*d", "5*b + 6")
        assert space.rename("copy", "what if")["d"] == "5*b^2" and sorted(space) == ["demo", "what if"]
        del space["what if"]
        assert list(space) == ["demo"] and len(space.new("empty")) == 0
        with pytest.raises(UsageError):
            space.new("demo")
        with pytest.raises(UnknownGraph):
            del space["what if"]


def test_sql_reads_what_the_memo_has(database: str) -> None:
    with gradq.open(database) as space:
        str(space.add("demo", ARTICLE).d("g", wrt="b"))
        assert space.sql("select expression from v_gradient where of = 'g' and wrt = 'b'") == (["expression"], [("60*d + 84",)])
        with pytest.raises(RefusedSQL):
            space.sql("delete from node")
        for query, seconds in ((3, 1), ("select 1", "x"), ("select 1", None)):
            with pytest.raises(UsageError):
                space.sql(query, seconds=seconds)  # type: ignore[arg-type]


def test_text_with_a_nul_or_half_a_character_is_no_graph(database: str, tmp_path: Path) -> None:
    (tmp_path / "nul.gq").write_bytes(b"a = 1\nb = 2  # \0\n")
    with gradq.open(database) as space:
        with pytest.raises(InvalidGraph, match=r"nul\.gq' is not text"):
            space.load(tmp_path / "nul.gq")
        with pytest.raises(InvalidGraph, match="line 1: not text"):
            space.add("demo", "a = 1  # \ud800")
        with pytest.raises(FileError):
            space.load("a\0b")
        with pytest.raises(UsageError):
            space.load(3)  # type: ignore[arg-type]
