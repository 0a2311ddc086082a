"""Formulas without a database."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import assert_type

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import gradq
from gradq import Formula, FormulaError, GaveUp, MissingValue, Undefined, UnknownNode, UsageError
from gradq.engine.expression import Expr, call, multiply, symbol

NESTED = "sin(" * 900 + "x" + ")" * 900
LONG = " + ".join(f"a{i}" for i in range(2_000))


def test_a_formula_is_read_printed_differentiated_and_evaluated() -> None:
    formula = gradq.parse("x^2*sin(y)")
    assert_type(formula, Formula)
    assert_type(formula.at(x=1, y=2), float)
    assert (str(formula), repr(formula)) == ("x^2*sin(y)", "<gradq formula x^2*sin(y)>")
    assert (str(formula.d("x")), formula.names) == ("2*x*sin(y)", ["x", "y"])
    assert formula.at({"x": 1}, y=0) == formula.at(x=1, y=0, not_in_it=5) == 0.0


def test_formulas_of_one_form_are_equal_and_one_key() -> None:
    one, same, other = gradq.parse("12*d*5 + 42*2"), gradq.parse("60*d + 84"), gradq.parse("60*d")
    assert one == same and hash(one) == hash(same) and len({one, same, other}) == 2
    assert one != other and one != "60*d + 84" and other != 60


@pytest.mark.parametrize("value", [2, 2.0, "2", "4/2", Fraction(4, 2), Decimal(2), sympy.Integer(2)])
def test_any_real_number_of_python_is_a_value(value: float) -> None:
    assert gradq.parse("x^3").at(x=value) == 8.0


@pytest.mark.parametrize(
    "value", [True, None, 1j, float("nan"), Decimal("Infinity"), Decimal("sNaN"), float("-inf"), [1], "y", "nope("]
)
def test_what_is_no_finite_number_is_refused_by_its_name(value: object) -> None:
    with pytest.raises(UsageError, match="'x'"):
        gradq.parse("x^3").at({"x": value})  # type: ignore[dict-item]


def test_a_value_that_is_missing_or_not_defined_is_said_with_what_to_write() -> None:
    with pytest.raises(MissingValue, match="'y'") as missing:
        gradq.parse("x*y").at(x=1)
    assert missing.value.hint == "give it: at(y=…)"
    with pytest.raises(MissingValue) as missing:
        gradq.parse("'P&L' + 1").at()
    assert missing.value.hint == 'give it: at({"P&L": …})'
    with pytest.raises(Undefined, match=r"1/x is not defined at x = 0: 1/0 divides by zero"):
        gradq.parse("1/x").at(x=0)
    with pytest.raises(UsageError):
        gradq.parse("x").at("base")  # type: ignore[arg-type]
    with pytest.raises(UnknownNode, match="'xx'") as unknown:
        gradq.parse("x*y").d("xx")
    assert unknown.value.hint == "did you mean 'x'?"


def test_a_rewriting_has_the_time_that_it_is_given() -> None:
    formula = gradq.parse("(a + b + c)^300")
    given_up = formula.expand(seconds=0.05)
    assert given_up == formula and "after 0.05 s" in given_up.notes[0]
    with pytest.raises(UsageError, match="seconds"):
        formula.expand(seconds="long")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "2x", "x +", "f(x)", "x < 1", "__import__('os')", "x\0"])
def test_what_is_no_formula_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(FormulaError) as found:
        gradq.parse(text)
    assert found.value.column is not None


@pytest.mark.parametrize("thing", [None, 3, b"x", sympy.Symbol("x")])
def test_only_text_is_parsed(thing: object) -> None:
    with pytest.raises(UsageError) as found:
        gradq.parse(thing)  # type: ignore[arg-type]
    assert ("of_sympy" in (found.value.hint or "")) == isinstance(thing, sympy.Symbol)


def test_a_long_formula_prints_as_steps_but_has_one_line_for_a_file() -> None:
    formula = gradq.parse(LONG)
    assert str(formula).startswith("t1 = ")
    assert len(repr(formula)) < 100 and f"{formula.size:,}" in repr(formula)
    assert gradq.parse(formula.text) == formula and len(formula.text) == formula.size


def test_a_formula_with_more_characters_than_there_are_atoms_does_not_go_on_one_line() -> None:
    root: Expr = symbol("x")
    for _ in range(80):
        root = multiply([call("sin", [root]), call("exp", [root])])
    tower = Formula(root)
    assert "characters" in repr(tower) and tower._repr_latex_() is None
    with pytest.raises(GaveUp):
        tower.text  # noqa: B018


@pytest.mark.parametrize("text", ["60*d + 84", "x_1^2/alpha", "'<script>alert(1)</script>'*'a$b'", "if(a < b, 'x}', '{')"])
def test_a_notebook_shows_latex_between_dollars(is_latex: Callable[[str | None], bool], text: str) -> None:
    assert is_latex(gradq.parse(text)._repr_latex_()), gradq.parse(text)._repr_latex_()


@pytest.mark.parametrize("text", [LONG, NESTED])
def test_a_notebook_shows_no_latex_of_what_is_too_long_or_too_deep(text: str) -> None:
    assert gradq.parse(text)._repr_latex_() is None


def test_sympy_and_back_is_the_same_formula() -> None:
    for text in ("x^2*sin(y)", "e + i + lambda", "max(a, b)/3", "if(a < 1, a^3, 'P&L')", "normcdf(x)"):
        formula = gradq.parse(text)
        assert Formula.of_sympy(formula.sympy()) == formula
    assert str(Formula.of_sympy(sympy.Symbol("x") ** 2)) == "x^2"
    with pytest.raises(UsageError):
        Formula.of_sympy("x")


@given(st.text(max_size=30))
def test_any_text_is_a_formula_or_an_error_of_ours(is_latex: Callable[[str | None], bool], text: str) -> None:
    try:
        formula = gradq.parse(text)
    except gradq.GradqError:
        return
    assert gradq.parse(str(formula)) == formula
    assert is_latex(formula._repr_latex_())
