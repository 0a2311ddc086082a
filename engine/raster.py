"""Plots of curves as PNG, by matplotlib, which the extra `plot` brings: the panels of `plot.py`, point by point.

Only its canvas is used: no window, no setting of the user's, no letter of a name read as mathematics.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from . import plot
from .steps import shortest

INCH = 96.0  # units of a plot, which are pixels of SVG
DOTS = 192  # pixels of an inch: two to a unit
_POINT = 72.0 / INCH
_GRID, _ZERO, _FRAME, _TEXT = "#e3e6ea", "#9aa3af", "#6b7480", "#222933"


def is_there() -> bool:
    """Return whether matplotlib can be imported.

    >>> is_there() in (True, False)
    True
    """
    return find_spec("matplotlib") is not None


def png(name: str, places: Sequence[float], curves: Sequence[plot.Curve]) -> bytes:
    """Return curves over the places of one axis, called `name`, as a PNG; matplotlib must be there."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    width, height = plot.extent(len(curves))
    figure = Figure(figsize=(width / INCH, height / INCH), dpi=DOTS, facecolor="white")
    FigureCanvasAgg(figure)
    across = plot.axis(places)
    for index, curve in enumerate(curves):
        top = plot.TOP + index * (plot.HEIGHT + plot.BETWEEN)
        panel = figure.add_axes((plot.LEFT / width, 1 - (top + plot.HEIGHT) / height, plot.WIDTH / width, plot.HEIGHT / height))
        _draw(panel, across, places, curve, plot.COLOURS[index % len(plot.COLOURS)])
        if index == len(curves) - 1:
            panel.set_xticklabels([shortest(tick) for tick in across.ticks])
            panel.set_xlabel(plot.shown(name), fontsize=12 * _POINT, color=_TEXT, parse_math=False)
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)  # a letter that the font lacks is an empty box
        figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _draw(panel: Any, across: plot.Axis, places: Sequence[float], curve: plot.Curve, colour: str) -> None:
    """Draw the frame, ticks, heading and curve of one panel, in which both axes go from 0 to 1."""
    up = plot.axis([value for value in curve.values if value is not None])
    panel.set(xlim=(0, 1), ylim=(-0.04 / 0.92, 0.96 / 0.92), axisbelow=True)
    panel.set_xticks([across.place(tick) for tick in across.ticks], labels=[""] * len(across.ticks))
    panel.set_yticks([up.place(tick) for tick in up.ticks], labels=[shortest(tick) for tick in up.ticks])
    panel.tick_params(length=0, labelsize=10.5 * _POINT, labelcolor=_TEXT, labelfontfamily="monospace")
    panel.grid(color=_GRID, linewidth=_POINT)
    if 0 in up.ticks:
        panel.axhline(up.place(0.0), color=_ZERO, linewidth=_POINT, zorder=1)
    for side in panel.spines.values():
        side.set(color=_FRAME, linewidth=_POINT)
    heading = {"fontsize": 12 * _POINT, "fontfamily": "monospace", "color": _TEXT, "parse_math": False}
    panel.set_title(plot.shown(curve.label), loc="left", pad=9 * _POINT, **heading)
    for run in plot.runs(places, curve.values):
        points = [(across.place(x), up.place(y)) for x, y in run]
        style = {"marker": "o", "markersize": 5 * _POINT} if len(points) == 1 else {"linewidth": 1.8 * _POINT}
        panel.plot(*zip(*points, strict=True), color=colour, solid_joinstyle="round", clip_on=False, **style)
