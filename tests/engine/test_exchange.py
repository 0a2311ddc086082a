"""NetworkX and back: what goes out comes in again, and what is no graph of ours is refused."""

from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradq
from gradq.engine.exchange import from_networkx
from gradq.store.errors import InvalidGraph

NAMES = ["a", "b", "x[0]", "P&L!B20", "it's", "e", "ina.INa", "pi"]
NOTES = st.none() | st.sampled_from(["a note", "# hash", "<b>"])


@st.composite
def graphs(draw: st.DrawFn) -> str:
    """Draw the text of a graph whose nodes refer to those before them."""
    from gradq.engine.layout import quoted

    lines, known = [], list[str]()
    for name in draw(st.permutations(NAMES)):
        kind = draw(st.sampled_from(["input", "parameter", "formula"] if known else ["input", "parameter"]))
        right = {"input": "", "parameter": " = 2.50"}.get(kind)
        if right is None:
            first, second = draw(st.sampled_from(known)), draw(st.sampled_from(known))
            right = f" = 2*{quoted(first)} + sin({quoted(second)})*{quoted(first)}"
        note = draw(NOTES)
        lines.append(quoted(name) + right + (f"  # {note}" if note else ""))
        known.append(name)
    return "\n".join(lines)


@settings(max_examples=25)
@given(graphs())
def test_out_and_in_again_is_the_identity(text: str) -> None:
    with gradq.open(":memory:") as space:
        one = space.add("one", text)
        two = space.add("two", one.nx())
        assert two.text() == one.text()
        left, right = one.nx(), two.nx()
        assert dict(left.nodes(data=True)) == dict(right.nodes(data=True))
        assert sorted(left.edges(data="partial")) == sorted(right.edges(data="partial"))


def graph(**nodes: dict[str, Any]) -> "nx.DiGraph[Any]":
    made: nx.DiGraph[Any] = nx.DiGraph()
    for name, data in nodes.items():
        made.add_node(name, **data)
    return made


@pytest.mark.parametrize(
    "hostile",
    [
        nx.DiGraph([(1, 2)]),
        nx.MultiDiGraph([("a", "b")]),
        nx.Graph([("a", "b")]),
        nx.DiGraph([("a", "b")]),
        nx.DiGraph(),
        graph(y={"formula": "2x"}),
        graph(y={"formula": "x\nz = 3"}),
        graph(y={"formula": "x # note"}),
        graph(y={"formula": "x", "default": "3"}),
        graph(y={"default": "x"}),
        graph(y={"formula": 3.5, "default": None, "note": "n" * 3}, **{"a\0b": {}}),
    ],
)
def test_what_is_no_graph_of_ours_is_refused(hostile: Any) -> None:
    with pytest.raises(InvalidGraph):
        from_networkx(hostile)


def test_a_number_is_a_default_and_a_note_is_one_line() -> None:
    text = from_networkx(graph(y={"formula": "2*x", "note": "two\nlines"}, x={"default": 0.5}))
    found = {line.name: (line.formula, line.default, line.note) for line in text.definitions}
    assert found == {"y": ("2*x", None, "two lines"), "x": (None, "0.5", None)}
