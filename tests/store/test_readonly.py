"""Files that may only be read: what is written beside them, what is seen of the last commits, and what is said."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradq.engine import loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph
from gradq.store.errors import DatabaseError
from gradq.store.readonly import is_file_there, is_read_only, reader

# root may do all: the questions are asked by a process that has given up the right to pass by permissions
_CAPS = "-dac_override,-dac_read_search,-fowner"
_AS_NOBODY_SPECIAL = ["setpriv", f"--bounding-set={_CAPS}", f"--inh-caps={_CAPS}"] if os.getuid() == 0 else []


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a database in it that has been closed; it can be written again at the end."""
    place = tmp_path / "kept"
    place.mkdir()
    with Explorer(f"sqlite:///{place / 'gradq.db'}") as explorer:
        loader.load(explorer, "demo", read_graph("b = 5 - 3*a\nc = b^2"))
    yield place
    for path in (place, *place.iterdir()):
        path.chmod(0o755)


def ask(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*_AS_NOBODY_SPECIAL, sys.executable, "-m", "gradq", "--db", str(folder / "gradq.db"), "-g", "demo", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_read_only_folder_answers_and_says_that_nothing_was_stored(folder: Path) -> None:
    folder.chmod(0o555)
    done = ask(folder, "d", "c", "--wrt", "a")
    assert (done.returncode, done.stdout) == (0, "-6*b\n")
    assert done.stderr == f"note: nothing was stored: {folder / 'gradq.db'}: the database is read-only\n"
    assert [path.name for path in folder.iterdir()] == ["gradq.db"]
    assert ask(folder, "sql", "select name from v_node where kind = 'input'").stdout == "a\n"
    assert ask(folder, "set", "c = b").returncode == 6


def test_a_read_only_file_answers_too(folder: Path) -> None:
    (folder / "gradq.db").chmod(0o444)
    done = ask(folder, "d", "c", "--wrt", "a")
    assert (done.returncode, done.stdout) == (0, "-6*b\n") and "nothing was stored" in done.stderr


def test_commits_that_lie_beside_the_file_are_seen(folder: Path) -> None:
    writer = sqlite3.connect(folder / "gradq.db")
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("update node set note = 'fresh' where name = 'c'")
    writer.commit()
    assert (folder / "gradq.db-wal").stat().st_size
    (folder / "gradq.db-shm").unlink()
    folder.chmod(0o555)
    done = ask(folder, "sql", "select note from v_node where name = 'c'")
    assert done.stdout == "fresh\n"
    done = ask(folder, "show", "c")
    assert "note   fresh" in done.stdout and "is read from a copy" in done.stderr
    folder.chmod(0o755)
    writer.close()


def test_a_folder_that_nobody_may_enter_is_one_clear_line(folder: Path) -> None:
    folder.chmod(0o000)
    done = ask(folder, "ls")
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr == f"error: {folder / 'gradq.db'} cannot be reached: Permission denied\n"


def test_what_may_be_written_is_opened_as_it_is(folder: Path) -> None:
    assert not is_read_only(folder / "gradq.db") and not is_read_only(folder / "nothing.db")
    assert reader(folder / "gradq.db").address.endswith("?mode=ro")


def test_a_path_that_cannot_be_is_an_error() -> None:
    with pytest.raises(DatabaseError):
        is_file_there(Path("a\0b"))
    assert not is_file_there(Path(__file__) / "below.db")
