"""A fault before any statement of any operation leaves the database as it was, and the same operation then passes."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy

from gradq.engine import editor, loader
from gradq.engine.derive import derive
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_definition, read_graph
from gradq.store.connect import open_engine
from gradq.store.errors import DatabaseError
from gradq.store.upgrade import downgrade, upgrade
from tests.trust import operations
from tests.trust.audit import problems
from tests.trust.faults import Fault, copied, trap

Dump = dict[str, list[str]]

OPERATIONS: dict[str, Callable[[Explorer], object]] = {
    "load": lambda e: loader.load(e, "extra", read_graph(operations.EXTRA)),
    "replace": lambda e: loader.load(e, "demo", read_graph("pi = 3\nb = a^2\nd = pi*b\ntail = d\no\n"), replace=True),
    "set": lambda e: editor.set_node(e, "demo", read_definition("b = a^2")),
    "set a new node": lambda e: editor.set_node(e, "demo", read_definition("h = g + news"), new_inputs=True),
    "set a default": lambda e: editor.set_node(e, "demo", read_definition("a = 3")),
    "derive": lambda e: derive(e, "demo", "g", "b", "dgdb"),
    "rename": lambda e: editor.rename_node(e, "demo", "d", "dd"),
    "rm-node": lambda e: editor.remove_node(e, "demo", "g"),
    "rm": lambda e: loader.remove_graph(e, "demo"),
    "new": lambda e: loader.new_graph(e, "empty"),
    "new --copy": lambda e: loader.new_graph(e, "twin", copy="demo"),
    "rename-graph": lambda e: loader.rename_graph(e, "demo", "other"),
    "point set": lambda e: editor.name_point(e, "demo", "q", [{"d": 2.0}]),
    "point rm": lambda e: editor.unname_point(e, "demo", "p"),
    "memo clear": lambda e: e.memo_clear("demo"),
    "d": lambda e: e.derivatives("demo", "f", ["b"]),
    "d at": lambda e: e.derivatives("demo", "f", ["b"], point={"a": 2.0}),
    "grad": lambda e: e.derivatives("demo", "e", None),
    "grad at": lambda e: e.derivatives("demo", "e", None, point={"a": 2.0}),
    "upgrade": lambda e: upgrade(e.engine),
}
QUESTIONS = {"d", "d at", "grad", "grad at"}  # these answer, and store what they can
FIRST = "first load"  # of a file that is not there


def prepare(explorer: Explorer) -> None:
    """Put a graph with rows in every table into an empty database."""
    for operation in (["load", "demo", operations.DEMO], ["d", "g", "b"], ["d at", "g", "b"], ["point", "p"]):
        operations.perform(explorer, operation)
    explorer.derivatives("demo", "d", None, point={"a": 2.0})


def dump(explorer: Explorer) -> Dump:
    """Return every row of every table; of rows with a time or a number of their own, all but that."""
    with explorer.engine.connect() as conn:
        names = sorted(sqlalchemy.inspect(conn).get_table_names())
        found = {name: conn.exec_driver_sql(f'select * from "{name}"').mappings() for name in names}
        return {name: sorted(repr(dict(row)) for row in rows) for name, rows in found.items()}


def survive(explorer: Explorer, name: str, harm: str) -> int:
    """Do harm before each statement of an operation in turn, until it passes untouched; returns how many there are."""
    operation, before, at = OPERATIONS[name], dump(explorer), 0
    while True:
        at += 1
        with trap(explorer.engine, at, harm) as found:
            try:
                operation(explorer)
            except (Fault, DatabaseError):
                assert found.sprung
            else:
                assert not found.sprung or (name in QUESTIONS and harm == "database"), f"fault {at} was swallowed"
        if not found.sprung:
            return at - 1
        assert dump(explorer) == before, f"fault {at} of {name}"


@pytest.mark.parametrize("harm", ["program", "database"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_that_fails_at_any_statement_changes_nothing(database: str, name: str, harm: str) -> None:
    with Explorer(database) as explorer:
        prepare(explorer)
        if name == "upgrade":
            downgrade(explorer.engine, "0001")
        assert survive(explorer, name, harm) >= 2
        upgrade(explorer.engine)
        assert problems(explorer) == []


@pytest.mark.parametrize("harm", ["program", "database"])
def test_a_first_load_that_fails_at_any_statement_passes_when_it_is_done_again(empty_database: str, harm: str) -> None:
    with Explorer(empty_database) as explorer:
        at, sprung = 0, True
        while sprung:
            at += 1
            with trap(explorer.engine, at, harm) as found:
                try:
                    OPERATIONS["load"](explorer)
                except (Fault, DatabaseError):
                    assert found.sprung
                    assert explorer.summaries() == []
            sprung = found.sprung
        assert at > 10 and problems(explorer) == []
        assert [row.name for row in explorer.summaries()] == ["extra"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_process_that_ends_at_any_statement_leaves_the_database_as_it_was(database: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / "gradq.db"
    with Explorer(database) as explorer:
        prepare(explorer)
        if name == "upgrade":
            downgrade(explorer.engine, "0001")
        before = _read(file)
        with copied(explorer.engine, file, tmp_path) as copies:
            OPERATIONS[name](explorer)
    # an upgrade looks again at what it has done; of the others each statement comes before the commit
    whole = [before, _read(file)] if name == "upgrade" else [before]
    assert copies and all(_read(copy) in whole for copy in copies)


def test_a_first_load_of_a_process_that_ends_at_any_statement_is_done_by_the_next(tmp_path: Path) -> None:
    with Explorer(str(tmp_path / "x.db")) as explorer, copied(explorer.engine, tmp_path / "x.db", tmp_path) as copies:
        OPERATIONS["load"](explorer)
    for copy in copies:
        with Explorer(str(copy)) as explorer:
            OPERATIONS["load"](explorer)
            assert problems(explorer) == []


def end_everywhere() -> None:
    """End a process before each statement of each operation in turn; for the soak, for a process is a slow thing."""
    with Explorer("start.db") as explorer:
        explorer.prepare()
        prepare(explorer)
    shutil.copy("start.db", "old.db")
    engine = open_engine(f"sqlite:///{Path('old.db').absolute()}")
    downgrade(engine, "0001")
    engine.dispose()
    count = _end_at_each("load", Path("not there"))
    for name in OPERATIONS:
        count += _end_at_each(name, Path("old.db" if name == "upgrade" else "start.db"))
    print(count)


def _end_at_each(name: str, start: Path) -> int:
    at, left = 0, list[Dump]()
    while True:
        at += 1
        file = Path(f"{at}.db")
        if start.exists():
            shutil.copy(start, file)
        child = os.fork()
        if not child:
            with trap(sqlalchemy.Engine, at, "exit"):
                _do_in(file, name)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in (0, 77), f"{name}, fault {at}"
        if not code:
            break
        if start.exists():
            left.append(_read(file))
        else:
            _do_in(file, name)
    with Explorer(str(file)) as explorer:
        assert problems(explorer) == []
    # an upgrade looks again at what it has done; of the others each statement comes before the commit
    whole = [_read(start), _read(file)] if name == "upgrade" else [_read(start)] if left else []
    assert all(dump in whole for dump in left), name
    return at - 1


def _do_in(file: Path, name: str) -> None:
    with Explorer(str(file)) as explorer:
        OPERATIONS[name](explorer)


def _read(file: Path) -> Dump:
    with closing(sqlite3.connect(file)) as conn:
        assert conn.execute("pragma integrity_check").fetchall() == [("ok",)]
        names = [name for (name,) in conn.execute("select name from sqlite_master where type = 'table' order by name")]
        return {name: sorted(map(repr, conn.execute(f'select * from "{name}"'))) for name in names}
