"""The commands for the database: sql, views, memo, db and doctor."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gradq.engine.explorer import Explorer

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("select * from v_nodes", "did you mean 'v_node'? see: gradq views"),
        ("select * from gradients", "did you mean 'v_gradient'? see: gradq views"),
        ("select * from zzzzzzzz", "there are: v_graph, v_node"),
        ("select chld from v_edge", "did you mean 'child'? v_edge has: graph, child, parent, partial"),
        ("select e.Partal from v_edge e", "did you mean 'partial'? v_edge has: "),
        ("select zzzzzzzz", "see: gradq views"),
        ("select nmae from node", "did you mean 'name'? node has: id, graph_id, name"),
    ],
)
def test_a_misspelt_view_or_column_is_told_a_near_one(article: Gradq, query: str, hint: str) -> None:
    result = article("sql", query)
    assert (result.code, result.out) == (6, "") and f"\nhint: {hint}" in result.err


def test_sql_comes_from_standard_input_too(article: Gradq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"select name from v_node where kind = 'input' order by 1")))
    assert article("sql", "-").out == "a\no\n"


def test_views_are_listed_with_the_meaning_of_their_columns(article: Gradq) -> None:
    answers = json.loads(article("views", "--json").out)["answers"]
    assert {"view": "v_edge", "column": "child", "help": "the node whose formula names the parent"} in answers


def test_doctor_says_which_and_why(article: Gradq, database: str) -> None:
    result = article("doctor")
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in result.out.splitlines()}
    assert result.code == 0
    assert rows["database"][1].endswith("because GRADQ_DB says so")
    assert rows["graph"] == ["ok", "article, because it was chosen last"]
    assert rows["graphs"] == ["ok", "1, with 8 nodes"]
    assert {"python", "sqlalchemy", "networkx", "sympy", "typer", "extra postgres"} <= set(rows)


def test_doctor_finds_what_is_no_database(gradq: Gradq, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database, but long enough to look like one " * 30)
    result = gradq("doctor", "--db", str(tmp_path / "text.db"))
    assert result.code == 1 and "problem" in result.out and "not a database" in result.out


def test_a_backup_is_a_database_with_the_same_answers(article: Gradq, database: str) -> None:
    article("d", "g", "--wrt", "b")
    result = article("db", "backup", "copy.db")
    if not database.startswith("sqlite"):
        assert result.code == 2 and "pg_dump" in result.err
        return
    assert result.code == 0
    assert article("--db", "copy.db", "-g", "article", "d", "g", "--wrt", "b", "--stats").err == "memo: 1 reused, 0 computed\n"
    assert article("db", "backup", "copy.db").code == 2


def test_what_was_done_is_a_document_where_json_is_asked_for(article: Gradq) -> None:
    document = json.loads(article("set", "d = 5*b + 7", "--json").out)
    assert document["schema"] == "gradq.done/1"
    assert document["answers"] == [{"message": "changed 'd'", "did": "changed", "node": "d", "kind": "formula", "new_inputs": []}]
    assert json.loads(article("memo", "--json", "clear").out)["answers"][0]["dropped"]["gradient"] == 0
    assert article("set", "d = 1", "--csv").code == 2 and article("formula", "d").out == "5*b + 7\n"


def test_every_row_is_looked_at_and_what_is_wrong_is_listed(article: Gradq, database: str) -> None:
    article("grad", "g")
    right = article("db", "check")
    assert right.code == 0 and right.out.startswith("all is as it should be: 8 node, 8 edge, 7 gradient")
    with Explorer(database) as explorer, explorer.engine.begin() as conn:
        conn.exec_driver_sql("update gradient set expression = '13*d' where expression = '12*d'")
    wrong = article("db", "check", "-g", "article")
    assert wrong.code == 1 and "article\tgradient\t∂g/∂d\t13*d, and should be 12*d\n1 WRONG; looked at" in wrong.out
    document = json.loads(article("db", "check", "--json").out)
    assert document["ok"] is False and document["rows"]["edge"] == 8 and document["answers"][0]["row"] == "∂g/∂d"
    assert article("db", "check", "--csv").out.splitlines()[1] == 'article,gradient,∂g/∂d,"13*d, and should be 12*d"'
    article("memo", "clear")
    assert article("db", "check").code == 0


def test_space_is_given_back_and_the_rows_stay(article: Gradq) -> None:
    done = article("db", "vacuum", "--json")
    (answer,) = json.loads(done.out)["answers"]
    assert answer["before"] > 0 and answer["after"] > 0
    assert article("d", "g", "--wrt", "b").out == "60*d + 84\n" and article("db", "check").code == 0
