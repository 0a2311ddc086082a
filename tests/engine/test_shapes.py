"""Shapes: what is worked out once for many formulas is what each of them would have given alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradq.engine.differentiate import partials
from gradq.engine.expression import ZERO
from gradq.engine.formula import lower, parse
from gradq.engine.shapes import SHORT, formula_names, formula_partials, shape
from gradq.engine.tree import names_in
from gradq.store.errors import FormulaError

NAMES = st.sampled_from(["a", "b", "z", "q7", "ina.INa", "x[0]", "w[0,1]", "Long_name"])
LEAVES = NAMES | st.sampled_from(["1", "2", "0.5", "3", "(-2)"])
FORMULAS = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(inner, st.sampled_from([" + ", " - ", "*", "/"]), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})")
        | inner.map(lambda t: f"sin({t})")
        | inner.map(lambda t: f"({t})^2")
        | st.tuples(inner, inner).map(lambda t: f"max({t[0]}, {t[1]})")
    ),
    max_leaves=8,
)


@given(FORMULAS)
def test_the_partials_of_a_shape_are_those_of_the_formula(text: str) -> None:
    tree = parse(text)
    found = partials(lower(tree))
    alone = [(name, found.get(name, ZERO)) for name in names_in(tree)]
    assert formula_names(text, pi_is_node=False) == names_in(tree)
    assert formula_partials(text, pi_is_node=False) == alone


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2*x + y", "2*u + v", True),
        ("2*x + y", "3*x + y", False),
        ("x*x", "x*y", False),
        ("sin(x)", "cos(x)", False),
        ("'P&L' + a", "'P & L' + b", True),
        ("if(a < b, a, b)", "if(c < d, c, d)", True),
        ("2*pi*r", "2*tau*r", False),
    ],
)
def test_formulas_have_one_shape_where_only_their_names_differ(one: str, other: str, same: bool) -> None:
    assert (shape(one, False)[0] == shape(other, False)[0]) is same


@pytest.mark.parametrize("text", ["2x", "a +", "sine(a)", "a b", "1.2.3*a", "f(a)", "(" * 90 + "a"])
def test_what_cannot_be_read_is_refused_as_it_is_written(text: str) -> None:
    with pytest.raises(FormulaError) as alone:
        parse(text)
    for function in (formula_names, formula_partials):
        with pytest.raises(FormulaError) as error:
            function(text, pi_is_node=False)
        assert (error.value.message, error.value.hint) == (alone.value.message, alone.value.hint)


def test_a_long_formula_is_read_alone() -> None:
    text = " + ".join(f"x{index}*y{index}" for index in range(SHORT))
    assert formula_partials(text, pi_is_node=False)[:2] == formula_partials("x0*y0", pi_is_node=False)


def test_pi_is_a_node_or_the_constant_as_the_graph_says() -> None:
    assert formula_names("2*pi*r", pi_is_node=False) == ["r"]
    assert formula_names("2*pi*r", pi_is_node=True) == ["pi", "r"]
