"""A derivative as a node: short and long, over what is there, derived anew."""

from collections.abc import Iterator

import pytest

import gradq
from gradq.engine import derive as module
from gradq.engine import editor
from gradq.engine.derive import derive
from gradq.engine.gallery import examples
from gradq.store.errors import DatabaseError, InvalidGraph, UsageError

LONG = "\n".join(["h0 = sin(x)", *(f"h{k} = sin(h{k - 1}*x + {k})*exp(h{k - 1})" for k in range(1, 60))])


@pytest.fixture
def space(database: str) -> Iterator[gradq.Space]:
    with gradq.open(database) as opened:
        opened.add("article", examples()["article"].text)
        yield opened


def test_a_derived_node_is_a_node_like_any_other(space: gradq.Space) -> None:
    graph = space["article"]
    graph.derive("g", wrt="b", name="dg_db")
    assert graph["dg_db"] == "60*d + 84"
    assert graph.eval("dg_db", a=0.5) == graph.d("g", wrt="b").at(a=0.5) == 1494.0
    assert str(graph.d("dg_db", wrt="a")) == "-900"
    graph.rename("d", "delta")
    assert graph["dg_db"] == "60*delta + 84"


def test_a_long_one_comes_in_steps_that_have_its_value_and_slope(space: gradq.Space) -> None:
    graph = space.add("long", LONG)
    made = derive(space._explorer, "long", "h59", "x", "slope")
    assert [made.nodes[0].name, made.nodes[-1].name] == ["slope.t1", "slope"]
    assert len(made.nodes) == 60 and max(len(node.formula or "") for node in made.nodes[:-1]) < 200
    assert graph.eval("slope", x=0.3) == pytest.approx(graph.d("h59", wrt="x").at(x=0.3), rel=1e-12)
    step = 1e-5
    difference = (graph.eval("slope", x=0.3 + step) - graph.eval("slope", x=0.3 - step)) / (2 * step)
    assert graph.hessian("h59", wrt=["x"], at={"x": 0.3})["x", "x"] == pytest.approx(difference, rel=1e-7)


def test_what_is_there_is_only_written_over_on_purpose(space: gradq.Space) -> None:
    graph = space["article"]
    with pytest.raises(UsageError, match="'c' already"):
        graph.derive("g", wrt="b", name="c")
    graph.derive("g", wrt="b", name="slope")
    graph["d"] = "5*b + 6*b^2"
    assert graph.d("slope", wrt="b").formula != graph.hessian("g", wrt=["b"])["b", "b"]
    graph.derive("g", wrt="b", name="slope", replace=True)
    assert graph.d("slope", wrt="b").at(a=0.5) == graph.hessian("g", wrt=["b"], at={"a": 0.5})["b", "b"]


def test_steps_that_are_no_longer_needed_go(space: gradq.Space) -> None:
    graph = space.add("long", LONG)
    graph.derive("h59", wrt="x", name="slope")
    graph.derive("h1", wrt="x", name="slope", replace=True)
    assert [name for name in graph if name.startswith("slope")] == ["slope"]


def test_a_step_that_is_used_stays_and_so_does_all_else(space: gradq.Space) -> None:
    graph = space.add("long", LONG)
    graph.derive("h59", wrt="x", name="slope")
    graph["user"] = "slope.t1 + 1"
    before = graph.text()
    with pytest.raises(InvalidGraph, match="is used by 'user'"):
        graph.derive("h1", wrt="x", name="slope", replace=True)
    assert graph.text() == before


def test_a_node_upstream_of_the_output_cannot_be_its_derivative(space: gradq.Space) -> None:
    graph = space["article"]
    graph.derive("g", wrt="b", name="slope")
    graph["square"] = "slope^2"
    before = graph.text()
    with pytest.raises(gradq.CycleError):
        graph.derive("square", wrt="d", name="slope", replace=True)
    assert graph.text() == before


@pytest.mark.parametrize(("of", "wrt", "name"), [("g", "b", "g"), ("g", "b", "b"), ("g", "b", "c"), ("h59", "x", "s")])
def test_what_a_person_wrote_is_never_written_over(space: gradq.Space, of: str, wrt: str, name: str) -> None:
    graph = space.add("mine", "s.t3 = 5\n" + LONG) if of == "h59" else space["article"]
    before = graph.text()
    with pytest.raises(UsageError, match=f"'{name}"):
        graph.derive(of, wrt=wrt, name=name, replace=True)
    assert graph.text() == before


def test_a_node_that_is_only_called_like_a_step_stays(space: gradq.Space) -> None:
    graph = space["article"]
    graph["slope.t7"] = "2*a"
    graph.derive("g", wrt="b", name="slope", replace=True)
    assert graph["slope.t7"] == "2*a"


def test_no_path_makes_a_node_that_is_zero_and_says_so(space: gradq.Space) -> None:
    made = derive(space._explorer, "article", "f", "o", "none")
    assert space["article"]["none"] == "0" and "exactly 0" in made.notes[0]


def test_an_edit_in_between_is_seen(space: gradq.Space, monkeypatch: pytest.MonkeyPatch) -> None:
    graph, edits = space["article"], iter(["5*b + 7*b^2"])
    whole = module.definition

    def slow(*given: object) -> object:
        for formula in edits:
            graph["d"] = formula
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "definition", slow)
    graph.derive("g", wrt="b", name="slope")
    assert graph.d("slope", wrt="b").at(a=0.5) == graph.hessian("g", wrt=["b"], at={"a": 0.5})["b", "b"]
    monkeypatch.setattr(editor, "set_nodes", lambda *given, **more: False)
    with pytest.raises(DatabaseError):
        graph.derive("g", wrt="b", name="other")
