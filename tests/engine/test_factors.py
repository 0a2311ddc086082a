"""Lines of the chain rule: order of terms, brackets, and what is left out."""

import pytest

from gradq.engine.expression import Expr
from gradq.engine.factors import Factor, Line, Terms, in_order
from gradq.engine.formula import parse_expression
from gradq.engine.lines import side_texts


def factor(text: str) -> Factor:
    return Factor("y", "x", parse_expression(text))


def values(*products: list[str]) -> str:
    terms = Terms(tuple(tuple(map(factor, product)) for product in products))
    return side_texts(Line("y", "x", terms, parse_expression("z")), whole=False)[1]


@pytest.mark.parametrize(
    ("products", "text"),
    [
        ([["a + b", "2"]], "(a + b)·2"),
        ([["a + b"], ["2", "3"]], "a + b + 2·3"),
        ([["-3", "2"]], "-3·2"),
        ([["2", "-3"]], "2·(-3)"),
        ([["2", "5"], ["-3", "2"]], "2·5 + (-3)·2"),
        ([["1/x", "2*d"]], "1/x·2*d"),
    ],
)
def test_a_sum_and_a_minus_stand_in_brackets_where_they_must(products: list[list[str]], text: str) -> None:
    assert values(*products) == text


def test_terms_stand_in_the_order_of_their_values_as_a_sum_and_ties_by_names() -> None:
    found: list[tuple[str, str]] = [("p", "3"), ("r", "-x^2"), ("o", "7"), ("q", "2*x")]
    terms: list[tuple[tuple[Factor], Expr]] = [((Factor("y", name, 1.0),), parse_expression(text)) for name, text in found]
    assert [product[0].wrt for product in in_order(terms) if isinstance(product[0], Factor)] == ["q", "r", "o", "p"]


def test_a_value_too_long_for_a_line_is_named_and_its_size_said() -> None:
    long = parse_expression(" + ".join(f"name{k}" for k in range(40)))
    line = Line("y", "x", Terms(((Factor("y", "m", long), factor("2")),)), long)
    assert side_texts(line, whole=False)[1:] == ["∂y/∂m·2", f"… ({long.size} characters)"]
    assert len(side_texts(line, whole=True)[2]) == long.size


def test_many_terms_are_folded() -> None:
    line = Line("y", "x", Terms(tuple((factor(str(k)),) for k in range(100))), 1.0)
    assert "9 + … 80 more … + 90" in side_texts(line, whole=False)[1]
    assert "more" not in side_texts(line, whole=True)[1]
