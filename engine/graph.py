"""A graph for people and programs: questions, edits, and the ways to and from NetworkX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..store.errors import UsageError
from . import browser, editor, nodes
from .derivative import Derivative, point_parts
from .graphfile import Definition, read_definition, write_graph
from .layout import quoted
from .outside import outside
from .steps import shortest
from .symbolic import Formula
from .tables import Gradient, Hessian, Jacobian, html_table

if TYPE_CHECKING:
    import networkx as nx
    import sympy as sp

    from .budget import Budget
    from .explorer import At, Explorer
    from .health import Health
    from .replies import Reply
    from .scan import Scan


class Graph:
    """One graph of a space: `graph["d"]` is a formula, `graph["d"] = "5*b + 7"` an edit, `graph.d` a question."""

    def __init__(self, explorer: Explorer, name: str) -> None:
        self._explorer, self.name = explorer, name

    def __repr__(self) -> str:
        return f"<gradq graph {self.name!r}>"

    def __getitem__(self, node: str) -> str | None:
        """Return a node's formula as it was written, or its default, or None."""
        row = self._explorer.node(self.name, node)
        return row.formula if row.formula is not None else row.default

    def __setitem__(self, node: str, formula: str | float | Formula | None) -> None:
        """Make or change a node: a formula, a number, or None for an input. All or nothing; stale memo rows go."""
        editor.set_node(self._explorer, self.name, _definition(node, formula))

    def __delitem__(self, node: str) -> None:
        """Remove a node that no formula uses. All or nothing."""
        editor.remove_node(self._explorer, self.name, node)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the nodes, parents before children."""
        return iter([node.name for node in browser.whole(self._explorer, self.name).nodes])

    def __len__(self) -> int:
        return sum(browser.glance(self._explorer, self.name)[1].kinds.values())

    def __contains__(self, node: object) -> bool:
        return isinstance(node, str) and self._explorer.has_node(self.name, node)

    def rename(self, old: str, new: str) -> None:
        """Give a node another name, in every formula, memo row and point. All or nothing."""
        editor.rename_node(self._explorer, self.name, old, new)

    def name_point(self, name: str, point: At | str | None = None, /, **more: float) -> None:
        """Give a point a name that `at` takes. All or nothing."""
        editor.name_point(self._explorer, self.name, name, point_parts(point, more))

    def d(self, of: str, *, wrt: str) -> Derivative:
        """Return the total derivative ∂of/∂wrt; raises `UnknownNode` now, and works when it is looked at.

        >>> from gradq import open
        >>> with open(":memory:") as space:
        ...     graph = space.add("demo", "b = 5 - 3*a; c = b^2".replace("; ", chr(10)))
        ...     answer = graph.d("c", wrt="a")
        ...     print(answer, "or", answer.unrolled("a"), "or", answer.at(a=1))
        -6*b or 18*a - 30 or -12.0
        """
        if not (isinstance(of, str) and isinstance(wrt, str)):
            raise UsageError("d takes one node and one other", hint="graph.jacobian(of=[…], wrt=[…]) takes several")
        for name in (of, wrt):
            self._explorer.node(self.name, name)
        return Derivative(self._explorer, self.name, of, wrt)

    def grad(self, of: str, *, at: At | str | None = None, inputs: bool = False) -> Gradient:
        """Return the derivatives of a node by every node above it, or by the inputs and parameters alone."""
        point = None if at is None else point_parts(at, {})
        return Gradient(self._explorer.derivatives(self.name, of, None, point=point, inputs=inputs))

    def jacobian(self, *, of: Sequence[str], wrt: Sequence[str], at: At | str | None = None) -> Jacobian:
        """Return the derivatives of several nodes by several others, all of one revision."""
        from .jacobian import jacobian

        if isinstance(of, str) or isinstance(wrt, str) or not of or not wrt:
            raise UsageError("jacobian needs lists of names", hint='graph.jacobian(of=["f", "g"], wrt=["a"])')
        point = None if at is None else point_parts(at, {})
        reply: Reply = jacobian(self._explorer, self.name, of, wrt, point=point)
        return Jacobian(reply)

    def hessian(self, of: str, *, wrt: Sequence[str], at: At | str | None = None) -> Hessian:
        """Return the second derivatives of a node by each pair of others, total ones. Nothing is stored."""
        from .second import pairs_of, second

        if isinstance(wrt, str) or not wrt:
            raise UsageError("hessian needs a list of names", hint='graph.hessian("g", wrt=["a", "b"])')
        point = None if at is None else point_parts(at, {})
        return Hessian(second(self._explorer, self.name, of, pairs_of(list(dict.fromkeys(wrt))), point=point))

    def budget(self, of: str, sigma: Mapping[str, float], *, at: At | str | None = None) -> Budget:
        """Return how uncertain a node is, to first order, when others vary with these standard deviations."""
        from .budget import budget

        return budget(self._explorer, self.name, of, sigma, point=point_parts(at, {}))

    def scan(self, of: str, *, wrt: str, start: float, stop: float, n: int = 31, at: At | str | None = None) -> Scan:
        """Return a node's values and derivatives at `n` places on a line. Nothing is stored."""
        from .scan import scan

        return scan(self._explorer, self.name, of, wrt, start=start, stop=stop, count=n, point=point_parts(at, {}))

    def health(self, of: str, *, at: At | str | None = None) -> Health:
        """Return how healthy a node's gradient is: its gains by level, where it dies or explodes, what cancels."""
        from .health import health

        return health(self._explorer, self.name, of, point=point_parts(at, {}))

    def derive(self, of: str, *, wrt: str, name: str, replace: bool = False) -> None:
        """Put ∂of/∂wrt into the graph as a node; a long one with steps before it. All or nothing."""
        from .derive import derive

        derive(self._explorer, self.name, of, wrt, name, replace=replace)

    def eval(self, node: str, point: At | str | None = None, /, **more: float) -> float:
        """Return the value of a node at a point: bindings or a stored point's name, over the graph's defaults."""
        return nodes.evaluate(self._explorer, self.name, [node], point_parts(point, more)).values[node]

    def formula(self, node: str, *frontier: str) -> Formula:
        """Return a node's own formula in canonical form, unrolled down to these names if there are any."""
        reply = nodes.formula(self._explorer, self.name, node, list(frontier) or None)
        return Formula(reply.root, notes=tuple(reply.notes))

    def text(self) -> str:
        """Return the graph as `.gq` text; loading it gives the same graph."""
        found = browser.whole(self._explorer, self.name).nodes
        return write_graph(Definition(node.name, node.formula, node.default, node.note) for node in found)

    def save(self, path: str | Path, *, format: str | None = None) -> None:
        """Write the graph as a file; its ending says what it is, or `format` does. Raises `FileError`."""
        outside().save(browser.whole(self._explorer, self.name), path, format)

    def sympy(self) -> dict[str, sp.Expr]:
        """Return the formulas as SymPy expressions by node, parents before children; `space.add` takes them back."""
        return outside().sympy(browser.whole(self._explorer, self.name))

    def nx(self) -> nx.DiGraph[str]:
        """Return a NetworkX graph with an arrow from parent to child; `space.add(name, digraph)` is the way back.

        Nodes have `kind`, and `formula`, `default`, `note` where there is one; edges the local `partial`.
        """
        from .exchange import to_networkx

        return to_networkx(browser.whole(self._explorer, self.name))

    def _repr_svg_(self) -> str | None:
        """Return a picture of a small graph, None of a large one."""
        from .picture import is_small

        if not is_small(len(self)):
            return None
        from .exchange import picture

        return picture(browser.whole(self._explorer, self.name))

    def _repr_html_(self) -> str | None:
        """Return a table of a large graph, None of a small one, which is a picture."""
        from .picture import is_small

        if is_small(len(self)):
            return None
        found = browser.whole(self._explorer, self.name)
        return html_table(["node", "kind", "formula"], [[n.name, n.kind, n.formula or n.default or ""] for n in found.nodes])


def _definition(node: str, formula: Any) -> Definition:
    """Return the line that an assignment stands for."""
    if formula is None:
        return read_definition(quoted(node))
    if isinstance(formula, bool) or not isinstance(formula, (str, int, float, Formula)):
        raise UsageError(f"a formula is text or a number, not {type(formula).__name__}", hint='graph["d"] = "5*b + 7"')
    return read_definition(f"{quoted(node)} = {shortest(formula) if isinstance(formula, float) else formula}")
