"""A graph as NetworkX holds it, and back."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradq
from gradq import FormulaError, InvalidGraph, Space, UsageError
from gradq.engine.graphfile import Definition, write_graph
from gradq.engine.layout import quoted

NAMES = [
    "x",
    "y",
    "pi",
    "e",
    "ina.INa",
    "w[0,1]",
    "f'",
    "P&L!B20",
    "it's",
    "a # b",
    "if",
    "[cell]",
    "re\u0301el",
    "Δt",
    " ",
    "x = 1",
]
fresh = (f"graph {number}" for number in count())


@pytest.fixture(scope="module")
def space() -> Iterator[Space]:
    with gradq.open(":memory:") as space:
        yield space


notes = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=12)


@st.composite
def graph_texts(draw: st.DrawFn) -> str:
    """Return the text of a graph whose formulas use the nodes before them."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=8, unique=True))
    lines = []
    for index, name in enumerate(names):
        parents = draw(st.lists(st.sampled_from(names[:index]), max_size=3)) if index else []
        formula = " + ".join(f"{number}*sin({quoted(parent)})" for number, parent in enumerate(parents, 2)) or None
        default = draw(st.sampled_from([None, "2", "-0.5", "1e-320"])) if formula is None else None
        lines.append(Definition(name, formula, default, draw(notes)))
    return write_graph(lines)


@settings(max_examples=40)
@given(graph_texts())
def test_a_graph_to_networkx_and_back_is_the_same(space: Space, text: str) -> None:
    graph = space.add(next(fresh), text)
    arrows = graph.nx()
    again = space.add(next(fresh), arrows)
    assert again.text() == graph.text()
    assert dict(again.nx().nodes(data=True)) == dict(arrows.nodes(data=True))
    assert {(u, v): data for u, v, data in again.nx().edges(data=True)} == {
        (u, v): data for u, v, data in arrows.edges(data=True)
    }


def test_it_is_so_in_every_database(database: str) -> None:
    text = "a = 2  # two\n'P&L' = 3*a  # profit & loss\ny = 'P&L'^2 + o\n"
    with gradq.open(database) as space:
        again = space.add("two", space.add("one", text).nx())
        assert again.text() == space["one"].text()


def test_nodes_and_arrows_carry_what_there_is_to_know(space: Space) -> None:
    arrows = space.add(next(fresh), "a = 2  # two\ny = 3*a^2 + o\n").nx()
    assert dict(arrows.nodes(data=True)) == {
        "a": {"kind": "parameter", "default": "2", "note": "two"},
        "o": {"kind": "input"},
        "y": {"kind": "formula", "formula": "3*a^2 + o"},
    }
    assert list(arrows.edges(data="partial")) == [("a", "y", "6*a"), ("o", "y", "1")]


def test_a_partial_too_long_to_be_kept_is_left_out_and_does_not_come_between(space: Space) -> None:
    graph = space.add(next(fresh), "y = " + "*".join(f"sin({number}*x)" for number in range(1, 60)))
    assert graph.nx().edges["x", "y"] == {}
    assert space.add(next(fresh), graph.nx()).text() == graph.text()


def one(**data: object) -> "nx.DiGraph[Any]":
    """Return a DiGraph x → y in which y has these attributes."""
    arrows: nx.DiGraph[Any] = nx.DiGraph([("x", "y")])
    arrows.nodes["y"].update(data)
    return arrows


@pytest.mark.parametrize("formula", ["3*x", " 3*x ", "3*x\n", gradq.parse("3*x")])
def test_a_formula_is_text_or_a_formula(space: Space, formula: object) -> None:
    graph = space.add(next(fresh), one(formula=formula, note=" two\r\n lines "))
    assert graph.text() == "x\ny = 3*x  # two lines\n"


@pytest.mark.parametrize(("value", "kept"), [(2, "2"), (0.5, "0.5"), (2.0, "2"), ("-1e3", "-1e3"), (10**30, "1" + "0" * 30)])
def test_a_default_is_a_number(space: Space, value: object, kept: str) -> None:
    arrows: nx.DiGraph[str] = nx.DiGraph()
    arrows.add_node("x", default=value)
    assert space.add(next(fresh), arrows)["x"] == kept


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        ({}, InvalidGraph, "from 'x' to 'y', whose formula does not use it"),
        ({"formula": "3*z"}, InvalidGraph, "from 'x' to 'y', whose formula does not use it"),
        ({"formula": "3*x +"}, FormulaError, "'y'"),
        ({"formula": "3*x\nz = 1"}, FormulaError, "'y'"),
        ({"formula": ""}, FormulaError, "'y'"),
        ({"formula": "3*x # z"}, InvalidGraph, "'y'"),
        ({"formula": "# z"}, FormulaError, "'y'"),
        ({"formula": "3*x\0"}, FormulaError, "'y'"),
        ({"formula": "3*x  # \ud800"}, FormulaError, "'y'"),
        ({"formula": ["x"]}, InvalidGraph, "'y'"),
        ({"formula": True}, InvalidGraph, "'y'"),
        ({"formula": "3*x", "default": 3}, InvalidGraph, "'y'"),
        ({"formula": "3*x", "note": 3}, InvalidGraph, "'y'"),
        ({"formula": "3*x", "note": "a\0b"}, InvalidGraph, "'y'"),
        ({"formula": "3*x", "note": "\ud800"}, InvalidGraph, "'y'"),
        ({"default": "3*x"}, InvalidGraph, "'y'"),
        ({"default": float("nan")}, InvalidGraph, "'y'"),
    ],
)
def test_what_is_no_formula_default_or_note_is_refused_by_its_node(
    space: Space, data: dict[str, object], error: type[InvalidGraph], said: str
) -> None:
    name = next(fresh)
    with pytest.raises(error) as found:
        space.add(name, one(**data))
    assert said in found.value.message and name not in space


def test_what_is_no_directed_graph_of_named_nodes_is_refused(space: Space) -> None:
    odd: list[Any] = [
        nx.Graph([("x", "y")]),
        nx.MultiDiGraph([("x", "y")]),
        nx.DiGraph(),
        nx.DiGraph([(1, 2)]),
        nx.DiGraph([("x", ("y",))]),
    ]
    for arrows in odd:
        with pytest.raises(InvalidGraph):
            space.add(next(fresh), arrows)
    with pytest.raises(InvalidGraph, match=r"→"):
        loop = nx.DiGraph([("x", "y"), ("y", "x")])
        nx.set_node_attributes(loop, {"x": "2*y", "y": "2*x"}, "formula")
        space.add(next(fresh), loop)
    for thing in (None, 3, {"a": "1"}, b"a = 1", space.add(next(fresh), "a = 1")):
        with pytest.raises(UsageError):
            space.add(next(fresh), thing)


def test_names_that_differ_only_in_how_accents_are_written_are_one_name(space: Space) -> None:
    arrows: nx.DiGraph[str] = nx.DiGraph([("re\u0301el", "y")])
    arrows.nodes["y"]["formula"] = "2*r\u00e9el"
    assert space.add(next(fresh), arrows).text() == "r\u00e9el\ny = 2*r\u00e9el\n"
    arrows.add_node("r\u00e9el")
    with pytest.raises(InvalidGraph, match="two nodes"):
        space.add(next(fresh), arrows)


def test_arrows_that_a_formula_asks_for_are_made(space: Space) -> None:
    arrows: nx.DiGraph[str] = nx.DiGraph()
    arrows.add_node("y", formula="2*x", kind="whatever")
    assert list(space.add(next(fresh), arrows).nx().edges) == [("x", "y")]
