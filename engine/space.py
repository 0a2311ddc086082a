"""The face for Python: a space of graphs."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..store.errors import UsageError
from . import loader
from .explorer import Explorer
from .graph import Graph
from .graphfile import GraphText, read_graph
from .names import checked, is_name, is_text
from .outside import outside
from .points import checked_number
from .tables import html_table

if TYPE_CHECKING:
    import networkx as nx


def open(where: str | Path | None = None) -> Space:
    """Return the space of a database: a path, an SQLAlchemy URL, ":memory:", or None for the usual one.

    >>> with open(":memory:") as space:
    ...     graph = space.add("demo", "b = 5 - 3*a")
    ...     print(graph.d("b", wrt="a"))
    -3
    """
    if where is not None and not (isinstance(where, (str, Path)) and str(where) and is_text(str(where))):
        raise UsageError(f"a database is a path or a URL, not {where!r}", hint='gradq.open("graphs.db"), or gradq.open()')
    explorer = Explorer(None if where is None else str(where))
    for note in explorer.notes:
        warnings.warn(note, stacklevel=2)
    explorer.tell = _warn
    return Space(explorer)


class Space:
    """The graphs of one database; a context manager that closes it. Threads may share one.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     graph = space.add("demo", "b = 5 - 3*a")
    ...     list(space), "demo" in space, space["demo"]
    (['demo'], True, <gradq graph 'demo'>)
    """

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer

    def __enter__(self) -> Space:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<gradq space {self._explorer.url}>"

    def __iter__(self) -> Iterator[str]:
        return iter(self._explorer.names())

    def __contains__(self, name: object) -> bool:
        return is_name(name) and checked(name) in list(self)

    def __getitem__(self, name: str) -> Graph:
        """Return a graph; raises `UnknownGraph`. Reads only."""
        self._explorer.require(checked(name))
        return Graph(self._explorer, checked(name))

    def __delitem__(self, name: str) -> None:
        """Remove a graph with all its rows. All or nothing."""
        loader.remove_graph(self._explorer, checked(name))

    def close(self) -> None:
        """Give back the connections; a question after that is a `UsageError`. A space in memory is gone.

        >>> import gradq
        >>> space = gradq.open(":memory:")
        >>> space.close()
        >>> try:
        ...     space["demo"]
        ... except gradq.UsageError as error:
        ...     print(error, "-", error.hint)
        :memory: is closed - open it again
        """
        self._explorer.close()

    def load(self, path: str | Path, *, name: str | None = None, format: str | None = None, replace: bool = False) -> Graph:
        """Load a file under a name (the file's stem); `replace` applies the difference. All or nothing.

        Its ending says what it is, or `format` does; what could not be taken is a warning. Raises `FileError`, or
        `InvalidGraph` with the line of what is wrong.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "y = 3*x").save("demo.gq")
        ...     space.load("demo.gq", replace=True), space.load("demo.gq", name="again")
        (<gradq graph 'demo'>, <gradq graph 'again'>)
        """
        stem, graph = outside().load(path, format)
        return self._add(name or stem, graph, replace)

    def add(self, name: str, graph: str | nx.DiGraph[Any] | Any, *, replace: bool = False) -> Graph:
        """Add a graph from `.gq` text or a `networkx.DiGraph` with formulas on its nodes. All or nothing.

        Arrows of a DiGraph go from parent to child; its nodes have `formula` or `default`, and `note`, where there is
        one. `graph.nx()` gives such a DiGraph. `replace` applies the difference to a graph that is there. A SymPy
        expression, equation, dictionary or what `cse` gives is taken without a way through text, and a Python function
        is read, not run; what could not be taken of it is a warning.

        >>> import gradq, networkx
        >>> arrows = networkx.DiGraph([("a", "b")])
        >>> arrows.nodes["b"]["formula"] = "5 - 3*a"
        >>> with gradq.open(":memory:") as space:
        ...     print(space.add("demo", arrows).text())
        a
        b = 5 - 3*a
        <BLANKLINE>
        """
        if isinstance(graph, str):
            return self._add(name, read_graph(graph), replace)
        taken = outside().take(name, graph)
        if taken is not None:
            return self._add(name, taken, replace)
        from .exchange import from_networkx

        return self._add(name, from_networkx(graph), replace)

    def new(self, name: str, *, copy: str | None = None) -> Graph:
        """Make an empty graph, or a copy of one with all that its memo holds. All or nothing.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     _ = space.add("demo", "y = 3*x")
        ...     trial = space.new("trial", copy="demo")
        ...     trial["y"] = "4*x"
        ...     space["demo"]["y"], trial["y"]
        ('3*x', '4*x')
        """
        loader.new_graph(self._explorer, name, copy=None if copy is None else checked(copy))
        return Graph(self._explorer, checked(name))

    def rename(self, old: str, new: str) -> Graph:
        """Give a graph another name. All or nothing.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     _ = space.add("demo", "y = 3*x")
        ...     space.rename("demo", "speed")
        <gradq graph 'speed'>
        """
        loader.rename_graph(self._explorer, checked(old), new)
        return Graph(self._explorer, checked(new))

    def sql(self, query: str, *, seconds: float = 30.0) -> tuple[list[str], list[tuple[object, ...]]]:
        """Return the column names and rows of a SELECT over tables and views. Reads only, whatever the text says.

        Raises `RefusedSQL` for what writes or is not understood, and `GaveUp` after `seconds`.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     _ = space.add("demo", "y = 3*x")
        ...     space.sql("select name, kind from v_node order by name")
        (['name', 'kind'], [('x', 'input'), ('y', 'formula')])
        """
        if not isinstance(query, str):
            raise UsageError(f"a query is text, not {type(query).__name__}", hint='space.sql("select * from v_help")')
        return self._explorer.sql(query, seconds=checked_number(seconds, "seconds"))

    def _repr_html_(self) -> str:
        rows = [[row.name, f"{row.nodes:,}", f"{row.edges:,}", row.updated_at] for row in self._explorer.summaries()]
        return html_table(["graph", "nodes", "edges", "updated"], rows)

    def _add(self, name: str, text: GraphText, replace: bool) -> Graph:
        loader.load(self._explorer, name, text, replace=replace)
        return Graph(self._explorer, checked(name))


def _warn(text: str) -> None:
    """Warn where the caller's own code stands, for whom the way through gradq means nothing."""
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] in ("gradq", "contextlib"):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, stacklevel=level)
