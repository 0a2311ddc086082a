"""Second derivatives: the change of ∂of/∂x when another node z is moved and everything downstream of it follows.

It is the sweep again. Along with each ∂of/∂node its change is carried, by the product rule (`dual`):

    D_z ∂y/∂x = Σ over children c of x:  D_z ∂y/∂c · ∂c/∂x|edge  +  ∂y/∂c · D_z ∂c/∂x|edge

and an edge's own change is Σ over the parents m of c: ∂²c/∂x∂m|edge · ∂m/∂z, the last by a sweep forward from z. Nothing
is unrolled, one pass gives a whole column, and nothing is stored. Moving x and z is adding to each a small number of
its own; so the order does not matter, also where one is upstream of the other. Source: Griewank & Walther,
"Evaluating Derivatives", chapter 5.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ..store.errors import Undefined
from ..store.rows import Cone, EdgeRow, NodeRow
from .answers import local_values
from .differentiate import partials
from .expression import ZERO, Expr
from .flow import edge_partials
from .network import network
from .printing import answer_text
from .reach import Reach, reach
from .replies import no_unrolled_value, unrolled
from .semiring import FORMULAS, NUMBERS, Semiring, dual
from .steps import Failure, Kink
from .sweep import sweep
from .traverse import names_of

if TYPE_CHECKING:
    from .explorer import At, Explorer

W = TypeVar("W")
Edge = tuple[int, int]  # (child, parent), by node id
Bends = dict[Edge, list[tuple[int, Expr]]]  # for each edge the parents m with ∂²child/∂parent∂m that is not 0


@dataclass(frozen=True, slots=True)
class SecondAnswer:
    """∂²of/∂wrt[0]∂wrt[1], as `expression` (text) or `value`, with the notes that belong to it."""

    of: str
    wrt: tuple[str, str]
    expression: str | None
    value: float | None
    notes: list[str]
    root: Expr | None = field(default=None, compare=False, repr=False)


class SecondReply(NamedTuple):
    """Second derivatives of one node, all of one revision; `at` has the bindings of the point, None for formulas."""

    graph: str
    revision: int
    at: dict[str, float] | None
    answers: list[SecondAnswer]
    notes: list[str]
    kinks: Sequence[Kink] = ()


class Bent(NamedTuple):
    """What a column needs: the edges to sweep back from the output, those to sweep forward from z, and the bends."""

    back: list[EdgeRow]
    forward: list[EdgeRow]
    bends: Bends
    partials: dict[Edge, Expr]


def second(
    explorer: Explorer,
    graph: str,
    of: str,
    pairs: Sequence[tuple[str, str]],
    *,
    point: At | None = None,
    frontier: Sequence[str] | None = None,
) -> SecondReply:
    """Answer ∂²of/∂x∂z for each pair (x, z), as rolled formulas, unrolled down to `frontier`, or at a point. Reads only.

    >>> from .space import open
    >>> with open(":memory:") as space:
    ...     _ = space.add("demo", "m = x^2\\ny = x*m + z")
    ...     [answer.expression for answer in second(space._explorer, "demo", "y", [("x", "x"), ("x", "z")]).answers]
    ['6*x', '0']
    """
    if point is not None and frontier is not None:
        raise no_unrolled_value()
    names = list(dict.fromkeys([*(name for pair in pairs for name in pair), *(n for n in frontier or () if n != "inputs")]))
    found = reach(explorer, graph, [of], others=names, point=point)
    ids = {node.name: node.id for node in found.others}
    columns = _columns(found, [(ids[x], ids[z]) for x, z in pairs])
    answers = [_answer(found, pair, columns.cells.get((ids[pair[0]], ids[pair[1]])), frontier) for pair in pairs]
    notes = list(dict.fromkeys(kink.note for kink in columns.kinks))
    return SecondReply(found.graph.name, found.graph.revision, found.at, answers, notes, columns.kinks)


def pairs_of(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return every pair of names, row by row.

    >>> pairs_of(["a", "b"])
    [('a', 'a'), ('a', 'b'), ('b', 'a'), ('b', 'b')]
    """
    return [(x, z) for x in names for z in names]


class _Columns(NamedTuple):
    cells: dict[tuple[int, int], Expr | float]
    kinks: list[Kink]


def _columns(found: Reach, pairs: Iterable[tuple[int, int]]) -> _Columns:
    """Return the cells of the pairs whose nodes are both above the output; a pair and its mirror are one work."""
    place = {node.id: (node.level, node.name) for node in found.cone.nodes}
    rows: dict[int, set[int]] = {}
    for pair in pairs:
        if place.keys() >= set(pair):
            x, z = sorted(pair, key=place.__getitem__)
            rows.setdefault(z, set()).add(x)
    cells: dict[tuple[int, int], Expr | float] = {}
    kinks: dict[Kink, None] = {}
    for z, xs in rows.items():
        bent = _bent(found, xs, z)
        if found.at is None:
            column: dict[int, Expr] | dict[int, float] = _column(found, bent, z, FORMULAS, bent.partials, lambda q, edge: q)
        else:
            column = _numbers(found, bent, z, kinks)
        for x in xs:
            cells[x, z] = cells[z, x] = column.get(x, ZERO if found.at is None else 0.0)
    return _Columns(cells, list(kinks))


def _bent(found: Reach, xs: Iterable[int], z: int) -> Bent:
    """Return what lies between the xs and the output, its bends, and what lies between z and these."""
    nodes = {node.id: node for node in found.cone.nodes}
    inside = _below(found.cone.edges, xs)
    back = [edge for edge in found.cone.edges if edge.parent in inside]
    read = edge_partials(Cone(found.cone.nodes, back), found.graph.has_pi)
    ids = {node.name: node.id for node in found.cone.nodes}
    moving = _below(found.cone.edges, [z])
    bends: Bends = {}
    second_partials: dict[Expr, list[tuple[str, Expr]]] = {}  # a formula is often that of many edges
    for edge, partial in read.items():
        if partial not in second_partials:
            second_partials[partial] = [(name, q) for name, q in sorted(partials(partial).items()) if q is not ZERO]
        bends[edge] = [(ids[name], q) for name, q in second_partials[partial] if ids[name] in moving]
    leads = _above(found.cone.edges, {m for shares in bends.values() for m, _ in shares})
    forward = [edge for edge in found.cone.edges if edge.child in leads and edge.parent in moving]
    rest = [edge for edge in forward if (edge.child, edge.parent) not in read]
    read |= edge_partials(Cone(list(nodes.values()), rest), found.graph.has_pi)
    return Bent(back, forward, bends, read)


def _column(
    found: Reach, bent: Bent, z: int, semiring: Semiring[W], first: dict[Edge, W], at: Callable[[Expr, Edge], W]
) -> dict[int, W]:
    """Return D_z ∂of/∂node for the nodes that are swept; `first` has the local partials, `at` gives a bend its value."""
    level = {node.id: (node.level, node.id) for node in found.cone.nodes}
    turned = network(((edge.parent, edge.child) for edge in bent.forward), [z])
    moved = {z: semiring.one}
    # turned round, the later in the order come first
    place = {node: (-deep, node) for node, (deep, _) in level.items()}
    moved |= sweep(turned, z, semiring, lambda above, node: first[node, above], order=place.__getitem__)

    def weight(child: int, parent: int) -> tuple[W, W]:
        edge = (child, parent)
        change = semiring.plus(semiring.times(moved[m], at(q, edge)) for m, q in bent.bends[edge])
        return first[edge], change

    graph = network((edge[:2] for edge in bent.back), [found.tops[0].id])
    swept = sweep(graph, found.tops[0].id, dual(semiring), weight, order=level.__getitem__)
    return {node: change for node, (_, change) in swept}


def _numbers(found: Reach, bent: Bent, z: int, kinks: dict[Kink, None]) -> dict[int, float]:
    """Return a column at the point; raises `Undefined` or `MissingValue`."""
    nodes, bound = {node.id: node for node in found.cone.nodes}, found.at or {}
    edges = {edge[:2]: (edge.parent, edge.child, edge.partial) for edge in [*bent.back, *bent.forward]}
    first, met = local_values(found.cone, list(edges.values()), bound, found.graph.has_pi)
    kinks.update(dict.fromkeys(met))
    values = found.values_at(bound)
    values.need(sorted({name for shares in bent.bends.values() for _, q in shares for name in names_of(q)}))

    def at(q: Expr, edge: Edge) -> float:
        return _number(q, values.found, nodes[edge[0]], nodes[edge[1]])

    column = _column(found, bent, z, NUMBERS, first, at)
    for node, value in column.items():
        if not math.isfinite(value):
            raise Undefined(f"a second derivative of '{found.tops[0].name}' by '{nodes[node].name}' overflows")
    return column


def _number(q: Expr, values: dict[str, float], child: NodeRow, parent: NodeRow) -> float:
    from .evaluate import evaluate

    try:
        return evaluate(q, values)
    except Failure as failure:
        what = f"a second partial of '{child.name}' = {child.formula} with respect to '{parent.name}'"
        raise Undefined(f"{what} is not defined: {failure}") from None


def _answer(found: Reach, pair: tuple[str, str], cell: Expr | float | None, frontier: Sequence[str] | None) -> SecondAnswer:
    """Return the answer for one pair: an exact 0 with a note where no path leads, else what was worked out."""
    of, names = found.tops[0].name, {node.name for node in found.cone.nodes}
    absent = next((name for name in pair if name not in names), None)
    notes = [] if absent is None else [f"'{absent}' is not upstream of '{of}': the derivative is exactly 0"]
    if found.at is not None:
        return SecondAnswer(of, pair, None, cell if isinstance(cell, float) else 0.0, notes)
    root = cell if isinstance(cell, Expr) else ZERO
    if frontier is not None and cell is not None:
        root, said = unrolled(root, found.cone.nodes, frontier, found.graph.has_pi)
        notes += said
    text = answer_text(root, title=f"the second derivative of {of} by {pair[0]} and {pair[1]}")
    return SecondAnswer(of, pair, text, None, notes, root)


def _below(edges: Iterable[EdgeRow], starts: Iterable[int]) -> set[int]:
    """Return nodes and all below them."""
    return _reached(((edge.parent, edge.child) for edge in edges), starts)


def _above(edges: Iterable[EdgeRow], starts: Iterable[int]) -> set[int]:
    """Return nodes and all above them."""
    return _reached(((edge.child, edge.parent) for edge in edges), starts)


def _reached(arrows: Iterable[Edge], starts: Iterable[int]) -> set[int]:
    """Return what can be reached along arrows, the starts included."""
    out: dict[int, list[int]] = {}
    for tail, head in arrows:
        out.setdefault(tail, []).append(head)
    seen = set(starts)
    stack = list(seen)
    while stack:
        for head in out.get(stack.pop(), ()):
            if head not in seen:
                seen.add(head)
                stack.append(head)
    return seen
