"""A ledger as text: counts of any size, rows of names and factors, amounts that no double or no line holds."""

import pytest

from gradq.engine.expression import add, symbol
from gradq.engine.ledger import Path, amount_text, count_text, path_text
from gradq.engine.paths import ledger
from gradq.engine.symbolic import Formula
from tests.engine.conftest import MadeFlow


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (10**40 - 1, "9" * 40),
        (10**40, "1.000e40 (41 digits)"),
        (10**41 - 1, "1.000e41 (41 digits)"),
        (2**100_000, "9.990e30102 (30103 digits)"),
        (7 * 10**200_000, "7.000e200000 (200001 digits)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_count_of_many_digits_is_rounded(count: int, text: str) -> None:
    assert count_text(count) == text


def test_a_path_shows_its_product_and_at_a_point_its_factors() -> None:
    assert path_text(Path(("x", "P&L"), (Formula(symbol("x")),), Formula(symbol("x")))) == "x→'P&L': x"
    assert path_text(Path(("x", "y"), (2.0,), 2.0, 0.5)) == "x→y: 2  (50 % of gross)"
    assert path_text(Path(("x", "y", "z"), (2.0, -3.0), -6.0, 0.125)) == "x→y→z: -6  (2·(-3), 12.5 % of gross)"
    assert path_text(Path(("x", "y"), (1.0,), 0.0, 1e-9, -400.0)) == "x→y: 0 (log10 -400)  (1e-07 % of gross)"


def test_a_long_path_loses_its_middle() -> None:
    names = tuple(f"n{k}" for k in range(100))
    text = path_text(Path(names, (1.0,) * 99, 1.0, 1.0))
    assert text.startswith("n0→n1→n2→n3→n4→n5→n6→n7→… 84 more …→n92→") and "·… 83 more …·" in text


def test_a_formula_that_no_line_holds_is_left_out() -> None:
    assert amount_text(Formula(symbol("x"))) == "x"
    long = Formula(add(symbol(f"name{k}") for k in range(1_000)))
    assert amount_text(long) == "(a formula of more than 4,000 characters)"


def test_the_summary_says_what_was_asked_and_what_is_listed(made_flow: MadeFlow) -> None:
    flow = made_flow({(1, 0): 2.0, (2, 0): -1.0, (3, 1): 1.0, (3, 2): 1.0, (3, 0): 4.0}, 3)
    assert str(ledger(flow, top=1)).splitlines() == [
        "3 paths from n999 to n996, 1 to 2 edges long; listed: the strongest 1",
        "net 5, gross 7, cancellation 0.714286, rest 1",
        "n999→n996: 4  (57.1 % of gross)",
    ]
    assert str(ledger(flow, through=[("n999", "n998")], avoid=["n997"])).splitlines()[:2] == [
        "1 path from n999 to n996 through n999→n998 avoiding n997, 2 edges long",
        "net 2, gross 2, cancellation 1, rest 0",
    ]
    assert (
        str(ledger(flow, through=["n998", "n997"])) == "0 paths from n999 to n996 through n998 and n997\nnet 0, gross 0, rest 0"
    )
    assert "listed: none" in str(ledger(flow, top=0))
