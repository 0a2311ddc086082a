"""A sketch in the language of Mermaid: `mermaid` writes a flowchart.

Nodes are numbered, and whatever in a label could mean something to Mermaid, to Markdown or to HTML is written by its
code, so that a name is never more than text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .lettering import clean, clipped
from .picture import MOST_EDGE_LETTERS, MOST_LETTERS, STYLES, EdgeStyle, NodeStyle, PictureNode

if TYPE_CHECKING:
    from .sketch import Sketch

# What stays as it is: letters, digits, and of the rest what has no meaning; a point and a sign only inside numbers.
_CODED = re.compile(r"[^\w ,()/=+\-.∂·…:]|_|^[-+ ]|\.(?!\d)|[-+](?=\s*$)|:(?=/)")


def mermaid(sketch: Sketch) -> str:
    """Return a sketch as the text of a Mermaid flowchart.

    >>> from .sketch import Sketch
    >>> from .picture import PictureEdge
    >>> pair = [PictureNode("a", "", "input", 0), PictureNode("b", "2*a", "formula", 1)]
    >>> print(mermaid(Sketch("two", [], [], pair, [PictureEdge("a", "b", "2")], False)).splitlines()[3])
        n0 -- "2" --> n1
    """
    number = {node.name: f"n{at}" for at, node in enumerate(sketch.nodes)}
    lines = ["flowchart RL" if sketch.backward else "flowchart LR"]
    lines += [f"    {number[node.name]}{_shape(node)}" for node in sketch.nodes]
    for edge in sketch.edges:
        ends = (edge.child, edge.parent) if sketch.backward else (edge.parent, edge.child)
        label = f'-- "{_text(edge.label, MOST_EDGE_LETTERS)}" ' if edge.label else ""
        lines.append(f"    {number[ends[0]]} {label}--> {number[ends[1]]}")
    said = "<br/>".join(_text(line, 200) for line in [sketch.title, *sketch.lines()])
    lines.append(f'    said["{said}"]')
    lines += [f"    style {number[node.name]} {_box(node.look())}" for node in sketch.nodes if node.style]
    lines += [f"    linkStyle {at} {_line(edge.style)}" for at, edge in enumerate(sketch.edges)]
    lines += [f"    classDef {kind}Node {_box(style)}" for kind, style in STYLES.items()]
    lines += _classes(sketch, number)
    return "\n".join([*lines, "    style said fill:#ffffff,stroke:#ffffff,color:#3f4753", ""])


def _classes(sketch: Sketch, number: dict[str, str]) -> list[str]:
    of_kind = {kind: [number[node.name] for node in sketch.nodes if node.kind == kind] for kind in STYLES}
    return [f"    class {','.join(names)} {kind}Node" for kind, names in of_kind.items() if names]


def _shape(node: PictureNode) -> str:
    text = _text(node.name, MOST_LETTERS) + (f"<br/>{_text(node.label, MOST_LETTERS)}" if node.label else "")
    return f'["{text}"]' if node.kind == "formula" else f'(["{text}"])'


def _text(text: str, most: int) -> str:
    """Return a text for a label in quotes."""
    return _CODED.sub(lambda found: f"#{ord(found[0])};", clipped(clean(text), most)) or " "


def _box(style: NodeStyle) -> str:
    return f"fill:{style.fill},stroke:{style.stroke},stroke-width:{style.width:.1f}px,color:#1a1d23{_dashes(style.dash)}"


def _line(style: EdgeStyle) -> str:
    return f"stroke:{style.stroke},stroke-width:{style.width:.1f}px{_dashes(style.dash)}"


def _dashes(dash: str) -> str:
    return f",stroke-dasharray:{dash}" if dash else ""
