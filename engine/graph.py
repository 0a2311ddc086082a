"""A graph for people and programs: its nodes, its edits, and the ways to files, NetworkX and notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, SupportsFloat

from ..store.errors import UsageError
from . import browser, editor
from .assignment import right_side
from .graphfile import Definition, read_definition, write_graph
from .layout import quoted
from .lettering import clipped
from .names import checked, is_name
from .outside import outside
from .points import AnyPoint, point_parts
from .questions import Questions
from .symbolic import Formula
from .tables import html_table

if TYPE_CHECKING:
    import networkx as nx
    import sympy as sp

    from .diff import Diff

_CELL = 200  # letters of a formula that a notebook shows


class Graph(Questions):
    """One graph of a space: `graph["d"]` is a formula, `graph["d"] = "5*b + 7"` an edit, `graph.d` a question.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     graph = space.add("demo", "d = 5*b + 6\\ne = d^2")
    ...     graph["d"] = "5*b + 7"
    ...     graph["d"], list(graph), str(graph.d("e", wrt="b")), graph.eval("e", b=1)
    ('5*b + 7', ['b', 'd', 'e'], '10*d', 144.0)
    """

    def __repr__(self) -> str:
        return f"<gradq graph {self.name!r}>"

    def __getitem__(self, node: str) -> str | None:
        """Return a node's formula as it was written, or its default, or None."""
        row = self._explorer.node(self.name, checked(node))
        return row.formula if row.formula is not None else row.default

    def __setitem__(self, node: str, formula: str | SupportsFloat | Formula | None) -> None:
        """Make or change a node: a formula, a number, or None for an input. All or nothing; stale memo rows go.

        A text is what stands behind `=` in a file, so a `# note` at its end becomes the node's note.
        """
        name = checked(node)
        right = "" if formula is None else f" = {right_side(formula)}"
        editor.set_node(self._explorer, self.name, read_definition(quoted(name) + right))

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
        """Give a node another name, in every formula, memo row and point. All or nothing.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     graph = space.add("demo", "y = 3*x")
        ...     graph.rename("x", "speed")
        ...     graph["y"]
        '3*speed'
        """
        editor.rename_node(self._explorer, self.name, checked(old), new)

    def name_point(self, name: str, point: AnyPoint | None = None, /, **more: SupportsFloat) -> None:
        """Give a point a name that `at` takes. All or nothing.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     graph = space.add("demo", "y = 3*x")
        ...     graph.name_point("start", x=0.5)
        ...     graph.eval("y", "start")
        1.5
        """
        editor.name_point(self._explorer, self.name, checked(name), point_parts(point, more))

    def diff(
        self,
        other: Graph | str | Path,
        *,
        of: str | None = None,
        wrt: Sequence[str] | None = None,
        at: AnyPoint | None = None,
        format: str | None = None,
    ) -> Diff:
        """Return what changed from this graph to another one, or to a file; with `of` also what that does to a node.

        A file is read as `space.load` reads it; `format` is for one whose ending does not tell. `at` is the point for `of`,
        by default that of the defaults, and `wrt` are by default all nodes above `of` in either. Nothing is stored.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     old, new = space.add("old", "a = 2\\nb = 3*a"), space.add("new", "a = 2\\nb = 4*a")
        ...     found = old.diff(new, of="b")
        >>> found.changes[0].node, found.effect.value.change
        ('b', 2.0)
        """
        from .diff import diff
        from .side import side_of_graph, side_of_text

        if isinstance(wrt, str):
            raise UsageError("diff needs a list of names", hint='graph.diff(other, of="g", wrt=["a", "b"])')
        if of is None and (wrt is not None or at is not None):
            raise UsageError("which derivative? wrt and at are of a node", hint='graph.diff(other, of="g")')
        before = side_of_graph(self._explorer, self.name)
        if isinstance(other, Graph):
            after = side_of_graph(other._explorer, other.name)
        elif not isinstance(other, (str, Path)):
            raise UsageError(f"diff takes a graph or a file, not {type(other).__name__}", hint='graph.diff(space["other"])')
        else:
            after = side_of_text(outside().load(other, format)[1], str(other))
        return diff(before, after, of=of, wrt=wrt, point=point_parts(at, {}))

    def derive(self, of: str, *, wrt: str, name: str, replace: bool = False) -> None:
        """Put ∂of/∂wrt into the graph as a node; a long one with steps before it. All or nothing.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     graph = space.add("demo", "y = x^3")
        ...     graph.derive("y", wrt="x", name="slope")
        ...     graph["slope"], str(graph.d("slope", wrt="x"))
        ('3*x^2', '6*x')
        """
        from .derive import derive

        derive(self._explorer, self.name, checked(of), checked(wrt), name, replace=replace)

    def text(self) -> str:
        """Return the graph as `.gq` text; loading it gives the same graph.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "y=3*x  #three").text()
        'x\\ny = 3*x  # three\\n'
        """
        found = browser.whole(self._explorer, self.name).nodes
        return write_graph(Definition(node.name, node.formula, node.default, node.note) for node in found)

    def save(self, path: str | Path, *, format: str | None = None) -> None:
        """Write the graph as a file; its ending says what it is, or `format` does. Raises `FileError`.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "y = 3*x").save("demo.gq")
        ...     space.load("demo.gq", name="again")["y"]
        '3*x'
        """
        if not isinstance(path, (str, Path)):
            raise UsageError(f"a file is named by a path, not {type(path).__name__}", hint='graph.save("demo.gq")')
        outside().save(browser.whole(self._explorer, self.name), path, format)

    def sympy(self) -> dict[str, sp.Expr]:
        """Return the formulas as SymPy expressions by node, parents before children; `space.add` takes them back.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "y = 3*x^2").sympy()
        {'y': 3*x**2}
        """
        return outside().sympy(browser.whole(self._explorer, self.name))

    def nx(self) -> nx.DiGraph[str]:
        """Return a NetworkX graph with an arrow from parent to child; `space.add(name, digraph)` is the way back.

        Nodes have `kind`, and `formula`, `default`, `note` where there is one; edges the local `partial`, but where it is
        too long to be kept.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     list(space.add("demo", "y = 3*x").nx().edges(data=True))
        [('x', 'y', {'partial': '3'})]
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
        rows = [[node.name, node.kind, clipped(node.formula or node.default or "", _CELL), node.note or ""] for node in found]
        return html_table(["node", "kind", "formula", "note"], rows)
