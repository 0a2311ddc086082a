"""Graphs for people: Mermaid, Markdown, and the model as equations in LaTeX."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..engine.formula import parse_expression
from ..engine.layout import quoted
from ..engine.lettering import clean
from ..engine.notation import latex_name
from ..store.errors import GaveUp

if TYPE_CHECKING:
    from ..engine.browser import Surroundings
    from ..store.rows import NodeRow

_LONGEST = 4_000  # characters of a formula that is set in LaTeX


def write_mermaid(found: Surroundings) -> str:
    """Return a graph as a Mermaid flowchart; a large one is thinned, and says so."""
    from ..engine.mermaid import mermaid
    from ..engine.sketch import graph_sketch

    return mermaid(graph_sketch(found))


def write_markdown(found: Surroundings) -> str:
    """Return a graph as a Markdown page: its name, and a table of nodes."""
    rows = [["node", "kind", "formula or default", "note"], ["---"] * 4]
    rows += [[_code(quoted(node.name)), node.kind, _code(_right(node) or ""), _cell(node.note or "")] for node in found.nodes]
    head = f"# {_cell(found.graph.name)}\n\n{len(found.nodes):,} nodes, {len(found.partials):,} edges.\n\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def write_latex(found: Surroundings) -> str:
    """Return the formulas of a graph as equations in an `align*`, for amsmath; its parameters stand before them."""
    from ..engine.typeset import latex

    looks: dict[str, list[str]] = {}
    for node in found.nodes:
        looks.setdefault(latex_name(node.name), []).append(node.name)
    lines = []
    for node in found.nodes:
        if _right(node) is not None:
            alike = [other for name in (node.name, *found.parents[node.name]) for other in looks[latex_name(name)]]
            lines.append(_equation(node, alike, found.graph.has_pi, latex))
    inputs = [node.name for node in found.nodes if node.kind == "input"]
    comment = f"% {clean(found.graph.name)}" + (f"; inputs: {clean(', '.join(inputs))}" if inputs else "")
    return "\n".join([comment, r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}", ""])


def _equation(node: NodeRow, alike: list[str], pi: bool, latex: Callable[..., str]) -> str:
    left = latex(parse_expression(quoted(node.name), pi_is_node=True), among=alike)
    root = parse_expression(_right(node) or "", pi_is_node=pi)
    if root.size > _LONGEST:
        return rf"{left} &= \cdots \quad\text{{({root.size:,} characters)}}"
    try:
        return f"{left} &= {latex(root, among=alike)}"
    except GaveUp:
        return rf"{left} &= \cdots \quad\text{{(nested too deeply)}}"


def _right(node: NodeRow) -> str | None:
    return node.formula if node.formula is not None else node.default


def _code(text: str) -> str:
    """Return a text as code in a cell of Markdown: in more backticks than it has, a bar escaped."""
    if not text:
        return ""
    ticks = "`" * (max((len(run) for run in "".join(c if c == "`" else " " for c in text).split()), default=0) + 1)
    space = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{space}{clean(text)}{space}{ticks}".replace("|", "\\|")


def _cell(text: str) -> str:
    r"""Return a text in which nothing is read as Markdown or HTML.

    >>> _cell("a|b <i> *c*")
    'a\\|b \\<i\\> \\*c\\*'
    """
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#+-.!|~&$" else letter for letter in clean(text))
