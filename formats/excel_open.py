"""The file of a workbook, opened: what is too large, no workbook or broken is refused before it is read."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from ..engine.names import checked
from ..store.errors import InvalidGraph
from .excel_book import LAST_COLUMN, LAST_ROW, Book, Cell, Sheet, rectangle
from .excel_tables import Table, read_table
from .guard import check_size, check_zip, refuse_markup, shown, unreadable

MOST_CELLS = 1_000_000
MOST_LETTERS = 20_000_000  # of all formulas; a shared one counts in every cell
_LARGEST = 1.7976931348623157e308
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and any workbook with a password
_BROKEN = (  # what zipfile, zlib, the parsers and openpyxl raise on a broken file
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # of which lxml and the standard library make theirs
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    OverflowError,
)


def open_book(path: Path) -> Book:
    """Return what stands in a workbook; raises `FileError` or `InvalidGraph`. Reads only, and never a macro."""
    check_size(path)
    try:
        stream = path.open("rb")
    except OSError as error:
        raise unreadable(shown(path), error) from None
    with stream, _refusing(path.name):
        _check_archive(path.name, stream)
        return _read(stream)


def _check_archive(name: str, stream: BinaryIO) -> None:
    """Raise `InvalidGraph` for what is no workbook, would be too large or could grow."""
    if stream.read(8) == _OLD_EXCEL:
        raise InvalidGraph(f"{name} is an old .xls file, or has a password", hint="save it as .xlsx without a password")
    with zipfile.ZipFile(stream) as archive:
        check_zip(archive, name)
        for part in archive.infolist():  # whichever parser openpyxl finds: lxml is not one that defusedxml guards
            if part.filename.endswith((".xml", ".rels")):
                refuse_markup(archive.read(part), name)
    stream.seek(0)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Turn what a broken or hostile file raises in the libraries into one clear error."""
    try:
        yield
    except InvalidGraph:
        raise
    except _BROKEN as error:
        said = str(error).splitlines()[0][:200] if str(error) else ""
        raise InvalidGraph(
            f"{name} cannot be read as a workbook: {said or type(error).__name__}", hint="open it in Excel and save it as .xlsx"
        ) from None


def _read(stream: Any) -> Book:
    from openpyxl.reader.excel import ExcelReader

    # its steps one by one: styles, themes and properties are of no use here, and break the reading of some files
    reader: Any = ExcelReader(stream, read_only=True, keep_links=False)
    with reader.archive:
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        found: list[Sheet] = []
        numbers: dict[int, int] = {}
        tables: dict[str, Table] = {}
        room = _Room(MOST_CELLS, MOST_LETTERS)
        for index, (sheet, rel) in enumerate(reader.parser.find_sheets()):
            if "worksheet" in rel.Type and rel.target in reader.valid_files:
                numbers[index] = len(found)  # names count all the sheets, charts as well
                with reader.archive.open(rel.target) as source:
                    found.append(Sheet(checked(sheet.name), _cells(source, reader.shared_strings, reader.wb.epoch, room)))
                tables |= _tables(reader, rel.target, len(found) - 1)
    names: dict[str, str] = {}
    local: dict[tuple[int, str], str] = {}
    for name in reader.parser.defined_names.definedName:
        if name.name.startswith("_xl") or not name.attr_text:
            continue  # print areas, filters and the like
        if name.localSheetId is None:
            names[name.name] = name.attr_text
        elif int(name.localSheetId) in numbers:
            local[numbers[int(name.localSheetId)], name.name] = name.attr_text
    return Book(found, names, local, tables)


def _tables(reader: Any, target: str, sheet: int) -> dict[str, Table]:
    """Return the tables of a sheet by name."""
    from defusedxml.ElementTree import fromstring
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.worksheet.table import Table as FoundTable

    found: dict[str, Table] = {}
    if get_rels_path(target) not in reader.valid_files:
        return found
    for rel in get_dependents(reader.archive, get_rels_path(target)):
        if rel.Type.endswith("/table"):
            table = FoundTable.from_tree(fromstring(reader.archive.read(rel.target)))
            area = rectangle(table.ref, sheet, sheet)
            if area is not None:
                found[table.displayName] = read_table(sheet, table, area[1:5])
    return found


class _Room:
    """How many cells, and how many letters of formulas, may yet come."""

    def __init__(self, cells: int, letters: int) -> None:
        self.cells, self.letters = cells, letters

    def take(self, formulas: list[Any], shared: dict[str, int]) -> None:
        """Count the cells of a row that hold something, of which each has its formula or None; raises `InvalidGraph`."""
        self.cells -= len(formulas)
        if self.cells < 0:
            raise InvalidGraph(f"more than {MOST_CELLS:,} cells", hint="keep the sheets that the model needs")
        for formula in formulas:
            if formula is not None:
                length = len(formula.text or "")
                if formula.get("t") == "shared":
                    length = max(length, shared.get(formula.get("si"), 0))
                    shared[formula.get("si")] = length
                self.letters -= length
        if self.letters < 0:
            raise InvalidGraph(f"the formulas have more than {MOST_LETTERS:,} characters", hint="keep what the model needs")


def _cells(source: Any, strings: list[str], epoch: Any, room: _Room) -> dict[tuple[int, int], Cell]:
    """Return the cells of a sheet."""
    from defusedxml.ElementTree import iterparse
    from openpyxl.worksheet._reader import FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser

    # its rows and cells, with shared formulas moved to their place; no date formats, so that dates stay numbers
    parser: Any = WorkSheetParser(source, strings, epoch=epoch)
    cells: dict[tuple[int, int], Cell] = {}
    shared: dict[str, int] = {}
    for _, row in iterparse(source):
        if row.tag != ROW_TAG:
            continue
        elements = list(row)
        room.take([element.find(FORMULA_TAG) for element in elements if len(element)], shared)
        for element, found in zip(elements, parser.parse_row(row)[1], strict=True):
            if found["data_type"] == "f":
                cached = _cached(element.get("t", "n"), element.findtext(VALUE_TAG), strings)
                cell = _formula(found["value"], cached)
            elif found["value"] is not None:
                cell = _constant(found["data_type"], found["value"], epoch)
            else:
                continue
            place = found["row"], found["column"]
            if not (1 <= place[0] <= LAST_ROW and 1 <= place[1] <= LAST_COLUMN):
                raise InvalidGraph(f"a cell in row {place[0]}, column {place[1]}: no sheet has so many")
            cells[place] = cell
        row.clear()
    return cells


def _constant(kind: str, value: Any, epoch: Any) -> Cell:
    from openpyxl.utils.datetime import to_excel

    if kind == "e":
        return Cell("error", str(value))
    if isinstance(value, bool):
        return Cell("truth", value)
    if isinstance(value, (datetime, date, time, timedelta)):  # a cell that holds its date as ISO 8601
        return Cell("number", to_excel(value, epoch))
    if not isinstance(value, (int, float)):
        return Cell("text", str(value))
    if not -_LARGEST <= value <= _LARGEST:
        raise InvalidGraph("a cell holds a number that is not finite")
    return Cell("number", float(value))


def _formula(value: Any, cached: float | str | bool | None) -> Cell:
    """Return the cell of a formula; openpyxl gives array formulas and what-if tables as objects with a `ref`."""
    if isinstance(value, str):
        return Cell("formula", value, cached)
    return Cell("formula", str(getattr(value, "text", None) or "=TABLE()"), cached, str(value.ref))


def _cached(kind: str, text: str | None, strings: list[str]) -> float | str | bool | None:
    """Return what Excel last computed: a number, a truth or a text; None where it kept none, or an error."""
    if not text or kind == "e":
        return None
    if kind == "n":
        return float(text)
    if kind == "b":
        return bool(int(text))
    return strings[int(text)] if kind == "s" else text
