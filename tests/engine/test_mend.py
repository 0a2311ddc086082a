"""Changes by hand in SQL: they are noticed, the next question derives anew what they touched, and none gives a stale answer."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gradq
from gradq.engine import check, editor, loader, nodes
from gradq.engine.audit import audit
from gradq.engine.derive import derive
from gradq.engine.explorer import Explorer
from gradq.engine.gallery import examples
from gradq.engine.graphfile import read_definition, read_graph
from gradq.engine.mend import derived
from gradq.store import triggers
from gradq.store.errors import CycleError, DatabaseError, GradqError, InvalidGraph
from gradq.store.rows import NodeRow

ARTICLE = read_graph(examples()["article"].text)
TABLES = ("graph", "node", "edge", "gradient", "point", "point_value", "point_gradient")


@pytest.fixture
def explorer(database: str) -> Iterator[Explorer]:
    with Explorer(database) as opened:
        loader.load(opened, "article", ARTICLE)
        yield opened


def by_hand(explorer: Explorer, *statements: str) -> None:
    with explorer.engine.begin() as conn:
        for statement in statements:
            conn.exec_driver_sql(statement)


def state(explorer: Explorer, name: str = "article") -> tuple[int, int]:
    """Return a graph's revision and its mark."""
    (row,) = explorer.sql(f"select revision, by_hand from graph where name = '{name}'")[1]
    return int(str(row[0])), int(str(row[1]))


def contents(explorer: Explorer) -> dict[str, list[str]]:
    return {table: sorted(map(repr, explorer.sql(f"select * from {table}")[1])) for table in TABLES}


def answers(explorer: Explorer, graph: str, of: str) -> dict[str, str | None]:
    return {answer.wrt: answer.expression for answer in explorer.derivatives(graph, of, None).answers}


def of(name: str) -> str:
    return f"(select id from node where name = '{name}' and graph_id = (select id from graph where name = 'article'))"


CHANGES = [
    "update node set formula = '2*b + 4' where name = 'c'",
    "update node set kind = 'parameter' where name = 'a'",
    "update node set default_value = '2', kind = 'parameter' where name = 'a'",
    "update node set level = 7 where name = 'c'",
    f"update edge set partial = '3' where child_id = {of('c')}",
    f"update edge set digest = 'x' where child_id = {of('c')}",
    f"update edge set parent_id = {of('o')} where child_id = {of('c')}",
    f"update edge set child_id = {of('a')} where child_id = {of('c')}",
    f"delete from edge where child_id = {of('c')}",
    "insert into edge (graph_id, child_id, parent_id, partial, digest) "
    f"select graph_id, {of('o')}, {of('a')}, '1', 'x' from edge where child_id = {of('c')}",
    "insert into node (graph_id, name, kind, formula, level) "
    "select graph_id, 'h', 'formula', '2*a', 1 from node where name = 'a'",
    "update node set formula = '3*f' where name = 'g'",
    "delete from node where name = 'o'",
    "update node set name = 'q' where name = 'g'",
]


def test_each_change_is_noticed_and_the_next_question_answers_as_a_fresh_graph_would(explorer: Explorer) -> None:
    for number, change in enumerate(CHANGES):
        answers(explorer, "article", "f")
        explorer.derivatives("article", "f", ["a"], point={"a": 0.5})
        revision, mark = state(explorer)
        assert mark == 0 and explorer.memo_counts("article")["gradient"] > 0
        by_hand(explorer, change)
        raised, mark = state(explorer)
        assert raised > revision and mark == 1, change
        assert explorer.memo_counts("article")["gradient"] > 0
        found = answers(explorer, "article", "f")
        assert state(explorer) == (raised + 1, 0)
        assert len(explorer.notes) == number + 1 and "changed by hand" in explorer.notes[-1], change
        fresh = read_graph("\n".join(f"{n} = {r}" if r else str(n) for n, r in written(explorer)))
        loader.load(explorer, "fresh", fresh)
        assert found == answers(explorer, "fresh", "f"), change
        assert rows(explorer, "article") == rows(explorer, "fresh"), change
        loader.remove_graph(explorer, "fresh")


def written(explorer: Explorer) -> list[tuple[object, ...]]:
    sql = "select name, coalesce(formula, default_value) from v_node where graph = 'article'"
    return explorer.sql(sql)[1]


def rows(explorer: Explorer, graph: str) -> list[str]:
    found = explorer.sql(f"select name, kind, formula, default_value, level from v_node where graph = '{graph}'")[1]
    found += explorer.sql(f"select child, parent, partial from v_edge where graph = '{graph}'")[1]
    return sorted(map(repr, found))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_set_of_formulas_written_by_hand_is_the_graph_that_these_formulas_make(data: st.DataObject) -> None:
    names = ["n0", "n1", "n2", "n3", "n4"]
    order = data.draw(st.permutations(names))

    def drawn(place: int) -> str:
        left, right = (data.draw(st.sampled_from([*order[:place], "2"])) for _ in range(2))
        return f"{left}*{right} + {data.draw(st.integers(0, 3))}*{left}"

    new = {name: drawn(place) for place, name in enumerate(order) if place}
    with Explorer(":memory:") as explorer:
        loader.load(explorer, "g", read_graph("n0\nn1 = 2*n0\nn2 = n1*n0\nn3 = n2 + n1\nn4 = n3*n1"))
        answers(explorer, "g", "n4")
        by_hand(explorer, f"update node set formula = null where name = '{order[0]}'")
        by_hand(explorer, *(f"update node set formula = '{text}' where name = '{name}'" for name, text in new.items()))
        loader.load(explorer, "fresh", read_graph("\n".join([order[0], *(f"{name} = {text}" for name, text in new.items())])))
        for name in names:
            assert answers(explorer, "g", name) == answers(explorer, "fresh", name)


WRONG = [
    ("update node set formula = '5*zz' where name = 'c'", InvalidGraph, "formula of 'c' uses 'zz', which is no node"),
    ("update node set formula = 'e' where name = 'b'", CycleError, "loop: b → c → e → b"),
    ("update node set formula = '5*(b' where name = 'c'", InvalidGraph, "'c' cannot be read: the bracket"),
    ("update node set formula = '' where name = 'c'", InvalidGraph, "'c'.*nothing after '='"),
    ("update node set default_value = 'five', kind = 'parameter' where name = 'o'", InvalidGraph, "'o'.*not a number: 'five'"),
    ("update node set default_value = '5' where name = 'c'", InvalidGraph, "'c'.*a formula and a default"),
    ("update node set name = 'x1' where name = 'a'", InvalidGraph, "formula of 'b' uses 'a', which is no node"),
    ("update node set name = '' where name = 'o'", InvalidGraph, "a name has 0 characters"),
    ("update node set name = 'e\u0301' where name = 'o'", InvalidGraph, "not in normal form"),
    ("update node set formula = '2*b\r\nx' where name = 'c'", InvalidGraph, "'c'.*more than one line"),
    ("update node set formula = '2*b ==' where name = 'c'", InvalidGraph, "'c'.*cannot be read"),
]


@pytest.mark.parametrize(("change", "kind", "text"), WRONG)
def test_a_graph_that_cannot_be_taken_is_one_error_and_nothing_is_changed(
    explorer: Explorer, change: str, kind: type[GradqError], text: str
) -> None:
    answers(explorer, "article", "g")
    by_hand(explorer, change)
    before = contents(explorer)
    for question in (
        lambda: explorer.derivatives("article", "e", ["d"]),
        lambda: nodes.evaluate(explorer, "article", ["d"], {"b": 1.0}),
        lambda: explorer.rows("article"),
        lambda: loader.new_graph(explorer, "copy", copy="article"),
        lambda: editor.rename_node(explorer, "article", "d", "dd"),
    ):
        with pytest.raises(kind, match=text):
            question()
    assert contents(explorer) == before and explorer.notes == []
    assert explorer.sql("select count(*) from v_node")[1] == [(8,)]
    loader.load(explorer, "article", ARTICLE, replace=True)
    assert answers(explorer, "article", "g")["b"] == "60*d + 84"


def test_an_edit_may_be_what_sets_a_graph_right(explorer: Explorer) -> None:
    by_hand(explorer, "update node set formula = '5*zz' where name = 'c'")
    editor.set_node(explorer, "article", read_definition("zz = 3"))
    assert explorer.notes == [] and state(explorer)[1] == 1
    assert explorer.derivatives("article", "e", ["zz"]).answers[0].expression == "35"
    assert state(explorer)[1] == 0 and len(explorer.notes) == 1


def test_an_edit_of_a_graph_that_was_changed_by_hand_comes_after_that_change(explorer: Explorer) -> None:
    by_hand(explorer, "update node set formula = '9*b' where name = 'c'")
    editor.set_node(explorer, "article", read_definition("b = 4*a"))
    assert len(explorer.notes) == 1 and state(explorer)[1] == 0
    assert explorer.derivatives("article", "c", ["a"]).answers[0].expression == "36"
    by_hand(explorer, "update node set formula = '8*b' where name = 'c'")
    loader.load(explorer, "article", ARTICLE, replace=True)
    loader.new_graph(explorer, "copy", copy="article")
    assert state(explorer)[1] == 0 and state(explorer, "copy") == (1, 0)
    by_hand(explorer, "update node set note = 'seen', level = 9 where name = 'c'")
    loader.new_graph(explorer, "third", copy="article")
    assert state(explorer)[1] == 0 and rows(explorer, "third") == rows(explorer, "article") and len(explorer.notes) == 3
    assert answers(explorer, "copy", "g") == answers(explorer, "article", "g")


def test_what_gradq_writes_itself_is_no_change_by_hand_and_raises_the_revision_once(explorer: Explorer) -> None:
    revision = state(explorer)[0]
    for edit in (
        lambda: editor.set_node(explorer, "article", read_definition("h = 2*g*w"), new_inputs=True),
        lambda: editor.rename_node(explorer, "article", "d", "dd"),
        lambda: editor.remove_node(explorer, "article", "h"),
        lambda: loader.load(explorer, "article", ARTICLE, replace=True),
        lambda: loader.rename_graph(explorer, "article", "other"),
        lambda: loader.rename_graph(explorer, "other", "article"),
        lambda: derive(explorer, "article", "g", "b", "slope"),
    ):
        edit()
        revision += 1
        assert {*explorer.sql("select by_hand from graph")[1]} == {(0,)}
        if explorer.sql("select name from graph")[1] == [("article",)]:
            assert state(explorer) == (revision, 0)
    for other in (
        lambda: loader.load(explorer, "article", read_graph("y = x"), replace=True),
        lambda: loader.new_graph(explorer, "copy", copy="article"),
        lambda: editor.name_point(explorer, "article", "here", [{"x": 1.0}]),
        lambda: explorer.derivatives("article", "y", ["x"]),
        lambda: explorer.derivatives("article", "y", ["x"], point={"x": 2.0}),
        lambda: check.check(explorer, "article"),
        lambda: explorer.memo_clear("article"),
        lambda: loader.remove_graph(explorer, "copy"),
    ):
        other()
        assert {*explorer.sql("select by_hand from graph")[1]} == {(0,)}
    assert state(explorer) == (revision + 1, 0) and explorer.notes == []


def test_a_large_load_is_watched_as_soon_as_it_is_there(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers, "MANY", 3)
    loader.load(explorer, "more", read_graph("b = 2*a\nc = 3*b"))
    assert state(explorer, "more") == (1, 0)
    by_hand(explorer, "update node set formula = '5*a' where formula = '2*a'")
    assert explorer.derivatives("more", "c", ["a"]).answers[0].expression == "15"


def test_a_change_that_is_taken_back_leaves_no_mark(explorer: Explorer) -> None:
    before = contents(explorer)
    with explorer.engine.connect() as conn, conn.begin() as transaction:
        conn.exec_driver_sql("delete from edge")
        transaction.rollback()
    assert contents(explorer) == before


def test_only_the_graph_that_was_changed_loses_its_memo(explorer: Explorer) -> None:
    loader.new_graph(explorer, "copy", copy="article")
    for graph in ("article", "copy"):
        answers(explorer, graph, "g")
    inside = "graph_id = (select id from graph where name = 'copy')"
    by_hand(explorer, f"update node set formula = '2*b' where name = 'c' and {inside}")
    assert state(explorer)[1] == 0 and state(explorer, "copy")[1] == 1
    answers(explorer, "copy", "g")
    assert explorer.derivatives("article", "g", None).computed == 0


def test_a_node_that_was_deleted_without_foreign_keys_leaves_nothing_behind(explorer: Explorer, tmp_path: Path) -> None:
    if explorer.engine.dialect.name != "sqlite":
        pytest.skip("a server always keeps its foreign keys")
    explorer.derivatives("article", "g", None)
    with closing(sqlite3.connect(tmp_path / "gradq.db")) as conn, conn:  # as the shell of SQLite does
        conn.execute("update node set formula = '3*f' where name = 'g'")
        conn.execute("delete from node where name = 'o'")
    assert explorer.derivatives("article", "g", ["f"]).answers[0].expression == "3"
    with closing(sqlite3.connect(tmp_path / "gradq.db")) as conn:
        assert conn.execute("pragma foreign_key_check").fetchall() == []


def test_an_edge_into_a_graph_that_says_it_is_anothers_goes(explorer: Explorer) -> None:
    loader.load(explorer, "other", read_graph("y = x"))
    other = "(select id from graph where name = 'other')"
    by_hand(
        explorer,
        f"insert into edge (graph_id, child_id, parent_id, partial, digest) values ({other}, {of('o')}, {of('a')}, '1', 'x')",
        f"update node set note = 'changed', level = 3 where id = {of('o')}",
    )
    assert explorer.derivatives("article", "g", ["a"]).answers[0].expression == "-180*d - 252"
    assert explorer.sql("select count(*) from edge")[1] == [(9,)]


def elsewhere(name: str) -> str:
    return f"(select id from node where name = '{name}' and graph_id = (select id from graph where name = 'other'))"


EDGE = "insert into edge (graph_id, child_id, parent_id, partial, digest) values"
OTHER = "(select id from graph where name = 'other')"
ACROSS = [
    # into a node of the article, said to be the other graph's
    (f"{EDGE} ({OTHER}, {of('d')}, {of('o')}, '99', 'x')", {"article", "other"}),
    (f"{EDGE} ({OTHER}, {elsewhere('y')}, {of('o')}, '99', 'x')", {"article", "other"}),
    (f"{EDGE} ((select id from graph where name = 'article'), {of('d')}, {elsewhere('x')}, '99', 'x')", {"article", "other"}),
    (f"update edge set parent_id = {elsewhere('x')} where child_id = {of('f')}", {"article", "other"}),
    (f"update edge set child_id = {elsewhere('x')} where child_id = {of('f')}", {"article", "other"}),
    (f"update edge set graph_id = {OTHER} where child_id = {of('f')}", {"article", "other"}),
]


@pytest.mark.parametrize(("change", "graphs"), ACROSS)
def test_an_edge_between_two_graphs_is_noticed_in_both_and_goes(explorer: Explorer, change: str, graphs: set[str]) -> None:
    loader.load(explorer, "other", read_graph("y = x"))
    by_hand(explorer, change)
    assert {name for (name,) in explorer.sql("select name from graph where by_hand = 1")[1]} == graphs
    assert explorer.derivatives("article", "g", ["o"]).answers[0].expression == "-1"
    assert explorer.derivatives("article", "g", ["a"]).answers[0].expression == "-180*d - 252"
    assert explorer.derivatives("other", "y", ["x"]).answers[0].expression == "1"
    assert {name: state(explorer, name)[1] for name in graphs} == dict.fromkeys(graphs, 0)
    assert explorer.sql("select count(*) from edge")[1] == [(9,)] and audit(explorer).findings == []


def test_a_node_that_moves_is_noticed_where_it_was_and_where_it_is(explorer: Explorer) -> None:
    loader.load(explorer, "other", read_graph("y = x\nalone"))
    by_hand(explorer, f"update node set id = 999 where id = {elsewhere('alone')}")
    assert state(explorer, "other")[1] == 1 and state(explorer)[1] == 0
    assert explorer.derivatives("other", "y", ["x"]).answers[0].expression == "1" and state(explorer, "other")[1] == 0
    by_hand(explorer, "update node set graph_id = (select id from graph where name = 'article') where id = 999")
    assert state(explorer, "other")[1] == 1 and state(explorer)[1] == 1


def test_a_default_and_a_comment_are_read_as_a_file_has_them(explorer: Explorer) -> None:
    by_hand(
        explorer,
        "update node set default_value = ' 2.50 ', kind = 'parameter' where name = 'a'",
        "update node set formula = '2*b  # twice' where name = 'c'",
    )
    explorer.derivatives("article", "g", ["a"])
    found = explorer.sql("select name, formula, default_value, note from node where name in ('a', 'c') order by name")[1]
    assert found == [("a", None, "2.50", None), ("c", "2*b", None, "twice")]


def test_an_edge_that_says_it_is_of_no_graph_is_noticed_too(explorer: Explorer, tmp_path: Path) -> None:
    if explorer.engine.dialect.name != "sqlite":
        pytest.skip("a server always keeps its foreign keys")
    with closing(sqlite3.connect(tmp_path / "gradq.db")) as conn, conn:  # as the shell of SQLite does
        conn.execute(f"{EDGE} (777, {of('d')}, {of('o')}, '99', 'x')")
    assert state(explorer) == (2, 1)
    assert explorer.derivatives("article", "g", ["o"]).answers[0].expression == "-1"
    assert audit(explorer).findings == []


@pytest.mark.parametrize(
    "change",
    [
        f"insert or replace into node (id, graph_id, name, kind, formula, level) select id, {OTHER}, 'dd', 'formula', '9', 0 "
        f"from node where id = {of('d')}",
        f"update or replace node set id = {of('d')} where id = {elsewhere('y')}",
    ],
)
def test_a_node_that_another_graphs_takes_the_place_of_is_missed(explorer: Explorer, change: str, tmp_path: Path) -> None:
    if explorer.engine.dialect.name != "sqlite":
        pytest.skip("a server replaces no row")
    loader.load(explorer, "other", read_graph("y = x"))
    explorer.derivatives("article", "g", None)
    with closing(sqlite3.connect(tmp_path / "gradq.db")) as conn, conn:  # as the shell of SQLite does
        conn.execute(change)
    with pytest.raises(InvalidGraph, match="uses 'd', which is no node"):
        explorer.derivatives("article", "g", ["a"])


@pytest.mark.parametrize("table", ["node", "edge"])
def test_what_a_server_empties_is_noticed(explorer: Explorer, table: str) -> None:
    if explorer.engine.dialect.name != "postgresql":
        pytest.skip("SQLite deletes row by row")
    answers(explorer, "article", "g")
    by_hand(explorer, f"truncate {table} cascade")
    assert state(explorer) == (2, 1)


def test_many_rows_in_one_transaction_raise_the_revision_of_a_servers_graph_once(explorer: Explorer) -> None:
    by_hand(explorer, "update node set level = level + 1", "delete from edge", "update node set formula = '3*b' where name = 'c'")
    assert state(explorer) == (2, 1)
    by_hand(explorer, "update node set formula = '2*b' where name = 'c'")
    raised, mark = state(explorer)
    assert mark == 1 and (raised == 3 or explorer.engine.dialect.name == "sqlite")


def test_triggers_that_are_gone_or_off_are_named_and_made_again(explorer: Explorer) -> None:
    server = explorer.engine.dialect.name == "postgresql"
    by_hand(explorer, "alter table node disable trigger node_insert_by_hand" if server else "drop trigger node_insert_by_hand")
    by_hand(explorer, "drop trigger edge_update_by_hand" + " on edge" * server)
    found = audit(explorer).findings
    assert [(item.table, item.row) for item in found] == [("trigger", "node_insert_by_hand"), ("trigger", "edge_update_by_hand")]
    assert "gradq db upgrade" in found[0].why
    explorer.upgrade()
    assert audit(explorer).findings == []


def test_a_database_that_cannot_be_written_gives_no_stale_answer(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if explorer.engine.dialect.name != "sqlite":
        pytest.skip("a reader of a server is tested with its roles")
    explorer.derivatives("article", "g", ["b"])
    by_hand(explorer, "update node set formula = '7*b' where name = 'd'")
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).is_dir() or not mode & os.W_OK)
    with Explorer(str(tmp_path / "gradq.db")) as reader:
        with pytest.raises(DatabaseError, match="'article' was changed by hand in SQL, and its rows cannot") as error:
            reader.derivatives("article", "g", ["b"])
        assert error.value.exit == 6 and "may be written" in str(error.value.hint)


def test_a_change_that_waits_for_gradqs_own_transaction_marks_the_graph_after_it(explorer: Explorer) -> None:
    if explorer.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite one writes at a time")
    by_hand(explorer, "update node set formula = '2*b + 4' where name = 'c'")
    change = threading.Thread(target=by_hand, args=(explorer, "update node set formula = '9*b' where name = 'd'"))
    with explorer.editing("article", strict=True):
        change.start()
        while not explorer.sql("select 1 from pg_locks where not granted")[1]:
            pass
    change.join()
    assert state(explorer)[1] == 1
    assert explorer.derivatives("article", "e", ["b"]).answers[0].expression == "18*d + 14"


def test_what_holds_no_text_is_named() -> None:
    row = NodeRow(1, "y", "formula", b"2*x", None, 0, None)  # type: ignore[arg-type]
    with pytest.raises(InvalidGraph, match=r"'y'.*holds no text"):
        derived([row])
    with pytest.raises(InvalidGraph, match="NUL"):
        derived([row._replace(name="a\0", formula=None)])


def test_in_python_it_is_a_warning_where_the_question_was_asked(database: str) -> None:
    with gradq.open(database) as space:
        graph = space.add("demo", "y = 3*x")
        by_hand(space._explorer, "update node set formula = '4*x' where name = 'y'")
        with pytest.warns(UserWarning, match="changed by hand in SQL") as met:
            assert str(graph.d("y", wrt="x")) == "4"
        assert met[0].filename == __file__


def test_a_graph_that_is_changed_by_hand_without_end_is_given_up(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    mend = explorer._mend

    def meddled(graph: str) -> None:
        mend(graph)
        by_hand(explorer, "update node set formula = formula || ' + 1' where name = 'd'")

    by_hand(explorer, "update node set formula = '5*b' where name = 'd'")
    monkeypatch.setattr(explorer, "_mend", meddled)
    with pytest.raises(DatabaseError, match="changed by hand faster than it can be read"):
        explorer.derivatives("article", "g", ["b"])
    monkeypatch.undo()
    assert explorer.derivatives("article", "e", ["d"]).answers[0].expression == "2*d"
