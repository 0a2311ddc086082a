"""A graph for people and programs: questions, edits, and the ways to and from NetworkX."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, SupportsFloat

from ..store.errors import FileError, UsageError
from . import browser, editor, nodes
from .derivative import Derivative
from .graphfile import Definition, read_definition, write_graph
from .layout import integer, quoted
from .names import checked, is_name
from .points import Place, point_parts
from .steps import shortest
from .symbolic import Formula
from .tables import Gradient, Jacobian, html_table

if TYPE_CHECKING:
    import networkx as nx

    from .explorer import Explorer


class Graph:
    """One graph of a space: `graph["d"]` is a formula, `graph["d"] = "5*b + 7"` an edit, `graph.d` a question.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     graph = space.add("demo", "d = 5*b + 6\\ne = d^2")
    ...     graph["d"] = "5*b + 7"
    ...     graph["d"], list(graph), str(graph.d("e", wrt="b")), graph.eval("e", b=1)
    ('5*b + 7', ['b', 'd', 'e'], '10*d', 144.0)
    """

    def __init__(self, explorer: Explorer, name: str) -> None:
        self._explorer, self.name = explorer, name

    def __repr__(self) -> str:
        return f"<gradq graph {self.name!r}>"

    def __getitem__(self, node: str) -> str | None:
        """Return a node's formula as it was written, or its default, or None."""
        row = self._explorer.node(self.name, checked(node))
        return row.formula if row.formula is not None else row.default

    def __setitem__(self, node: str, formula: str | float | Formula | None) -> None:
        """Make or change a node: a formula, a number, or None for an input. All or nothing; stale memo rows go.

        A text is what stands behind `=` in a file, so a `# note` at its end becomes the node's note.
        """
        editor.set_node(self._explorer, self.name, _definition(node, formula))

    def __delitem__(self, node: str) -> None:
        """Remove a node that no formula uses. All or nothing."""
        editor.remove_node(self._explorer, self.name, checked(node))

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the nodes, parents before children."""
        return iter([node.name for node in browser.whole(self._explorer, self.name).nodes])

    def __len__(self) -> int:
        return sum(browser.glance(self._explorer, self.name)[1].kinds.values())

    def __contains__(self, node: object) -> bool:
        return is_name(node) and self._explorer.has_node(self.name, checked(node))

    def rename(self, old: str, new: str) -> None:
        """Give a node another name, in every formula, memo row and point. All or nothing."""
        editor.rename_node(self._explorer, self.name, checked(old), new)

    def name_point(self, name: str, point: Place | None = None, /, **more: SupportsFloat) -> None:
        """Give a point a name that `at` takes. All or nothing."""
        editor.name_point(self._explorer, self.name, checked(name), point_parts(point, more))

    def d(self, of: str, *, wrt: str) -> Derivative:
        """Return ∂of/∂wrt, the change of `of` when `wrt` is moved and everything downstream of it follows.

        It is the total over all paths from `wrt` to `of`; where there is none it is 0, and a note says so. The names
        are looked up now (raises `UnknownNode`); the answer is worked out when it is looked at, and what was worked
        out is kept in the database for later questions. For several names at once see `grad` and `jacobian`.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     answer = space.add("demo", "m = x^2\\ny = x*m").d("y", wrt="x")
        ...     str(answer), answer.at(x=2)
        ('2*x^2 + m', 12.0)
        """
        for name in (of, wrt):
            if isinstance(name, (list, tuple, set, frozenset)):
                hint = "for several at once: graph.jacobian(of=[…], wrt=[…]), or graph.grad(of) for all"
                raise UsageError(f"d takes one name, not a {type(name).__name__}", hint=hint)
            self._explorer.node(self.name, checked(name))
        return Derivative(self._explorer, self.name, checked(of), checked(wrt))

    def grad(self, of: str, *, at: Place | None = None, inputs: bool = False) -> Gradient:
        """Return the derivatives of a node by every node above it, or by the inputs and parameters alone.

        They are formulas, or numbers at a point: bindings or a stored point's name (`{}` for the defaults alone).

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "d = 5*b + 6\\ne = d^2").grad("e", at={"b": 2})
        ∂e/∂d = 32
        ∂e/∂b = 160
        """
        point = None if at is None else point_parts(at, {})
        return Gradient(of, self._explorer.derivatives(self.name, checked(of), None, point=point, inputs=inputs))

    def jacobian(self, *, of: Iterable[str], wrt: Iterable[str], at: Place | None = None) -> Jacobian:
        """Return the derivatives of several nodes by several others, all of one revision.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "u = x*y\\nv = x + y").jacobian(of=["u", "v"], wrt=["x"])
        ∂u/∂x = y
        ∂v/∂x = 1
        """
        from .jacobian import jacobian

        ofs, wrts = _name_list(of), _name_list(wrt)
        point = None if at is None else point_parts(at, {})
        return Jacobian(jacobian(self._explorer, self.name, ofs, wrts, point=point))

    def eval(self, node: str, point: Place | None = None, /, **more: SupportsFloat) -> float:
        """Return the value of a node at a point: bindings or a stored point's name, over the graph's defaults.

        Raises `MissingValue`, or `Undefined` where the formula has no value.
        """
        name = checked(node)
        return nodes.evaluate(self._explorer, self.name, [name], point_parts(point, more)).values[name]

    def formula(self, node: str, *frontier: str) -> Formula:
        """Return a node's own formula in canonical form, unrolled down to these names if there are any.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     graph = space.add("demo", "d = 5*b + 6\\ne = d^2")
        ...     print(graph.formula("e"), graph.formula("e", "b"))
        d^2 (5*b + 6)^2
        """
        names = [checked(name) for name in frontier]
        reply = nodes.formula(self._explorer, self.name, checked(node), names or None)
        return Formula(reply.root, notes=tuple(reply.notes))

    def text(self) -> str:
        """Return the graph as `.gq` text; loading it gives the same graph."""
        found = browser.whole(self._explorer, self.name).nodes
        return write_graph(Definition(node.name, node.formula, node.default, node.note) for node in found)

    def save(self, path: str | Path) -> None:
        """Write the graph as a `.gq` file; raises `FileError`."""
        if not isinstance(path, (str, Path)):
            raise UsageError(f"a file is named by a path, not {type(path).__name__}", hint='graph.save("demo.gq")')
        text = self.text()
        try:
            Path(path).write_text(text, encoding="utf-8", newline="")
        except (OSError, ValueError) as error:
            raise FileError(f"{str(path)!a} cannot be written: {getattr(error, 'strerror', None) or error}") from None

    def nx(self) -> nx.DiGraph[str]:
        """Return a NetworkX graph with an arrow from parent to child; `space.add(name, digraph)` is the way back.

        Nodes have `kind`, and `formula`, `default`, `note` where there is one; edges the local `partial`, but where it is
        too long to be kept.
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
        found = browser.whole(self._explorer, self.name).nodes
        rows = [[node.name, node.kind, _clipped(node.formula or node.default or ""), node.note or ""] for node in found]
        return html_table(["node", "kind", "formula", "note"], rows)


def _name_list(names: Iterable[str]) -> list[str]:
    """Return names as a list; a text alone would pass for a list of its letters."""
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise UsageError("jacobian needs lists of names", hint='graph.jacobian(of=["f", "g"], wrt=["a"])')
    found = [checked(name) for name in names]
    if not found:
        raise UsageError("jacobian needs at least one name in each list", hint='graph.jacobian(of=["f", "g"], wrt=["a"])')
    return list(dict.fromkeys(found))


def _clipped(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"


def _definition(node: str, formula: object) -> Definition:
    """Return the line that an assignment stands for."""
    name = quoted(checked(node))
    return read_definition(name if formula is None else f"{name} = {_right(formula)}")


def _right(formula: object) -> str:
    """Return what stands right of the `=`."""
    if isinstance(formula, Formula):
        return formula.text
    if isinstance(formula, float) and math.isfinite(formula):
        return shortest(formula)
    if isinstance(formula, int) and not isinstance(formula, bool):
        return integer(formula)
    if isinstance(formula, str):
        return formula
    what = formula if isinstance(formula, float) else type(formula).__name__
    raise UsageError(f"a formula is text or a finite number, not {what}", hint='graph["d"] = "5*b + 7"')
