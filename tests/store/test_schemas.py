"""Databases that earlier versions wrote, kept as SQL text: they go up, down and up again, and no row changes."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gradq.engine.explorer import Explorer
from gradq.store.connect import open_engine
from gradq.store.tables import metadata
from gradq.store.upgrade import SCHEMA, downgrade, upgrade
from gradq.store.views import VIEWS

FOLDER = Path(__file__).parent / "schemas"
KEPT = sorted(path.stem for path in FOLDER.glob("*.sql"))
_INSERT = re.compile(r'^INSERT INTO "(\w+)" ', re.MULTILINE)


@pytest.fixture(params=KEPT)
def old(request: pytest.FixtureRequest, empty_database: str) -> Iterator[tuple[str, sqlalchemy.Engine]]:
    """A database of an earlier schema as its version wrote it: the schema, and the database."""
    text = (FOLDER / f"{request.param}.sql").read_text(encoding="utf-8")
    engine = open_engine(empty_database)
    if engine.dialect.name == "sqlite":
        connection = sqlite3.connect(str(engine.url.database))
        connection.executescript(text)
        connection.close()
    else:
        _write_on_server(engine, request.param, text)
    yield request.param, engine
    engine.dispose()


def _write_on_server(engine: sqlalchemy.Engine, schema: str, text: str) -> None:
    """Make the tables by the migrations, which have not changed since, and put in rows and views as they were."""
    upgrade(engine, schema)
    statements = [statement for statement in re.split(r";\n", text) if statement.startswith(("INSERT", "CREATE VIEW"))]
    order = [table.name for table in metadata.sorted_tables]

    def place(statement: str) -> int:
        found = _INSERT.match(statement)
        return len(order) if found is None else order.index(found[1]) if found[1] in order else -1

    with engine.begin() as conn:
        for statement in sorted(statements, key=place):
            if place(statement) >= 0:
                conn.exec_driver_sql(re.sub(r"X'([0-9A-F]*)'", r"'\\x\1'", statement))
        for table in ("graph", "node", "point"):
            conn.exec_driver_sql(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))")


def rows(engine: sqlalchemy.Engine, columns: dict[str, list[str]]) -> dict[str, list[str]]:
    with engine.connect() as conn:
        return {
            table: sorted(repr(tuple(row)) for row in conn.exec_driver_sql(f"select {', '.join(names)} from {table}"))
            for table, names in columns.items()
        }


def test_every_earlier_schema_is_kept() -> None:
    assert KEPT == [f"{number:04}" for number in range(1, int(SCHEMA))]


def test_rows_come_through_up_and_down_and_up(old: tuple[str, sqlalchemy.Engine]) -> None:
    schema, engine = old
    found = sqlalchemy.inspect(engine)
    columns = {
        table: [column["name"] for column in found.get_columns(table)]
        for table in found.get_table_names()
        if table != "alembic_version"
    }
    before = rows(engine, columns)
    assert all(before.values()) and "(2, 9, None, 'nan')" in before["point_value"]
    assert upgrade(engine) == (schema, SCHEMA)
    assert rows(engine, columns) == before
    assert downgrade(engine, schema) == (SCHEMA, schema)
    assert rows(engine, columns) == before
    assert {table: [c["name"] for c in sqlalchemy.inspect(engine).get_columns(table)] for table in columns} == columns
    assert upgrade(engine) == (schema, SCHEMA)
    assert rows(engine, columns) == before
    with engine.connect() as conn:
        options = {"compare_type": True, "compare_server_default": conn.dialect.name != "sqlite"}
        assert compare_metadata(MigrationContext.configure(conn, opts=options), metadata) == []
        for view in [*VIEWS, "v_help"]:
            assert conn.exec_driver_sql(f"select * from {view}").fetchall()


def test_what_the_memo_had_is_reused_and_changes_by_hand_are_noticed(old: tuple[str, sqlalchemy.Engine]) -> None:
    _, engine = old
    upgrade(engine)
    with Explorer(engine.url.render_as_string(hide_password=False)) as explorer:
        reply = explorer.derivatives("article", "g", ["b"])
        assert (reply.answers[0].expression, reply.reused, reply.computed) == ("60*d + 84", 1, 0)
        assert explorer.derivatives("article", "g", ["b"], point=["start"]).reused == 1
        with explorer.engine.begin() as conn:
            conn.exec_driver_sql("update node set formula = '6*b' where name = 'd'")
        assert explorer.derivatives("article", "g", ["b"]).answers[0].expression == "72*d + 84"
        assert len(explorer.notes) == 1
