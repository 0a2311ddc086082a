"""Tables of derivatives: mappings that show themselves."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

import gradq
from gradq import Formula, Gradient, Graph, Hessian, Jacobian, Space, UnknownNode
from gradq.engine.tables import SHOWN, cell_text, html_table

SCRIPT = "<script>alert('1')</script>"


@pytest.fixture
def graph() -> Iterator[Graph]:
    with gradq.open(":memory:") as space:
        yield space.add("demo", "d = 5*b + 6\ne = d^2")


def test_a_gradient_has_formulas_and_at_a_point_floats(graph: Graph) -> None:
    formulas, numbers = graph.grad("e"), graph.grad("e", at={"b": 2})
    assert dict(formulas) == {"d": gradq.parse("2*d"), "b": gradq.parse("10*d")} and formulas.at is None
    assert all(isinstance(cell, Formula) for cell in formulas.values())
    assert dict(numbers) == {"d": 32.0, "b": 160.0} and numbers.at == {"b": 2.0}
    assert {type(cell) for cell in numbers.values()} == {float}
    assert repr(formulas) == "∂e/∂d = 2*d\n∂e/∂b = 10*d" and (formulas.of, len(formulas)) == ("e", 2)
    assert list(graph.grad("e", inputs=True)) == ["b"]


def test_a_gradient_counts_as_people_do() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "y = " + " + ".join(f"w[{i},{j}]" for i in range(3) for j in range(12)))
        assert list(graph.grad("y")) == [f"w[{i},{j}]" for i in range(3) for j in range(12)]


def test_what_says_what_matters_shows_itself_in_a_notebook(graph: Graph) -> None:
    shown = [
        graph.scan("e", wrt="b", start=0, stop=1, n=2)._repr_html_(),
        graph.budget("e", {"b": 0.5}, at={"b": 1})._repr_html_(),
        graph.health("e", at={"b": 1})._repr_html_(),
    ]
    rows = [["".join(row.itertext()) for row in ET.fromstring(text).iter("tr")] for text in shown]
    assert rows[0] == ["be∂e/∂bnote", "03660", "1121110"]
    assert rows[1] == ["wrtsigmaderivativecontributionshare", "b0.511030251", "(total)5530251"]
    assert rows[2] == ["gradient of elevelnodelog10 gain", "level2e0.00", "level1d1.34", "level0b2.04"]


def test_a_gradient_of_an_input_is_empty_and_says_why(graph: Graph) -> None:
    gradient = graph.grad("b")
    assert (gradient.of, dict(gradient), gradient.notes) == ("b", {}, ["nothing is upstream of 'b'"])
    assert repr(gradient) == "<gradq gradient of 'b': nothing is upstream>"


def test_a_jacobian_is_a_mapping_of_pairs_and_rows(graph: Graph) -> None:
    jacobian = graph.jacobian(of=["e", "d"], wrt=["b", "d"], at={"b": 2})
    assert jacobian.rows() == [[160.0, 32.0], [5.0, 1.0]] and jacobian["d", "b"] == 5.0
    assert (jacobian.of, jacobian.wrt, len(jacobian)) == (["e", "d"], ["b", "d"], 4)
    assert repr(graph.jacobian(of=["e"], wrt=["b"])) == "∂e/∂b = 10*d"


def test_a_cell_that_is_not_there_is_an_unknown_node(graph: Graph) -> None:
    with pytest.raises(UnknownNode, match="'bb'") as found:
        graph.grad("e")["bb"]
    assert found.value.hint == "did you mean 'b'?" and "bb" not in graph.grad("e") and graph.grad("e").get("bb") is None
    for pair in ("e", ("e", "x"), ("e", "b", "d")):
        with pytest.raises(KeyError):
            graph.jacobian(of=["e"], wrt=["b"])[pair]  # type: ignore[index]
    with pytest.raises(UnknownNode, match="Hessian of 'e'") as lost:
        graph.hessian("e", wrt=["b", "d"])["b", "dd"]
    assert lost.value.hint == "did you mean 'd'?"


def test_a_hessian_is_a_mapping_of_pairs_and_rows(graph: Graph) -> None:
    hessian = graph.hessian("e", wrt=["b", "d"])
    assert (hessian.of, hessian.wrt, len(hessian)) == ("e", ["b", "d"], 4)
    assert repr(graph.hessian("e", wrt=["b"])) == "∂²e/∂b∂b = 50" and str(hessian["d", "b"]) == "10"
    assert graph.hessian("e", wrt=["b"], at={"b": 2}).rows() == [[50.0]]


def test_notebook_tables_are_html_with_every_text_escaped() -> None:
    with gradq.open(":memory:") as space:
        quoted = "'<script>alert(''1'')</script>'"
        graph = space.add("<i>", f"{quoted} = 2*'a & b'\ny = {quoted}^2")
        shown: list[Gradient | Jacobian | Hessian | Space] = [
            graph.grad("y"),
            graph.jacobian(of=["y", SCRIPT], wrt=[SCRIPT, "a & b"]),
            graph.grad(SCRIPT),
            graph.hessian("y", wrt=[SCRIPT]),
            space,
        ]
        tables = [ET.fromstring(thing._repr_html_()) for thing in shown]
    for table in tables:
        assert {element.tag for element in table.iter()} <= {"table", "thead", "tbody", "tr", "th", "td"}
    texts = [{cell.text for cell in [*table.iter("th"), *table.iter("td")]} for table in tables]
    assert (
        SCRIPT in texts[0]
        and {SCRIPT, "a & b", "2*" + quoted} <= texts[1]
        and f"∂{SCRIPT}/∂wrt" in texts[2]
        and {SCRIPT, "2"} <= texts[3]
        and "<i>" in texts[4]
    )


def test_a_table_of_many_rows_says_how_many_more_there_are() -> None:
    found = ET.fromstring(html_table(["n"], [[str(i)] for i in range(SHOWN + 1_234)]))
    assert len(list(found.iter("tr"))) == SHOWN + 2 and found.findtext("tfoot/tr/td") == "and 1,234 more"


def test_a_gradient_of_many_rows_is_short_on_a_screen() -> None:
    with gradq.open(":memory:") as space:
        gradient = space.add("wide", "y = " + " + ".join(f"x{i}" for i in range(SHOWN + 50))).grad("y")
    assert len(gradient) == SHOWN + 50 and repr(gradient).split("\n")[SHOWN:] == ["… and 50 more"]


def test_a_long_formula_is_one_line_in_a_table() -> None:
    assert "\n" not in cell_text(gradq.parse(" + ".join(f"sin(a{i})^2" for i in range(2_000))))
    assert (cell_text(0.1), cell_text(1e22), cell_text(gradq.parse("2*x"))) == ("0.1", "1e+22", "2*x")
