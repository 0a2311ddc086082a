"""A graph for people and programs: its nodes, its questions, its edits and how it shows itself."""

import inspect
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, assert_type

import pytest

import gradq
from gradq import Derivative, FileError, Formula, Gradient, Graph, InvalidGraph, Jacobian, UnknownNode, UnknownPoint, UsageError

ARTICLE = "b = 5 - 3*a\nc = 2*b + 3\nd = 5*b + 6\ne = 7*c + d^2\nf = 2*e\ng = 3*f - o\n"
HALF = {"a": 0.5, "o": 1}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def graph(database: str) -> Iterator[Graph]:
    with gradq.open(database) as space:
        yield space.add("demo", ARTICLE)


@pytest.fixture
def small() -> Iterator[Graph]:
    with gradq.open(":memory:") as space:
        yield space.add("demo", ARTICLE)


def test_types_are_what_a_script_expects(small: Graph) -> None:
    assert_type(small.d("g", wrt="b"), Derivative)
    assert_type(small.d("g", wrt="b").at(a=0.5), float)
    assert_type(small.grad("g"), Gradient)
    assert_type(small.grad("g")["b"], Formula | float)
    assert_type(small.jacobian(of=["g"], wrt=["b"]), Jacobian)
    assert_type(small.jacobian(of=["g"], wrt=["b"]).rows(), list[list[Formula | float]])
    assert_type(small.eval("g", a=0.5, o=1), float)
    assert_type(small.formula("g"), Formula)
    assert_type(small["g"], str | None)
    assert_type(list(small), list[str])


def test_nodes_are_listed_counted_looked_up_and_removed(graph: Graph) -> None:
    assert list(graph)[:2] == ["a", "o"] and len(graph) == len(list(graph)) == 8
    assert "b" in graph and "nope" not in graph and 3 not in graph and "" not in graph and "\ud800" not in graph
    assert (graph["b"], graph["a"]) == ("5 - 3*a", None)
    with pytest.raises(InvalidGraph, match="'b' is used by 'c' and 1 more"):
        del graph["b"]
    del graph["g"]
    assert "g" not in graph


def test_a_name_is_found_however_its_accents_are_written(graph: Graph) -> None:
    graph["re\u0301el"] = "2*g"
    assert "r\u00e9el" in graph and "re\u0301el" in graph
    graph.name_point("de\u0301but", g=4)
    assert graph.eval("r\u00e9el", "d\u00e9but") == graph.eval("r\u00e9el", "de\u0301but") == 8
    assert str(graph.grad("r\u00e9el")["g"]) == str(graph.jacobian(of=["re\u0301el"], wrt=["g"])["re\u0301el", "g"]) == "2"
    assert str(graph.d("re\u0301el", wrt="g")) == "2" and graph.eval("r\u00e9el", {"re\u0301el": 3}) == 3


def test_answers_by_every_way_are_the_same(graph: Graph) -> None:
    assert graph.d("g", wrt="b").at(a=0.5) == graph.grad("g", at={"a": 0.5})["b"] == 1494.0
    jacobian = graph.jacobian(of=["f", "g"], wrt=["a", "b"])
    assert str(jacobian["g", "b"]) == str(graph.d("g", wrt="b")) == "60*d + 84"
    assert graph.jacobian(of=["g"], wrt=["b"], at={"a": 0.5}).rows() == [[1494.0]]
    assert graph.hessian("g", wrt=["d"]).rows() == [[gradq.parse("12")]]
    assert list(graph.grad("g", inputs=True)) == ["a", "o"]


@pytest.mark.parametrize("several", [["a", "b"], ("a",), {"a"}, []])
def test_several_names_for_d_point_to_the_jacobian(small: Graph, several: Any) -> None:
    for of, wrt in (("g", several), (several, "b")):
        with pytest.raises(UsageError, match="one name") as found:
            small.d(of, wrt=wrt)
        assert "jacobian" in (found.value.hint or "")


QUESTIONS: dict[str, Callable[[Graph, Any], object]] = {
    "d of": lambda graph, name: graph.d(name, wrt="b"),
    "d wrt": lambda graph, name: graph.d("g", wrt=name),
    "grad": lambda graph, name: graph.grad(name),
    "jacobian": lambda graph, name: graph.jacobian(of=[name], wrt=["a"]),
    "hessian of": lambda graph, name: graph.hessian(name, wrt=["a"]),
    "hessian wrt": lambda graph, name: graph.hessian("g", wrt=[name]),
    "budget of": lambda graph, name: graph.budget(name, {"a": 1}, at=HALF),
    "budget sigma": lambda graph, name: graph.budget("g", {name: 1}, at=HALF),
    "scan of": lambda graph, name: graph.scan(name, wrt="a", start=0, stop=1, at=HALF),
    "scan wrt": lambda graph, name: graph.scan("g", wrt=name, start=0, stop=1, at=HALF),
    "health": lambda graph, name: graph.health(name, at=HALF),
    "derive of": lambda graph, name: graph.derive(name, wrt="a", name="new"),
    "derive wrt": lambda graph, name: graph.derive("g", wrt=name, name="new"),
    "derive name": lambda graph, name: graph.derive("g", wrt="a", name=name),
    "blocks at": lambda graph, name: graph.d("g", wrt="b").blocks(at={name: 1}),
    "paths through": lambda graph, name: graph.d("g", wrt="b").paths(through=[name]),
    "paths avoid": lambda graph, name: graph.d("g", wrt="b").paths(avoid=[("b", name)]),
    "eval": lambda graph, name: graph.eval(name),
    "formula": lambda graph, name: graph.formula(name),
    "frontier": lambda graph, name: graph.formula("g", name),
    "unrolled": lambda graph, name: graph.d("g", wrt="b").unrolled(name),
    "get": lambda graph, name: graph[name],
    "set": lambda graph, name: graph.__setitem__(name, "1"),
    "del": lambda graph, name: graph.__delitem__(name),
    "rename": lambda graph, name: graph.rename(name, "new"),
    "rename to": lambda graph, name: graph.rename("g", name),
    "point": lambda graph, name: graph.name_point(name, a=1),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_name_that_is_no_text_is_a_usage_error_everywhere(small: Graph, question: str) -> None:
    for name in (None, 1, b"a", frozenset("a"), ("a", 1)):
        with pytest.raises(UsageError):
            QUESTIONS[question](small, name)


@pytest.mark.parametrize("question", sorted(set(QUESTIONS) - {"set", "rename to", "point", "derive name"}))
def test_a_name_that_is_not_there_is_an_unknown_node_everywhere(small: Graph, question: str) -> None:
    with pytest.raises(UnknownNode, match="'nope'"):
        QUESTIONS[question](small, "nope")


def test_a_point_is_bindings_a_name_a_list_of_these_or_keywords(graph: Graph) -> None:
    graph.name_point("half", a=0.5, o=1)
    graph.name_point("half too", "half", a=0.5)
    assert graph.eval("g", "half") == graph.eval("g", "half too") == graph.eval("g", {"a": 0.5}, o=1) == 3732.5
    assert graph.eval("g", ["half", {"a": 9}], a=0.5) == 3732.5
    assert graph.eval("g", at="half") == graph.eval("g", at={"a": 0.5, "o": 1}) == graph.eval("g", {"o": 1}, at={"a": 0.5})
    graph["at"] = None
    assert graph.eval("at", at=3) == 3
    answer = graph.d("g", wrt="b")
    assert answer.at("half") == answer.at(["half"]) == answer.at({"a": 0.5}) == answer.at(a=0.5) == 1494.0
    assert graph.grad("g", at="half")["b"] == 1494.0
    with pytest.raises(UnknownPoint) as found:
        answer.at("hlaf")
    assert found.value.hint == "did you mean 'half'?"


@pytest.mark.parametrize("point", [3, {"a"}, [3], [None, 3], b"half", object()])
def test_what_is_no_point_is_a_usage_error(small: Graph, point: Any) -> None:
    with pytest.raises(UsageError):
        small.d("g", wrt="b").at(point)
    with pytest.raises(UsageError):
        small.eval("g", point)
    with pytest.raises(UsageError):
        small.grad("g", at=point)
    with pytest.raises(UsageError):
        small.name_point("new", point)


@pytest.mark.parametrize("number", [True, None, float("nan"), "b", [1], 1j])
def test_what_is_no_number_is_a_usage_error(small: Graph, number: Any) -> None:
    questions: list[Callable[[], object]] = [
        lambda: small.budget("g", {"a": number}, at=HALF),
        lambda: small.scan("g", wrt="a", start=number, stop=1, at=HALF),
        lambda: small.scan("g", wrt="a", start=0, stop=number, at=HALF),
        lambda: small.scan("g", wrt="a", start=0, stop=1, n=number, at=HALF),
        lambda: small.d("g", wrt="b").paths(top=number),
        lambda: small.d("g", wrt="b").at(a=number),
    ]
    for ask in questions:
        with pytest.raises(UsageError):
            ask()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("5*b^2", "5*b^2"),
        (0.1, "0.1"),
        (2.0, "2"),
        (-3, "-3"),
        (10**30, "1" + "0" * 30),
        (None, None),
        ("7  # seven", "7"),
        (Fraction(1, 3), "1/3"),
        (Decimal("0.10"), "0.10"),
    ],
)
def test_a_node_is_set_to_a_formula_a_number_or_an_input(graph: Graph, given: Any, kept: str | None) -> None:
    graph["new"] = given
    assert graph["new"] == kept


def test_a_node_is_set_to_an_integer_of_any_length(small: Graph) -> None:
    small["new"] = 10**5_000
    assert small["new"] == "1" + "0" * 5_000


def test_a_node_is_set_to_a_formula_of_any_length(small: Graph) -> None:
    long = gradq.parse(" + ".join(f"sin({i}*b)" for i in range(1_000)))
    small["long"] = long
    assert small.formula("long") == long


@pytest.mark.parametrize("value", [True, float("nan"), float("inf"), [1], b"2", 1j])
def test_a_node_is_not_set_to_what_is_no_formula(small: Graph, value: Any) -> None:
    with pytest.raises(UsageError, match="a formula is text or a finite number"):
        small["d"] = value
    assert small["d"] == "5*b + 6"


def test_text_saved_and_loaded_is_the_same_graph(graph: Graph, tmp_path: Path) -> None:
    graph["P&L # 1"] = "g^2  # profit"
    graph.save(tmp_path / "out.gq")
    with gradq.open(":memory:") as space:
        assert space.load(tmp_path / "out.gq").text() == graph.text()
    for path in (tmp_path, tmp_path / "no" / "where.gq", "a\0b"):
        with pytest.raises(FileError):
            graph.save(path)
    with pytest.raises(UsageError):
        graph.save(3)  # type: ignore[arg-type]


def test_a_graph_is_compared_with_a_file_of_any_format(small: Graph, tmp_path: Path) -> None:
    (tmp_path / "table.txt").write_text("name,formula\nb,5 - 3*a\nz,lookup(b)\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="not taken: 'z'"):
        found = small.diff(tmp_path / "table.txt", format="csv")
    assert (len(found.named("removed")), found.kept) == (6, 2)
    with pytest.raises(UsageError, match="diff takes a graph or a file, not int"):
        small.diff(3)  # type: ignore[arg-type]
    with pytest.raises(FileError, match=r"none.xlsx' is not there"):
        small.diff("none.xlsx")


def test_a_small_graph_shows_a_picture_and_no_table(small: Graph) -> None:
    small[SCRIPT] = "2*g  # <b>note & note</b>"
    assert small._repr_html_() is None
    text = small._repr_svg_()
    assert text is not None and "<script" not in text and "<b>" not in text
    found = ET.fromstring(text)
    assert any(SCRIPT in (element.text or "") for element in found.iter("{http://www.w3.org/2000/svg}title"))


def test_a_large_graph_shows_a_table_with_every_text_escaped(small: Graph) -> None:
    with gradq.open(":memory:") as space:
        lines = [f"x{i} = x{i - 1} + 1" for i in range(1, 300)]
        large = space.add(
            "large", "\n".join([f"'{SCRIPT}' = 1  # <b>note & note</b>", *lines, "long = " + " + ".join(["x1"] * 500)])
        )
        assert large._repr_svg_() is None
        found = ET.fromstring(large._repr_html_() or "")
    cells = [cell.text or "" for cell in found.iter("td")]
    assert SCRIPT in cells and "<b>note & note</b>" in cells
    assert [element.tag for element in found.iter() if element.tag in ("script", "b")] == []
    assert len(list(found.iter("tr"))) == 202 and "and 102 more" in cells  # the heading, 200 rows, the rest
    assert max(map(len, cells)) <= 200


def test_help_says_what_a_derivative_means_and_shows_one() -> None:
    said = inspect.getdoc(Graph.d) or ""
    assert said.startswith("Return ∂of/∂wrt, the change of `of` when `wrt` is moved") and ">>>" in said
    assert str(inspect.signature(Graph.d)) == "(self, of: 'str', *, wrt: 'str') -> 'Derivative'"
