"""SQL for people reads, and nothing else, whatever its text says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gradq.engine import loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph
from gradq.store.errors import DatabaseError, GaveUp, RefusedSQL
from gradq.store.sql import run_sql


@pytest.fixture
def explorer(database: str) -> Iterator[Explorer]:
    with Explorer(database) as found:
        loader.load(found, "demo", read_graph("a = 2\nb = 5 - 3*a\nc = b^2*a\n"))
        found.derivatives("demo", "c", ["a"])
        yield found


def state(explorer: Explorer) -> object:
    return explorer.rows("demo"), explorer.memo_counts("demo"), explorer.schema()


def test_a_select_gives_column_names_and_rows(explorer: Explorer) -> None:
    names, rows = explorer.sql("select child, parent, partial from v_edge order by child, parent")
    assert names == ["child", "parent", "partial"]
    assert rows == [("b", "a", "-3"), ("c", "a", "b^2"), ("c", "b", "2*a*b")]
    assert explorer.sql("with t(x) as (select 1 union select 2) select x from t order by x")[1] == [(1,), (2,)]
    assert explorer.sql("select name from v_node where 1 = 0") == (["name"], [])
    assert explorer.sql("values (1), (2)")[1] == [(1,), (2,)]


def test_percent_colon_and_question_mark_stay_text(explorer: Explorer) -> None:
    row = explorer.sql("select 'a%b', ':x', '%s', '%(x)s', '?', 7 % 4, '%%' where 'demo' like 'd%'")[1]
    assert row == [("a%b", ":x", "%s", "%(x)s", "?", 3, "%%")]


WRITES = [
    "insert into graph (name, created_at, updated_at) values ('x', '', '')",
    "update node set formula = '1'",
    "delete from gradient",
    "delete from gradient returning of_id",
    "drop table gradient",
    "create table t (x int)",
    "create view v as select 1",
    "begin",
    "commit",
    "",
    "-- nothing",
    "select 1; delete from gradient",
    "commit; delete from gradient",
    "commit; delete from gradient; begin",
    "rollback; drop table gradient; select 1",
    "select from where",
    "select * from nowhere",
]
SQLITE = [
    "attach 'new.db' as other",
    "attach ':memory:' as other",
    "vacuum into 'new.db'",
    "vacuum",
    "pragma journal_mode = delete",
    "pragma writable_schema = on",
    "pragma user_version",
    "select load_extension('x')",
    "select * from pragma_table_info('node') where 1 = (delete from node)",
    "reindex",
    "analyze",
    "detach main",
    "savepoint x",
    "with t as (select 1) insert into graph (name, created_at, updated_at) select 'x', '', ''",
    "explain delete from gradient",
]
POSTGRES = [
    "with gone as (delete from gradient returning of_id) select * from gone",
    "copy node to '/tmp/gradq_out'",
    "copy (select 1) to program 'touch /tmp/gradq_out'",
    "select nextval('graph_id_seq')",
    "select setval('graph_id_seq', 1000)",
    "set transaction read write",
    "set session characteristics as transaction read write",
    "do $$ begin delete from gradient; end $$",
    "vacuum",
    "select * into other from node",
    "explain analyze delete from gradient",
    "select * from node for update",
]


@pytest.mark.parametrize("text", WRITES)
def test_what_is_not_one_select_is_refused_and_changes_nothing(explorer: Explorer, text: str) -> None:
    before = state(explorer)
    with pytest.raises(RefusedSQL):
        explorer.sql(text)
    assert state(explorer) == before


@pytest.mark.parametrize("text", SQLITE)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlites_ways_to_write_are_refused(explorer: Explorer, text: str) -> None:
    before = state(explorer)
    with pytest.raises(RefusedSQL):
        explorer.sql(text)
    assert state(explorer) == before
    assert not list(Path().glob("*.db"))


@pytest.mark.parametrize("text", POSTGRES)
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresqls_ways_to_write_are_refused(explorer: Explorer, text: str) -> None:
    before = state(explorer)
    with pytest.raises(RefusedSQL):
        explorer.sql(text)
    assert state(explorer) == before
    loader.load(explorer, "more", read_graph("y = x"))
    assert explorer.sql("select max(id) from graph")[1] == [(2,)]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_a_function_writes_on_postgresql_does_not_stay(explorer: Explorer) -> None:
    before = state(explorer)
    for text in ("select lo_creat(-1)", "select set_config('transaction_read_only', 'off', false)"):
        try:
            explorer.sql(text)
        except RefusedSQL:
            pass
    assert explorer.sql("select count(*) from pg_largeobject_metadata")[1] == [(0,)]
    assert state(explorer) == before


def test_an_endless_query_is_given_up(explorer: Explorer) -> None:
    endless = "with recursive t(x) as (select 1 union all select 1 - x from t) select count(*) from t"
    with pytest.raises(GaveUp):
        explorer.sql(endless, seconds=0.5)
    # the first row comes at once, so that it is the reading that must end
    with pytest.raises(GaveUp):
        explorer.sql("with recursive t(x) as (select 1 union all select 1 - x from t) select x from t where x > 5", seconds=0.5)


def test_a_file_that_is_not_there_or_not_a_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("hello " * 1000)
    for name in ("none.db", "text.db"):
        with pytest.raises(DatabaseError):
            run_sql(f"sqlite:///{tmp_path / name}", "select 1")
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("name", ["a b.db", "a%20b.db", "a?b.db", "a#b.db", "ä'ö.db"])
def test_a_path_with_letters_that_urls_use_is_still_a_path(tmp_path: Path, name: str) -> None:
    with Explorer(str(tmp_path / name)) as explorer:
        loader.load(explorer, "demo", read_graph("y = x"))
        assert (tmp_path / name).exists()
        assert explorer.sql("select count(*) from v_node")[1] == [(2,)]


def test_rows_that_are_not_yet_in_the_main_file_are_read(tmp_path: Path) -> None:
    with Explorer(str(tmp_path / "wal.db")) as explorer:
        loader.load(explorer, "demo", read_graph("y = x"))
        with explorer.engine.connect() as held:
            held.exec_driver_sql("select 1")
            explorer.derivatives("demo", "y", ["x"])
            assert explorer.sql("select expression from v_gradient")[1] == [("1",)]


def test_a_database_in_memory_is_read_and_not_written() -> None:
    with Explorer(":memory:") as explorer:
        loader.load(explorer, "demo", read_graph("y = x"))
        assert explorer.sql("select child, parent from v_edge")[1] == [("y", "x")]
        for text in ("delete from node", "pragma user_version = 3", "attach ':memory:' as other", "commit"):
            with pytest.raises(RefusedSQL):
                explorer.sql(text)
        with pytest.raises(GaveUp):
            explorer.sql("with recursive r(i) as (select 1 union all select i + 1 from r) select max(i) from r", seconds=0.1)
        assert explorer.derivatives("demo", "y", ["x"]).answers[0].expression == "1"
        assert explorer.sql("select expression from v_gradient")[1] == [("1",)]


def test_many_small_rows_end_at_the_limit_too(explorer: Explorer) -> None:
    many = "with recursive r(i) as (select 1 union all select i + 1 from r) select i from r limit 3000000"
    with pytest.raises(GaveUp):
        run_sql(explorer.location.url, many, seconds=0.3)


def test_text_that_is_not_unicode_is_refused(explorer: Explorer) -> None:
    with pytest.raises(RefusedSQL):
        run_sql(explorer.location.url, "select '\udcff'")
