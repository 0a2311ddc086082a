"""A look at every row: rows as gradq writes them pass, and each that is not what it should be is named."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gradq.engine import bulk, editor, loader
from gradq.engine.audit import audit
from gradq.engine.explorer import Explorer
from gradq.engine.gallery import examples
from gradq.engine.graphfile import read_definition, read_graph
from gradq.engine.recompute import same
from gradq.store import graphs, memo
from gradq.store.errors import DatabaseError, UnknownGraph

ARTICLE = read_graph(examples()["article"].text)
SPOILED = [
    ("node", "level is 5, and should be 2", "update node set level = 5 where name = 'c'"),
    ("node", "kind is 'input', and should be 'formula'", "update node set kind = 'input' where name = 'c'"),
    ("node", "the formula of 'c' uses 'zz'", "update node set formula = 'zz' where name = 'c'"),
    ("edge", "its partial is '3', and should be '2'", "update edge set partial = '3' where partial = '2'"),
    ("edge", "its digest is wrong", "update edge set digest = 'x' where partial = '2*d'"),
    ("edge", "it is missing", "delete from edge where partial = '2*d'"),
    (
        "edge",
        "no formula makes it",
        "insert into edge (graph_id, child_id, parent_id, partial, digest) select c.graph_id, c.id, p.id, '1', 'x' "
        "from node c join node p on p.name = 'o' where c.name = 'a'",
    ),
    ("gradient", "12*d + 1, and should be 12*d", "update gradient set expression = '12*d + 1' where expression = '12*d'"),
    (
        "gradient",
        "no path leads from one to the other",
        "insert into gradient (graph_id, of_id, wrt_id, expression, revision) select y.graph_id, y.id, x.id, '1', 1 "
        "from node y join node x on x.name = 'g' where y.name = 'a'",
    ),
    (
        "gradient",
        "no path leads from one to the other",
        "insert into gradient (graph_id, of_id, wrt_id, expression, revision) "
        "select graph_id, id, id, '1', 1 from node where name = 'a'",
    ),
    (
        "point_gradient",
        "should not be there: no path",
        "insert into point_gradient (point_id, of_id, wrt_id, value) select 1, id, id, 1.0 from node where name = 'a'",
    ),
    ("point_gradient", "1495.0, and should be 1494.0", "update point_gradient set value = 1495 where value = 1494"),
    ("point_gradient", "value None with state None", "update point_gradient set value = null where value = 1494"),
    ("point_gradient", "value 1494.0 with state 'huge'", "update point_gradient set state = 'huge' where value = 1494"),
    ("point_value", "24.5, and should be 23.5", "update point_value set value = 24.5 where value = 23.5"),
    ("point_value", "inf, and should be 23.5", "update point_value set value = null, state = 'inf' where value = 23.5"),
    ("point", "its key is not that of its bindings", "update point set key = 'x'"),
    ("point", "'zz' is no node", """update point set bindings = '{"zz": 1.0}'"""),
    ("point", "not an object of names and numbers", "update point set bindings = '[1]'"),
    ("point", "not an object of names and numbers", """update point set bindings = '{"a": "x"}'"""),
    ("point", "not an object of names and numbers", "update point set bindings = 5"),
    ("point", "not an object of names and numbers", "update point set bindings = x'ff'"),
    ("point", "not an object of names and numbers", "update point set bindings = replace(hex(zeroblob(9999)), '0', '[')"),
    ("point_gradient", "1494.0 with state 'nan' is no number", "update point_gradient set state = 'nan' where value = 1494"),
    ("tape", "not what the rows make", "update tape set data = 'tape'"),
    ("tape", "not what the rows make", "update tape set revision = 99"),
]


def made(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the article's graph with a tape, and ask for some of everything."""
    with monkeypatch.context() as patch:
        patch.setattr(bulk, "FROM", 0)  # every graph is a large one
        loader.load(explorer, "article", ARTICLE)
    for node in "bg":
        explorer.derivatives("article", node, None)
    explorer.derivatives("article", "g", None, point={"a": 0.5})


def spoil(explorer: Explorer, statement: str) -> None:
    with explorer.engine.begin() as conn:
        conn.exec_driver_sql(statement)
        conn.exec_driver_sql("update graph set by_hand = 0")  # damage is noticed by no trigger


def test_rows_as_they_are_written_are_as_they_should_be(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Explorer(database) as explorer:
        made(explorer, monkeypatch)
        found = audit(explorer)
        assert found.findings == [] and found.notes == []
        expected = {"node": 8, "edge": 8, "gradient": 8, "point": 1, "point_value": 2, "point_gradient": 7, "tape": 1}
        assert found.counts == expected
        spoil(explorer, "update gradient set expression = '13*d' where expression = '12*d'")
        assert audit(explorer).findings == [("article", "gradient", "∂g/∂d", "13*d, and should be 12*d")]
        with pytest.raises(UnknownGraph):
            audit(explorer, "artcle")


def test_each_row_that_is_not_what_it_should_be_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    missed = []
    with Explorer(":memory:") as explorer:
        made(explorer, monkeypatch)
        loader.load(explorer, "other", read_graph("y = x"))
        with explorer.engine.connect() as conn:
            connection: Any = conn.connection.driver_connection
        right = connection.serialize()
        for table, why, statement in SPOILED:
            spoil(explorer, statement)
            found = audit(explorer).findings
            if not any((item.graph, item.table) == ("article", table) and why in item.why for item in found):
                missed.append((table, why, found))
            assert audit(explorer, "other").findings == []
            connection.deserialize(right)
        assert audit(explorer).findings == [] and missed == []


def test_a_row_that_points_to_nothing_is_damage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Explorer(str(tmp_path / "x.db")) as explorer:
        made(explorer, monkeypatch)
        with closing(sqlite3.connect(tmp_path / "x.db")) as conn, conn:
            conn.execute("delete from node where name = 'o'")
        found = audit(explorer)
        assert {item.table for item in found.findings} == {"database"} and "of edge points to a row of node" in str(
            found.findings
        )
        assert "restore it from a backup" in found.notes[0]


def test_each_wrong_row_of_a_graph_that_was_changed_by_hand_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with Explorer(":memory:") as explorer:
        made(explorer, monkeypatch)
        with explorer.engine.begin() as conn:
            conn.exec_driver_sql("update node set formula = '3*b + 3' where name = 'c'")
        found = audit(explorer)
        assert found.findings[0][1:] == ("edge", "b → c", "its partial is '2', and should be '3'")
        assert {finding.table for finding in found.findings} == {"edge", "gradient", "point_gradient"}
        assert "'article' was changed by hand" in found.notes[0]


def test_a_number_that_is_undefined_now_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with Explorer(":memory:") as explorer:
        loader.load(explorer, "g", read_graph("x = 2\nv = log(x)\ny = v*x\nz = 3*x"))
        explorer.derivatives("g", "y", None, point={})
        explorer.derivatives("g", "z", None, point={})
        spoil(explorer, "update node set default_value = '-2' where name = 'x'")
        whys = {item.row.split(" at ")[0]: item.why for item in audit(explorer).findings}
        assert "should not be there: 'v' = log(x) is not defined" in whys["v"] and "not be there" in whys["∂y/∂x"]
        assert whys["∂y/∂v"] == "2.0, and should be -2.0" and "∂z/∂x" not in whys


def test_what_was_summed_in_another_order_is_the_same_number() -> None:
    assert same(1.0, 1.0 + 1e-12, 0.0) and same(1e-3, 1.0, 1.0) and not same(1.0, 1.0 + 1e-6, 0.0)
    assert not same(float("inf"), 1.0, 1.0) and same(float("inf"), float("inf"), 0.0)


def test_a_database_with_nothing_in_it_is_as_it_should_be(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with Explorer(str(tmp_path / "empty.db")) as explorer:
        assert audit(explorer) == ({}, [], [])


def test_a_graph_that_goes_while_the_others_are_looked_at_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with Explorer(":memory:") as explorer:
        loader.load(explorer, "g", read_graph("y = x"))
        monkeypatch.setattr(graphs, "graph_names", lambda conn: ["g", "gone"])
        assert audit(explorer).counts["node"] == 2


@pytest.mark.parametrize(
    "spoiled",
    [
        "point_gradient set value = null",
        "point_gradient set value = null, state = '1_0'",
        "point_gradient set value = x'00'",
        "point_gradient set value = 9e999",
        "point_gradient set value = 'abc'",
        "point set bindings = '{'",
        "point set bindings = '[[1, 2]]'",
    ],
)
def test_a_number_or_a_point_that_is_none_is_one_error(monkeypatch: pytest.MonkeyPatch, spoiled: str) -> None:
    with Explorer(":memory:") as explorer:
        made(explorer, monkeypatch)
        editor.name_point(explorer, "article", "here", [{"a": 0.5}])
        spoil(explorer, f"update {spoiled}")
        with pytest.raises(DatabaseError, match="cannot be read: ") as error:
            explorer.derivatives("article", "g", ["a"], point=["here"])
        assert error.value.hint == memo.SPOILED
        if spoiled.startswith("point set"):
            with pytest.raises(DatabaseError, match="the bindings of a point"):
                editor.set_node(explorer, "article", read_definition("a = 2"))
        assert explorer.derivatives("article", "g", ["a"]).answers[0].expression == "-180*d - 252"
