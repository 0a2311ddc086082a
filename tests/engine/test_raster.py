"""Plots as PNG: of the size of the SVG, whatever the names and the numbers are."""

import struct
import sys

import pytest

from gradq.engine.plot import Curve, extent
from gradq.engine.raster import DOTS, INCH, is_there, png


def test_a_plot_is_as_large_as_its_svg_whatever_is_in_it() -> None:
    pytest.importorskip("matplotlib")
    curves = [Curve("$y^$ 名\x1b", [1e308, None, -1e308]), Curve(r"\frac{" * 40, [None, None, 5e-324]), Curve("", [None] * 3)]
    content = png("$x", [-1e308, 0.0, 1e308], curves)
    width, height = struct.unpack(">II", content[16:24])
    assert content.startswith(b"\x89PNG") and (width, height) == tuple(round(side * DOTS / INCH) for side in extent(3))


def test_a_library_that_is_not_there_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "matplotlib", raising=False)
    assert not is_there()
