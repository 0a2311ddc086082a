"""What a drawing shows, before it has a format: `graph_sketch` of a graph, `flow_sketch` of a gradient.

A sketch is a value that `picture`, `dot` and `mermaid` write. Large graphs are thinned, and the sketch says of what.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .layout import quoted
from .lettering import clipped, wrapped
from .network import levels
from .picture import EdgeStyle, NodeStyle, PictureEdge, PictureNode, svg
from .semiring import NUMBERS
from .shares import shares
from .steps import shortest
from .strokes import LEGEND, known_value, rounded, stroke
from .sweep import sweep
from .thinning import Thinned, thinned

if TYPE_CHECKING:
    from ..store.rows import NodeRow
    from .browser import Surroundings
    from .flow import Flow

BEYOND = NodeStyle("#ffffff", "#8a929c", 5, "1.5 3.5")  # its neighbours are not all drawn
ASKED = 2.6  # the line around a node that was asked for
_NAME, _LINE = 40, 84  # letters of a name in a title, and of a line below it


class Sketch(NamedTuple):
    """What is drawn: `left_out` are the lines that say what is not; `backward` arrows lead to the parents."""

    title: str
    captions: list[str]
    left_out: list[str]
    nodes: list[PictureNode]
    edges: list[PictureEdge]
    backward: bool

    def svg(self) -> str:
        """Return the sketch as SVG, by the layout of our own."""
        return svg(self.nodes, self.edges, title=self.title, captions=self.lines(), backward=self.backward)

    def lines(self) -> list[str]:
        """Return what stands below the title, in lines that are not too long."""
        return [line for text in (*self.captions, *self.left_out) for line in wrapped(text, _LINE)]


def graph_sketch(found: Surroundings, *, chosen: Collection[str] | None = None, focus: Sequence[str] = ()) -> Sketch:
    """Return the sketch of a graph, or of the chosen nodes of it; large ones keep what is near to `focus`."""
    parents = _among(found.parents, chosen)
    thin = thinned(parents, focus)
    edges = [PictureEdge(run[0], run[-1], _inside(run), EdgeStyle(), _through(run)) for run in thin.runs]
    nodes = _nodes(thin, found.nodes, {}, {})
    return Sketch(found.graph.name, [], thin.notes, nodes, edges, False)


def flow_sketch(found: Flow, *, chosen: Collection[str] | None = None) -> Sketch:
    """Return the sketch of a gradient flow: of a pair with the shares of its edges, else with the partials alone."""
    parents = _among(_parents(found), chosen)
    asked = [name for name in (found.of, found.wrt) if name]
    thin = thinned(parents, asked)
    edge_of = {(edge.parent, edge.child): edge for edge in found.edges}
    part, width = _shares(found)
    kinks = {kink.node for kink in found.kinks}
    edges = []
    for run in thin.runs:
        look = stroke([edge_of[pair] for pair in pairwise(run)], part.get((run[0], run[1])), kinks)
        edges.append(PictureEdge(run[0], run[-1], look.label, look.style, look.about))
    totals = _totals(found)
    nodes = _nodes(thin, found.nodes, totals, dict.fromkeys(asked, ASKED))
    captions = [f"{LEGEND}{width}", *found.notes] if found.edges else [f"no path leads from {found.wrt} to {found.of}"]
    return Sketch(_title(found, totals), captions, thin.notes, nodes, edges, True)


def _among(parents: Mapping[str, Sequence[str]], chosen: Collection[str] | None) -> dict[str, list[str]]:
    """Return the parents of the chosen nodes, as far as they are chosen too."""
    inside = set(parents) if chosen is None else set(chosen).intersection(parents)
    return {name: [parent for parent in above if parent in inside] for name, above in parents.items() if name in inside}


def _parents(found: Flow) -> dict[str, list[str]]:
    parents: dict[str, list[str]] = {node.name: [] for node in found.nodes}
    for edge in found.edges:
        parents[edge.child].append(edge.parent)
    return parents


def _shares(found: Flow) -> tuple[dict[tuple[str, str], float], str]:
    """Return the share of each edge and what it is a share of: the gross, or the paths where values are not known."""
    if not found.wrt or not found.edges:
        return {}, ""
    values = [known_value(edge) for edge in found.edges]
    sizes = [abs(value) for value in values if value is not None]
    known = len(sizes) == len(values)
    pairs = [(edge.parent, edge.child) for edge in found.edges]
    part = shares(found, dict(zip(pairs, sizes if known else [1.0] * len(pairs), strict=True)))
    return part, f"; width: share of {'the gross of all paths' if known else 'the paths'}"


def _totals(found: Flow) -> dict[str, float]:
    """Return ∂of/∂node at the point for each node; without a point nothing."""
    if found.at is None or not found.nodes:
        return {}
    names = [node.name for node in found.nodes]
    values = {(edge.child, edge.parent): edge.value or 0.0 for edge in found.edges}
    start = names.index(found.of)
    swept = sweep(found.network(), start, NUMBERS, lambda child, node: values[names[child], names[node]])
    return {found.of: 1.0, **{names[node]: value for node, value in swept}}


def _nodes(thin: Thinned, rows: Sequence[NodeRow], totals: Mapping[str, float], widths: Mapping[str, float]) -> list[PictureNode]:
    """Return the nodes that are drawn, in columns by their longest distance among these."""
    above: dict[str, list[str]] = {name: [] for name in thin.nodes}
    for run in thin.runs:
        above[run[-1]].append(run[0])
    level = levels(above)
    of = next(iter(widths), "")
    return [_node(row, level[row.name], row.name in thin.beyond, totals, widths, of) for row in rows if row.name in above]


def _node(
    row: NodeRow, level: int, beyond: bool, totals: Mapping[str, float], widths: Mapping[str, float], of: str
) -> PictureNode:
    right = row.formula if row.formula is not None else row.default or ""
    about = f"{quoted(row.name)} = {right}" if right else quoted(row.name)
    label = right
    if row.name in totals:
        label = f"∂{clipped(of, 8)}/∂{clipped(row.name, 8)} = {rounded(totals[row.name])}"
        about += f" · ∂{of}/∂{row.name} = {shortest(totals[row.name])}"
    node = PictureNode(
        row.name, label, row.kind, level, BEYOND if beyond else None, f"{about} · {row.note}" if row.note else about
    )
    return node._replace(style=node.look()._replace(width=widths[row.name])) if row.name in widths else node


def _inside(run: Sequence[str]) -> str:
    return f"{len(run) - 2:,} nodes" if len(run) > 2 else ""


def _through(run: Sequence[str]) -> str:
    inner = run[1:-1]
    through = f" through {', '.join(inner[:10])}{' …' if len(inner) > 10 else ''}" if inner else ""
    return f"from {run[0]} to {run[-1]}{through}"


def _title(found: Flow, totals: Mapping[str, float]) -> str:
    of, graph = clipped(found.of, _NAME), clipped(found.graph.name, _NAME)
    if not found.wrt:
        title = f"the gradient flow of {of} in {graph}"
    else:
        value = f" = {shortest(totals[found.wrt])}" if found.wrt in totals else ""
        title = f"∂{of}/∂{clipped(found.wrt, _NAME)}{value} in {graph}"
    if found.at:
        bound = [f"{clipped(name, _NAME)} = {shortest(value)}" for name, value in found.at.items()]
        title += f" at {', '.join(bound[:4])}{' …' if len(bound) > 4 else ''}"
    return title
