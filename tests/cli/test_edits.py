"""The commands that change: what they say, what the memo keeps, and that a saved graph loads as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load

ARTICLE = "b = 5 - 3*a\nc = 2*b + 3\nd = 5*b + 6\ne = 7*c + d^2\nf = 2*e\ng = 3*f - o\n"
Rows = set[tuple[Any, ...]]


def _rows(gradq: Gradq, query: str) -> Rows:
    return {tuple(row) for row in json.loads(gradq("sql", query, "--json").out)["answers"]}


def _memo(gradq: Gradq) -> Rows:
    return _rows(gradq, 'select "of", wrt, expression from v_gradient')


def _pairs(gradq: Gradq) -> Rows:
    return _rows(gradq, 'select "of", wrt from v_gradient')


def _fill(gradq: Gradq) -> Rows:
    """Store every pair of the article and return the rows."""
    for node in "bcdefg":
        assert gradq("grad", node).code == 0
    rows = _memo(gradq)
    assert len(rows) == 21
    return rows


# --------------------------------------------------------------------------------------------------------- set


def test_a_change_of_a_constant_keeps_every_formula_and_changes_numbers(article: Gradq) -> None:
    before = _fill(article)
    assert article("d", "g", "--wrt", "b", "--at", "a=0.5").out == "1494\n"
    changed = article("set", "d = 5*b + 7")
    assert (changed.code, changed.out) == (0, "") and changed.err.count("\n") == 1
    assert _memo(article) == before
    assert article("d", "g", "--wrt", "b", "--stats") == (0, "60*d + 84\n", "memo: 1 reused, 0 computed\n")
    assert article("d", "g", "--wrt", "b", "--at", "a=0.5") == (0, "1554\n", "")


def test_a_change_of_a_partial_drops_the_rows_below_and_above_and_no_others(article: Gradq) -> None:
    before = {row[:2] for row in _fill(article)}
    article("set", "d = 5*b^2")
    stale = {(of, wrt) for of in "defg" for wrt in "ab"}
    assert before - _pairs(article) == stale
    for of, wrt, answer in [("g", "c", "42"), ("g", "d", "12*d"), ("f", "e", "2")]:
        assert article("d", of, "--wrt", wrt, "--stats") == (0, f"{answer}\n", "memo: 1 reused, 0 computed\n")
    assert article("d", "g", "--wrt", "b", "--stats") == (0, "120*b*d + 84\n", "memo: 2 reused, 1 computed\n")
    assert article("d", "g", "--wrt", "a", "--stats").err == "memo: 1 reused, 1 computed\n"


def test_an_edge_that_comes_drops_the_rows_of_its_parent(article: Gradq) -> None:
    before = {row[:2] for row in _fill(article)}
    article("set", "d = 5*b + 6 + o")
    # (g, o) has a new path; a, b and c are where they were
    assert before - _pairs(article) == {("g", "o")}
    assert article("d", "g", "--wrt", "o").out == "12*d - 1\n"


def test_an_edge_that_goes_drops_what_went_through_it(article: Gradq) -> None:
    before = {row[:2] for row in _fill(article)}
    article("set", "e = 7*c")
    stale = {(of, wrt) for of in "efg" for wrt in "dba"}
    assert before - _pairs(article) == stale
    assert article("d", "g", "--wrt", "b").out == "84\n"
    zero = article("d", "g", "--wrt", "d")
    assert zero.out == "0\n" and zero.err.startswith("note: ")


def test_the_same_formula_again_changes_nothing(article: Gradq) -> None:
    before = _fill(article)
    revision = _rows(article, "select revision from v_graph")
    result = article("set", "d = 5*b + 6")
    assert result.code == 0
    assert (_memo(article), _rows(article, "select revision from v_graph")) == (before, revision)


def test_every_row_after_an_edit_equals_an_answer_from_nothing(article: Gradq) -> None:
    _fill(article)
    for line in ("d = 5*b^2", "c = b*d", "a = 2", "f = e*o", "d = 3*a"):
        assert article("set", line).code == 0
        for of, wrt, text in _memo(article):
            assert article("d", of, "--wrt", wrt, "--no-memo").out == f"{text}\n", (line, of, wrt)


def test_a_default_changes_numbers_where_it_is_not_bound(load: Load) -> None:
    gradq = load("a = 2\ny = a^3\n")
    assert gradq("d", "y", "--wrt", "a", "--at", "default").out == "12\n"
    gradq("set", "a = 3")
    assert gradq("d", "y", "--wrt", "a", "--at", "default").out == "27\n"


def test_set_adds_a_node_and_new_inputs_if_asked(article: Gradq) -> None:
    assert article("set", "h = g^2").code == 0
    assert article("d", "h", "--wrt", "g").out == "2*g\n"
    refused = article("set", "k = h*fresh")
    assert refused.code in (3, 4) and "'fresh'" in refused.err
    added = article("set", "k = h*fresh", "--new-inputs")
    assert added.code == 0 and "'fresh' is a new input" in added.err
    assert article("d", "k", "--wrt", "fresh").out == "h\n"


# ------------------------------------------------------------------------------------------------ rename, rm-node


def test_rename_keeps_every_row_under_the_new_name(article: Gradq) -> None:
    before = _fill(article)
    article("d", "g", "--wrt", "b", "--at", "d=3")
    assert article("rename", "d", "delta").code == 0
    after = {tuple("delta" if part == "d" else part.replace("*d", "*delta") for part in row) for row in before}
    assert _memo(article) == after
    assert article("d", "g", "--wrt", "b", "--stats") == (0, "60*delta + 84\n", "memo: 1 reused, 0 computed\n")
    point = article("d", "g", "--wrt", "b", "--at", "delta=3", "--stats")
    assert point == (0, "264\n", "memo: 1 reused, 0 computed\n")
    assert article("formula", "e").out == "delta^2 + 7*c\n"
    assert article("d", "g", "--wrt", "d").code == 3


def test_rename_reprints_in_canonical_order_and_quotes(article: Gradq) -> None:
    article("set", "e = c*d")
    article("d", "g", "--wrt", "b")
    assert article("rename", "d", "P&L!B20").code == 0
    stored = article("d", "g", "--wrt", "b").out
    assert stored == article("d", "g", "--wrt", "b", "--no-memo").out
    assert "'P&L!B20'" in stored
    assert article("d", "P&L!B20", "--wrt", "b").out == "5\n"


def test_rename_there_and_back_is_no_change(article: Gradq) -> None:
    before, text = _fill(article), article("save").out
    article("rename", "d", "zz")
    article("rename", "zz", "d")
    assert (_memo(article), article("save").out) == (before, text)


def test_a_node_that_nobody_uses_can_be_removed_with_its_rows(article: Gradq) -> None:
    before = _fill(article)
    removed = article("rm-node", "g")
    assert (removed.code, removed.out) == (0, "")
    assert _memo(article) == {row for row in before if row[0] != "g"}
    assert article("eval", "g", "--at", "a=1").code == 3


def test_a_node_that_is_used_cannot_be_removed(article: Gradq) -> None:
    text = article("save").out
    refused = article("rm-node", "b")
    assert refused.code == 4 and refused.out == ""
    assert "'b'" in refused.err and "'c'" in refused.err
    assert article("save").out == text


# -------------------------------------------------------------------------------------------------- load and save

SAVED = {
    "article": ARTICLE,
    "notes": "# a file\na = 2   # the first\no\ny = a*o # the product\n",
    "sections": "[cell]\nV = 0.5\nI = g*V\n[]\ng = 3e-4\nz = cell.I^2\n",
    "quoted": "'P&L!B20' = 2*'it''s'\n'it''s'\n'# no comment' = 'P&L!B20' + 1\n",
    "unicode": "α = 0.10\nβ = α^2 + w[0,1] + x'\n",
    "conditions": "y = if(x > 0 and x < 2, x^2, -x)\n",
    "order": "z = y + 1\ny = x + 1\nx = 1\n",
}


@pytest.mark.parametrize("name", SAVED)
def test_load_save_load_is_the_identity(load: Load, name: str, tmp_path: Path) -> None:
    gradq = load(SAVED[name], "first")
    nodes = _rows(gradq, "select name, kind, formula, default_value, note, level from v_node where graph = 'first'")
    edges = _rows(gradq, "select child, parent, partial from v_edge where graph = 'first'")
    assert gradq("save", "second.gq").code == 0
    text = (tmp_path / "second.gq").read_text(encoding="utf-8")
    assert gradq("save") == (0, text, "")
    assert gradq("load", "second.gq").code == 0
    query = "select name, kind, formula, default_value, note, level from v_node where graph = 'second'"
    assert _rows(gradq, query) == nodes
    assert _rows(gradq, "select child, parent, partial from v_edge where graph = 'second'") == edges
    assert gradq("save").out == text


def test_load_lists_the_names_that_no_line_defines(gradq: Gradq, tmp_path: Path) -> None:
    (tmp_path / "article.gq").write_text(ARTICLE)
    result = gradq("load", "article.gq")
    assert (result.code, result.out) == (0, "")
    assert "note: inputs that no line defines: a, o" in result.err.splitlines()


def test_an_undefined_name_that_a_section_has_points_there(gradq: Gradq, tmp_path: Path) -> None:
    (tmp_path / "cells.gq").write_text("[array]\nS = 1361\n[heat]\nq = S*area\n")
    assert "note: inputs that no line defines: S (did you mean 'array.S'?), area\n" in gradq("load", "cells.gq").err
    assert gradq("d", "q", "--wrt", "area").err.endswith("hint: did you mean 'heat.q'?\n")


def test_a_bare_name_that_takes_a_definition_away_says_which(load: Load) -> None:
    gradq = load(ARTICLE)
    assert gradq("set", "d").err == "changed 'd', an input\nnote: it was: d = 5*b + 6\n"
    assert gradq("set", "d").err == "unchanged 'd', an input\n"


def test_load_replace_applies_the_difference_and_keeps_rows(load: Load) -> None:
    gradq = load(ARTICLE)
    before = _fill(gradq)
    ids = _rows(gradq, "select id, name from node")
    load(ARTICLE.replace("d = 5*b + 6", "d = 5*b + 7"), "article", "--replace")
    assert _memo(gradq) == before
    assert _rows(gradq, "select id, name from node") == ids
    load(ARTICLE.replace("d = 5*b + 6", "d = 5*b^2"), "article", "--replace")
    assert {row[:2] for row in before} - _pairs(gradq) == {(of, wrt) for of in "defg" for wrt in "ab"}
    changed = gradq("load", "article.gq", "--replace")
    assert "0 added, 0 changed, 0 removed, 8 kept" in changed.err


def test_load_replace_adds_and_removes_nodes(load: Load) -> None:
    gradq = load("y = x^2\nz = 3*y\n")
    gradq("grad", "z")
    load("y = x^2\nw = 4*y\n", "article", "--replace")
    assert _rows(gradq, "select name from v_node") == {("x",), ("y",), ("w",)}
    assert gradq("d", "w", "--wrt", "x").out == "8*x\n"
    assert gradq("d", "z", "--wrt", "x").code == 3


def test_load_takes_a_name_and_standard_input(gradq: Gradq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"y = x^2\n")))
    assert gradq("load", "-", "-g", "piped").code == 0
    assert gradq("d", "y", "--wrt", "x", "-g", "piped").out == "2*x\n"


# ---------------------------------------------------------------------------------------------- use, ls, show, rm


def test_use_chooses_the_graph_that_commands_mean(load: Load) -> None:
    load("y = x^2\n", "one")
    gradq = load("y = x^3\n", "two")
    assert gradq("d", "y", "--wrt", "x").out == "3*x^2\n"
    chosen = gradq("use", "one")
    assert (chosen.code, chosen.out) == (0, "") and "'one'" in chosen.err
    assert gradq("d", "y", "--wrt", "x").out == "2*x\n"


def test_ls_lists_the_graphs_with_their_sizes(load: Load) -> None:
    load("y = x^2\n", "one")
    gradq = load(ARTICLE)
    rows = {tuple(line.split("\t")[:4]) for line in gradq("ls").out.splitlines()}
    assert rows == {("one", "2", "1", "1"), ("article", "8", "8", "1")}


def test_rm_removes_a_graph_with_all_its_rows(article: Gradq) -> None:
    _fill(article)
    article("d", "g", "--wrt", "b", "--at", "d=3")
    assert article("rm", "article").code == 0
    for table in ("graph", "node", "edge", "gradient", "point", "point_value", "point_gradient"):
        assert _rows(article, f"select count(*) from {table}") == {(0,)}, table
    assert article("d", "g", "--wrt", "b").code == 3


@pytest.mark.parametrize("words", [["set", "d = 5*b + 7"], ["rename", "d", "dd"], ["rm-node", "g"]])
def test_every_change_raises_the_revision_by_one(article: Gradq, words: list[str]) -> None:
    article(*words)
    assert _rows(article, "select revision from v_graph") == {(2,)}


def test_a_question_does_not_raise_the_revision(article: Gradq) -> None:
    article("grad", "g")
    article("memo", "clear")
    assert _rows(article, "select revision from v_graph") == {(1,)}
