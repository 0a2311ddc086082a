"""The guard: what is too large, unpacks to too much or could grow is refused before it is read."""

import zipfile
from pathlib import Path

import pytest

from gradq.formats import guard
from gradq.store.errors import FileError, InvalidGraph


def _zip(path: Path, *parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for index, part in enumerate(parts):
            archive.writestr(f"part{index}", part)
    return path


def test_a_file_over_the_limit_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # holes: it takes no room
    with pytest.raises(InvalidGraph, match="1,099,511,627,776 bytes"):
        guard.check_size(path)


def test_what_has_no_size_is_read_up_to_the_limit() -> None:
    with pytest.raises(InvalidGraph, match="more than 1,000 bytes"):
        guard.read_bytes(Path("/dev/zero"), 1_000)


def test_what_is_no_file_is_a_file_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "not there"):
        for check in (guard.check_size, guard.read_text, guard.read_bytes):
            with pytest.raises(FileError, match=r"is a directory|is not there"):
                check(path)


def _check_zip(path: Path, **limits: int) -> None:
    with zipfile.ZipFile(path) as archive:
        guard.check_zip(archive, "book.zip", **limits)


def test_an_ordinary_zip_passes(tmp_path: Path) -> None:
    _check_zip(_zip(tmp_path / "fine.zip", b"a" * 1000, b"b"))
    _check_zip(_zip(tmp_path / "empty.zip"))


def test_a_zip_that_unpacks_to_far_more_than_it_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidGraph, match=r"^book.zip would unpack from \d,\d+ bytes to 8,388,608"):
        _check_zip(_zip(tmp_path / "bomb.zip", b"0" * (8 << 20)))


def test_a_zip_that_unpacks_to_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidGraph, match=r"^book.zip would unpack to 1,000 bytes"):
        _check_zip(_zip(tmp_path / "large.zip", b"a" * 500, b"b" * 500), unpacked=999)


def test_a_zip_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidGraph, match="has 3 parts"):
        _check_zip(_zip(tmp_path / "many.zip", b"", b"", b""), entries=2)


@pytest.mark.parametrize("later", [0, 1])
def test_a_zip_of_which_two_parts_share_bytes_is_refused(tmp_path: Path, later: int) -> None:
    """The directory names the second part where the first begins, or one byte behind that."""
    path = _zip(tmp_path / "overlap.zip", b"a" * 100, b"b" * 100)
    with zipfile.ZipFile(path) as archive:
        second = archive.infolist()[1].header_offset.to_bytes(4, "little")
    data = path.read_bytes()
    assert data.count(second + b"part1") == 1
    path.write_bytes(data.replace(second + b"part1", later.to_bytes(4, "little") + b"part1"))
    with pytest.raises(InvalidGraph, match="has parts that overlap"):
        _check_zip(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ['<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>', "<x><!-- far -->" + " " * 9999 + "<!ENTITY a ''></x>"]
)
def test_xml_that_declares_something_is_refused(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "bomb.xml"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(InvalidGraph, match="declares a document type"):
        guard.check_xml(path)


def test_xml_in_an_encoding_that_could_hide_a_declaration_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.xml"
    path.write_bytes(b'<?xml version="1.0" encoding="utf-7"?><x/>')
    with pytest.raises(InvalidGraph, match="utf-7"):
        guard.check_xml(path)


def test_plain_xml_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "plain.xml"
    path.write_bytes(b'<?xml version="1.0" encoding="UTF-8"?><x/>')
    assert guard.check_xml(path).endswith(b"<x/>")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    for data in (b"\xff\xfe\xfa", b"a\0b"):
        (tmp_path / "odd").write_bytes(data)
        with pytest.raises(InvalidGraph, match="is not text"):
            guard.read_text(tmp_path / "odd")
