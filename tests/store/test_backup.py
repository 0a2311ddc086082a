"""Backups: whole or not there, taken while others write, and named by what they are of."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from gradq.engine import loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph
from gradq.store.backup import backup_file, backup_name, dump_command
from gradq.store.errors import DatabaseError, FileError, UsageError
from gradq.store.whole import SUFFIX


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'gradq.db'}"
    with Explorer(url) as explorer:
        loader.load(explorer, "demo", read_graph("b = 5 - 3*a"))
    return url


def test_a_backup_has_all_rows_also_of_an_open_database(url: str, tmp_path: Path) -> None:
    with Explorer(url) as explorer:
        explorer.derivatives("demo", "b", ["a"])
        backup_file(url, tmp_path / "copy.db")
    with Explorer(f"sqlite:///{tmp_path / 'copy.db'}") as copy:
        assert copy.memo_counts("demo")["gradient"] == 1
        assert copy.derivatives("demo", "b", ["a"]).reused == 1


def test_a_file_that_is_there_stays_as_it_is(url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("mine")
    with pytest.raises(FileError):
        backup_file(url, target)
    assert target.read_text() == "mine"
    backup_file(url, target, replace=True)
    with closing(sqlite3.connect(target)) as conn:
        assert conn.execute("pragma integrity_check").fetchone() == ("ok",)


def test_a_target_that_cannot_be_written_leaves_nothing(url: str, tmp_path: Path) -> None:
    with pytest.raises(FileError):
        backup_file(url, tmp_path / "no" / "copy.db")
    assert list(tmp_path.glob(f".*{SUFFIX}*")) == []


@pytest.mark.parametrize("other", ["sqlite://", "sqlite:////nowhere/x.db"])
def test_there_must_be_a_file(other: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError):
        backup_file(other, tmp_path / "copy.db")


def test_a_servers_database_is_left_to_its_own_tools(tmp_path: Path) -> None:
    url = "postgresql+psycopg://me:secret@host:5433/team"
    with pytest.raises(UsageError) as error:
        backup_file(url, tmp_path / "copy.db")
    assert error.value.hint == dump_command(make_url(url))
    assert error.value.hint == "pg_dump --format=custom --file=gradq.dump --host host --port 5433 --username me team"


def test_a_backup_before_an_upgrade_is_named_by_its_schema() -> None:
    name = backup_name(Path("/data/gradq.db"), "0001").name
    assert name.startswith("gradq.db.schema-0001.") and name.endswith(".bak")


def test_what_is_no_file_stays(url: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("folder")
    for name, what in (("folder", "directory"), ("link", "directory"), ("pipe", "no file"), ("x" * 300, "too long")):
        with pytest.raises(FileError, match=what):
            backup_file(url, tmp_path / name, replace=True)
    assert (tmp_path / "pipe").is_fifo() and (tmp_path / "link").is_symlink() and not [*(tmp_path / "folder").iterdir()]


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_what_sqlite_keeps_beside_a_database_is_no_place_for_a_copy(url: str, tmp_path: Path, end: str) -> None:
    with pytest.raises(UsageError, match="part of the database"):
        backup_file(url, tmp_path / f"gradq.db{end}", replace=True)
    assert not (tmp_path / f"gradq.db{end}").exists()


def test_a_copy_is_written_where_a_link_leads(url: str, tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to("monday.db")
    backup_file(url, tmp_path / "latest")
    (tmp_path / "monday.db").write_text("mine")
    with pytest.raises(FileError, match="there already"):
        backup_file(url, tmp_path / "latest")
    backup_file(url, tmp_path / "latest", replace=True)
    assert (tmp_path / "latest").is_symlink() and (tmp_path / "monday.db").read_bytes().startswith(b"SQLite")


def test_a_database_is_not_copied_onto_itself(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="itself"):
        backup_file(url, tmp_path / "gradq.db", replace=True)
