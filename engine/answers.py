"""Answers from a snapshot: derivatives as formulas and as numbers, for one output and any number of inputs.

What is read (`Snapshot`) and what is given back (`Found`) is all that crosses to the explorer; nothing here knows a
database. Both forms walk from each `wrt` towards `of` and stop where the memo has a row.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from ..store.errors import Undefined
from ..store.rows import Cone, NodeRow
from .edit import partial_of
from .evaluate import steps_of_expression
from .expression import Expr
from .formula import parse_expression
from .layout import text_of
from .lettering import clipped
from .network import network
from .printing import LIMIT
from .semiring import FORMULAS
from .steps import Failure, Kink, shortest
from .sweep import float_sweep, sweep
from .traverse import names_of
from .values import Point, Values, run

MAX_TEXT = 16_000_000


class Snapshot(NamedTuple):
    """One revision of the cone of a question, as it was read."""

    cone: Cone
    of: int
    wrts: list[int]
    pi_is_node: bool
    known: Mapping[int, str] = {}  # the memo's formulas ∂of/∂node
    numbers: Mapping[int, float] = {}  # the memo's numbers ∂of/∂node at the point
    values: Mapping[int, float] = {}  # stored values of nodes at the point


class Found(NamedTuple):
    """What was worked out: `rows` to store nearest to the question first, `reused` and `computed` partials; a new `tape`."""

    answers: dict[int, Expr | float]
    rows: list[tuple[int, Expr | float]]
    reused: int
    computed: int
    notes: list[str]
    values: list[tuple[int, float]]
    tape: bytes | None = None
    kinks: Sequence[Kink] = ()
    kinked: int = 0  # numbers that are not stored, so that each question says on which kinks it stands
    gaps: Mapping[int, Undefined] = {}  # the nodes by which the derivative is not known, and why


class Walk(NamedTuple):
    """The part of the cone that a question needs: nodes, their edges (parent, child, partial), rows reused."""

    nodes: set[int]
    edges: list[tuple[int, int, str | None]]
    reused: set[int]


def walk(snapshot: Snapshot, known: Mapping[int, object]) -> Walk:
    """Go from each `wrt` to the children that lead to `of`, and stop at nodes whose row is known."""
    children: dict[int, list[tuple[int, str | None]]] = {}
    for child, parent, partial, _ in snapshot.cone.edges:
        children.setdefault(parent, []).append((child, partial))
    present = {node.id for node in snapshot.cone.nodes}
    stack = [wrt for wrt in snapshot.wrts if wrt in present]
    seen, reused, edges = set(stack), set(), []
    while stack:
        node = stack.pop()
        if node in known:
            reused.add(node)
        elif node != snapshot.of:
            for child, partial in children.get(node, ()):
                edges.append((node, child, partial))
                if child not in seen:
                    seen.add(child)
                    stack.append(child)
    return Walk(seen, edges, reused)


def formulas(snapshot: Snapshot, *, keep: int | None) -> Found:
    """Return the derivatives as rolled formulas, and `keep` of the rows on the way, all for None."""
    path = walk(snapshot, snapshot.known)
    nodes = {node.id: node for node in snapshot.cone.nodes}
    texts = {(child, parent): partial for parent, child, partial in path.edges}
    read: dict[str, Expr] = {}

    def weight(child: int, parent: int) -> Expr:
        text = texts[child, parent]
        if text is None:
            return partial_of(nodes[child], nodes[parent].name, pi_is_node=snapshot.pi_is_node)
        if text not in read:
            read[text] = parse_expression(text, pi_is_node=snapshot.pi_is_node)
        return read[text]

    known = {node: parse_expression(snapshot.known[node], pi_is_node=snapshot.pi_is_node) for node in path.reused}
    graph = network(((child, parent) for parent, child, _ in path.edges), path.nodes)
    place = {node: (nodes[node].level, node) for node in path.nodes}
    answers: dict[int, Expr | float] = {node: known[node] for node in snapshot.wrts if node in known}
    rows: deque[tuple[int, Expr | float]] = deque(maxlen=keep)
    asked, computed = set(snapshot.wrts), 0
    for node, value in sweep(graph, snapshot.of, FORMULAS, weight, known=known, order=place.__getitem__):
        computed += 1
        rows.appendleft((node, value))
        if node in asked:
            answers[node] = value
    return Found(answers, list(rows), len(path.reused), computed, [], [])


def storable(found: Found, wrts: Iterable[int], *, keep: int | None) -> tuple[list[tuple[int, str]], bool]:
    """Return the rows to store as text, and whether some were left out: asked pairs always, others up to the limits."""
    asked = set(wrts)
    rows = [(node, value) for node, value in found.rows if isinstance(value, Expr) and value.size <= LIMIT]
    have = {node for node, _ in rows}
    rows += [
        (node, value)
        for node, value in found.answers.items()
        if node not in have and isinstance(value, Expr) and value.size <= LIMIT and found.computed
    ]
    total, out, cut = 0, [], found.computed > len(found.rows)
    for node, value in rows:
        total += value.size
        if keep is None or node in asked or total <= MAX_TEXT:
            out.append((node, text_of(value)))
        else:
            cut = True
    return out, cut


def numbers(snapshot: Snapshot, point: Point, *, keep: int | None) -> Found:
    """Return the derivatives as numbers at a point, and `keep` of the rows on the way, all for None.

    Raises `Undefined` or `MissingValue`.
    """
    path = walk(snapshot, snapshot.numbers)
    nodes = {node.id: node for node in snapshot.cone.nodes}
    by_name = {node.name: node for node in snapshot.cone.nodes}
    stored = {nodes[node].name: value for node, value in snapshot.values.items() if node in nodes}
    values = Values(by_name, point, stored, snapshot.pi_is_node)
    edges = _numeric_edges(path, nodes, values, snapshot.pi_is_node)
    kinks = _kinks(path, nodes, values)
    order = [node for _, node in sorted((nodes[node].level, node) for node in path.nodes)]
    index = {node: position for position, node in enumerate(order)}
    adjoint = _swept(order, index, edges, snapshot)
    _check_finite(order, adjoint, nodes, nodes[snapshot.of].name if snapshot.of in nodes else "")
    results = {node: adjoint[index[node]] for node in order}
    computed = ((by_name[name].id, value) for name, value in values.computed.items())
    kinked = _kinked(path, kinks, nodes, order)
    found = found_numbers(snapshot.of, snapshot.wrts, results, path.reused, computed, keep=keep, unstored=kinked)
    notes = list(dict.fromkeys(kink.note for kink in kinks))
    return found._replace(notes=notes, kinks=kinks, kinked=len(kinked - path.reused - {snapshot.of}))


def found_numbers(
    of: int,
    wrts: list[int],
    results: Mapping[int, float],
    reused: set[int],
    values: Iterable[tuple[int, float]],
    *,
    keep: int | None,
    unstored: Collection[int] = (),
) -> Found:
    """Return numbers ∂of/∂node, in the order of (level, id), as what was worked out; `values` were met on the way."""
    answers: dict[int, Expr | float] = {wrt: results[wrt] for wrt in wrts if wrt in results}
    computed = [node for node in results if node != of and node not in reused]
    kept = (set(computed[:keep]) | (answers.keys() - reused - {of})).difference(unstored)
    rows: list[tuple[int, Expr | float]] = [(node, results[node]) for node in computed if node in kept]
    return Found(answers, rows, len(reused), len(computed), [], list(islice(values, keep or None)))


def local_values(
    cone: Cone, edges: list[tuple[int, int, str | None]], point: Point, pi_is_node: bool
) -> tuple[dict[tuple[int, int], float], list[Kink]]:
    """Return the local partials of (parent, child, partial) edges as numbers, by (child, parent), and the kinks.

    `cone` has everything above them. Raises `Undefined` or `MissingValue`.
    """
    values = Values({node.name: node for node in cone.nodes}, point, {}, pi_is_node)
    return partial_values(cone, edges, values)


def partial_values(
    cone: Cone, edges: list[tuple[int, int, str | None]], values: Values
) -> tuple[dict[tuple[int, int], float], list[Kink]]:
    """Return what `local_values` does, from values that may have been worked out already."""
    nodes = {node.id: node for node in cone.nodes}
    path = Walk({node for parent, child, _ in edges for node in (parent, child)}, edges, set())
    found = _numeric_edges(path, nodes, values, values.pi_is_node)
    return {(child, parent): value for parent, child, value in found}, _kinks(path, nodes, values)


def _swept(order: list[int], index: dict[int, int], edges: list[tuple[int, int, float]], snapshot: Snapshot) -> list[float]:
    """Run the flat sweep; rows that are known enter as edges from `of`, which keep their bits: 1.0 × row."""
    if not order:
        return []
    start = index.get(snapshot.of, len(order))
    count = len(order) + (start == len(order))
    flat = [(-index[parent], index[child], partial) for parent, child, partial in edges]
    flat += [(-index[node], start, snapshot.numbers[node]) for node in order if node in snapshot.numbers]
    flat.sort()  # without a key, which would be a call for each edge: so the parents are negative, the last first
    return float_sweep(count, start, [(-parent, child, partial) for parent, child, partial in flat])


def _numeric_edges(path: Walk, nodes: Mapping[int, NodeRow], values: Values, pi_is_node: bool) -> list[tuple[int, int, float]]:
    """Return the edges with their local partials as numbers."""
    constants: dict[str, float | None] = {}
    needed: dict[str, None] = {}
    long: dict[tuple[int, int], Expr] = {}
    for parent, child, text in path.edges:
        if text is None:
            partial = partial_of(nodes[child], nodes[parent].name, pi_is_node=pi_is_node)
            long[child, parent] = partial
            needed.update(dict.fromkeys(sorted(names_of(partial))))
        elif text not in constants:
            names = values.names(text)
            constants[text] = None
            needed.update(dict.fromkeys(names))
    values.need(needed)
    out = []
    for parent, child, text in path.edges:
        if text is None:
            number = _long_partial(long[child, parent], nodes[parent], nodes[child], values)
        else:
            found = constants[text]
            if found is None:
                try:
                    found = constants[text] = values.number(text)
                except Failure as failure:
                    raise values.undefined(text, _edge_name(nodes[parent], nodes[child], text), failure) from None
            number = found
        out.append((parent, child, number))
    return out


def _long_partial(partial: Expr, parent: NodeRow, child: NodeRow, values: Values) -> float:
    steps = steps_of_expression(partial)
    arguments = [values.found[name] for name in steps.names]
    return run(steps, steps.names, arguments, lambda: _edge_name(parent, child, "…"))


def _edge_name(parent: NodeRow, child: NodeRow, text: str) -> str:
    formula = clipped(child.formula or "")
    return f"the partial of '{child.name}' = {formula} with respect to '{parent.name}', {clipped(text)},"


def _kinks(path: Walk, nodes: Mapping[int, NodeRow], values: Values) -> list[Kink]:
    """Return the kinks of the formulas on the way; raises `Undefined` where one has no value."""
    kinks: list[Kink] = []
    smooth = values.smooth()
    children = [nodes[child] for child in dict.fromkeys(child for _, child, _ in path.edges)]
    looked = [node for node in children if node.formula not in smooth]
    values.need_possible(name for node in looked for name in values.unknown_bends(node))
    for node in looked:
        kinks += values.probe(node)
    return kinks


def _kinked(path: Walk, kinks: list[Kink], nodes: Mapping[int, NodeRow], order: list[int]) -> set[int]:
    """Return the nodes from which a way to the output passes a formula that stands on a kink; `order` has parents first."""
    if not kinks:
        return set()
    at = {kink.node for kink in kinks}
    on = {node for node in order if nodes[node].name in at}
    children: dict[int, list[int]] = {}
    for parent, child, _ in path.edges:
        children.setdefault(parent, []).append(child)
    above: set[int] = set()
    for node in reversed(order):
        if any(child in on or child in above for child in children.get(node, ())):
            above.add(node)
    return above


def _check_finite(order: list[int], adjoint: list[float], nodes: Mapping[int, NodeRow], of: str) -> None:
    if all(map(math.isfinite, adjoint)):
        return
    for position in range(len(order) - 1, -1, -1):
        if not math.isfinite(adjoint[position]):
            node = nodes[order[position]]
            what = f"the derivative of '{of}' with respect to '{node.name}'"
            raise Undefined(f"{what} overflows: {shortest(adjoint[position])}", hint="look at the partials on the way")
