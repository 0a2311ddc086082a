"""Schemas: the migration makes what the tables say, up and down, once, and never in a database that is another's."""

import math
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gradq.engine import loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph
from gradq.store import memo
from gradq.store import upgrade as upgrades
from gradq.store.connect import open_engine, reading
from gradq.store.errors import DatabaseError, SchemaError
from gradq.store.tables import metadata
from gradq.store.upgrade import SCHEMA, check_schema, downgrade, ensure_schema, upgrade


def contents(engine: sqlalchemy.Engine) -> set[str]:
    found = sqlalchemy.inspect(engine)
    return {*found.get_table_names(), *found.get_view_names()}


def test_models_and_migration_agree(empty_database: str) -> None:
    engine = open_engine(empty_database)
    ensure_schema(engine)
    with engine.connect() as conn:
        context = MigrationContext.configure(
            conn, opts={"compare_type": True, "compare_server_default": conn.dialect.name != "sqlite"}
        )
        assert compare_metadata(context, metadata) == []
    by_models = sqlalchemy.create_engine("sqlite://")
    metadata.create_all(by_models)
    ours, theirs = sqlalchemy.inspect(engine), sqlalchemy.inspect(by_models)
    for table in metadata.tables:
        for look in ("get_pk_constraint", "get_check_constraints", "get_unique_constraints"):
            left, right = getattr(ours, look)(table), getattr(theirs, look)(table)
            assert engine.dialect.name != "sqlite" or left == right
    engine.dispose()


def test_a_schema_goes_up_and_down_with_rows_and_views_there(database: str) -> None:
    with Explorer(database) as explorer:
        for _ in range(2):
            loader.load(explorer, "demo", read_graph("y = x^2"))
            explorer.derivatives("demo", "y", ["x"])
            explorer.derivatives("demo", "y", ["x"], point={"x": 1.0})
            assert downgrade(explorer.engine, "base") == (SCHEMA, None)
            assert contents(explorer.engine) <= {"alembic_version"}
            assert upgrade(explorer.engine) == (None, SCHEMA)
            assert explorer.sql("select * from v_node")[1] == []
        assert upgrade(explorer.engine) == (SCHEMA, SCHEMA)


def test_an_empty_database_has_no_schema_and_is_not_changed_by_a_look(empty_database: str) -> None:
    engine = open_engine(empty_database)
    engine.connect().close()  # SQLite makes the empty file
    with reading(engine) as conn:
        assert check_schema(conn) is None
    assert contents(engine) == set()
    engine.dispose()


@pytest.mark.parametrize("found", ["0006", "9999", "abcdef"])
def test_a_newer_schema_is_refused_and_left_alone(database: str, found: str) -> None:
    with Explorer(database) as explorer:
        loader.load(explorer, "demo", read_graph("y = x^2"))
        with explorer.engine.begin() as conn:
            conn.exec_driver_sql(f"update alembic_version set version_num = '{found}'")
        for attempt in (
            lambda: explorer.derivatives("demo", "y", ["x"]),
            lambda: loader.load(explorer, "more", read_graph("y = x")),
            lambda: loader.remove_graph(explorer, "demo"),
            explorer.upgrade,
            explorer.summaries,
        ):
            with pytest.raises(SchemaError, match="newer"):
                attempt()
        with explorer.engine.begin() as conn:
            assert conn.exec_driver_sql("select version_num from alembic_version").scalar() == found
            assert conn.exec_driver_sql("select count(*) from graph").scalar() == 1


def test_a_foreign_database_is_refused_and_left_alone(empty_database: str) -> None:
    engine = open_engine(empty_database)
    with engine.begin() as conn:
        conn.exec_driver_sql("create table node (x int)")
    for attempt in (lambda: ensure_schema(engine), lambda: upgrade(engine)):
        with pytest.raises(DatabaseError, match="not gradq's"):
            attempt()
    assert contents(engine) == {"node"}
    engine.dispose()


def test_another_programs_alembic_database_is_refused(empty_database: str) -> None:
    engine = open_engine(empty_database)
    with engine.begin() as conn:
        conn.exec_driver_sql("create table users (x int)")
        conn.exec_driver_sql("create table alembic_version (version_num varchar(32) not null)")
        conn.exec_driver_sql(f"insert into alembic_version values ('{SCHEMA}')")
    with pytest.raises(DatabaseError):
        ensure_schema(engine)
    engine.dispose()


def test_a_file_that_is_not_a_database_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("only text\n" * 500)
    engine = open_engine(f"sqlite:///{path}")
    for attempt in (lambda: ensure_schema(engine), lambda: upgrade(engine)):
        with pytest.raises(DatabaseError, match="not a database"):
            attempt()
    assert path.read_text() == "only text\n" * 500
    engine.dispose()


def test_processes_that_make_the_tables_at_once_all_succeed(empty_database: str) -> None:
    script = (
        "import sys\nfrom gradq.engine.explorer import Explorer\nfrom gradq.engine import loader\n"
        "from gradq.engine.graphfile import read_graph\n"
        "loader.load(Explorer(sys.argv[1]), sys.argv[2], read_graph('y = x^2'))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, empty_database, f"g{i}"], stderr=subprocess.PIPE, text=True)
        for i in range(3)
    ]
    errors = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0] * 3, errors
    with Explorer(empty_database) as explorer:
        assert [row.name for row in explorer.summaries()] == ["g0", "g1", "g2"]


def test_the_program_may_lie_in_a_folder_with_a_percent_sign(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "100%s"
    folder.mkdir()
    shutil.copytree(Path(upgrades.__file__).resolve().parent.parent / "migrations", folder / "migrations")
    monkeypatch.setattr(upgrades, "__file__", str(folder / "store" / "upgrade.py"))
    assert upgrade(open_engine("sqlite://")) == (None, SCHEMA)


def test_a_file_that_upgrade_makes_lets_readers_go_on_too(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    assert upgrade(engine) == (None, SCHEMA)
    with reading(engine) as conn:
        assert conn.exec_driver_sql("pragma journal_mode").scalar() == "wal"
    engine.dispose()


@pytest.fixture
def old(database: str) -> str:
    """A database of the first schema, with rows in it that a user of the first gradq had."""
    with Explorer(database) as explorer:
        loader.load(explorer, "demo", read_graph("b = 5 - 3*a\ny = b^2"))
        explorer.derivatives("demo", "b", ["a"])
        explorer.derivatives("demo", "y", ["b"], point={"a": 0.5})
        with explorer.engine.begin() as conn:
            conn.exec_driver_sql("update point_value set value = null, state = 'nan'")
            conn.exec_driver_sql("update point_gradient set value = 0, state = '-0'")
        assert downgrade(explorer.engine, "0001") == (SCHEMA, "0001")
    return database


def shape(engine: sqlalchemy.Engine) -> dict[str, object]:
    """Return the tables with what the database itself says of them."""
    found = sqlalchemy.inspect(engine)
    looks = ("get_pk_constraint", "get_foreign_keys", "get_unique_constraints", "get_check_constraints", "get_indexes")
    shapes: dict[str, object] = {}
    for table in found.get_table_names():
        columns = [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)]
        rest = [sorted(map(repr, item)) if isinstance(item := getattr(found, look)(table), list) else item for look in looks]
        shapes[table] = [columns, *rest]
    return shapes


def test_a_schema_that_was_brought_down_is_the_older_one_and_has_its_rows(empty_database: str) -> None:
    engine = open_engine(empty_database)
    assert upgrade(engine, "0001") == (None, "0001")
    first = shape(engine)
    upgrade(engine)
    newest = shape(engine)
    assert first != newest
    with Explorer(empty_database) as explorer:
        loader.load(explorer, "demo", read_graph("y = x^2"))
        explorer.derivatives("demo", "y", ["x"])
    for _ in range(2):
        assert downgrade(engine, "0001") == (SCHEMA, "0001") and shape(engine) == first
        assert upgrade(engine) == ("0001", SCHEMA) and shape(engine) == newest
    with engine.connect() as conn:
        assert conn.exec_driver_sql("select partial, checked_at, check_error from v_edge").fetchall() == [("2*x", None, None)]
    engine.dispose()


def test_numbers_that_a_column_cannot_say_come_through_an_upgrade(old: str) -> None:
    with Explorer(old) as explorer:
        explorer.upgrade()
        with reading(explorer.engine) as conn:
            (value,) = memo.point_values(conn, 1).values()
        assert math.isnan(value)
        assert explorer.sql("select value, state, checked_at from v_sensitivity")[1] == [(0.0, "-0", None)]


def test_a_file_of_an_older_schema_is_kept_and_upgraded_and_says_so(old: str, tmp_path: Path) -> None:
    if not old.startswith("sqlite"):
        pytest.skip("a server's database is upgraded by hand")
    with Explorer(old) as explorer:
        (note,) = explorer.notes
        assert f"was upgraded from schema 0001 to {SCHEMA}" in note
        assert explorer.derivatives("demo", "b", ["a"]).reused == 1
    (kept,) = tmp_path.glob("gradq.db.schema-0001.*.bak")
    assert kept.name in note
    with Explorer(old) as explorer:
        assert explorer.notes == []
    engine = open_engine(f"sqlite:///{kept}")
    with engine.connect() as conn:
        assert conn.exec_driver_sql("select version_num from alembic_version").scalar() == "0001"
    engine.dispose()


def test_a_servers_database_of_an_older_schema_waits_for_its_owner(old: str) -> None:
    if old.startswith("sqlite"):
        pytest.skip("a file is upgraded by itself")
    with Explorer(old) as explorer:
        assert explorer.notes == []
        with pytest.raises(SchemaError, match="older") as error:
            explorer.derivatives("demo", "b", ["a"])
        assert (error.value.hint, error.value.shell) == ("in a shell: gradq db upgrade", "gradq db upgrade")
        assert explorer.upgrade() == ("0001", SCHEMA)
        assert explorer.derivatives("demo", "b", ["a"]).reused == 1


def test_a_newer_schema_is_refused_and_left_as_it_is(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Explorer(old) as explorer:
        explorer.upgrade()
    monkeypatch.setattr(upgrades, "SCHEMA", "0001")
    with Explorer(old) as explorer:
        assert explorer.notes == []
        for refused in (lambda: explorer.derivatives("demo", "b", ["a"]), explorer.upgrade, explorer.prepare):
            with pytest.raises(SchemaError, match="newer"):
                refused()
    monkeypatch.setattr(upgrades, "SCHEMA", SCHEMA)
    with Explorer(old) as explorer:
        assert explorer.derivatives("demo", "b", ["a"]).reused == 1


@pytest.mark.parametrize("found", ["0000", "", "0002x"])
def test_a_schema_that_no_version_makes_is_one_error_and_leaves_no_copy(database: str, tmp_path: Path, found: str) -> None:
    with Explorer(database) as explorer, explorer.engine.begin() as conn:
        conn.exec_driver_sql(f"update alembic_version set version_num = '{found}'")
    before = [*tmp_path.iterdir()]
    with Explorer(database) as explorer:
        for attempt in (explorer.summaries, explorer.upgrade):
            with pytest.raises(SchemaError, match="no gradq makes"):
                attempt()
    assert [*tmp_path.iterdir()] == before


def test_an_upgrade_that_fails_leaves_no_copy_for_each_try(old: str, tmp_path: Path) -> None:
    if not old.startswith("sqlite"):
        pytest.skip("a server's database is upgraded by hand")
    engine = open_engine(old)
    with engine.begin() as conn:
        conn.exec_driver_sql("create table tape (x int)")
    engine.dispose()
    for _ in range(2):
        with pytest.raises(DatabaseError, match="already exists"):
            Explorer(old)
    assert not [*tmp_path.glob("*.bak")]


def test_of_two_that_upgrade_a_file_at_once_one_keeps_a_copy(old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not old.startswith("sqlite"):
        pytest.skip("a server's database is upgraded by hand")

    def overtaken(engine: sqlalchemy.Engine) -> tuple[str | None, str | None]:
        monkeypatch.undo()
        Explorer(old).close()
        return upgrade(engine)

    monkeypatch.setattr(upgrades, "upgrade", overtaken)
    with Explorer(old) as explorer:
        assert explorer.notes == []
    (kept,) = tmp_path.glob("*.bak")
    with closing(sqlite3.connect(kept)) as conn:
        assert conn.execute("select version_num from alembic_version").fetchall() == [("0001",)]


def test_tables_without_a_revision_are_not_taken_for_ours(database: str) -> None:
    engine = open_engine(database)
    with engine.begin() as conn:
        conn.exec_driver_sql("delete from alembic_version")
    with pytest.raises(DatabaseError, match="a database, but not gradq's"):
        ensure_schema(engine)
    engine.dispose()
