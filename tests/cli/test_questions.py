"""The commands that ask: what each prints, where it prints it, and what the memo says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gradq.store.upgrade import SCHEMA

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load

ARTICLE = "b = 5 - 3*a\nc = 2*b + 3\nd = 5*b + 6\ne = 7*c + d^2\nf = 2*e\ng = 3*f - o\n"


# ------------------------------------------------------------------------------------------------ the article


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("d g --wrt g", "1"),
        ("d g --wrt o", "-1"),
        ("d g --wrt f", "3"),
        ("d g --wrt e", "6"),
        ("d g --wrt d", "12*d"),
        ("d g --wrt c", "42"),
        ("d g --wrt b", "60*d + 84"),
        ("d g --wrt b --in b", "300*b + 444"),
        ("d g --wrt b --in a", "1944 - 900*a"),
        ("d g --wrt b --in inputs", "1944 - 900*a"),
        ("d g --wrt b --at d=3", "264"),
        ("d g --wrt b --at a=0.5", "1494"),
        ("d g --wrt d --in b", "60*b + 72"),
        ("d g --wrt d --in a", "372 - 180*a"),
        ("d g --wrt d --at a=0.5", "282"),
        ("d g --wrt d --at d=3", "36"),
        ("d g --wrt a", "-180*d - 252"),
        ("d g --wrt a --in a", "2700*a - 5832"),
        ("d f --wrt d", "4*d"),
        ("d e --wrt b", "10*d + 14"),
        ("formula g", "3*f - o"),
        ("eval g --at a=0.5,o=1", "3732.5"),
    ],
)
def test_an_answer_is_one_bare_line_and_nothing_else(article: Gradq, words: str, answer: str) -> None:
    assert article(*words.split()) == (0, f"{answer}\n", "")
    assert article(*words.split()) == (0, f"{answer}\n", ""), "the memo says something else"


@pytest.mark.parametrize(("frontier", "answer"), [("e", "6*e - o"), ("c,d", "6*d^2 + 42*c - o")])
def test_a_formula_is_unrolled_down_to_a_frontier(article: Gradq, frontier: str, answer: str) -> None:
    result = article("formula", "g", "--in", frontier)
    assert (result.code, result.out) == (0, f"{answer}\n")
    assert result.err == "note: not every way up is cut: 'o' remains\n"


def test_a_name_in_the_frontier_that_does_not_occur_is_a_note(article: Gradq) -> None:
    result = article("d", "g", "--wrt", "c", "--in", "b")
    assert (result.code, result.out) == (0, "42\n")
    assert result.err.startswith("note: ") and "'b'" in result.err


def test_no_path_is_an_exact_zero_with_a_note(article: Gradq) -> None:
    result = article("d", "b", "--wrt", "g")
    assert (result.code, result.out) == (0, "0\n")
    assert result.err.startswith("note: 'g' is not upstream of 'b'") and result.err.count("\n") == 1


def test_no_path_is_an_exact_zero_at_a_point_and_is_not_stored(article: Gradq) -> None:
    assert article("d", "b", "--wrt", "g", "--at", "a=1").out == "0\n"
    article("d", "b", "--wrt", "g")
    assert article("sql", "select * from v_gradient").out == ""
    assert article("sql", "select * from v_sensitivity").out == ""


def test_the_second_question_costs_one_step(article: Gradq) -> None:
    assert article("d", "g", "--wrt", "b", "--stats") == (0, "60*d + 84\n", "memo: 0 reused, 5 computed\n")
    assert article("d", "g", "--wrt", "a", "--stats") == (0, "-180*d - 252\n", "memo: 1 reused, 1 computed\n")
    assert article("d", "g", "--wrt", "a", "--stats") == (0, "-180*d - 252\n", "memo: 1 reused, 0 computed\n")


def test_a_number_is_reused_as_a_formula_is(article: Gradq) -> None:
    assert article("d", "g", "--wrt", "b", "--at", "d=3", "--stats") == (0, "264\n", "memo: 0 reused, 5 computed\n")
    assert article("d", "g", "--wrt", "b", "--at", "d=3", "--stats") == (0, "264\n", "memo: 1 reused, 0 computed\n")
    assert article("d", "g", "--wrt", "a", "--at", "d=3", "--stats") == (0, "-792\n", "memo: 1 reused, 1 computed\n")


def test_the_edges_are_the_gradient_flow_graph(article: Gradq) -> None:
    rows = article("sql", "select child, parent, partial from v_edge").out.splitlines()
    expected = ["b\ta\t-3", "c\tb\t2", "d\tb\t5", "e\tc\t7", "e\td\t2*d", "f\te\t2", "g\tf\t3", "g\to\t-1"]
    assert sorted(rows) == expected


def test_the_total_derivative_is_told_from_the_edge(load: Load) -> None:
    gradq = load("m = x^2\ny = x*m\n")
    assert gradq("d", "y", "--wrt", "x") == (0, "2*x^2 + m\n", "")
    assert gradq("sql", "select partial from v_edge where child = 'y' and parent = 'x'").out == "m\n"


def test_olahs_three_lines_have_their_value_and_slope(load: Load) -> None:
    gradq = load("c = a + b\nd = b + 1\ne = c*d\n")
    assert gradq("eval", "e", "--at", "a=2,b=1") == (0, "6\n", "")
    assert gradq("d", "e", "--wrt", "b", "--at", "a=2,b=1") == (0, "5\n", "")


# ------------------------------------------------------------------------------------------- several answers


@pytest.mark.parametrize("words", [["--wrt", "b,c"], ["--wrt", "b", "--wrt", "c"], ["--wrt", " b , c ,b"]])
def test_several_answers_stand_each_after_its_name(article: Gradq, words: list[str]) -> None:
    assert article("d", "g", *words) == (0, "b\t60*d + 84\nc\t42\n", "")


def test_several_answers_at_a_point_stand_each_after_its_name(article: Gradq) -> None:
    assert article("d", "g", "--wrt", "d,c,g", "--at", "d=3") == (0, "d\t36\nc\t42\ng\t1\n", "")


def test_grad_answers_for_every_node_upstream(article: Gradq) -> None:
    rows = dict(line.split("\t") for line in article("grad", "g").out.splitlines())
    assert rows == {"a": "-180*d - 252", "b": "60*d + 84", "c": "42", "d": "12*d", "e": "6", "f": "3", "o": "-1"}


def test_grad_inputs_answers_for_inputs_alone(article: Gradq) -> None:
    assert article("grad", "g", "--inputs") == (0, "a\t-180*d - 252\no\t-1\n", "")


def test_grad_at_a_point_gives_numbers(article: Gradq) -> None:
    assert article("grad", "g", "--inputs", "--at", "d=3") == (0, "a\t-792\no\t-1\n", "")


def test_eval_answers_for_several_nodes(article: Gradq) -> None:
    assert article("eval", "b", "d", "--at", "a=0.5") == (0, "b\t3.5\nd\t23.5\n", "")


# ----------------------------------------------------------------------------------------------------- points


def test_the_later_binding_wins(article: Gradq) -> None:
    assert article("eval", "b", "--at", "a=7", "--at", "a=1/2").out == "3.5\n"


def test_a_point_may_come_from_a_file(article: Gradq, tmp_path: Path) -> None:
    (tmp_path / "point.json").write_text('{"a": 0.5, "o": 1}')
    assert article("d", "g", "--wrt", "b", "--at", "@point.json").out == "1494\n"


def test_a_default_is_used_where_nothing_is_bound(load: Load) -> None:
    gradq = load("a = 2\ny = a^3\n")
    assert gradq("d", "y", "--wrt", "a", "--at", "default") == (0, "12\n", "")
    assert gradq("d", "y", "--wrt", "a", "--at", "a=3") == (0, "27\n", "")
    assert gradq("eval", "y") == (0, "8\n", "")


@pytest.mark.parametrize(("text", "shown"), [("0.1", "0.1"), ("1e22", "1e+22"), ("564/2", "282"), ("-0.0", "0")])
def test_a_number_prints_as_the_shortest_that_reads_back(load: Load, text: str, shown: str) -> None:
    gradq = load("y = 1*x\n")
    result = gradq("eval", "y", f"--at=x={text}")
    assert result.code == 0
    assert float(result.out) == float(shown) and result.out.strip().lstrip("-") == shown


# ---------------------------------------------------------------------------------------------------- options


@pytest.mark.parametrize(
    "words",
    [
        ["-g", "other", "d", "y", "--wrt", "x"],
        ["d", "y", "--wrt", "x", "-g", "other"],
        ["--graph", "other", "d", "y", "--wrt", "x"],
        ["d", "-g", "other", "y", "--wrt=x"],
    ],
)
def test_the_graph_may_be_named_before_the_command_or_after(load: Load, words: list[str]) -> None:
    load("y = x^2\n", "other")
    assert load(ARTICLE)(*words) == (0, "2*x\n", "")


def test_the_database_may_be_named_before_the_command_or_after(
    article: Gradq, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADQ_DB", "/nowhere/at/all.db")
    assert article("--db", database, "d", "g", "--wrt", "c") == (0, "42\n", "")
    assert article("d", "g", "--wrt", "c", "--db", database) == (0, "42\n", "")


def test_the_environment_names_a_graph(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    load("y = x^2\n", "other")
    gradq = load(ARTICLE)
    monkeypatch.setenv("GRADQ_GRAPH", "other")
    assert gradq("d", "y", "--wrt", "x").out == "2*x\n"


@pytest.mark.parametrize("words", [["--no-memo"], ["--no-memo", "--at", "d=3"]])
def test_no_memo_neither_writes_nor_reads(article: Gradq, words: list[str]) -> None:
    for _ in range(2):
        assert article("d", "g", "--wrt", "b", "--stats", *words).err == "memo: 0 reused, 5 computed\n"
    counts = article("memo", "stats").out
    assert {line.split("\t")[1] for line in counts.splitlines()} == {"0"}
    article("d", "g", "--wrt", "b", *words[1:])
    assert article("d", "g", "--wrt", "b", "--stats", *words).err == "memo: 0 reused, 5 computed\n"


def test_quoted_names_are_taken_bare_and_quoted(load: Load) -> None:
    gradq = load("'P&L!B20' = 3*'a, b'^2\ny = 2*'P&L!B20'\n")
    assert gradq("d", "P&L!B20", "--wrt", "'a, b'").out == "6*'a, b'\n"
    assert gradq("d", "y", "--wrt", "P&L!B20").out == "2\n"
    assert gradq("d", "'P&L!B20'", "--wrt", "'a, b'", "--at", "'a, b'=2").out == "12\n"
    assert gradq("d", "y", "--wrt", "'P&L!B20','a, b'").out == "P&L!B20\t2\na, b\t12*'a, b'\n"
    assert gradq("formula", "P&L!B20").out == "3*'a, b'^2\n"
    assert gradq("sql", "select name from v_node where name like 'P%'").out == "P&L!B20\n"


# ------------------------------------------------------------------------------------------------------- JSON


@pytest.mark.parametrize("words", [["--json"], ["-f", "json"], ["--format=json"]])
def test_d_as_json_has_the_documented_keys(article: Gradq, words: list[str]) -> None:
    result = article("d", "g", "--wrt", "b", *words)
    document = json.loads(result.out)
    assert (result.code, result.err, result.out.count("\n")) == (0, "", 1)
    assert document["schema"] == "gradq.derivative/1"
    assert (document["graph"], document["revision"]) == ("article", 1)
    assert document["memo"] == {"reused": 0, "computed": 5}
    assert document["answers"] == [{"of": "g", "wrt": "b", "at": None, "expression": "60*d + 84", "value": None, "notes": []}]
    assert article(*words, "d", "g", "--wrt", "b").code == 0


def test_d_at_a_point_as_json_holds_the_point_and_the_number(article: Gradq) -> None:
    document = json.loads(article("--json", "d", "g", "--wrt", "b", "--at", "d=3").out)
    assert document["answers"] == [{"of": "g", "wrt": "b", "at": {"d": 3}, "expression": None, "value": 264, "notes": []}]


def test_a_note_stands_in_the_json_of_its_answer(article: Gradq) -> None:
    answer = json.loads(article("d", "b", "--wrt", "g", "--json").out)["answers"][0]
    assert answer["expression"] == "0" and len(answer["notes"]) == 1


def test_grad_as_json_is_as_d(article: Gradq) -> None:
    document = json.loads(article("grad", "g", "--inputs", "--json").out)
    assert document["schema"] == "gradq.derivative/1"
    assert [(row["wrt"], row["expression"]) for row in document["answers"]] == [("a", "-180*d - 252"), ("o", "-1")]


def test_eval_as_json_has_the_documented_keys(article: Gradq) -> None:
    document = json.loads(article("eval", "b", "--at", "a=0.5", "--json").out)
    assert document["schema"] == "gradq.value/1"
    assert document["answers"] == [{"of": "b", "at": {"a": 0.5}, "value": 3.5, "notes": []}]


def test_sql_as_json_has_the_documented_keys(article: Gradq) -> None:
    query = "select child, parent from v_edge where child = 'g' order by parent"
    document = json.loads(article("sql", query, "--json").out)
    assert document == {
        "schema": "gradq.rows/1",
        "columns": ["child", "parent"],
        "answers": [["g", "f"], ["g", "o"]],
    }


def test_csv_has_a_heading(article: Gradq) -> None:
    assert article("d", "g", "--wrt", "b,c", "--csv").out == "of,wrt,derivative\ng,b,60*d + 84\ng,c,42\n"


def test_percent_and_colon_stay_text_in_sql(article: Gradq) -> None:
    assert article("sql", "select '%s :x %(a)s' as t") == (0, "%s :x %(a)s\n", "")


# ------------------------------------------------------------------------------------- the memo and the database


def test_memo_clear_empties_what_memo_stats_counts(article: Gradq) -> None:
    article("d", "g", "--wrt", "b")
    article("d", "g", "--wrt", "b", "--at", "d=3")
    counts = dict(line.split("\t") for line in article("memo", "stats").out.splitlines())
    assert (counts["gradient"], counts["point_gradient"], counts["point"]) == ("5", "5", "1")
    cleared = article("memo", "clear")
    assert (cleared.code, cleared.out) == (0, "") and "5 gradient" in cleared.err
    counts = dict(line.split("\t") for line in article("memo", "stats").out.splitlines())
    assert set(counts.values()) == {"0"}
    assert article("d", "g", "--wrt", "b", "--stats").err == "memo: 0 reused, 5 computed\n"


def test_views_lists_every_view_with_its_columns(article: Gradq) -> None:
    lines = [line.split("\t") for line in article("views").out.splitlines()]
    assert {"v_graph", "v_node", "v_edge", "v_gradient", "v_point", "v_sensitivity", "v_memo", "v_help"} == {
        view for view, *_ in lines
    }
    for view, column, help_text in lines:
        assert help_text
        assert article("sql", f'select "{column}" from {view}').code == 0


def test_db_path_and_info_name_the_database_without_a_password(article: Gradq, database: str) -> None:
    path = article("db", "path").out.strip()
    assert path in database.replace("sqlite:///", "")
    info = dict(line.split("\t") for line in article("db", "info").out.splitlines())
    assert (info["database"], info["schema"], info["graphs"]) == (path, SCHEMA, "1")
    assert article("db", "upgrade").out == ""


def test_a_password_is_never_printed(gradq: Gradq) -> None:
    url = "postgresql+psycopg://someone:secret@localhost:1/none"
    for words in (["db", "path"], ["ls"], ["db", "info"]):
        result = gradq("--db", url, *words)
        assert "secret" not in result.out + result.err


# ------------------------------------------------------------------------------------------------- a process


def test_a_memo_hit_imports_nothing_heavy(article: Gradq) -> None:
    code = (
        "import sys\nfrom gradq.cli.app import main\nassert main(['d', 'g', '--wrt', 'b', '--stats']) == 0\n"
        "heavy = ['networkx', 'sympy', 'numpy', 'numba', 'alembic', 'sqlalchemy.orm']\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    article("d", "g", "--wrt", "b")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "60*d + 84\n[]\n"
    assert done.stderr == "memo: 1 reused, 0 computed\n"


def test_a_fresh_process_finds_what_another_computed(article: Gradq) -> None:
    command = [sys.executable, "-m", "gradq", "d", "g", "--stats", "--wrt"]
    first = subprocess.run([*command, "b"], capture_output=True, text=True, timeout=60, check=False)
    second = subprocess.run([*command, "a"], capture_output=True, text=True, timeout=60, check=False)
    assert (first.returncode, first.stdout, first.stderr) == (0, "60*d + 84\n", "memo: 0 reused, 5 computed\n")
    assert (second.returncode, second.stdout, second.stderr) == (0, "-180*d - 252\n", "memo: 1 reused, 1 computed\n")


def test_answers_are_the_same_whatever_the_hash_seed(article: Gradq, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-m", "gradq", "grad", "g", "--no-memo"]
    seen = set()
    for seed in ("0", "1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        seen.add(subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout)
    assert len(seen) == 1


def test_every_command_has_help_with_an_example(gradq: Gradq) -> None:
    from gradq.cli.app import COMMANDS, GROUPS

    words = [[name] for name in COMMANDS if name not in GROUPS]
    words += [[name, word] for name, group in GROUPS.items() for word in group]
    for command in words:
        result = gradq(*command, "--help")
        assert (result.code, result.err) == (0, "")
        assert f"gradq {' '.join(command)}" in " ".join(result.out.split()).replace("Usage: gradq", "", 1), command


def test_values_that_nobody_gave_are_named_together(article: Gradq) -> None:
    first, hint = article("eval", "g").err.splitlines()
    assert first.startswith("error: values for ") and {"'a'", "'o'"} <= set(first.replace(",", "").split())
    assert hint.startswith("hint: give them: --at ")


def test_of_many_answers_a_long_one_is_asked_for_alone(load: Load) -> None:
    lines = ["x0", *(f"x{k} = x{k - 1}*sin(x{k - 1}) + {k}" for k in range(1, 200))]
    gradq = load("\n".join(lines), "chain")
    result = gradq("grad", "x199")
    long = [line for line in result.out.splitlines() if "characters: ask for it alone" in line]
    assert result.code == 0 and len(result.out.splitlines()) == 199 and long
    assert len(result.err.splitlines()) <= 11
    answers = json.loads(gradq("grad", "x199", "--json").out)["answers"]
    (last,) = [answer for answer in answers if answer["wrt"] == "x0"]
    assert last["expression"] is None and "ask for it alone" in last["notes"][0]


@pytest.mark.parametrize("words", ["d g --wrt a", "jac --of g --wrt a", "grad g --inputs --scale percent --at a=0.5,o=1"])
def test_a_note_that_not_all_was_stored_names_the_option(article: Gradq, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr("gradq.engine.explorer.MAX_ROWS", 2)
    assert "than are stored by default (--store all keeps them)" in article(*words.split()).err


def test_a_gradient_above_an_opaque_node_is_answered_in_part(load: Load) -> None:
    gradq = load("x = 2\nz = 5\ny = opaque(x)  # XIRR(A1)\ng = 3*z + y\n")
    reason = "'y' is opaque: gradq cannot read XIRR(A1), so its derivative by 'x' is not known"
    for words in (["grad", "g"], ["jac", "--of", "g", "--wrt", "y,x,z"]):
        assert [row.split("\t")[-2:] for row in gradq(*words).out.splitlines()] == [["y", "1"], ["x", "not known"], ["z", "3"]]
        assert gradq(*words).err == f"note: 1 of 3 derivatives of 'g' is not known: {reason}\n"
        assert gradq(*words, "--csv").out.splitlines()[2] == "g,x,"
        unknown = json.loads(gradq(*words, "--json").out)["answers"][1]
        assert (unknown["expression"], unknown["value"], unknown["reason"]) == (None, None, reason)
        assert (gradq(*words, "--strict").code, gradq(*words, "--strict").out) == (5, "")
    scaled = json.loads(gradq("grad", "g", "--scale", "value", "--json").out)["answers"][-1]
    assert (scaled["wrt"], scaled["value"], scaled["derivative"], scaled["notes"]) == ("x", None, None, [reason])
    assert gradq("grad", "y").code == 5 and gradq("d", "g", "--wrt", "x,z").code == 5
