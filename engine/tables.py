"""Tables of derivatives: by input, by output and input, by two inputs. They show themselves in a notebook."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from ..store.errors import Undefined, UnknownNode
from .names import composed, suggestion
from .printing import LIMIT
from .steps import shortest
from .symbolic import Formula

if TYPE_CHECKING:
    from .replies import Answer, Reply
    from .second import SecondReply

Cell: TypeAlias = "Formula | float"
K = TypeVar("K")
_NOT_KNOWN = "not known"
SHOWN = 200  # rows that are shown; the table has them all


class Table(Mapping[K, Cell]):
    """What the tables share: cells by what they are asked for; one that is not there is an `UnknownNode`."""

    def __init__(
        self,
        what: str,
        cells: Mapping[K, Cell],
        at: dict[str, float] | None,
        notes: list[str],
        unknown: Mapping[K, Undefined] | None = None,
    ) -> None:
        self._what, self._cells, self.at, self.notes = what, dict(cells), at, notes
        self._unknown = dict(unknown or {})

    @property
    def unknown(self) -> dict[K, str]:
        """What is not known, for its paths pass an opaque node or need the value of one, and why; it has no cell."""
        return {key: error.message for key, error in self._unknown.items()}

    def __getitem__(self, key: K) -> Cell:
        """Return one cell; raises `UnknownNode`, which is a `KeyError`, and `Undefined` for one that is not known."""
        found = self._cells.get(_composed(key))
        if found is None and _composed(key) in self._unknown:
            raise self._unknown[_composed(key)]
        if found is None:
            raise UnknownNode(f"{self._what} has no {key!r}", hint=self._hint(key))
        return found

    def __iter__(self) -> Iterator[K]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __contains__(self, key: object) -> bool:
        return _composed(key) in self._cells

    def __repr__(self) -> str:
        lines = [f"{self._label(key)} = {cell_text(cell)}" for key, cell in self._cells.items()]
        lines += [f"{self._label(key)} is not known" for key in self._unknown]
        more = [f"… and {len(lines) - SHOWN:,} more"] if len(lines) > SHOWN else []
        return "\n".join(lines[:SHOWN] + more) or f"<gradq {self._what}: nothing is upstream>"

    @abstractmethod
    def _label(self, key: K) -> str:
        """Return what a cell is, such as ∂g/∂b."""

    def _hint(self, key: object) -> str:
        """Return the name that is closest to one that is not there."""
        known = list(dict.fromkeys(str(name) for cell in self._cells for name in _names(cell)))
        asked = next((name for name in _names(key) if isinstance(name, str) and name not in known), "")
        return suggestion(asked, known) or f"it has {', '.join(map(repr, list(self._cells)[:5])) or 'no cells'}"


class Gradient(Table[str]):
    """The derivatives of one node: `gradient["b"]` is a `Formula`, or a float where a point was given.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     gradient = space.add("demo", "d = 5*b + 6\\ne = d^2").grad("e")
    ...     dict(gradient)
    {'d': <gradq formula 2*d>, 'b': <gradq formula 10*d>}
    """

    def __init__(self, of: str, reply: Reply) -> None:
        self.of = of
        cells = {answer.wrt: _cell(reply, answer) for answer in reply.answers if answer.unknown is None}
        unknown = {answer.wrt: answer.unknown for answer in reply.answers if answer.unknown is not None}
        super().__init__(f"gradient of {of!r}", cells, reply.at, _notes(reply), unknown)

    def _label(self, key: str) -> str:
        return f"∂{self.of}/∂{key}"

    def _repr_html_(self) -> str:
        rows = [[wrt, cell_text(cell)] for wrt, cell in self.items()] + [[wrt, _NOT_KNOWN] for wrt in self._unknown]
        return html_table(["wrt", f"∂{self.of}/∂wrt"], rows)


class Jacobian(Table[tuple[str, str]]):
    """The derivatives of several nodes by several: `jacobian["g", "b"]`; `rows()` has them by output, then input.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     space.add("demo", "u = x*y\\nv = x + y").jacobian(of=["u", "v"], wrt=["x"])["u", "x"]
    <gradq formula y>
    """

    def __init__(self, reply: Reply) -> None:
        self.of = list(dict.fromkeys(answer.of for answer in reply.answers))
        self.wrt = list(dict.fromkeys(answer.wrt for answer in reply.answers))
        cells = {(answer.of, answer.wrt): _cell(reply, answer) for answer in reply.answers if answer.unknown is None}
        unknown = {(answer.of, answer.wrt): answer.unknown for answer in reply.answers if answer.unknown is not None}
        super().__init__("Jacobian", cells, reply.at, _notes(reply), unknown)

    def _label(self, key: tuple[str, str]) -> str:
        return f"∂{key[0]}/∂{key[1]}"

    def rows(self) -> list[list[Cell]]:
        """Return the cells, a list for each output; raises `Undefined` if one is not known.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     graph = space.add("demo", "u = x*y\\nv = x + y")
        ...     graph.jacobian(of=["u", "v"], wrt=["x", "y"], at={"x": 2, "y": 3}).rows()
        [[3.0, 2.0], [1.0, 1.0]]
        """
        return [[self[of, wrt] for wrt in self.wrt] for of in self.of]

    def _repr_html_(self) -> str:
        rows = [[self._cells.get((of, wrt)) for wrt in self.wrt] for of in self.of]
        return _square("∂of/∂wrt", self.of, self.wrt, rows)


class Hessian(Table[tuple[str, str]]):
    """The second derivatives of one node by pairs of others: `hessian["a", "b"]`; `rows()` has them as a square.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     space.add("demo", "y = a^2*b").hessian("y", wrt=["a", "b"])["a", "b"]
    <gradq formula 2*a>
    """

    def __init__(self, of: str, reply: SecondReply) -> None:
        self.of, self.wrt = of, list(dict.fromkeys(answer.wrt[0] for answer in reply.answers))
        cells = {
            answer.wrt: answer.value or 0.0 if answer.root is None else Formula(answer.root, notes=tuple(answer.notes))
            for answer in reply.answers
        }
        super().__init__(f"Hessian of {of!r}", cells, reply.at, _notes(reply))

    def _label(self, key: tuple[str, str]) -> str:
        return f"∂²{self.of}/∂{key[0]}∂{key[1]}"

    def rows(self) -> list[list[Cell]]:
        """Return the cells, a list for each node.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "y = a^2*b").hessian("y", wrt=["a", "b"], at={"a": 1, "b": 5}).rows()
        [[10.0, 2.0], [2.0, 0.0]]
        """
        return [[self[x, z] for z in self.wrt] for x in self.wrt]

    def _repr_html_(self) -> str:
        return _square("∂²", self.wrt, self.wrt, self.rows())


def cell_text(cell: Cell) -> str:
    """Return a formula on one line, or how long it is; a number as the shortest text that reads back.

    >>> cell_text(282.0)
    '282'
    """
    return shortest(cell) if isinstance(cell, float) else cell.text if cell.size <= LIMIT else repr(cell)


def cell_or_nothing(number: float | None) -> str:
    """Return a number as text, or nothing where there is none."""
    return "" if number is None else shortest(number)


def html_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of HTML, every string in it escaped; past 200 rows a line says how many there are.

    >>> html_table(["node"], [["<b>"]])
    '<table><thead><tr><th>node</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    heading = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[:SHOWN])
    more = f"<tfoot><tr><td>and {len(rows) - SHOWN:,} more</td></tr></tfoot>" if len(rows) > SHOWN else ""
    return f"<table><thead><tr>{heading}</tr></thead><tbody>{body}</tbody>{more}</table>"


def _square(corner: str, tops: Sequence[str], columns: Sequence[str], rows: Sequence[Sequence[Cell | None]]) -> str:
    """Return a table of HTML with names down its side and along its top; None is a cell that is not known."""
    shown = [[_NOT_KNOWN if cell is None else cell_text(cell) for cell in row] for row in rows]
    return html_table([corner, *columns], [[top, *row] for top, row in zip(tops, shown, strict=True)])


def _names(key: object) -> tuple[object, ...]:
    """Return the names in a key, which is a name or a pair of them."""
    return key if isinstance(key, tuple) else (key,)


def _composed(key: Any) -> Any:
    """Return a key with its names in normal form."""
    if isinstance(key, tuple):
        return tuple(composed(name) if isinstance(name, str) else name for name in key)
    return composed(key) if isinstance(key, str) else key


def _cell(reply: Reply, answer: Answer) -> Cell:
    return answer.value if answer.value is not None else Formula(reply.root(answer), notes=tuple(answer.notes))


def _notes(reply: Reply | SecondReply) -> list[str]:
    return list(dict.fromkeys([*(note for answer in reply.answers for note in answer.notes), *reply.notes]))
