"""Strokes: sign by colour and by dash, share by width, odd edges by a word."""

import pytest

from gradq.engine.flow import FlowEdge
from gradq.engine.formula import parse_expression
from gradq.engine.strokes import DASH, DEAD, DOTS, NARROW, NEGATIVE, POSITIVE, UNKNOWN, WIDE, stroke


def edge(partial: str, value: float | None = None, child: str = "b") -> FlowEdge:
    return FlowEdge("a", child, parse_expression(partial), value)


@pytest.mark.parametrize(
    ("partial", "value", "label", "colour", "dash"),
    [
        ("3", None, "3", POSITIVE, ""),
        ("-3", None, "-3", NEGATIVE, DASH),
        ("2*d", None, "2*d", UNKNOWN, ""),
        ("2*d", -47.0, "2*d = -47", NEGATIVE, DASH),
        ("0", None, "0 (dead)", DEAD, DOTS),
        ("step(x - 1)", 0.0, "0 (dead)", DEAD, DOTS),
        ("x", 123456.0, "123500 (explodes)", POSITIVE, ""),
        ("-10^400", None, "-10^400", UNKNOWN, ""),
        ("sin(a)*cos(a)*exp(a)", 1 / 3, "0.3333", POSITIVE, ""),
    ],
)
def test_an_edge_looks_as_it_counts(partial: str, value: float | None, label: str, colour: str, dash: str) -> None:
    found = stroke([edge(partial, value)], None, ())
    assert (found.label, found.style.stroke, found.style.dash) == (label, colour, dash)


def test_width_is_the_share() -> None:
    widths = [stroke([edge("2")], share, ()).style.width for share in (0.0, 0.5, 1.0)]
    assert widths == [NARROW, pytest.approx((NARROW + WIDE) / 2), WIDE]
    assert "50.0% of the flow" in stroke([edge("2")], 0.5, ()).about


def test_a_kink_is_marked_where_the_partial_depends_on_it() -> None:
    assert stroke([edge("sign(x)", 0.0)], None, {"b"}).label == "0 (dead, kink)"
    assert stroke([edge("1", 1.0)], None, {"b"}).label == "1"


def test_a_run_says_how_many_nodes_and_their_product() -> None:
    links = [("a", "b", "2"), ("b", "c", "-3"), ("c", "d", "1")]
    run = [FlowEdge(parent, child, parse_expression(partial), None) for parent, child, partial in links]
    found = stroke(run, None, ())
    assert (found.label, found.style.stroke) == ("2 nodes: -6", NEGATIVE) and "through 2 nodes: b, c" in found.about
