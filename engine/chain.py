"""Steps: the chain rule line by line in the order of the sweep, from the rows of the memo that make an answer.

    ∂g/∂b = ∂g/∂d·∂d/∂b + ∂g/∂c·∂c/∂b = 12*d·5 + 42·2 = 60*d + 84

A line is a row: ∂of/∂node for each node between. What the memo has is reused, the rest is computed by the sweep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .explanation import Explanation, Totals
from .expression import ONE, Expr, multiply
from .factors import Factor, Line, Product, Terms, Value, folded, in_order
from .flow import flow
from .formula import parse_expression
from .semiring import FORMULAS, NUMBERS
from .settled import settled
from .sweep import sweep

if TYPE_CHECKING:
    from .explorer import Explorer
    from .flow import Flow


def steps(explorer: Explorer, graph: str, of: str, wrt: str, *, whole: bool = False, **options: Any) -> Explanation:
    """Return ∂of/∂wrt step by step; `options` are those of `Explorer.derivatives`, whose memo is used and added to.

    Raises what `Explorer.derivatives` raises.
    """
    return settled(graph, lambda: _steps(explorer, graph, of, wrt, whole, options))


def _steps(explorer: Explorer, graph: str, of: str, wrt: str, whole: bool, options: dict[str, Any]) -> Explanation:
    found = flow(explorer, graph, of, wrt, point=options.get("point"), rows=options.get("use_memo", True))
    totals = Totals(explorer, graph, found.graph.version, options)
    reply = totals.reply(of, wrt)  # after the rows are read: they tell what was there before, and this stores the rest
    answer = reply.answers[0]
    further, more = totals.unrolled(of, wrt, options.get("frontier"))
    chain = _Chain(found)
    last = answer.value if answer.value is not None else reply.root(answer)
    lines = chain.lines(whole) if found.edges else (Line(of, wrt, None, last),)
    if further is not None and isinstance(lines[-1], Line):
        lines = (*lines[:-1], chain.line(0, further))
    notes = tuple(dict.fromkeys([*answer.notes, *more, *reply.notes]))
    reused = sum(source == "reused" for source in chain.sources)
    computed = len(chain.sources) - reused
    return Explanation(
        "steps", reply.graph, reply.revision, of, wrt, reply.at, lines, last, reused, computed, notes, (), whole, reply.kinks
    )


class _Chain:
    """The rows of one output; nodes are places in the topological order of the flow, the last is the output."""

    def __init__(self, found: Flow) -> None:
        self.flow, self.last = found, len(found.nodes) - 1
        place = {node.name: position for position, node in enumerate(found.nodes)}
        self.edges = {(place[edge.child], place[edge.parent]): edge for edge in found.edges}
        self.children: list[list[int]] = [[] for _ in found.nodes]
        self.parents: list[list[int]] = [[] for _ in found.nodes]
        for child, parent in self.edges:
            self.children[parent].append(child)
            self.parents[child].append(parent)
        known = {place[name]: self._read(value) for name, value in found.known.items() if place[name] != self.last}
        self.sources = ["reused" if node in known else "computed" for node in range(self.last)]
        self.values: dict[int, Value] = known | (self._swept(known) if self.last > 0 else {})

    def lines(self, whole: bool) -> tuple[Line | int, ...]:
        """Return a line for each node from the output down; of many the first and the last."""
        places = folded([(place,) for place in range(self.last - 1, -1, -1)], whole=whole)
        return tuple(place if isinstance(place, int) else self.line(place[0]) for place in places)

    def line(self, node: int, further: Expr | None = None) -> Line:
        """Return the line of one row."""
        of, wrt = self.flow.of, self.flow.nodes[node].name
        children, value, source = self.children[node], self.values[node], self.sources[node]
        if children == [self.last]:
            return Line(of, wrt, None, value, self.flow.formula(self.last), further, source)
        among = set(children)
        terms = in_order(self._term(child, node, among) for child in children)
        return Line(of, wrt, Terms(terms), value, None, further, source)

    def _term(self, child: int, node: int, among: set[int]) -> tuple[Product, Expr]:
        """Return what the way over one child brings, and the formula that says where it stands."""
        edge = self.edges[child, node]
        local = Factor(edge.child, edge.parent, edge.shown, self._has_other_way(child, node, among))
        if child == self.last:
            return (local,), edge.partial
        total = self.values[child]
        formula = multiply([total, edge.partial]) if isinstance(total, Expr) else ONE
        return (Factor(self.flow.of, edge.child, total), local), formula

    def _has_other_way(self, child: int, node: int, among: set[int]) -> bool:
        """Return whether a path leads from a node to one of its children, `among`, besides the edge; looks between only."""
        stack, seen = [child] if len(among) > 1 else [], set()
        while stack:
            for parent in self.parents[stack.pop()]:
                if parent in among:  # never the child itself, which is not above itself
                    return True
                if parent > node and parent not in seen:
                    seen.add(parent)
                    stack.append(parent)
        return False

    def _read(self, value: str | float) -> Value:
        return parse_expression(value, pi_is_node=self.flow.graph.has_pi) if isinstance(value, str) else value

    def _swept(self, known: dict[int, Any]) -> dict[int, Value]:
        """Work out the rows that the memo does not have."""
        graph = self.flow.network()
        if self.flow.at is None:
            formulas = sweep(graph, self.last, FORMULAS, lambda child, parent: self.edges[child, parent].partial, known=known)
            return dict(formulas)
        return dict(sweep(graph, self.last, NUMBERS, self._number, known=known))

    def _number(self, child: int, parent: int) -> float:
        value = self.edges[child, parent].value
        assert value is not None
        return value
