"""Files that are written whole or not at all, and what is no file."""

import os
import threading
from pathlib import Path

import pytest

import gradq
from gradq.store.errors import FileError
from gradq.store.whole import write_whole


def test_a_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "graph.gq"
    file.write_text("as it was")
    file.chmod(0o640)
    before = [*tmp_path.iterdir()]
    with monkeypatch.context() as patch:
        patch.setattr(Path, "chmod", lambda *_: 1 / 0)  # after the text, before the name
        with pytest.raises(ZeroDivisionError):
            write_whole(file, "half")
    assert [*tmp_path.iterdir()] == before and file.read_text() == "as it was"
    write_whole(file, "new")
    assert file.read_text() == "new" and file.stat().st_mode & 0o777 == 0o640


def test_it_is_written_where_a_link_leads(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")
    write_whole(tmp_path / "link", b"text")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "file").read_bytes() == b"text"


def test_a_pipe_gets_the_text_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(pipe.read_text()))
    thread.start()
    write_whole(pipe, "text")
    thread.join()
    assert found == ["text"] and pipe.is_fifo()


def test_a_graph_is_saved_whole_from_python_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "graph.gq"
    file.write_text("as it was")
    before = [*tmp_path.iterdir()]

    def full(self: Path, mode: int) -> None:
        raise OSError(28, "No space left on device")

    with gradq.open(":memory:") as space:
        graph = space.add("demo", "y = 3*x")
        monkeypatch.setattr(Path, "chmod", full)
        with pytest.raises(FileError, match="No space left"):
            graph.save(file)
    assert [*tmp_path.iterdir()] == before and file.read_text() == "as it was"
