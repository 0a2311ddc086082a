"""The face for Python: a space of graphs, a graph, and a derivative that is worked out when it is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ..store.errors import FileError, InvalidGraph
from . import editor, loader
from .explorer import Explorer
from .graphfile import Definition, read_definition, read_graph
from .layout import quoted


def open(where: str | Path | None = None) -> Space:
    """Return the space of a database: a path, an SQLAlchemy URL, ":memory:", or None for the usual one.

    >>> with open(":memory:") as space:
    ...     graph = space.add("demo", "b = 5 - 3*a")
    ...     print(graph.d("b", wrt="a"))
    -3
    """
    return Space(Explorer(None if where is None else str(where)))


class Space:
    """The graphs of one database; a context manager that closes it."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer

    def __enter__(self) -> Space:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<gradq space {self._explorer.url}>"

    def __iter__(self) -> Iterator[str]:
        return iter([row.name for row in self._explorer.summaries()])

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def __getitem__(self, name: str) -> Graph:
        self._explorer.require(name)
        return Graph(self._explorer, name)

    def close(self) -> None:
        """Give back the connections."""
        self._explorer.close()

    def load(self, path: str | Path, *, name: str | None = None, replace: bool = False) -> Graph:
        """Load a `.gq` file under a name (the file's stem); `replace` applies the difference. All or nothing."""
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except OSError as error:
            raise FileError(f"'{path}' cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise InvalidGraph(f"'{path}' is not text (UTF-8)") from None
        return self._add(name or Path(path).stem, text, str(path), replace)

    def add(self, name: str, text: str, *, replace: bool = False) -> Graph:
        """Add a graph from `.gq` text. All or nothing."""
        return self._add(name, text, None, replace)

    def _add(self, name: str, text: str, source: str | None, replace: bool) -> Graph:
        loader.load(self._explorer, name, read_graph(text, source=source), replace=replace)
        return Graph(self._explorer, name)


class Graph:
    """One graph of a space."""

    def __init__(self, explorer: Explorer, name: str) -> None:
        self._explorer, self.name = explorer, name

    def __repr__(self) -> str:
        return f"<gradq graph {self.name!r}>"

    def __getitem__(self, node: str) -> str | None:
        """Return a node's formula as it was written, or its default, or None."""
        row = self._explorer.node(self.name, node)
        return row.formula if row.formula is not None else row.default

    def __setitem__(self, node: str, formula: str) -> None:
        """Make or change a node. All or nothing; memo rows that are stale go."""
        line: Definition = read_definition(f"{quoted(node)} = {formula}")
        editor.set_node(self._explorer, self.name, line)

    def d(self, of: str, *, wrt: str) -> Derivative:
        """Return the total derivative ∂of/∂wrt; raises `UnknownNode` now, and works when it is looked at."""
        for name in (of, wrt):
            self._explorer.node(self.name, name)
        return Derivative(self, of, wrt)


class Derivative:
    """A derivative between two nodes; `str` gives the formula, `at` a number."""

    def __init__(self, graph: Graph, of: str, wrt: str) -> None:
        self.graph, self.of, self.wrt = graph, of, wrt

    def __repr__(self) -> str:
        return f"<gradq ∂{self.of}/∂{self.wrt} of {self.graph.name!r}>"

    def __str__(self) -> str:
        """Return the rolled formula; above the size limit, named steps."""
        reply = self.graph._explorer.derivatives(self.graph.name, self.of, [self.wrt])
        return str(reply.answers[0].expression)

    def at(self, bindings: Mapping[str, float] | None = None, /, **more: float) -> float:
        """Return the number at a point: bindings over the graph's defaults."""
        from .points import checked_point

        point = checked_point({**(bindings or {}), **more})
        value = self.graph._explorer.derivatives(self.graph.name, self.of, [self.wrt], point=point).answers[0].value
        assert value is not None
        return value
