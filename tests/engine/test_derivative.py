"""A derivative that is worked out when it is looked at."""

from collections.abc import Callable, Iterator

import pytest

import gradq
from gradq import Formula, GradqError, Graph, MissingValue, Undefined, UnknownNode
from gradq.engine import answers


@pytest.fixture
def graph(database: str) -> Iterator[Graph]:
    with gradq.open(database) as space:
        yield space.add("demo", "b = 5 - 3*a\nd = 5*b + 6\ne = 7*b + d^2\ng = 6*e - o\n")


def test_a_number_at_a_point_never_builds_the_formula(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a formula was built")

    monkeypatch.setattr(answers, "formulas", refused)
    answer = graph.d("g", wrt="b")
    assert answer.at(d=3) == 6 * (7 + 10 * 3)
    with pytest.raises(AssertionError):
        str(answer)


def test_nothing_is_worked_out_before_it_is_looked_at(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(type(graph._explorer), "derivatives", lambda self, *_, **__: asked.append("asked"))
    repr(graph.d("g", wrt="b"))
    assert asked == []


def test_one_answer_has_many_forms(graph: Graph) -> None:
    answer = graph.d("g", wrt="b")
    assert (str(answer), str(answer.formula), answer.formula.names) == ("60*d + 42", "60*d + 42", ["d"])
    assert (str(answer.unrolled("b")), str(answer.unrolled("a")), str(answer.unrolled())) == (
        "300*b + 402",
        "1902 - 900*a",
        "1902 - 900*a",
    )
    assert answer.latex() == "60 d + 42"
    assert answer._repr_latex_() == r"$\frac{\partial g}{\partial b} = 60 d + 42$"
    assert Formula.of_sympy(answer.sympy()) == answer.formula


def test_a_rewriting_keeps_the_notes_that_were_there() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "u = sin(x)^3/3 + cos(x)^2*sin(x)/3\nv = 2*x")
        assert str(graph.d("u", wrt="x").simplify(seconds=60)) == "cos(x)/3"
        answer = graph.d("u", wrt="v")
        assert (str(answer.simplify()), answer.simplify().notes) == ("0", answer.notes) and answer.notes


def test_no_path_is_an_exact_zero_with_a_note(graph: Graph) -> None:
    answer = graph.d("b", wrt="g")
    assert (str(answer), answer.at({}), answer.formula.at()) == ("0", 0.0, 0.0)
    assert "not upstream" in answer.notes[0] and answer.formula.notes == answer.notes
    assert graph.d("g", wrt="b").notes == []


def test_a_name_in_a_frontier_that_does_nothing_is_a_note(graph: Graph) -> None:
    assert any("'o'" in note for note in graph.d("g", wrt="b").unrolled("o").notes)
    with pytest.raises(UnknownNode):
        graph.d("g", wrt="b").unrolled("nope")


def test_a_value_that_is_missing_or_a_partial_that_is_undefined_is_an_error(graph: Graph) -> None:
    with pytest.raises(MissingValue, match="'a'"):
        graph.d("g", wrt="b").at()
    graph["r"] = "sqrt(a)"
    with pytest.raises(Undefined, match="'r'"):
        graph.d("r", wrt="a").at(a=0)


def test_an_answer_outlives_its_node_only_as_an_error(graph: Graph) -> None:
    answer = graph.d("g", wrt="b")
    del graph["g"]
    for look in (answer.at, answer.unrolled, answer.latex, answer.__str__):
        with pytest.raises(GradqError):
            look()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a$b", "x}{", "\\end", "50%", "x_1", "∂"])
def test_a_name_does_no_harm_in_the_latex_of_a_notebook(is_latex: Callable[[str | None], bool], name: str) -> None:
    with gradq.open(":memory:") as space:
        graph = space.new("demo")
        graph[name] = 2
        graph["y"] = gradq.parse(f"'{name}'^3")
        shown = graph.d("y", wrt=name)._repr_latex_()
    assert is_latex(shown), shown


def test_an_answer_too_long_for_a_notebook_shows_no_latex() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("deep", "\n".join(["x0 = 1", *(f"x{i} = sin(x{i - 1})*exp(x{i - 1})" for i in range(1, 400))]))
        assert graph.d("x399", wrt="x0")._repr_latex_() is None
