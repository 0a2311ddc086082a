"""The cells that formulas speak of: their names as nodes, and what each is when a formula uses it."""

from __future__ import annotations

from ..engine.layout import quoted
from ..engine.names import MAX_NAME, composed
from ..store.errors import InvalidGraph
from .excel_book import NUMBER, Area, Book, Place, column_letters
from .excel_formula import Unsupported
from .excel_values import BLANK, Grid, Scalar, Value, text, total

MOST_READ = 5_000_000  # cells that ranges name, one after the other, in the whole workbook
MOST_IN_GRID = 20_000
MOST_TERMS = 5_000


class Scope:
    """A workbook while it is read: what each formula turned out to be, and which constants were used."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.kinds: dict[Place, str] = {}  # of the formulas that are done: number, truth, text, mixed, unknown
        self.safe: set[Place] = set()  # formulas that are never an error
        self.letters: dict[Place, str | None] = {}  # of a formula that is a text: what it says, if that is fixed
        self.used: dict[Place, None] = {}  # numbers and errors that some formula uses
        self.constants: dict[str, str] = {}  # names that stand for a number
        self.here: Place = (0, 1, 1)
        self.parts: dict[str, str] = {}  # parts of long sums, by name
        self.running: dict[Place, list[tuple[int, str]]] = {}  # sums down a column, by where they begin: last row, name
        self._seen: dict[Place, Scalar] = {}
        self.named = _named_cells(book)
        self.left = MOST_READ
        self.pi_is_node = "pi" in book.names

    def name(self, place: Place) -> str:
        """Return the name of a cell as a node: the defined one, else `Sheet!B3`."""
        found = self.named.get(place)
        return found if found is not None else f"{self.book.sheets[place[0]].title}!{column_letters(place[2])}{place[1]}"

    def area(self, reference: str) -> Area | Scalar:
        """Return what a reference means in the cell that is being read."""
        found = self.book.resolve(reference, self.here)
        if isinstance(found, Area):
            return self.book.clipped(found) if not found.single else found
        name, value = self.book.constant(found)
        self.constants[name] = value
        return Scalar("number", quoted(composed(name)))

    def places(self, area: Area, *, formulas: bool = False) -> list[Place]:
        """Return the cells of an area that are not empty, row by row."""
        found = sorted(self.book.inside(area, formulas=formulas))
        self.left -= len(found)
        if self.left < 0:
            raise InvalidGraph(f"the ranges of all formulas name more than {MOST_READ:,} cells", hint="shorten the running sums")
        return found

    def at(self, place: Place) -> Scalar:
        """Return what a cell is; a formula must have been taken before."""
        found = self._seen.get(place)
        if found is None:
            found = self._seen[place] = self._look(place)
        return found

    def _look(self, place: Place) -> Scalar:
        cell = self.book.cell(place)
        if cell is None:
            return BLANK
        if cell.kind == "text":
            return text(str(cell.value))
        shown = quoted(self.name(place))
        if cell.kind == "formula":
            kind = self.kinds[place]
        else:
            self.used[place] = None
            kind = "unknown" if cell.kind == "error" else cell.kind
        needs = () if cell.kind in ("number", "truth") or place in self.safe else None
        if kind == "truth":
            return Scalar("truth", f"{shown} != 0", 4, 1, needs=needs)
        return Scalar("text", constant=self.letters[place]) if kind == "text" else Scalar(kind, shown, needs=needs)

    def scalar(self, value: Value) -> Scalar:
        """Return one value: of a range the cell in the row or the column of the formula, as Excel does."""
        if isinstance(value, Scalar):
            return value
        if isinstance(value, Grid):
            return value.rows[0][0]
        if value.sheet != value.last_sheet:
            raise Unsupported("a range over several sheets where one value is needed")
        row, column = self.here[1:]
        if value.left == value.right and (value.top <= row <= value.bottom or value.top == value.bottom):
            return self.at((value.sheet, row if value.top != value.bottom else value.top, value.left))
        if value.top == value.bottom and value.left <= column <= value.right:
            return self.at((value.sheet, value.top, column))
        raise Unsupported("a range where one value is needed")

    def grid(self, value: Value) -> Grid:
        """Return values in rows; raises `Unsupported` for very many."""
        if isinstance(value, Scalar):
            return Grid([[value]])
        if isinstance(value, Grid):
            return value
        height, width = value.bottom - value.top + 1, value.right - value.left + 1
        if value.sheet != value.last_sheet or height * width > MOST_IN_GRID:
            raise Unsupported(f"a range of {height:,} by {width:,} cells, cell by cell")
        self.left -= height * width
        rows = range(value.top, value.bottom + 1)
        return Grid([[self.at((value.sheet, row, column)) for column in range(value.left, value.right + 1)] for row in rows])

    def spread(self, value: Value) -> list[Scalar]:
        """Return the values in an argument, of a range those that are not empty."""
        if isinstance(value, Area):
            return [self.at(place) for place in self.places(value)]
        return [value] if isinstance(value, Scalar) else [each for row in value.rows for each in row]

    def summed(self, terms: list[Scalar], what: str) -> Scalar:
        """Return a sum; a very long one is made of parts that are nodes themselves."""
        if len(terms) <= MOST_TERMS:
            return total(terms)
        shares = [terms[start : start + MOST_TERMS] for start in range(0, len(terms), MOST_TERMS)]
        return total([self.part(f"{what} in {self.name(self.here)}, part {len(self.parts) + 1}", share) for share in shares])

    def part(self, name: str, terms: list[Scalar]) -> Scalar:
        """Make a node of its own for a part of a sum."""
        whole = total(terms)
        self.parts[name] = whole.text
        return Scalar("number", quoted(name), needs=() if whole.needs == () else None)

    def shown(self, area: Area) -> str:
        """Return an area as text."""
        corners = f"{column_letters(area.left)}{area.top}:{column_letters(area.right)}{area.bottom}"
        titles = dict.fromkeys(self.book.sheets[sheet].title for sheet in (area.sheet, area.last_sheet))
        return f"{':'.join(titles)}!{corners}"


def _named_cells(book: Book) -> dict[Place, str]:
    """Return the cells that have a name in the book; of several the first, and none that no node may have."""
    found: dict[Place, str] = {}
    taken: set[str] = set()
    for name in book.names:
        try:
            area = book.meaning(name)
        except Unsupported:
            continue
        spelled = composed(name)
        if isinstance(area, Area) and area.single and len(name) <= MAX_NAME and spelled not in taken:
            taken.add(spelled)
            found.setdefault((area.sheet, area.top, area.left), spelled)
    return found


def default_text(value: float) -> str:
    """Return a number of a cell as the exact literal of a parameter."""
    shown = str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    if not NUMBER.fullmatch(shown):
        raise InvalidGraph(f"a cell holds {shown}, which is no number")
    return shown
