"""Pictures of small graphs: `svg` writes one as a self-contained SVG, placed by `layered`.

Inputs stand on the left and results on the right, one column for each level. `is_small` says whether a picture of so
many nodes can still be read. Looks are data: a `NodeStyle` for each node and an `EdgeStyle` for each edge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from .layered import MARGIN, Block, Box, Point, Wire, layout
from .lettering import clean, clipped, letters

SMALL = 80  # nodes: past this a picture is a hairball
PADDING, TALL, FLAT = 15.0, 42.0, 28.0  # a box with a formula or a value is tall
NAME_SIZE, LABEL_SIZE, EDGE_SIZE = 13.0, 10.5, 10.0
LETTER = 0.602  # width of a letter of a monospaced font, in font sizes
STRIP, COMPARED = 130.0, 20  # labels are compared with the last ones in the same strips of this width
MOST_LETTERS, MOST_EDGE_LETTERS = 30, 20
FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"


class NodeStyle(NamedTuple):
    """How a box looks: `round` is the radius of its corners, `dash` an SVG dash pattern or ""."""

    fill: str
    stroke: str
    round: float
    dash: str = ""
    width: float = 1.3


class EdgeStyle(NamedTuple):
    """How an edge looks."""

    stroke: str = "#6b7480"
    width: float = 1.2
    dash: str = ""


STYLES: Mapping[str, NodeStyle] = {
    "input": NodeStyle("#e1eefc", "#2563a8", 99),
    "parameter": NodeStyle("#fdf3d7", "#8f640a", 99, "5 3"),
    "formula": NodeStyle("#f4f5f7", "#3d4450", 5),
}


class PictureNode(NamedTuple):
    """A node to draw: its name, the formula or value below it, its kind, and its longest distance from an input."""

    name: str
    label: str
    kind: str
    level: int
    style: NodeStyle | None = None  # None: that of its kind
    about: str = ""  # what the tooltip says; "": name and label

    def look(self) -> NodeStyle:
        """Return the style of the node, or else of its kind."""
        return self.style or STYLES.get(self.kind, STYLES["formula"])

    def tooltip(self) -> str:
        """Return what the tooltip says.

        >>> PictureNode("b", "2*a", "formula", 1).tooltip()
        'b = 2*a'
        """
        return clean(self.about or (f"{self.name} = {self.label}" if self.label else self.name))


class PictureEdge(NamedTuple):
    """An arrow parent → child, with the local partial as its label."""

    parent: str
    child: str
    label: str = ""
    style: EdgeStyle = EdgeStyle()
    about: str = ""  # what the tooltip says; "": the partial

    def tooltip(self) -> str:
        """Return what the tooltip says.

        >>> PictureEdge("a", "b", "2").tooltip()
        '∂b/∂a = 2'
        """
        return clean(self.about or f"∂{self.child}/∂{self.parent} = {self.label}")


def is_small(count: int) -> bool:
    """Return whether a picture of so many nodes can still be read.

    >>> is_small(80), is_small(81)
    (True, False)
    """
    return count <= SMALL


def svg(
    nodes: Sequence[PictureNode],
    edges: Sequence[PictureEdge],
    *,
    title: str | None = None,
    captions: Sequence[str] = (),
    backward: bool = False,
) -> str:
    """Return a picture as the text of an SVG file; edges from or to what is not among the nodes are left out.

    `captions` are small lines below the title; `backward` turns the arrows round, towards the parents.

    >>> pair = [PictureNode("a", "", "input", 0), PictureNode("b", "2*a", "formula", 1)]
    >>> text = svg(pair, [PictureEdge("a", "b", "2")])
    >>> text.startswith("<svg "), text.count("<rect"), "2*a" in text
    (True, 3, True)
    """
    names = {node.name for node in nodes}
    edges = [edge for edge in edges if edge.parent in names and edge.child in names]
    places = layout([*map(_block, nodes)], [Wire(edge.parent, edge.child, _label_width(edge)) for edge in edges])
    head, top, wide = _heading(title, captions)
    width, height = ceil(max(places.width, wide)), ceil(places.height + top)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    said = escape(clean(title or "a computational graph"))
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{said}" font-family="{FONT}">']
    parts += ['<rect width="100%" height="100%" fill="#ffffff"/>', *head]
    parts.append(f'<g transform="translate(0 {_n(top)})" text-anchor="middle">')
    parts += [_arrow(edge.style, route, backward) for edge, route in zip(edges, places.routes, strict=True)]
    parts += [_box(node, places.boxes[node.name]) for node in nodes]
    parts += _edge_labels(edges, places.routes)
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _heading(title: str | None, captions: Sequence[str]) -> tuple[list[str], float, float]:
    """Return the title with the captions below it, and how high and wide they are together."""
    lines = [(clean(title), NAME_SIZE, 'font-weight="bold" fill="#1a1d23"')] if title else []
    lines += [(clean(text), LABEL_SIZE, 'fill="#3f4753"') for text in captions]
    low, out = 11.0, []
    for text, size, look in lines:
        low += size + (1 if size == NAME_SIZE else 5)
        out.append(_text((MARGIN, low), escape(text), size, look))
    width = max((_width(text, size) + 2 * MARGIN for text, size, _ in lines), default=2 * MARGIN)
    return out, low + 1 if lines else 0.0, width


def _arrow(style: EdgeStyle, route: Sequence[Point], backward: bool) -> str:
    """Return the line of an edge and its head, which is a shape of its own so that it has the colour of the line."""
    (tip, end), turn = (route[0], -1) if backward else (route[-1], 1)
    short = (tip - 6 * turn, end)
    line = [short, *route[1:]] if backward else [*route[:-1], short]
    path = f"M{_n(line[0][0])} {_n(line[0][1])}"
    for at, ((x, y), (to_x, to_y)) in enumerate(pairwise(line)):
        middle = _n((x + to_x) / 2)
        curve = f"C{middle} {_n(y)} {middle} {_n(to_y)} {_n(to_x)} {_n(to_y)}"
        path += f"H{_n(to_x)}" if at % 2 or y == to_y else curve
    dash = f' stroke-dasharray="{escape(style.dash)}"' if style.dash else ""
    size = 3 + style.width / 2
    head = f"M{_n(tip)} {_n(end)}l{_n(-2.2 * size * turn)} {_n(-size)}v{_n(2 * size)}z"
    stroke = escape(style.stroke)
    return (
        f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{_n(style.width)}"{dash}/>'
        f'<path d="{head}" fill="{stroke}"/>'
    )


def _box(node: PictureNode, box: Box) -> str:
    """Return a box with its name and, smaller, its formula; the whole of both is in its tooltip."""
    style = node.look()
    dash = f' stroke-dasharray="{escape(style.dash)}"' if style.dash else ""
    middle, label = box.x + box.width / 2, clipped(node.label, MOST_LETTERS)
    low = box.y + box.height / 2
    name_at = (middle, low - 3 if label else low + 4.5)
    return "".join(
        [
            f"<g><title>{escape(node.tooltip())}</title>",
            f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" '
            f'rx="{_n(min(style.round, box.height / 2))}" fill="{escape(style.fill)}" stroke="{escape(style.stroke)}" '
            f'stroke-width="{_n(style.width)}"{dash}/>',
            _text(name_at, escape(clipped(node.name, MOST_LETTERS)), NAME_SIZE, 'font-weight="bold" fill="#1a1d23"'),
            _text((middle, low + 13), escape(label), LABEL_SIZE, 'fill="#3f4753"') if label else "",
            "</g>",
        ]
    )


def _edge_labels(edges: Sequence[PictureEdge], routes: Sequence[Sequence[Point]]) -> Iterator[str]:
    """Yield the labels, each near the middle of its edge where it covers the least of those before it."""
    taken: dict[float, list[Box]] = defaultdict(list)
    for edge, route in zip(edges, routes, strict=True):
        if not edge.label:
            continue
        costs = {}
        for far, spot in enumerate(_spots(route, _label_width(edge))):
            near = {other for strip in _strips(spot) for other in taken[strip][-COMPARED:]}
            costs[spot] = far + sum(_overlap(spot, other) for other in near)
        spot = min(costs, key=costs.__getitem__)
        for strip in _strips(spot):
            taken[strip].append(spot)
        yield _edge_label(edge, (spot.x + spot.width / 2, spot.y + 9))


def _edge_label(edge: PictureEdge, place: Point) -> str:
    text = escape(clipped(edge.label, MOST_EDGE_LETTERS))
    # Twice, for not every viewer knows paint-order, and there the halo would lie over the letters.
    halo = _text(place, text, EDGE_SIZE, 'fill="none" stroke="#ffffff" stroke-width="4" aria-hidden="true"')
    shown = _text(place, text, EDGE_SIZE, 'fill="#1d4f2b"')
    return f"<g><title>{escape(edge.tooltip())}</title>{halo}{shown}</g>"


def _spots(route: Sequence[Point], width: float) -> Iterator[Box]:
    """Yield places for a label at the curves of an edge, nearest to its middle first: above it, below it, on it."""
    curves = [(route[at], route[at + 1]) for at in range(0, len(route), 2)]
    middle = (len(curves) - 1) // 2
    for start, end in [curves[middle], *curves[middle + 1 : middle + 2], *curves[max(middle - 1, 0) : middle]]:
        flat = abs(end[1] - start[1]) < 40
        for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82):
            x = start[0] + (end[0] - start[0]) * share * (1.5 - 1.5 * share + share * share)
            y = start[1] + (end[1] - start[1]) * share * share * (3 - 2 * share)
            fits = start[0] + 4 < x - width / 2 and x + width / 2 < end[0] - 8
            for raised in (7, -8) if flat else (0, 7, -8):
                if fits or (share == 0.5 and start is curves[middle][0]):
                    yield Box(x - width / 2, y - 6 - raised, width, 12)


def _strips(box: Box) -> set[float]:
    return {box.x // STRIP, (box.x + box.width) // STRIP}


def _overlap(one: Box, other: Box) -> float:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(across, 0) * max(down, 0)


def _block(node: PictureNode) -> Block:
    name = _width(clipped(node.name, MOST_LETTERS), NAME_SIZE)
    label = _width(clipped(node.label, MOST_LETTERS), LABEL_SIZE)
    return Block(node.name, node.level, max(name, label, 8) + 2 * PADDING, TALL if node.label else FLAT)


def _label_width(edge: PictureEdge) -> float:
    return _width(clipped(edge.label, MOST_EDGE_LETTERS), EDGE_SIZE)


def _text(place: Point, escaped: str, size: float, attributes: str) -> str:
    return f'<text x="{_n(place[0])}" y="{_n(place[1])}" font-size="{_n(size)}" {attributes}>{escaped}</text>'


def _width(text: str, size: float) -> float:
    return letters(text) * LETTER * size


def _n(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")
