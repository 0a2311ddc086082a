"""Plots of curves as self-contained SVG: panels below each other over one axis, ticks at round numbers.

Where a curve has no value there is a gap; a value alone between gaps is a dot. Names are escaped.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from .picture import FONT
from .steps import shortest

WIDTH, HEIGHT = 640.0, 220.0  # of a panel, without the margins
LEFT, RIGHT, TOP, BOTTOM, BETWEEN = 86.0, 20.0, 34.0, 44.0, 40.0
COLOURS = ("#2563a8", "#a8452b", "#3f7d3a", "#6b4ba1")
TICKS = 8
_MOST_LETTERS = 60


class Curve(NamedTuple):
    """A panel: its heading and the values at the places of the plot, None where there is none."""

    label: str
    values: Sequence[float | None]


class Axis(NamedTuple):
    """An interval of numbers and the round numbers in it that get a tick."""

    low: float
    high: float
    ticks: list[float]

    def place(self, value: float) -> float:
        """Return where a value lies, 0 at the low end and 1 at the high end."""
        # halves, so that the width of an axis over all doubles is a double
        return (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)


def plot(name: str, places: Sequence[float], curves: Sequence[Curve]) -> str:
    """Return curves over the places of one axis, called `name`, as the text of an SVG.

    >>> text = plot("x", [0.0, 1.0, 2.0], [Curve("y<1", [0.0, None, 4.0])])
    >>> text.count("<circle"), "y&lt;1" in text
    (2, True)
    """
    width, height = extent(len(curves))
    across = axis(places)
    body: list[str] = []
    for index, curve in enumerate(curves):
        top = TOP + index * (HEIGHT + BETWEEN)
        body += _panel(across, places, curve, top, COLOURS[index % len(COLOURS)])
    bottom = height - BOTTOM
    body += [_text(_x(across, tick), bottom + 16, shortest(tick), "middle") for tick in across.ticks]
    body.append(_text(LEFT + WIDTH / 2, bottom + 35, name, "middle", size=12))
    whole = f"{width:g} {height:g}"
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {whole}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" fill="#222933">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="#ffffff"/>', *body, "</svg>", ""])


def extent(panels: int) -> tuple[float, float]:
    """Return the width and the height of a plot with so many panels."""
    return LEFT + WIDTH + RIGHT, TOP + panels * (HEIGHT + BETWEEN) - BETWEEN + BOTTOM


def axis(values: Sequence[float]) -> Axis:
    """Return the axis that holds some values; a single value stands in its middle.

    >>> axis([0.0, 3.0]).ticks
    [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    """
    low, high = min(values, default=0.0), max(values, default=1.0)
    if low == high:
        room = abs(low) / 2 or 1.0
        low, high = low - room, high + room
    if not math.isfinite(high - low):
        return Axis(low, high, [low, 0.0, high])
    return Axis(low, high, _round_numbers(low, high))


def runs(places: Sequence[float], values: Sequence[float | None]) -> Iterator[list[tuple[float, float]]]:
    """Yield the stretches of a curve between its gaps."""
    run: list[tuple[float, float]] = []
    for x, y in zip(places, values, strict=True):
        if y is not None:
            run.append((x, y))
        elif run:
            yield run
            run = []
    if run:
        yield run


def shown(text: str) -> str:
    """Return a text as it stands in a plot: not longer than fits, without what is no letter."""
    text = text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _round_numbers(low: float, high: float) -> list[float]:
    """Return about `TICKS` multiples of 1, 2 or 5 times a power of ten."""
    least = (high - low) / TICKS
    power = math.floor(math.log10(least)) if least > 0 else 0
    if power < -300:
        return [low, high]
    # whole numbers times one step, so that a tick is the double that its text reads back as
    factor = next(f for f in (1, 2, 5, 10) if f * 10.0**power >= least * (1 - 1e-9))
    step = factor * 10.0**power
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if last - first > 2 * TICKS or abs(first) > 1e15:
        return [low, high]
    return [float(f"{index * factor}e{power}") for index in range(first, last + 1)]


def _panel(across: Axis, places: Sequence[float], curve: Curve, top: float, colour: str) -> Iterator[str]:
    """Yield the frame, ticks, heading and curve of one panel."""
    up = axis([value for value in curve.values if value is not None])
    bottom = top + HEIGHT
    for tick in across.ticks:
        yield _line(_x(across, tick), top, _x(across, tick), bottom)
    for tick in up.ticks:
        yield _line(LEFT, _y(up, tick, top), LEFT + WIDTH, _y(up, tick, top), "#9aa3af" if tick == 0 else "#e3e6ea")
        yield _text(LEFT - 8, _y(up, tick, top) + 3.5, shortest(tick), "end")
    yield f'<rect x="{LEFT:g}" y="{top:g}" width="{WIDTH:g}" height="{HEIGHT:g}" fill="none" stroke="#6b7480"/>'
    yield _text(LEFT, top - 9, curve.label, "start", size=12)
    for run in runs(places, curve.values):
        points = [(_x(across, x), _y(up, y, top)) for x, y in run]
        if len(points) == 1:
            yield f'<circle cx="{points[0][0]:.2f}" cy="{points[0][1]:.2f}" r="2.5" fill="{colour}"/>'
        else:
            path = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
            yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-linejoin="round"/>'


def _x(across: Axis, value: float) -> float:
    return LEFT + WIDTH * across.place(value)


def _y(up: Axis, value: float, top: float) -> float:
    return top + HEIGHT * (1 - 0.04 - 0.92 * up.place(value))


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = "#e3e6ea") -> str:
    return f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, size: float = 10.5) -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" text-anchor="{anchor}">{escape(shown(text))}</text>'
