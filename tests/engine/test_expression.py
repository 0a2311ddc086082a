"""Sums and products in canonical form: one object, whatever the association."""

import time
from fractions import Fraction
from itertools import permutations

import pytest

from gradq.engine.differentiate import partials
from gradq.engine.expression import add, multiply, number, power, symbol
from gradq.engine.formula import parse_expression
from gradq.engine.layout import text_of


def test_the_sign_of_a_sum_in_a_product_does_not_depend_on_association() -> None:
    a, b, x = map(symbol, "abx")
    difference = add([a, multiply([number(-1), b])])
    factors = [number(-1), difference, x]
    products = {multiply([multiply([first, second]), third]) for first, second, third in permutations(factors)}
    assert products == {multiply(factors)}


@pytest.mark.parametrize(
    ("left", "right", "printed"),
    [
        ("(a - b)*x", "-(b - a)*x", "x*(a - b)"),
        ("(b - a)*x", "-(x*(a - b))", "-x*(a - b)"),
        ("(b - a)^2", "(a - b)^2", "(a - b)^2"),
        ("(5 - 3*a)*x", "-x*(3*a - 5)", "-x*(3*a - 5)"),
        ("(b - a)*(a - b)", "-(a - b)^2", "-(a - b)^2"),
        ("2*(b - a)", "-2*(a - b)", "2*b - 2*a"),
    ],
)
def test_a_sum_and_its_negative_are_one_factor(left: str, right: str, printed: str) -> None:
    assert text_of(parse_expression(left)) == printed
    assert parse_expression(left) is parse_expression(right)


@pytest.mark.parametrize("exponent", [-1, -2, -0.5, -3])
def test_one_by_zero_is_one_object_and_reads_back(exponent: float) -> None:
    found = power(number(0), number(Fraction(exponent)))
    assert text_of(found) == "1/0"
    assert parse_expression("1/0") is found is multiply([found, found])


@pytest.mark.parametrize(("text", "printed"), [("x*y/0*z", "x*y*z/0"), ("x/y*0^-1", "x/y/0"), ("2/3/x/0", "2/(3*x)/0")])
def test_a_division_by_zero_among_others_reads_back(text: str, printed: str) -> None:
    found = parse_expression(text)
    assert text_of(found) == printed
    assert parse_expression(printed) is found


@pytest.mark.parametrize("digits", [20, 400, 3_999])
def test_a_power_with_a_very_long_exponent_stays_as_written(digits: int) -> None:
    exponent = number(10**digits)
    assert text_of(parse_expression(f"9^1{'0' * digits}")).startswith("9^1" + "0" * 20)
    assert power(number(-1), exponent) is number(1)


def test_a_tower_of_powers_is_differentiated_in_a_moment() -> None:
    tower = parse_expression("^".join(["x"] * 300))
    began = time.perf_counter()
    partials(tower)
    # 0.15 s; every text was made anew for every comparison before, in 4 s
    assert time.perf_counter() - began < 2
