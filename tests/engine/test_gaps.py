"""A gradient above opaque nodes: what does not pass them is answered and exact, what does is named with why."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradq
from gradq import Graph, Undefined
from gradq.engine.explorer import Explorer

TEXT = """\
price = 3
sales = 100 - 8*price
rate = 2
tax = opaque(sales)  # VLOOKUP(sales)
cost = rate*5
profit = sales*rate - tax - cost
half = tax*rate
"""
SHAPES = ["2*{0} + {1}", "{0}*{1}", "opaque({0}, {1})", "sin({0}) - {1}", "{1} + 3*opaque({0})", "floor({0}) + {1}"]


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Return a graph with an opaque node; nobody edits it."""
    return gradq.open(":memory:").add("made", TEXT)


def test_a_gradient_has_what_is_known_and_names_the_rest(graph: Graph) -> None:
    found = graph.grad("profit")
    assert {wrt: str(cell) for wrt, cell in found.items()} == {"cost": "-1", "tax": "-1", "rate": "sales - 5"}
    reason = "'tax' is opaque: gradq cannot read VLOOKUP(sales), so its derivative by 'sales' is not known"
    assert found.unknown == dict.fromkeys(["sales", "price"], reason)
    assert found.notes == [f"2 of 5 derivatives of 'profit' are not known: {reason}"]
    assert "price" not in found and "∂profit/∂price is not known" in repr(found) and "not known" in found._repr_html_()
    with pytest.raises(Undefined, match="'tax' is opaque"):
        found["price"]


def test_what_needs_the_value_of_an_opaque_node_is_not_known_at_a_point(graph: Graph) -> None:
    assert dict(graph.grad("half")) == {"tax": graph.d("half", wrt="tax").formula, "rate": graph.d("half", wrt="rate").formula}
    found = graph.grad("half", at={})
    assert dict(found) == {"tax": 2.0} and set(found.unknown) == {"rate", "sales", "price"}
    assert dict(graph.grad("half", at={"tax": 7})) == {"tax": 2.0, "rate": 7.0}


def test_a_jacobian_has_gaps_as_well(graph: Graph) -> None:
    found = graph.jacobian(of=["profit", "sales"], wrt=["price", "rate"])
    assert {pair: str(cell) for pair, cell in found.items()} == {
        ("profit", "rate"): "sales - 5",
        ("sales", "price"): "-8",
        ("sales", "rate"): "0",
    }
    assert list(found.unknown) == [("profit", "price")] and "<td>not known</td>" in found._repr_html_()
    with pytest.raises(Undefined, match="'tax' is opaque"):
        found.rows()


def test_where_nothing_is_known_it_is_an_error(graph: Graph) -> None:
    for ask in (lambda: graph.grad("tax"), lambda: graph.jacobian(of=["tax", "profit"], wrt=["price"])):
        with pytest.raises(Undefined, match="'tax' is opaque"):
            ask()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SHAPES), st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=7), st.booleans())
def test_a_gradient_answers_what_its_pairs_answer(lines: list[tuple[str, int, int]], at_a_point: bool) -> None:
    """What a pair's question refuses is a gap, and the rest has the same text or the same bits."""
    names, text = ["a", "b"], ["a = 2", "b = 0.5"]
    for place, (shape, one, other) in enumerate(lines):
        text.append(f"n{place} = {shape.format(names[one % len(names)], names[other % len(names)])}")
        names.append(f"n{place}")
    of = names[-1]
    options: dict[str, Any] = {"point": {} if at_a_point else None, "use_memo": False}
    with gradq.open(":memory:") as space:
        explorer: Explorer = space.add("made", "\n".join(text))._explorer
        expected: dict[str, object] = {}
        for wrt in names[:-1]:
            try:
                (answer,) = explorer.derivatives("made", of, [wrt], **options).answers
                expected[wrt] = answer.value if at_a_point else answer.expression
            except Undefined:
                expected[wrt] = None
        try:
            answers = explorer.derivatives("made", of, None, **options).answers
        except Undefined:
            answers = []
            assert set(expected.values()) <= {None, "0", 0.0}
        found = {answer.wrt: answer.value if at_a_point else answer.expression for answer in answers}
        assert found == {wrt: expected[wrt] for wrt in found}
        assert all((answer.unknown is None) == (found[answer.wrt] is not None) for answer in answers)
