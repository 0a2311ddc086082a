"""Disks that are full, files that may not be read or written, and servers that go away: one line, and nothing half written."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy

from gradq.engine import editor, loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_definition, read_graph
from gradq.store.errors import DatabaseError
from tests.trust import operations
from tests.trust.audit import problems, state
from tests.trust.nursery import ROOT, Done, Nursery
from tests.trust.test_overtaken import Interrupted

BIG = "".join(f"w{i} = x{i}*{i} + sin(x{i})^2\n" for i in range(4000))

# ------------------------------------------------------------------------------------------------------ a full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte with a database on it; needs root."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"A FULL DISK IS NOT TRIED: no small disk can be mounted here ({done.stderr.strip()})")
    try:
        with Explorer(str(disk / "x.db")) as explorer:
            operations.perform(explorer, ["load", "demo", operations.DEMO])
            operations.perform(explorer, ["d", "g", "b"])
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_one_line_and_leaves_what_was(small_disk: Path, nursery: Nursery) -> None:
    with Explorer(str(small_disk / "x.db")) as explorer:
        before = state(explorer)
    where = f"error: {small_disk / 'x.db'}: "
    # SQLite says the second where it is the index of its log that finds no room
    full = [f"{where}the disk is full\n", f"{where}the disk takes or gives no data\nhint: is it full?\n"]
    (small_disk.parent / "big.gq").write_text(BIG)
    done = run(nursery, small_disk, "load", str(small_disk.parent / "big.gq"))
    assert (done.code, done.out) == (6, "") and done.err in full, done
    fill(small_disk)
    done = run(nursery, small_disk, "set", "d = 4*b^2")
    assert (done.code, done.out) == (6, "") and done.err in full, done
    done = run(nursery, small_disk, "d", "g", "--wrt", "b")  # with no room at all, even reading has none for its lock
    assert (done.code, done.out, done.err) == (0, "60*d + 84\n", "") or (done.code == 6 and done.err in full), done
    fill(small_disk, 40_000)
    done = run(nursery, small_disk, "d", "g", "--wrt", "b")
    assert (done.code, done.out, done.err) == (0, "60*d + 84\n", "")
    done = run(nursery, small_disk, "grad", "g", "--at", "a=1,o=2")
    assert done.code == 0 and done.out.startswith("f\t3\ne\t6\n"), done
    assert done.err == f"note: nothing was stored: {small_disk / 'x.db'}: the disk is full\n"
    (small_disk / "copy.gq").write_text("as it was")
    shutil.copy(small_disk / "x.db", small_disk.parent / "y.db")
    fill(small_disk)
    done = run(nursery, small_disk.parent, "save", str(small_disk / "copy.gq"))
    assert (done.code, done.err) == (2, f"error: '{small_disk / 'copy.gq'}' cannot be written: No space left on device\n")
    assert (small_disk / "copy.gq").read_text() == "as it was"
    done = run(nursery, small_disk.parent, "db", "backup", str(small_disk / "copy.db"))
    assert (
        done.code == 2
        and done.err.startswith(f"error: '{small_disk / 'copy.db'}' cannot be written")
        and done.err.count("\n") == 1
    )
    assert {path.name for path in small_disk.iterdir()} - {"x.db-wal", "x.db-shm"} == {"x.db", "copy.gq", "filler"}
    (small_disk / "filler").unlink()
    with Explorer(str(small_disk / "x.db")) as explorer:
        assert (state(explorer), problems(explorer)) == (before, [])


def test_a_first_load_on_a_full_disk_is_one_line_and_the_next_one_passes(small_disk: Path, nursery: Nursery) -> None:
    fill(small_disk)
    (small_disk.parent / "demo.gq").write_text(operations.DEMO)
    words = ["--db", str(small_disk / "new.db"), "load", str(small_disk.parent / "demo.gq")]
    done = nursery.run("tasks:command", *words)
    assert done.code == 6 and done.err.startswith("error: ") and done.err.count("\n") <= 2, done
    (small_disk / "filler").unlink()
    assert nursery.run("tasks:command", *words).code == 0


def test_an_upgrade_on_a_full_disk_is_one_line_and_the_next_one_passes(
    small_disk: Path, old_file: Path, nursery: Nursery
) -> None:
    shutil.copy(old_file, small_disk / "old.db")
    fill(small_disk)
    words = ["--db", str(small_disk / "old.db"), "-g", "demo", "d", "g", "--wrt", "b"]
    done = nursery.run("tasks:command", *words)
    assert done.code in (2, 6) and done.err.startswith("error: ") and done.err.count("\n") <= 2, done
    (small_disk / "filler").unlink()
    done = nursery.run("tasks:command", *words)
    assert done.code == 0 and "was upgraded" in done.err


def fill(disk: Path, but: int = 0) -> None:
    """Fill a disk to the last byte, `but` for so many."""
    with (disk / "filler").open("ab", buffering=0) as file:
        for size in (4096, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue
        file.truncate(file.tell() - but)


def run(nursery: Nursery, disk: Path, *words: str) -> Done:
    """Run a command on the database of a disk, or on the copy beside the small one."""
    chosen = [] if words[0] == "load" else ["-g", "demo"]
    return nursery.run("tasks:command", "--db", str(next(disk.glob("[xy].db"))), *chosen, *words)


# ------------------------------------------------------------------------------------------------ no permission

# root may do all: who asks gives up the right to pass by permissions
CAPS = "-dac_override,-dac_read_search,-fowner"
SETPRIV = ["setpriv", f"--bounding-set={CAPS}", f"--inh-caps={CAPS}"] if os.getuid() == 0 else []

ASKED = {
    "d g --wrt a": "-180*d - 252\n",
    "d g --wrt b": "60*d + 84\n",
    "d g --wrt b --at a=0.5": "1494\n",
    "eval e --at a=0.5": "622.25\n",
    "formula e --in b": "14*b + (5*b + 6)^2 + 21\n",
    "ls": "demo",
    "save": "a = 0.5\n",
}
REFUSED = [
    "set d=1",
    "rename d dd",
    "rm-node g",
    "rm demo",
    "memo clear",
    "point set p a=1",
    "new draft",
    "load demo.gq --replace",
]


@pytest.fixture(scope="session")
def meek(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """A nursery whose children may do no more than their permissions say."""
    found = Nursery(tmp_path_factory.mktemp("meek"), *SETPRIV)
    yield found
    found.close()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """A folder with a closed database; what is shut in it is opened at the end."""
    folder = tmp_path / "kept"
    folder.mkdir()
    with Explorer(str(folder / "x.db")) as explorer:
        loader.load(explorer, "demo", read_graph(operations.DEMO))
        explorer.derivatives("demo", "g", ["b"])
    (tmp_path / "demo.gq").write_text(operations.DEMO.replace("5*b", "4*b"))
    yield folder
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)


@pytest.mark.parametrize("shut", ["x.db", "."])
def test_a_read_only_database_answers_every_question_and_refuses_every_edit(meek: Nursery, kept: Path, shut: str) -> None:
    before = (kept / "x.db").read_bytes()
    (kept / shut).chmod(0o444 if shut == "x.db" else 0o555)
    for words, answer in ASKED.items():
        done = ask(meek, kept, words)
        assert done.code == 0 and done.out.startswith(answer), (words, done)
        assert done.err in ("", f"note: nothing was stored: {kept / 'x.db'}: the database is read-only\n")
    for words in REFUSED:
        done = ask(meek, kept, words)
        assert (done.code, done.out, done.err) == (6, "", f"error: {kept / 'x.db'}: the database is read-only\n"), words
    assert (kept / "x.db").read_bytes() == before
    if shut == ".":
        assert [path.name for path in kept.iterdir()] == ["x.db"]
    assert ask(meek, kept, "db backup copy.db").code == 0
    with Explorer(str(kept.parent / "copy.db")) as explorer:
        assert problems(explorer) == [] and list(state(explorer)) == ["demo"]


@pytest.mark.parametrize("shut", ["x.db", "."])
def test_a_database_that_may_not_be_read_is_one_line(meek: Nursery, kept: Path, shut: str) -> None:
    (kept / shut).chmod(0o000)
    for words in (*ASKED, *REFUSED, "db info", "db backup copy.db"):
        done = ask(meek, kept, words)
        assert (done.code, done.out, done.err.count("error: ")) == (6, "", 1), (words, done)
        assert done.err.count("\n") <= 2


def test_a_file_that_cannot_be_written_is_one_line_and_stays(meek: Nursery, kept: Path) -> None:
    place = kept.parent / "place"
    place.mkdir()
    (place / "copy.gq").write_text("as it was")
    (place / "copy.db").write_text("as it was")
    place.chmod(0o555)
    for words in (f"save {place}/copy.gq", f"db backup {place}/copy.db --replace", f"save {place}/new.gq"):
        done = ask(meek, kept, words)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), (words, done)
    place.chmod(0o755)
    assert {path.name: path.read_text() for path in place.iterdir()} == dict.fromkeys(["copy.gq", "copy.db"], "as it was")


def ask(meek: Nursery, kept: Path, words: str) -> Done:
    """Run a command on the database of a folder, from the folder above."""
    first, *rest = words.split()
    chosen = [] if first in ("load", "rm", "new", "ls", "db") else ["-g", "demo"]
    return meek.run("tasks:command", *chosen, "--db", str(kept / "x.db"), first, *rest, cwd=kept.parent)


# ---------------------------------------------------------------------------------------------------- the server


@pytest.fixture
def served(database: str) -> Iterator[tuple[Interrupted, Callable[[], None]]]:
    """A connection to a server, and what ends it from the other side."""
    with Interrupted(database) as explorer:
        operations.perform(explorer, ["load", "demo", operations.DEMO])
        other = sqlalchemy.create_engine(database, poolclass=sqlalchemy.NullPool)

        def cut() -> None:
            with other.connect() as conn:
                conn.exec_driver_sql(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where datname = current_database() and pid <> pg_backend_pid()"
                )

        yield explorer, cut


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_between_reading_and_writing_costs_the_memo_and_not_the_answer(
    served: tuple[Interrupted, Callable[[], None]],
) -> None:
    explorer, cut = served
    explorer.between = cut
    reply = explorer.derivatives("demo", "g", ["b"])
    assert reply.answers[0].expression == "60*d + 84"
    (note,) = reply.notes
    assert note.startswith("nothing was stored: postgresql") and "\n" not in note
    assert explorer.derivatives("demo", "g", ["b"]).notes == []  # connected anew
    assert problems(explorer) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_within_an_edit_is_one_line_and_nothing_is_written(
    served: tuple[Interrupted, Callable[[], None]],
) -> None:
    explorer, cut = served
    before, count = state(explorer), 0

    def step(*_: object) -> None:
        nonlocal count
        count += 1
        if count == 8:
            cut()

    sqlalchemy.event.listen(explorer.engine, "before_cursor_execute", step)
    with pytest.raises(DatabaseError) as error:
        editor.set_node(explorer, "demo", read_definition("d = 4*b^2"))
    assert error.value.exit == 6 and "\n" not in error.value.message
    assert (state(explorer), problems(explorer)) == (before, [])
    editor.set_node(explorer, "demo", read_definition("d = 4*b^2"))


def test_a_server_that_is_restarted_between_reading_and_writing_costs_the_memo_and_not_the_answer(tmp_path: Path) -> None:
    if not os.environ.get("GRADQ_TEST_POSTGRES"):
        pytest.skip("no PostgreSQL: GRADQ_TEST_POSTGRES holds no URL (.ci/postgres starts a server)")
    with tempfile.TemporaryDirectory(prefix="gradq-") as folder:  # a server of our own; the path of its socket is short

        def server(word: str) -> str:
            command = [str(ROOT / ".ci" / "postgres"), word, folder]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout

        url = server("start").split("'")[1]
        try:
            with Interrupted(url) as explorer:
                operations.perform(explorer, ["load", "demo", operations.DEMO])
                explorer.between = lambda: (server("stop"), server("start"))
                reply = explorer.derivatives("demo", "g", ["b"])
                assert reply.answers[0].expression == "60*d + 84"
                assert len(reply.notes) == 1 and "nothing was stored" in reply.notes[0]
                explorer.between = lambda: server("stop")
                assert "nothing was stored" in explorer.derivatives("demo", "g", ["a"]).notes[0]
                with pytest.raises(DatabaseError) as error:
                    explorer.derivatives("demo", "g", ["a"])
                assert "\n" not in error.value.message
                server("start")
                assert problems(explorer) == []
        finally:
            server("stop")
