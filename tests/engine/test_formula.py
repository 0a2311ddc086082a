"""Reading a formula: places of errors, limits, normal form."""

from fractions import Fraction

import pytest

from gradq.engine.expression import symbol
from gradq.engine.formula import parse, parse_expression
from gradq.engine.lexer import literal
from gradq.store.errors import FormulaError


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("a + " + "1" * 100_001, 5, "a number of 100,001 characters"),
        ("a + 1e1234567890123", 5, "an exponent of 13 characters"),
        ("a + ''", 5, "a name has 0 characters"),
        ("a*'b\tc'", 3, "control character"),
        ("a - " + "b" * 201, 5, "a name has 201 characters"),
    ],
)
def test_a_bad_number_or_name_has_a_column(text: str, column: int, message: str) -> None:
    with pytest.raises(FormulaError, match=message) as found:
        parse(text)
    assert found.value.column == column


def test_the_sign_of_an_exponent_is_not_one_of_its_digits() -> None:
    parse("1e-999999999999")


@pytest.mark.parametrize("opening", ["(", "1+(", "2*(", "-(", "2^(", "sin("])
def test_nesting_counts_brackets(opening: str) -> None:
    parse(opening * 1_000 + "x" + ")" * 1_000)
    with pytest.raises(FormulaError, match="nested deeper than 1,000"):
        parse(opening * 1_001 + "x" + ")" * 1_001)


@pytest.mark.parametrize("operator", ["-", "+", "2^"])
def test_a_chain_of_operators_that_wait_is_as_deep_as_it_is_long(operator: str) -> None:
    parse(operator * 1_000 + "x")
    with pytest.raises(FormulaError, match="nested deeper than 1,000"):
        parse(operator * 1_001 + "x")


def test_operators_that_were_applied_do_not_count_as_nesting() -> None:
    parse(" + ".join(["-x^2"] * 5_000))


def test_a_letter_and_its_accent_are_one_letter() -> None:
    assert parse_expression("2*e\u0301") is parse_expression("e\u0301 + \u00e9")
    assert parse_expression("'e\u0301'") is symbol("\u00e9")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-(x > 0)", "'-' needs a value on each side"),
        ("+(x > 0)", r"'\+' needs a value on each side"),
        ("1 + (x > 0)", r"'\+' needs a value on each side"),
        ("if(x and y > 0, 1, 2)", "'and' needs a condition on each side"),
        ("(a, b)", "unexpected ','"),
        ("a + b)", r"'\)' without an opening bracket"),
        ("(a + b", "the bracket of column 1 is not closed"),
    ],
)
def test_what_does_not_fit_together_is_said(text: str, message: str) -> None:
    with pytest.raises(FormulaError, match=message):
        parse(text)


def test_a_number_may_have_more_digits_than_python_reads_at_once() -> None:
    assert literal("1" + "0" * 5_000) == (Fraction(10) ** 5_000, 0)
