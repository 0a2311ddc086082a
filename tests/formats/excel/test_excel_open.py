"""Files that are no workbook, broken, or made to hurt: one clear error each, before anything large is unpacked."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("openpyxl", reason='no openpyxl: pip install "gradq[excel]"')

from gradq.formats import excel_open
from gradq.formats.excel_open import open_book
from gradq.store.errors import FileError, InvalidGraph

MakeBook = Callable[..., Path]
SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


def _changed(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """Rewrite a part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_a_sheet_of_a_gigabyte_is_refused_from_the_directory_alone(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_book({"A1": "=1"})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet2.xml", "w") as part:
        for _ in range(130):
            part.write(bytes(2**20))
    assert path.stat().st_size < 2**20
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    with pytest.raises(InvalidGraph, match=r"book.xlsx would unpack to 136,\d+,\d+ bytes"):
        open_book(path)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml"])
def test_an_xml_bomb_is_refused_in_every_part(part: str, make_book: MakeBook) -> None:
    path = _changed(make_book({"A1": "=1", "A2": "text"}), part, lambda text: ENTITIES + text.partition("?>")[2] or text)
    path = _changed(path, part, lambda text: text if text.startswith("<!") else ENTITIES + text)
    with pytest.raises(InvalidGraph, match="declares a document type or an entity"):
        open_book(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "book.xlsx cannot be read as a workbook"),
        (b"name,value\na,1\n", "book.xlsx cannot be read as a workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "an old .xls file, or has a password"),
        (b"PK\x03\x04" + bytes(50), "book.xlsx cannot be read as a workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    with pytest.raises(InvalidGraph, match=said):
        open_book(path)


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    with pytest.raises(InvalidGraph, match=r"cannot be read as a workbook: .*Content_Types"):
        open_book(tmp_path / "book.xlsx")


def test_a_missing_file_and_a_folder_are_errors_of_files(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "nothing.xlsx", "is not there"), (tmp_path, "is a directory")):
        with pytest.raises(FileError, match=said):
            open_book(path)


def test_a_zip_bomb_in_a_workbook_is_refused(make_book: MakeBook) -> None:
    path = make_book({"A1": "=1"})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(8 << 20))
    with pytest.raises(InvalidGraph, match=r"book.xlsx would unpack from \d+,\d+ bytes to 8,\d+,\d+"):
        open_book(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<sheetData>", "<sheetData><row"),
        ('r="A1"', 'r="A99999999"'),
        ('r="A1"', 'r="?"'),
        ("<v>7</v>", "<v>seven</v>"),
        ("<v>7</v>", "<v>1e999</v>"),
        ('t="n"><v>7', 't="s"><v>99'),
        ('t="n"><v>7', 't="b"><v>x'),
    ],
)
def test_a_sheet_that_is_broken_is_refused(old: str, new: str, make_book: MakeBook) -> None:
    path = _changed(make_book({"A1": 7, "A2": "=A1"}), SHEET, lambda text: text.replace(old, new, 1))
    with pytest.raises(InvalidGraph):
        open_book(path)


def test_every_cut_of_a_workbook_is_refused(make_book: MakeBook) -> None:
    path = make_book({"A1": 7, "A2": "=A1"})
    data = path.read_bytes()
    for size in range(0, len(data), len(data) // 20):
        path.write_bytes(data[:size])
        with pytest.raises(InvalidGraph):
            open_book(path)


def test_more_cells_than_a_limit_are_refused(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_open, "MOST_CELLS", 3)
    with pytest.raises(InvalidGraph, match="more than 3 cells"):
        open_book(make_book({f"A{row}": row for row in range(1, 5)}))


def test_a_shared_formula_counts_in_every_cell(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_open, "MOST_LETTERS", 29)
    path = make_book({"A1": "=1+1+1+1+1"} | {f"A{row}": "=1" for row in range(2, 5)})
    assert len(open_book(path).sheets[0].cells) == 4
    first = ("<f>1+1+1+1+1</f>", '<f t="shared" ref="A1:A4" si="0">1+1+1+1+1</f>')
    changes = [first, ("<f>1</f>", '<f t="shared" si="0"/>')]
    for old, new in changes:
        path = _changed(path, SHEET, lambda text, old=old, new=new: text.replace(old, new))  # type: ignore[misc]
    with pytest.raises(InvalidGraph, match="the formulas have more than 29 characters"):
        open_book(path)


def test_macros_and_styles_are_not_looked_at(make_book: MakeBook) -> None:
    path = make_book({"A1": 7, "A2": "=A1"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"no macro at all")
    book = open_book(_changed(path, "xl/styles.xml", lambda text: "<broken"))
    assert book.sheets[0].cells[2, 1].value == "=A1"
