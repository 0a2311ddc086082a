"""A file is whole or as it was, and what a killed writer left is cleared by the next, but nothing that is being written."""

import os
from pathlib import Path

import pytest

import gradq
from gradq.store.errors import FileError
from gradq.store.whole import SUFFIX, whole_file, write_whole

fcntl = pytest.importorskip("fcntl", reason="nothing is locked on Windows")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder."""
    path = tmp_path / "whole"
    path.mkdir()
    return path


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_gets_its_name_when_it_is_whole(folder: Path) -> None:
    target = folder / "copy.gq"
    with whole_file(target) as half:
        half.write_text("a = 1\n")
        assert not target.exists()
    assert (target.read_text(), _names(folder)) == ("a = 1\n", ["copy.gq"])


def test_a_file_keeps_its_mode_and_a_new_one_gets_the_users(folder: Path) -> None:
    old, new = folder / "old", folder / "new"
    old.touch()
    old.chmod(0o640)
    for target in (old, new):
        with whole_file(target) as half:
            half.write_text("a")
    (folder / "plain").touch()
    assert [path.stat().st_mode & 0o777 for path in (old, new)] == [0o640, (folder / "plain").stat().st_mode & 0o777]


def test_an_error_leaves_what_was_there_and_nothing_else(folder: Path) -> None:
    target = folder / "copy.gq"
    target.write_text("mine")
    with pytest.raises(KeyboardInterrupt), whole_file(target) as half:
        half.write_text("half")
        raise KeyboardInterrupt
    assert (target.read_text(), _names(folder)) == ("mine", ["copy.gq"])


def test_what_a_killed_writer_left_is_cleared_and_what_a_living_one_writes_is_not(folder: Path) -> None:
    for name in (
        f".a.db.12345678{SUFFIX}",
        f".a.db.12345678{SUFFIX}-journal",
        f".other.x{SUFFIX}",
        ".a.db.part",
        f"mine{SUFFIX}",
    ):
        (folder / name).write_text("left")
    with whole_file(folder / "b.db") as living:
        with whole_file(folder / "a.db") as half:
            half.write_text("whole")
        assert _names(folder) == sorted([".a.db.part", "a.db", f"mine{SUFFIX}", living.name])


def test_a_half_that_is_a_link_is_left_alone(folder: Path) -> None:
    (folder / "kept").write_text("mine")
    (folder / f".a.x{SUFFIX}").symlink_to("kept")
    with whole_file(folder / "a") as half:
        half.write_text("a")
    assert _names(folder) == [f".a.x{SUFFIX}", "a", "kept"]


def test_a_pipe_is_written_and_stays_one(folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with whole_file(pipe) as half:
            half.write_text("a = 1\n")
        assert os.read(reader, 100) == b"a = 1\n" and pipe.is_fifo()
    finally:
        os.close(reader)


def test_a_long_name_has_room_for_its_half(folder: Path) -> None:
    with whole_file(folder / ("ä" * 120)) as half:
        half.write_text("a")
    assert _names(folder) == ["ä" * 120]


def test_it_is_written_where_a_link_leads(folder: Path) -> None:
    (folder / "link").symlink_to("file")
    write_whole(folder / "link", b"text")
    assert (folder / "link").is_symlink() and (folder / "file").read_bytes() == b"text"


def test_a_graph_is_saved_whole_from_python_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "graph.gq"
    file.write_text("as it was")

    def full(self: Path, mode: int) -> None:
        raise OSError(28, "No space left on device")

    with gradq.open(":memory:") as space:
        graph = space.add("demo", "y = 3*x")
        monkeypatch.setattr(Path, "chmod", full)
        with pytest.raises(FileError, match="No space left"):
            graph.save(file)
    assert (file.read_text(), _names(folder)) == ("as it was", ["graph.gq"])
