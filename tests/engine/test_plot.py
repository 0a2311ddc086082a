"""Plots: round ticks, gaps, and an SVG that a parser accepts whatever the names are."""

import math
import xml.etree.ElementTree as ElementTree

import pytest

from gradq.engine.plot import Curve, axis, plot


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0, 1], [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([-92, 31], [-80, -60, -40, -20, 0, 20]),
        ([0.1, 0.3], [0.1, 0.15, 0.2, 0.25, 0.3]),
        ([1e-9, 3e-9], [1e-9, 1.5e-9, 2e-9, 2.5e-9, 3e-9]),
    ],
)
def test_ticks_are_round(values: list[float], ticks: list[float]) -> None:
    assert axis(values).ticks == ticks


@pytest.mark.parametrize("values", [[5.0], [0.0], [-1e308, 1e308], [1.0, 1 + 2e-16], [5e-324, 1e-323], [1e300, 2e300], []])
def test_any_doubles_have_an_axis(values: list[float]) -> None:
    found = axis(values)
    assert 1 <= len(found.ticks) < 30 and all(map(math.isfinite, found.ticks))
    assert all(-0.01 <= found.place(value) <= 1.01 for value in values)


def test_gaps_part_a_curve() -> None:
    text = plot("x", [0, 1, 2, 3, 4], [Curve("y", [1, 2, None, 3, None]), Curve("none", [None] * 5)])
    assert (text.count("<polyline"), text.count("<circle")) == (1, 1)


def test_a_parser_accepts_every_name() -> None:
    for name in ("<b>&'\"", "]]>", "x\x00\x1b[31m", "\ud800", "ünï" * 60):
        root = ElementTree.fromstring(plot(name, [0, 1], [Curve(name, [1, 2])]))
        assert root.tag.endswith("svg")
    assert "&lt;b&gt;" in plot("<b>", [0, 1], [Curve("y", [0, 1])])
