"""The health of a gradient at a point: its size level by level, where it first dies or explodes, what cancels, kinks.

The gain of a node is |∂of/∂node|. Going from the output up, it dies where it first is below 10^-6, or exactly 0, and
explodes where it first is above 10^6. A node's derivative cancels where the paths from it nearly undo each other: |net|
is small beside gross, the sum of |path|, and has lost that many digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..store.rows import NodeRow, Version
from .answers import local_values
from .network import network
from .reach import Reach, reach
from .scaled import WIDE_NUMBERS, Wide, wide
from .settled import Moved, settled
from .sweep import sweep

if TYPE_CHECKING:
    from .explorer import At, Explorer
    from .steps import Kink

DECADES = 6.0  # past so many powers of ten a gradient has died, or exploded
TOP = 5  # cancellations that are named
_CANCELS = 0.5  # |net|/gross below which a node is named
Gains = dict[int, Wide]
Edge = tuple[int, int]  # (child, parent), by node id


class Level(NamedTuple):
    """The nodes of one level: how many, how many with gain exactly 0, the log10 of the largest gain, and whose it is."""

    level: int
    nodes: int
    dead: int
    log10_gain: float | None
    largest: str


class Turn(NamedTuple):
    """Where a gradient dies or explodes: the node, its log10 gain, and the edge on the way there from the output.

    `child` is the child with the largest gain; `partial` the local partial ∂child/∂node there.
    """

    node: str
    log10_gain: float | None
    child: str
    partial: float


class Cancellation(NamedTuple):
    """A node whose paths nearly undo each other; `ratio` is |net|/gross."""

    node: str
    net: float
    gross: float
    ratio: float


class Health(NamedTuple):
    """The health of the gradient of one node; levels from the output up."""

    graph: str
    version: Version
    of: str
    at: dict[str, float]
    levels: list[Level]
    dies: Turn | None
    explodes: Turn | None
    cancellations: list[Cancellation]
    kinks: list[Kink]

    def _repr_html_(self) -> str:
        from .tables import html_table  # for a notebook alone

        rows = [("level", str(level.level), level.largest, _gain_text(level.log10_gain)) for level in self.levels]
        turns = {"dies": self.dies, "explodes": self.explodes}
        rows += [(what, "", turn.node, _gain_text(turn.log10_gain)) for what, turn in turns.items() if turn is not None]
        rows += [("cancels", "", found.node, f"|net|/gross {found.ratio:.3g}") for found in self.cancellations]
        rows += [("kink", "", kink.node, kink.note) for kink in self.kinks]
        return html_table([f"gradient of {self.of}", "level", "node", "log10 gain"], rows)

    @property
    def revision(self) -> int:
        """The revision of the graph that was asked."""
        return self.version.revision


def health(explorer: Explorer, graph: str, of: str, *, point: At | None = None) -> Health:
    """Answer how healthy the gradient of a node is at a point, by default that of the defaults. Reads only.

    >>> from .space import open
    >>> with open(":memory:") as space:
    ...     _ = space.add("demo", "x = 1\\nh = x/100\\nk = h/100\\ny = k/1000")
    ...     found = health(space._explorer, "demo", "y")
    >>> [round(level.log10_gain) for level in found.levels], found.dies.node
    ([0, -3, -5, -7], 'x')
    """
    found = reach(explorer, graph, [of], point=point or [])
    edges = [(edge.parent, edge.child, edge.partial) for edge in found.cone.edges]
    partials, kinks = local_values(found.cone, edges, found.at or {}, found.graph.has_pi)
    net = _gains(found, lambda child, parent: wide(partials[child, parent]))
    gross = _gains(found, lambda child, parent: wide(abs(partials[child, parent])))
    order = sorted(found.cone.nodes, key=lambda node: (-node.level, node.name))
    return Health(
        found.graph.name,
        found.graph.version,
        of,
        found.at or {},
        _levels(order, net),
        _turn(order, net, partials, lambda gain: gain is None or gain < -DECADES),
        _turn(order, net, partials, lambda gain: gain is not None and gain > DECADES),
        _cancellations(order, net, gross),
        kinks,
    )


def healths(explorer: Explorer, graph: str, ofs: Sequence[str], *, point: At | None = None) -> list[Health]:
    """Answer `health` for several nodes, all of one version of the graph. Reads only."""

    def ask() -> list[Health]:
        found = [health(explorer, graph, of, point=point) for of in ofs]
        if len({item.version for item in found}) > 1:
            raise Moved
        return found

    return settled(graph, ask)


def _gains(found: Reach, weight: Callable[[int, int], Wide]) -> Gains:
    """Return the sweep from the output over everything above it."""
    top = found.tops[0].id
    place = {node.id: (node.level, node.id) for node in found.cone.nodes}
    graph = network((edge[:2] for edge in found.cone.edges), [top])
    return {top: WIDE_NUMBERS.one, **dict(sweep(graph, top, WIDE_NUMBERS, weight, order=place.__getitem__))}


def _levels(order: Sequence[NodeRow], net: Gains) -> list[Level]:
    by_level: dict[int, list[NodeRow]] = {}
    for node in order:
        by_level.setdefault(node.level, []).append(node)
    return [_level(level, nodes, net) for level, nodes in by_level.items()]


def _level(level: int, nodes: Sequence[NodeRow], net: Gains) -> Level:
    alive = [node for node in nodes if net[node.id].mantissa]
    largest = max(alive, key=lambda node: (net[node.id].exponent, abs(net[node.id].mantissa)), default=nodes[0])
    return Level(level, len(nodes), len(nodes) - len(alive), net[largest.id].log10, largest.name)


def _turn(
    order: Sequence[NodeRow], net: Gains, partials: dict[Edge, float], is_past: Callable[[float | None], bool]
) -> Turn | None:
    """Return the first node, from the output up, whose gain is past a bound, with the edge that leads there."""
    node = next((node for node in order if is_past(net[node.id].log10)), None)
    if node is None:
        return None
    names = {other.id: other.name for other in order}
    children = [child for child, parent in partials if parent == node.id]
    child = max(children, key=lambda child: (net[child].exponent, abs(net[child].mantissa), names[child]))
    return Turn(node.name, net[node.id].log10, names[child], partials[child, node.id])


def _cancellations(order: Sequence[NodeRow], net: Gains, gross: Gains) -> list[Cancellation]:
    """Return the nodes that lose most, the worst first."""
    found = []
    for node in order:
        signed, whole = net[node.id], gross[node.id]
        if whole.mantissa:
            shift = signed.exponent - whole.exponent
            ratio = float(wide(abs(signed.mantissa) / whole.mantissa, shift))
            if ratio < _CANCELS:
                found.append(Cancellation(node.name, float(signed), float(whole), ratio))
    return sorted(found, key=lambda item: item.ratio)[:TOP]


def _gain_text(gain: float | None) -> str:
    return "gain 0" if gain is None else f"{gain:.2f}"
