"""What an edit changes, where no database is needed to see it."""

import pytest

from gradq.engine.edit import changed_parents, check_pi, local, partial_of
from gradq.engine.layout import text_of
from gradq.engine.printing import LIMIT
from gradq.store.errors import InvalidGraph
from gradq.store.rows import NodeRow


def node(formula: str) -> NodeRow:
    return NodeRow(1, "y", "formula", formula, None, 1, None)


def test_a_partial_that_is_too_long_for_its_column_is_derived_again() -> None:
    formula = "x*(" + " + ".join(f"sin({k}*y)" for k in range(500)) + ")"
    partial = partial_of(node(formula), "x", pi_is_node=False)
    row = local("x", partial)
    assert partial.size > LIMIT and row.partial is None and row.digest == partial.digest.hex()
    assert text_of(partial_of(node("2*x"), "z", pi_is_node=False)) == "0"


def test_only_a_node_called_pi_meets_the_constant() -> None:
    check_pi("p", [("y", "2*pi")])
    check_pi("pi", [("y", "2*x"), ("x", None)])
    with pytest.raises(InvalidGraph, match="'y' uses the constant pi"):
        check_pi("pi", [("x", None), ("y", "2*pi")])


def test_a_parent_that_went_is_a_change_as_one_that_came() -> None:
    both, one = [("a", "1"), ("b", "2")], [("a", "1")]
    assert changed_parents(both, one) == changed_parents(one, both) == {"b"}
    assert changed_parents(both, [("a", "1"), ("b", "3")]) == {"b"} and changed_parents(both, both[::-1]) == set()
