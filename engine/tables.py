"""Tables of derivatives: a gradient by input, a Jacobian by output and input. They show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, TypeAlias

from ..store.errors import UnknownNode
from .names import suggestion
from .printing import LIMIT
from .steps import shortest
from .symbolic import Formula

if TYPE_CHECKING:
    from .replies import Answer, Reply

Cell: TypeAlias = "Formula | float"
SHOWN = 200  # rows that are shown; the table has them all


class Gradient(Mapping[str, Cell]):
    """The derivatives of one node: `gradient["b"]` is a `Formula`, or a float where a point was given.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     gradient = space.add("demo", "d = 5*b + 6\\ne = d^2").grad("e")
    ...     dict(gradient)
    {'d': <gradq formula 2*d>, 'b': <gradq formula 10*d>}
    """

    def __init__(self, of: str, reply: Reply) -> None:
        self.of, self.at, self.notes = of, reply.at, _notes(reply)
        self._cells = {answer.wrt: _cell(reply, answer) for answer in reply.answers}

    def __getitem__(self, wrt: str) -> Cell:
        if wrt not in self._cells:
            raise UnknownNode(f"the gradient of '{self.of}' has no '{wrt}'", hint=suggestion(str(wrt), list(self)))
        return self._cells[wrt]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        lines = _lines(f"∂{self.of}/∂{wrt} = {cell_text(cell)}" for wrt, cell in self._cells.items())
        return lines or f"<gradq gradient of {self.of!r}: nothing is upstream>"

    def _repr_html_(self) -> str:
        rows = [[wrt, cell_text(cell)] for wrt, cell in self._cells.items()]
        return html_table(["wrt", f"∂{self.of}/∂wrt"], rows)


class Jacobian(Mapping[tuple[str, str], Cell]):
    """The derivatives of several nodes by several: `jacobian["g", "b"]`; `rows()` has them by output, then input.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     graph = space.add("demo", "u = x*y\\nv = x + y")
    ...     graph.jacobian(of=["u", "v"], wrt=["x", "y"], at={"x": 2, "y": 3}).rows()
    [[3.0, 2.0], [1.0, 1.0]]
    """

    def __init__(self, reply: Reply) -> None:
        self.at, self.notes = reply.at, _notes(reply)
        self.of = list(dict.fromkeys(answer.of for answer in reply.answers))
        self.wrt = list(dict.fromkeys(answer.wrt for answer in reply.answers))
        self._cells = {(answer.of, answer.wrt): _cell(reply, answer) for answer in reply.answers}

    def __getitem__(self, pair: tuple[str, str]) -> Cell:
        if pair not in self._cells:
            raise UnknownNode(f"the Jacobian has no {pair!r}", hint='a cell is jacobian["of", "wrt"]')
        return self._cells[pair]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        return _lines(f"∂{of}/∂{wrt} = {cell_text(cell)}" for (of, wrt), cell in self._cells.items())

    def rows(self) -> list[list[Cell]]:
        """Return the cells, a list for each output."""
        return [[self._cells[of, wrt] for wrt in self.wrt] for of in self.of]

    def _repr_html_(self) -> str:
        rows = [[of, *map(cell_text, row)] for of, row in zip(self.of, self.rows(), strict=True)]
        return html_table(["∂of/∂wrt", *self.wrt], rows)


def cell_text(cell: Cell) -> str:
    """Return a formula on one line, or how long it is; a number as the shortest text that reads back.

    >>> cell_text(282.0)
    '282'
    """
    return shortest(cell) if isinstance(cell, float) else cell.text if cell.size <= LIMIT else repr(cell)


def html_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of HTML, every string in it escaped; past 200 rows a line says how many there are.

    >>> html_table(["node"], [["<b>"]])
    '<table><thead><tr><th>node</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    heading = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[:SHOWN])
    more = f"<tfoot><tr><td>and {len(rows) - SHOWN:,} more</td></tr></tfoot>" if len(rows) > SHOWN else ""
    return f"<table><thead><tr>{heading}</tr></thead><tbody>{body}</tbody>{more}</table>"


def _lines(lines: Iterable[str]) -> str:
    """Return lines for a screen; past 200 the last one says how many there are."""
    found = list(lines)
    return "\n".join(found[:SHOWN] + ([f"… and {len(found) - SHOWN:,} more"] if len(found) > SHOWN else []))


def _cell(reply: Reply, answer: Answer) -> Cell:
    return answer.value if answer.value is not None else Formula(reply.root(answer), notes=tuple(answer.notes))


def _notes(reply: Reply) -> list[str]:
    return list(dict.fromkeys([*(note for answer in reply.answers for note in answer.notes), *reply.notes]))
