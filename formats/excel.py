"""Workbooks of Excel: cells become nodes, their formulas formulas; macros are never looked at.

`read` is the whole: open, order the formulas, translate each, and say by name and cell what could not be taken. Such a
cell becomes an opaque node over the cells that it names, with its formula as its note, so that nothing is guessed.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ..engine.graphfile import Definition
from ..engine.layout import quoted
from ..engine.names import composed
from ..engine.network import levels
from ..store.errors import InvalidGraph
from .excel_book import NUMBER, Area, Book, Cell, Place, column_letters, rectangle
from .excel_formula import Item, Unsupported, parse, words
from .excel_labels import Labels, note
from .excel_open import open_book
from .excel_scope import Scope, default_text
from .excel_translate import element, translate
from .excel_values import NUMERIC, Scalar, number
from .reading import Reading, Refused

_REACHING = frozenset({"INDIRECT", "OFFSET"})
MOST_PARENTS = 5_000  # of one opaque node; one with more is made of parts


class Formula(NamedTuple):
    """A formula and its items; `problem` says why it has none. `first`: where its array formula begins."""

    text: str
    items: list[Item]
    problem: str | None
    first: Place
    is_array: bool
    named: list[Area | Scalar]  # the areas that its text names, and the constants
    hidden: bool  # it reaches for cells that cannot be told from its text


def read(path: Path) -> Reading:
    """Return the cells of a workbook as nodes; raises `FileError`, `InvalidGraph` or `CycleError` with the cells of the loop."""
    book = open_book(path)
    scope = Scope(book)
    formulas = _formulas(book, scope)
    if not formulas:
        raise InvalidGraph(f"{path.name} has no formula", hint="a workbook of numbers alone has nothing to differentiate")
    reader = _Reader(scope, formulas, path.name)
    for place in _order(scope, formulas):
        reader.take(place)
    return reader.finish()


def _formulas(book: Book, scope: Scope) -> dict[Place, Formula]:
    """Return all formulas, and each cell that an array formula fills besides its own."""
    found: dict[Place, Formula] = {}
    for index, sheet in enumerate(book.sheets):
        for (row, column), cell in list(sheet.cells.items()):
            if cell.kind != "formula":
                continue
            place = (index, row, column)
            formula = found[place] = _formula(scope, str(cell.value), place, cell.whole)
            if cell.whole is None:
                continue
            for filled in _filled(cell.whole, index):
                if filled != place:
                    found[filled] = formula
                    old = sheet.cells.get(filled[1:])
                    sheet.cells[filled[1:]] = Cell("formula", cell.value, old.value if old is not None else None)
    return found


def _filled(whole: str, sheet: int) -> list[Place]:
    area = rectangle(whole, sheet, sheet)
    if area is None or (area.bottom - area.top + 1) * (area.right - area.left + 1) > 100_000:
        raise InvalidGraph(f"an array formula fills {whole}, which is no range or a very large one")
    return [(sheet, row, column) for row in range(area.top, area.bottom + 1) for column in range(area.left, area.right + 1)]


def _formula(scope: Scope, text: str, place: Place, whole: str | None) -> Formula:
    items: list[Item] = []
    problem = None
    try:
        items = parse(text) if text != "=TABLE()" else []
        problem = None if items else "a what-if table"
    except Unsupported as error:
        problem = str(error)
    scope.here = place
    named, unknown = _named(scope, text, items)
    hidden = unknown or not items or any(item.kind == "call" and item.text in _REACHING for item in items)
    return Formula(text, items, problem, place, whole is not None, named, hidden)


def _named(scope: Scope, text: str, items: list[Item]) -> tuple[list[Area | Scalar], bool]:
    """Return what a formula names, in its order, and whether it names more that cannot be found."""
    if items:
        names = [item.text for item in items if item.kind == "ref"]
    else:
        try:
            names = [token.value for token in words(text) if token.subtype == "RANGE"]
        except Unsupported:
            names = []
    found, unknown = [], False
    for name in names:
        try:
            found.append(scope.area(name))
        except Unsupported:
            unknown = True  # `translate` meets it again, and says so
    return found, unknown


def _order(scope: Scope, formulas: dict[Place, Formula]) -> list[Place]:
    """Return the formulas, each after those that it uses; raises `CycleError`."""
    above = {}
    names = {place: scope.name(place) for place in formulas}
    for place, formula in formulas.items():
        areas = [named for named in formula.named if isinstance(named, Area)]
        above[names[place]] = [names[parent] for area in areas for parent in scope.places(area, formulas=True)]
    level = levels(above)
    return sorted(formulas, key=lambda place: (level[names[place]], place))


class _Reader:
    """Collects the nodes, and what could not be taken."""

    def __init__(self, scope: Scope, formulas: dict[Place, Formula], source: str) -> None:
        self.scope, self.formulas, self.source = scope, formulas, source
        self.labels = Labels(scope.book)
        self.definitions: list[Definition] = []
        self.refused: list[Refused] = []
        self.values: dict[str, float] = {}
        self.hidden: list[str] = []  # opaque nodes that may have more parents than their text tells

    def take(self, place: Place) -> None:
        """Make the node of a formula; what comes before it in the graph has been taken."""
        scope, formula, name = self.scope, self.formulas[place], self.scope.name(place)
        scope.here = formula.first if formula.is_array else place
        try:
            if formula.problem is not None:
                raise Unsupported(formula.problem)
            value = translate(scope, formula.items, each=formula.is_array)
            if formula.is_array:
                inside = element(scope, value, place[1] - formula.first[1], place[2] - formula.first[2])
                if inside is None:  # Excel shows #N/A there
                    scope.book.sheets[place[0]].cells[place[1:]] = Cell("error", "#N/A")
                    return
                found = inside
            else:
                found = scope.scalar(value)
            self._keep(place, name, found)
        except Unsupported as error:
            scope.kinds[place] = "unknown"
            self._opaque(place, name, str(error))
        cached = scope.book.sheets[place[0]].cells[place[1:]].cached
        if isinstance(cached, (bool, float, int)):
            self.values[name] = float(cached)

    def _keep(self, place: Place, name: str, found: Scalar) -> None:
        if found.kind == "text":
            self.scope.kinds[place] = "text"
            self.scope.letters[place] = found.constant if isinstance(found.constant, str) else None
            self._opaque(place, name, "its value is a text")
            return
        self.scope.kinds[place] = found.kind if found.kind in (*NUMERIC, "truth") else "number"
        shown = number(found).text
        plain = NUMBER.fullmatch(shown) is not None  # a number and no more: a parameter
        if found.needs == () and found.kind != "unknown":
            self.scope.safe.add(place)
        label = self.labels.of(place)
        self.definitions.append(Definition(name, None if plain else shown, shown if plain else None, label))

    def _opaque(self, place: Place, name: str, reason: str) -> None:
        """Make a node that has its parents and no value of its own."""
        formula = self.formulas[place]
        parents: dict[str, None] = {}
        for named in formula.named:
            if isinstance(named, Scalar):
                parents[named.text] = None
                continue
            for parent in self.scope.places(named):
                if self.scope.at(parent).kind != "text":
                    parents[quoted(self.scope.name(parent))] = None
        names = [parent for parent in parents if parent != quoted(name)]
        if len(names) > MOST_PARENTS:
            names = [self._part(name, names, start) for start in range(0, len(names), MOST_PARENTS)]
        self.definitions.append(Definition(name, f"opaque({', '.join(names)})", None, note(formula.text)))
        self.refused.append(Refused(name, self._cell(place), reason))
        self.hidden += [name] if formula.hidden else []

    def _part(self, name: str, names: list[str], start: int) -> str:
        part = f"{name}, part {start // MOST_PARENTS + 1}"
        self.definitions.append(Definition(part, f"opaque({', '.join(names[start : start + MOST_PARENTS])})"))
        return quoted(part)

    def finish(self) -> Reading:
        """Add the numbers that formulas use, and the cells with a name; return the whole."""
        scope = self.scope
        for name, formula in scope.parts.items():
            self.definitions.append(Definition(name, formula))
        for name, value in scope.constants.items():
            self.definitions.append(Definition(composed(name), None, default_text(float(value))))
        for place in sorted(scope.used):
            cell = scope.book.cell(place)
            assert cell is not None
            name = scope.name(place)
            if cell.kind == "error":
                self.definitions.append(Definition(name, "opaque()", None, str(cell.value)))
                self.refused.append(Refused(name, self._cell(place), f"the error {cell.value}"))
            else:
                self.definitions.append(Definition(name, None, default_text(float(cell.value)), self.labels.of(place)))
        return Reading(self.definitions, tuple(self.refused), self._notes(), self.values)

    def _notes(self) -> tuple[str, ...]:
        if not self.hidden:
            return ()
        more = f" and {len(self.hidden) - 3:,} more" if len(self.hidden) > 3 else ""
        shown = ", ".join(quoted(name) for name in self.hidden[:3]) + more
        return (f"{shown} may depend on cells that the formula does not name: a derivative past it can lack paths",)

    def _cell(self, place: Place) -> str:
        return f"{self.scope.book.sheets[place[0]].title}!{column_letters(place[2])}{place[1]}"
