"""Explanations: values that print themselves, of one revision of the graph."""

from dataclasses import FrozenInstanceError

import pytest

import gradq
from gradq.engine.explanation import Explanation
from gradq.engine.factors import Line

ITEM = Explanation("steps", "any", 1, "y", "x", None, (Line("y", "x", None, 2.0, source="computed"),), 2.0, 0, 1)


def test_an_explanation_prints_itself_and_does_not_change() -> None:
    assert (str(ITEM), ITEM.markdown(), ITEM.text(stats=True)) == ("∂y/∂x = 2", "- `∂y/∂x = 2`", "∂y/∂x = 2  (computed)")
    assert ITEM._repr_latex_() == ITEM.latex() != ""
    with pytest.raises(FrozenInstanceError):
        ITEM.value = 3.0  # type: ignore[misc]


def test_an_explanation_and_a_ledger_print_themselves_where_they_are_typed() -> None:
    with gradq.open(":memory:") as space:
        answer = space.add("demo", "m = x^2\ny = x*m").d("y", wrt="x")
        assert repr(answer.steps()) == str(answer.steps()) and repr(answer.steps()).startswith("∂y/∂m = ")
        assert repr(answer.paths()) == str(answer.paths()) and repr(answer.paths()).startswith("2 paths from x to y")
