"""What the tests of workbooks share: workbooks made on the spot, and values of what was read from them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from gradq.engine.evaluate import steps_of
from gradq.engine.shapes import formula_names
from gradq.formats.reading import Reading

MakeBook = Callable[..., Path]
ReadCells = Callable[..., Reading]
ValueOf = Callable[[Reading, str], float]


@pytest.fixture
def make_book(tmp_path: Path) -> MakeBook:
    """Give a function that saves a workbook of cells (`B3` or `Sheet!B3`), names array formulas (a range for each) and tables."""
    openpyxl = pytest.importorskip("openpyxl", reason='no openpyxl: pip install "gradq[excel]"')
    pytest.importorskip("defusedxml", reason='no defusedxml: pip install "gradq[excel]"')

    def make(
        cells: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
        arrays: Mapping[str, str] | None = None,
        tables: Mapping[str, str] | None = None,
    ) -> Path:
        book = openpyxl.Workbook()
        book.active.title = "S"
        for place, value in cells.items():
            title, _, coordinate = place.rpartition("!")
            sheet = book[title or "S"] if (title or "S") in book.sheetnames else book.create_sheet(title)
            whole = (arrays or {}).get(place)
            sheet[coordinate] = openpyxl.worksheet.formula.ArrayFormula(whole, value) if whole else value
        for name, text in (names or {}).items():
            book.defined_names.add(openpyxl.workbook.defined_name.DefinedName(name, attr_text=text))
        for name, ref in (tables or {}).items():
            book["S"].add_table(openpyxl.worksheet.table.Table(displayName=name, ref=ref))
        path = tmp_path / "book.xlsx"
        book.save(path)
        return path

    return make


@pytest.fixture
def read_cells(make_book: MakeBook) -> ReadCells:
    """Give a function that makes a workbook and reads it."""

    def read_them(cells: Mapping[str, Any], **more: Mapping[str, str]) -> Reading:
        from gradq.formats.excel import read

        return read(make_book(cells, **more))

    return read_them


@pytest.fixture
def value_of() -> ValueOf:
    """Give a function that works out a node of what was read, at the defaults."""

    def value(reading: Reading, name: str) -> float:
        found = {definition.name: definition for definition in reading.definitions}
        node = found[name]
        if node.formula is None:
            assert node.default is not None
            return float(node.default)
        steps, names = steps_of(node.formula)
        assert list(names) == formula_names(node.formula, pi_is_node=False)
        return steps.run([value(reading, parent) for parent in names])

    return value
