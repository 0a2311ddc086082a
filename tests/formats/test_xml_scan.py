"""XML is looked at before a library sees it: damage, depth and entities are refused at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import gradq
from gradq.formats.xml_scan import MOST_DEPTH, scan_xml


def _write(folder: Path, data: str | bytes) -> Path:
    path = folder / "model.xml"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_the_first_element_is_named_with_its_namespace(tmp_path: Path) -> None:
    data = "<?xml version='1.0' encoding='UTF-8'?><!-- a --><a:m xmlns:a='http://a.org'><b/></a:m>"
    assert scan_xml(_write(tmp_path, data)) == ("http://a.org m", data.encode())


def test_as_deep_as_is_allowed_is_read(tmp_path: Path) -> None:
    assert scan_xml(_write(tmp_path, "<a>" * MOST_DEPTH + "</a>" * MOST_DEPTH))[0] == "a"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("<a>" * (MOST_DEPTH + 1) + "</a>" * (MOST_DEPTH + 1), "model.xml':1 is nested deeper than 1,000"),
        ("<a>" * 1_000_000, "model.xml':1 is nested deeper than 1,000"),
        ("<a>\n <b>\n</a>", ":3:3 is no XML: mismatched tag"),
        ("<a>", ":1:4 is no XML: no element found"),
        ("", ":1:1 is no XML: no element found"),
        (b"\x1f\x8b\x08\0\0\0", "is no XML"),
        ("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'bb'>]><a>&b;</a>", "declares a document type"),
        ("<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "declares a document type"),
        ("<?xml version='1.0'?><!DOCTYPE a><a/>".encode("utf-16"), "declares a document type"),
        ("<?xml version='1.0' encoding='utf-7'?><a/>", "utf-7"),
        ("<a>&b;</a>", "is no XML: undefined entity"),
    ],
)
def test_what_could_harm_or_is_damaged_is_refused_in_one_line(data: str | bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(gradq.InvalidGraph) as caught:
        scan_xml(_write(tmp_path, data))
    assert said in caught.value.message and "\n" not in caught.value.message


def test_a_file_of_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "model.xml"
    path.touch()
    os.truncate(path, 1 << 30)  # without a block on the disk
    with pytest.raises(gradq.InvalidGraph, match="has 1,073,741,824 bytes"):
        scan_xml(path)
