"""Formulas for people and programs, with no database behind them."""

import subprocess
import sys

import pytest
import sympy

import gradq
from gradq.store.errors import FormulaError, MissingValue, Undefined, UnknownNode, UsageError


def test_a_formula_is_text_a_number_and_its_derivatives() -> None:
    formula = gradq.parse("12*d*5 + 42*2")
    assert (str(formula), formula.names, formula.size, formula.at(d=3)) == ("60*d + 84", ["d"], 9, 264.0)
    assert str(gradq.parse("x^2*sin(y)").d("x")) == "2*x*sin(y)"
    assert repr(formula) == "<gradq formula 60*d + 84>"


def test_formulas_are_equal_when_they_print_the_same() -> None:
    one, other = gradq.parse("2*(a + b)"), gradq.parse("2*b + a + a")
    assert one == other and hash(one) == hash(other) and one != gradq.parse("a") and one != "2*a + 2*b"


def test_what_cannot_be_is_an_error() -> None:
    with pytest.raises(FormulaError):
        gradq.parse("2x")
    with pytest.raises(MissingValue):
        gradq.parse("x + y").at(x=1)
    with pytest.raises(Undefined):
        gradq.parse("1/x").at(x=0)
    with pytest.raises(UnknownNode) as error:
        gradq.parse("rate").d("rote")
    assert error.value.hint == "did you mean 'rate'?"


def test_sympy_and_back() -> None:
    formula = gradq.parse("sigmoid(x)*y^2 + max(x, 2)")
    assert gradq.Formula.of_sympy(formula.sympy()) == formula
    assert gradq.Formula.of_sympy(sympy.Symbol("x", real=True) ** 2) == gradq.parse("x^2")
    with pytest.raises(UsageError):
        gradq.Formula.of_sympy(sympy.Function("f")(sympy.Symbol("x")))


def test_a_formula_is_rewritten_by_sympy() -> None:
    assert str(gradq.parse("sin(x)^2 + cos(x)^2").simplify()) == "1"
    assert str(gradq.parse("(x + 1)^2").expand()) == "x^2 + 2*x + 1"
    assert str(gradq.parse("x^2 + 2*x + 1").factor()) == "(x + 1)^2"


def test_a_formula_shows_itself_in_a_notebook_unless_it_is_huge() -> None:
    assert gradq.parse("60*d + 84")._repr_latex_() == "$60 d + 84$"
    assert gradq.parse(" + ".join(f"x{i}*y{i}" for i in range(2_000)))._repr_latex_() is None


def test_parse_needs_no_database() -> None:
    code = (
        "import sys, gradq\nassert str(gradq.parse('2*3*x')) == '6*x'\n"
        "print([name for name in ('sqlalchemy', 'sqlite3', 'networkx', 'sympy', 'typer') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
