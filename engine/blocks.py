"""Blocks: a derivative cut at the nodes that every path passes.

    ∂g/∂b = ∂g/∂f · ∂f/∂e · (∂e/∂d·∂d/∂b + ∂e/∂c·∂c/∂b)

The answer is the product over consecutive cuts. Between two cuts lies an edge, or a sum: the edge, if there is one, and
each connected component of what is between, which is cut again. A component that no node cuts takes one step of the chain
rule; the partials that this leaves are explained by lines of their own (`where`). Every factor is the local partial of
an edge or an ordinary derivative.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .explanation import Explanation, Totals
from .expression import Expr, add, multiply
from .factors import Factor, Line, Product, Terms, in_order, partials_in
from .flow import flow
from .semiring import FORMULAS
from .settled import settled
from .sweep import float_sweep, sweep

if TYPE_CHECKING:
    from .explorer import Explorer
    from .flow import Flow

DEEPEST = 6  # brackets within brackets: one that lies deeper becomes a line of its own, so no graph makes deep recursion
LINES = 200  # of `where`; more are left out unless all are asked for
LARGE = 1_000  # nodes between two; of more, one sweep gives the factors that would else be a question each
WORK = 100_000  # nodes that all lines together look at: in a large graph each looks at nearly all


def blocks(explorer: Explorer, graph: str, of: str, wrt: str, *, whole: bool = False, **options: Any) -> Explanation:
    """Return ∂of/∂wrt in blocks; `options` are those of `Explorer.derivatives`, whose memo is used and added to.

    Raises what `Explorer.derivatives` raises.
    """
    return settled(graph, lambda: _blocks(explorer, graph, of, wrt, whole, options))


def _blocks(explorer: Explorer, graph: str, of: str, wrt: str, whole: bool, options: dict[str, Any]) -> Explanation:
    found = flow(explorer, graph, of, wrt, point=options.get("point"))
    totals = Totals(explorer, graph, found.graph.version, options)
    reply = totals.reply(of, wrt)
    answer = reply.answers[0]
    value = answer.value if answer.value is not None else reply.root(answer)
    further, more = totals.unrolled(of, wrt, options.get("frontier"))
    cutter = _Cutter(found, totals)
    lines = cutter.lines(value, further, whole)
    marks = tuple(found.nodes[place].name for place in cuts(cutter.children, range(len(found.nodes))))
    notes = tuple(dict.fromkeys([*answer.notes, *more, *reply.notes]))
    return Explanation(
        "blocks",
        reply.graph,
        reply.revision,
        of,
        wrt,
        reply.at,
        lines,
        value,
        reply.reused,
        reply.computed,
        notes,
        marks,
        whole,
        reply.kinks,
    )


def cuts(children: Sequence[set[int]], nodes: Sequence[int], *, without: tuple[int, int] | None = None) -> list[int]:
    """Return the nodes on every path from the first to the last of `nodes`, in order.

    `nodes` are in topological order and each on such a path; the edge (parent, child) `without` is left out. A node is a
    cut just when no edge leaps over its place in the order.

    >>> cuts([{1, 2}, {3}, {3}, {4}, set()], range(5))
    [0, 3, 4]
    """
    place = {node: index for index, node in enumerate(nodes)}
    found, reach = [], 0
    for index, node in enumerate(nodes):
        if reach <= index:
            found.append(node)
        ahead = [place[child] for child in place.keys() & children[node] if (node, child) != without]
        reach = max([reach, *ahead])
    return found


class _Cutter:
    """Cuts the pairs of one flow; nodes are places in its topological order.

    What it makes comes with its formula, which says where it stands in a sum.
    """

    def __init__(self, found: Flow, totals: Totals) -> None:
        self.flow, self.totals = found, totals
        place = {node.name: position for position, node in enumerate(found.nodes)}
        self.edges = {(place[edge.child], place[edge.parent]): edge for edge in found.edges}
        # sets, for a node may have a child in each of many components: what is common to both is found by the smaller
        self.children: list[set[int]] = [set() for _ in found.nodes]
        for child, parent in self.edges:
            self.children[parent].add(child)
        self.waiting: deque[tuple[int, int, list[int]]] = deque()
        self.unexplained: dict[tuple[str, str], tuple[int, int, list[int]] | None] = {}
        self.network = found.network()
        self.forward: dict[int, dict[int, Expr]] = {}
        self.numbered: set[int] = set()

    def lines(self, value: Expr | float, further: Expr | None, whole: bool) -> tuple[Line | int, ...]:
        """Return the line of the whole pair, and the lines that explain its factors."""
        found: list[Line | int] = [self.line(list(range(len(self.flow.nodes))), value, further)]
        most = min(LINES, max(1, WORK // len(self.flow.nodes or [0])))
        while self.waiting and (whole or len(found) <= most):
            of, wrt, inside = self.waiting.popleft()
            nodes = self.reached(wrt, [*inside, of])
            found.append(self.line(nodes, self.totals.value(self.name(of), self.name(wrt)), None, where=True))
        return (*found, len(self.waiting)) if self.waiting else tuple(found)

    def line(self, nodes: list[int], value: Expr | float, further: Expr | None, *, where: bool = False) -> Line:
        """Return the line of a pair, given all nodes between."""
        if len(nodes) < 2:
            return Line(self.flow.of, self.flow.wrt, None, value, further=further)
        of, wrt = self.name(nodes[-1]), self.name(nodes[0])
        pieces = self.product(nodes, 0, None)[0]
        if len(pieces) == 1 and isinstance(pieces[0], Factor):
            formula = self.flow.formula(nodes[-1])
            return Line(of, wrt, None, value, formula, further, where=where)
        terms = pieces[0] if len(pieces) == 1 and isinstance(pieces[0], Terms) else Terms((pieces,))
        for key in partials_in((terms,)):
            found = self.unexplained.get(key)
            if found is not None:
                self.unexplained[key] = None
                self.waiting.append(found)
        return Line(of, wrt, terms, value, None, further, where=where)

    def product(self, nodes: list[int], depth: int, without: tuple[int, int] | None) -> tuple[Product, Expr]:
        """Return the product over consecutive cuts, the output first."""
        marks = set(cuts(self.children, nodes, without=without))
        parts = [self.block(part, depth) for part in reversed(list(_split(nodes, marks)))]
        return tuple(piece for piece, _ in parts), multiply([formula for _, formula in parts])

    def block(self, nodes: list[int], depth: int) -> tuple[Factor | Terms, Expr]:
        """Return what lies between two consecutive cuts: an edge, or a sum."""
        start, end, inside = nodes[0], nodes[-1], nodes[1:-1]
        if not inside:
            return self.edge(end, start)
        if depth == DEEPEST:
            self.totals.remember(self.name(end), self.name(start), self.swept(start)[end])
            return self.pair(end, start, inside)
        found: list[tuple[Product, Expr]] = []
        if (end, start) in self.edges:
            factor, formula = self.edge(end, start, bar=True)
            found.append(((factor,), formula))
        for component in self.components(inside):
            found += self.component(start, component, end, depth + 1)
        return Terms(in_order(found)), add([formula for _, formula in found])

    def component(self, start: int, inside: list[int], end: int, depth: int) -> list[tuple[Product, Expr]]:
        """Return the terms of a component of a block: one product if it is cut, else a step of the chain rule."""
        nodes = [start, *inside, end]
        if len(cuts(self.children, nodes, without=(start, end))) > 2:
            return [self.product(nodes, depth, (start, end))]
        present, ways = set(inside), self.ways(start, inside)
        found: list[tuple[Product, Expr]] = []
        for child in sorted(present.intersection(self.children[start])):
            edge, partial = self.edge(child, start, bar=ways[child] > 1)
            alone = present.isdisjoint(self.children[child])
            total, formula = self.edge(end, child) if alone else self.pair(end, child, inside)
            found.append(((total, edge), multiply([formula, partial])))
        return found

    def edge(self, child: int, parent: int, *, bar: bool = False) -> tuple[Factor, Expr]:
        """Return the local partial of an edge."""
        edge = self.edges[child, parent]
        return Factor(edge.child, edge.parent, edge.shown, bar), edge.partial

    def pair(self, of: int, wrt: int, inside: list[int]) -> tuple[Factor, Expr]:
        """Return a derivative that a line of its own explains; all that lies between is among `inside`."""
        names = self.name(of), self.name(wrt)
        self.unexplained.setdefault(names, (of, wrt, inside))
        if len(inside) > LARGE:
            self.sweep_back(of, wrt)
        return Factor(*names, self.totals.value(*names)), self.totals.formula(*names)

    def name(self, place: int) -> str:
        return self.flow.nodes[place].name

    def swept(self, start: int) -> dict[int, Expr]:
        """Return ∂node/∂start for every node that a node leads to, by one sweep forward.

        Brackets within brackets share their start: to ask for each from its output would be a sweep for each.
        """
        if start not in self.forward:
            graph = self.network.subgraph(self.reached(start, list(range(len(self.children))))).reverse()
            self.forward[start] = dict(sweep(graph, start, FORMULAS, lambda parent, child: self.edges[child, parent].partial))
        return self.forward[start]

    def sweep_back(self, of: int, wrt: int) -> None:
        """Work out ∂of/∂wrt, and with it that of every node above: what questions would do again and again for each."""
        if not self.totals.has_formula(self.name(of), self.name(wrt)):
            graph = self.network.subgraph(self.leading(of))
            for node, formula in sweep(graph, of, FORMULAS, lambda child, parent: self.edges[child, parent].partial):
                self.totals.remember(self.name(of), self.name(node), formula)
        if self.flow.at is not None and of not in self.numbered:
            self.numbered.add(of)
            edges = [(-parent, child, edge.value or 0.0) for (child, parent), edge in self.edges.items() if child <= of]
            swept = float_sweep(of + 1, of, [(-parent, child, value) for parent, child, value in sorted(edges)])
            for node in self.leading(of):
                self.totals.remember(self.name(of), self.name(node), swept[node])

    def leading(self, of: int) -> list[int]:
        """Return a node and all that lead to it."""
        found = {of}
        for node in range(of - 1, -1, -1):
            if not found.isdisjoint(self.children[node]):
                found.add(node)
        return sorted(found)

    def components(self, inside: list[int]) -> list[list[int]]:
        """Return the connected components of some nodes, each in order, by joining the ends of every edge.

        NetworkX does it too, at ten times the cost for a graph made for each bracket.
        """
        root = {node: node for node in inside}
        for node in inside:
            for child in self.children[node]:
                if child in root:
                    first, second = _root(root, node), _root(root, child)
                    root[max(first, second)] = min(first, second)
        found: dict[int, list[int]] = {}
        for node in inside:
            found.setdefault(_root(root, node), []).append(node)
        return list(found.values())

    def ways(self, start: int, inside: list[int]) -> dict[int, int]:
        """Return how many paths lead from a node to those inside, two for any more."""
        found = dict.fromkeys(inside, 0)
        for node in [start, *inside]:
            for child in found.keys() & self.children[node]:
                found[child] = min(2, found[child] + found.get(node, 1))
        return found

    def reached(self, start: int, inside: list[int]) -> list[int]:
        """Return a node and those of `inside` that it leads to, in order."""
        found = {start}
        for node in [start, *(node for node in inside if node > start)]:
            if node in found:
                found.update(self.children[node])
        return [start, *(node for node in inside if node > start and node in found)]


def _root(root: dict[int, int], node: int) -> int:
    """Return what stands for a node's component so far; ways that were gone get shorter."""
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node


def _split(nodes: list[int], marks: set[int]) -> Iterator[list[int]]:
    """Yield the stretches between consecutive marks, both ends included; the first and the last node are marks."""
    places = [index for index, node in enumerate(nodes) if node in marks]
    for first, last in pairwise(places):
        yield nodes[first : last + 1]
