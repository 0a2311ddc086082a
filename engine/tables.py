"""Tables of derivatives: by input, by output and input, by two inputs. They show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, TypeAlias

from .steps import shortest
from .symbolic import Formula

if TYPE_CHECKING:
    from .replies import Answer, Reply
    from .second import SecondReply

Cell: TypeAlias = "Formula | float"
SHOWN = 200  # rows that a notebook shows


class Gradient(Mapping[str, Cell]):
    """The derivatives of one node: `gradient["b"]` is a `Formula`, or a float where a point was given."""

    def __init__(self, reply: Reply) -> None:
        self.of = reply.answers[0].of if reply.answers else ""
        self.at, self.notes = reply.at, _notes(reply)
        self._cells = {answer.wrt: _cell(reply, answer) for answer in reply.answers}

    def __getitem__(self, wrt: str) -> Cell:
        return self._cells[wrt]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        return "\n".join(f"{wrt}\t{cell_text(cell)}" for wrt, cell in self._cells.items())

    def _repr_html_(self) -> str:
        rows = [[wrt, cell_text(cell)] for wrt, cell in self._cells.items()]
        return html_table(["wrt", f"∂{self.of}/∂wrt"], rows)


class Jacobian(Mapping[tuple[str, str], Cell]):
    """The derivatives of several nodes by several: `jacobian["g", "b"]`; `rows()` has them by output, then input."""

    def __init__(self, reply: Reply) -> None:
        self.at, self.notes = reply.at, _notes(reply)
        self.of = list(dict.fromkeys(answer.of for answer in reply.answers))
        self.wrt = list(dict.fromkeys(answer.wrt for answer in reply.answers))
        self._cells = {(answer.of, answer.wrt): _cell(reply, answer) for answer in reply.answers}

    def __getitem__(self, pair: tuple[str, str]) -> Cell:
        return self._cells[pair]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        return "\n".join("\t".join((of, wrt, cell_text(cell))) for (of, wrt), cell in self._cells.items())

    def rows(self) -> list[list[Cell]]:
        """Return the cells, a list for each output."""
        return [[self._cells[of, wrt] for wrt in self.wrt] for of in self.of]

    def _repr_html_(self) -> str:
        rows = [[of, *map(cell_text, row)] for of, row in zip(self.of, self.rows(), strict=True)]
        return html_table(["∂of/∂wrt", *self.wrt], rows)


class Hessian(Mapping[tuple[str, str], Cell]):
    """The second derivatives of one node by pairs of others: `hessian["a", "b"]`; `rows()` has them as a square."""

    def __init__(self, reply: SecondReply) -> None:
        self.at, self.wrt = reply.at, list(dict.fromkeys(answer.wrt[0] for answer in reply.answers))
        self.notes = list(dict.fromkeys([*(note for answer in reply.answers for note in answer.notes), *reply.notes]))
        self._cells: dict[tuple[str, str], Cell] = {}
        for answer in reply.answers:
            self._cells[answer.wrt] = Formula(answer.root) if answer.root is not None else answer.value or 0.0

    def __getitem__(self, pair: tuple[str, str]) -> Cell:
        return self._cells[pair]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        return "\n".join("\t".join((*pair, cell_text(cell))) for pair, cell in self._cells.items())

    def rows(self) -> list[list[Cell]]:
        """Return the cells, a list for each node."""
        return [[self._cells[x, z] for z in self.wrt] for x in self.wrt]

    def _repr_html_(self) -> str:
        rows = [[x, *map(cell_text, row)] for x, row in zip(self.wrt, self.rows(), strict=True)]
        return html_table(["∂²", *self.wrt], rows)


def cell_text(cell: Cell) -> str:
    """Return a formula as text, a number as the shortest that reads back."""
    return shortest(cell) if isinstance(cell, float) else str(cell)


def html_table(columns: list[str], rows: list[list[str]]) -> str:
    """Return a table of HTML, every string in it escaped; past 200 rows a line says how many there are."""
    heading = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[:SHOWN])
    more = f"<tfoot><tr><td>and {len(rows) - SHOWN:,} more</td></tr></tfoot>" if len(rows) > SHOWN else ""
    return f"<table><thead><tr>{heading}</tr></thead><tbody>{body}</tbody>{more}</table>"


def _cell(reply: Reply, answer: Answer) -> Cell:
    return answer.value if answer.value is not None else Formula(reply.root(answer), notes=tuple(answer.notes))


def _notes(reply: Reply) -> list[str]:
    return list(dict.fromkeys([*(note for answer in reply.answers for note in answer.notes), *reply.notes]))
