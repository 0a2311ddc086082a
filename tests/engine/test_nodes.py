"""A node alone: its value at a point, and its own formula."""

from collections.abc import Iterator

import pytest

import gradq
from gradq.engine.explorer import Explorer
from gradq.engine.nodes import evaluate, formula
from gradq.store.errors import MissingValue, Undefined, UnknownNode, UnknownPoint


@pytest.fixture
def explorer(database: str) -> Iterator[Explorer]:
    with Explorer(database) as explorer:
        gradq.Space(explorer).add("demo", "a = 2\nb = 5 - 3*a\nd = 5*b + 6\ne = 7*b + d^2 - o\nr = sqrt(b)\n")
        yield explorer


def test_a_value_needs_only_what_stands_above_it_up_to_the_bindings(explorer: Explorer) -> None:
    assert evaluate(explorer, "demo", ["d", "b"], {}).values == {"d": 1.0, "b": -1.0}
    assert evaluate(explorer, "demo", ["e"], {"d": 3, "b": 1, "o": 0}).values == {"e": 16.0}
    with pytest.raises(MissingValue, match="'o'"):
        evaluate(explorer, "demo", ["e"], {})
    with pytest.raises(Undefined, match=r"'r' = sqrt\(b\)"):
        evaluate(explorer, "demo", ["r"], {})


def test_a_bound_node_has_the_value_that_it_is_bound_to(explorer: Explorer) -> None:
    assert evaluate(explorer, "demo", ["d", "e"], {"d": 3, "o": 0}).values["d"] == 3.0


def test_unknown_names_are_errors(explorer: Explorer) -> None:
    for names, point in ((["nope"], {}), (["d"], {"nope": 1})):
        with pytest.raises(UnknownNode):
            evaluate(explorer, "demo", names, point)
    with pytest.raises(UnknownPoint):
        evaluate(explorer, "demo", ["d"], ["nope"])
    for name, frontier in (("nope", None), ("d", ["nope"])):
        with pytest.raises(UnknownNode):
            formula(explorer, "demo", name, frontier)


def test_a_formula_is_canonical_and_unrolled_down_to_a_frontier(explorer: Explorer) -> None:
    def text(name: str, frontier: list[str] | None) -> str:
        return str(gradq.Formula(formula(explorer, "demo", name, frontier).root))

    assert text("e", None) == "d^2 + 7*b - o"
    assert text("d", ["b"]) == "5*b + 6"
    assert text("d", ["inputs"]) == "31 - 15*a"


def test_a_node_without_a_formula_is_its_own_name_with_a_note(explorer: Explorer) -> None:
    for name, note in (("o", "'o' is an input"), ("a", "'a' is a parameter")):
        reply = formula(explorer, "demo", name, None)
        assert (str(gradq.Formula(reply.root)), reply.notes) == (name, [note])


def test_the_values_that_are_needed_are_named_in_order() -> None:
    with gradq.open(":memory:") as space, pytest.raises(gradq.MissingValue, match="values for 'a', 'w2', 'w10' are needed"):
        space.add("demo", "y = w10*w2*a").eval("y")
