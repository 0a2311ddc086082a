"""A sketch in the language of Graphviz: `dot` writes it.

A node's identifier is its name as in a formula; what is shown stands in labels like HTML, in which no letter of ours is left to
be read as an escape or an element.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .layout import quoted
from .lettering import clean, clipped
from .picture import MOST_EDGE_LETTERS, MOST_LETTERS, PictureEdge, PictureNode

if TYPE_CHECKING:
    from .sketch import Sketch

FONT = "DejaVu Sans Mono"
_HEAD = f"""\
    graph [rankdir=LR, bgcolor="#ffffff", fontname="{FONT}", labelloc=t, labeljust=l, pad=0.15, nodesep=0.3, ranksep=0.6]
    node [shape=box, fontname="{FONT}", fontsize=13, height=0.4, margin="0.16,0.06"]
    edge [fontname="{FONT}", fontsize=10, fontcolor="#1d4f2b"]
"""


def dot(sketch: Sketch) -> str:
    r"""Return a sketch as the text of a DOT file.

    >>> from .sketch import Sketch
    >>> pair = [PictureNode("a", "", "input", 0), PictureNode("P&L", "2*a", "formula", 1)]
    >>> text = dot(Sketch("two", [], [], pair, [PictureEdge("a", "P&L", "2")], False))
    >>> [line.split(" [")[0].strip() for line in text.splitlines() if "->" in line]
    ['"a" -> "\'P&L\'"']
    """
    lines = ["digraph {", _HEAD.rstrip(), f"    label={_heading(sketch)}"]
    names = _identifiers(sketch)
    lines += (_node(node, names[node.name]) for node in sketch.nodes)
    lines += (_edge(edge, names[edge.parent], names[edge.child], sketch.backward) for edge in sketch.edges)
    return "\n".join([*lines, "}", ""])


def _heading(sketch: Sketch) -> str:
    left = '<BR ALIGN="LEFT"/>'
    rest = "".join(f'<FONT POINT-SIZE="10" COLOR="#3f4753">{_html(text)}</FONT>{left}' for text in sketch.lines())
    return f'<<FONT POINT-SIZE="13"><B>{_html(sketch.title)}</B></FONT>{left}{rest}>'


def _identifiers(sketch: Sketch) -> dict[str, str]:
    """Return each node's identifier; what only differs in letters that cannot be printed is told apart by a number."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for node in sketch.nodes:
        plain = text = clean(quoted(node.name))  # in quotes like a formula, and so never with the % first that Graphviz takes
        count = 1
        while text in taken:
            count += 1
            text = f"{plain} ({count})"
        taken.add(text)
        found[node.name] = _quoted(text)
    return found


def _node(node: PictureNode, name_in_dot: str) -> str:
    name = f"<B>{_html(clipped(node.name, MOST_LETTERS))}</B>"
    if node.label:
        name += f'<BR/><FONT POINT-SIZE="10.5" COLOR="#3f4753">{_html(clipped(node.label, MOST_LETTERS))}</FONT>'
    style = node.look()
    words = ["filled", *(["rounded"] if style.round > 10 else []), *([_line(style.dash)] if style.dash else [])]
    looks = {"style": ",".join(words), "fillcolor": style.fill, "color": style.stroke, "penwidth": f"{style.width:.1f}"}
    return f"    {name_in_dot} [label=<{name}>, {_attributes(looks)}, tooltip={_escaped(node.tooltip())}]"


def _edge(edge: PictureEdge, parent: str, child: str, backward: bool) -> str:
    label = f"label=<{_html(clipped(edge.label, MOST_EDGE_LETTERS))}>, " if edge.label else ""
    tip = _escaped(edge.tooltip())
    style = edge.style
    looks = {"color": style.stroke, "penwidth": f"{style.width:.1f}", "style": _line(style.dash) if style.dash else "solid"}
    looks |= {"arrowsize": f"{max(0.8 - style.width / 20, 0.5):.2f}"} | ({"dir": "back"} if backward else {})
    return f"    {parent} -> {child} [{label}{_attributes(looks)}, tooltip={tip}, labeltooltip={tip}]"


def _line(dash: str) -> str:
    """Return the word of Graphviz for a dash pattern: one that begins with a short dash is dotted."""
    return "dotted" if float(dash.split()[0]) < 2 else "dashed"


def _attributes(looks: dict[str, str]) -> str:
    return ", ".join(f"{key}={_quoted(value)}" for key, value in looks.items())


def _quoted(text: str) -> str:
    r"""Return a text in double quotes; a backslash is doubled, for one at the end would take the quote with it."""
    doubled = clean(text).replace("\\", "\\\\")
    return '"' + doubled.replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    r"""Return a text for a tooltip, in which Graphviz reads entities, and backslashes twice: `\N` would be the node's name."""
    return _quoted(text.replace("&", "&amp;").replace("\\", "\\\\"))


def _html(text: str) -> str:
    r"""Return a text for a label like HTML, never empty; a backslash stands alone, for `\N` would be the node's name."""
    return escape(clean(text)).replace("\\", "<FONT>&#92;</FONT>") or " "
