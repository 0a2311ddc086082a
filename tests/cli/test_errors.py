"""Bad input: one clear line, the documented exit code, nothing on standard output, and a database as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq

ARTICLE = "b = 5 - 3*a\nc = 2*b + 3\nd = 5*b + 6\ne = 7*c + d^2\nf = 2*e\ng = 3*f - o\n"
MORE = "r = 1/x\nl = log(x)\nh = exp(x)\ns = x*x\nq = sqrt(x)\nt = x/x\n"

ELSEWHERE = {
    "y = sin^2(a)": "write sin(x)^2",
    "y = sqrt a": "write sqrt(a)",
    "y = a(a + 1)": "there is no implicit multiplication: write a*(…)",
    "y = cot(a)": "write 1/tan(x)",
    "y = log(a, 2)": "to the base b it is log(x)/log(b)",
    "y = a > 1 ? 2 : 3": "write if(condition, a, b)",
    "y = |a|": "write abs(x), or 'or'",
    "y = 3,5*a": "a decimal is written with a point: 0.5",
    "y = π*a": "write pi; else --new-inputs makes it an input",
    "y(a) = a^2": "write y = …",
}
SYNTAX = {
    "operand missing": "2 +",
    "bracket not closed": "(a + 1",
    "bracket not opened": "a + 1)",
    "unknown character": "a $ 1",
    "implicit multiplication": "2x",
    "implicit multiplication of names": "a b",
    "nothing": "",
    "no argument": "sin()",
    "stray comma": "a, b",
    "a comparison as a value": "a < b",
    "chained comparison": "if(a < b < c, 1, 2)",
    "a value as a condition": "if(a, 1, 2)",
    "quote not closed": "'a",
    "two points in a number": "1.2.3",
    "operator first": "* a",
    "an assignment": "a = b",
    "unknown function": "sine(a)",
    "too many arguments": "sin(a, b)",
    "too few arguments": "atan2(a)",
    "if with two": "if(a < b, 1)",
    "import": "__import__('os').system('id')",
    "lambda": "(lambda: 1)()",
    "attribute": "a.__class__",
    "eval": "eval('1')",
    "a string": '"a"',
    "a statement": "a; b",
    "deep nesting": "(" * 2000 + "a" + ")" * 2000,
    "deep minus": "-" * 100_000 + "a",
    "too long": "a + " * 300_000 + "a",
}


@pytest.fixture
def article(gradq: Gradq, tmp_path: Path) -> Gradq:
    """Commands on a database with the article's graph, a few more nodes, and memo rows."""
    (tmp_path / "article.gq").write_text(ARTICLE + MORE)
    assert gradq("load", "article.gq").code == 0
    assert gradq("d", "g", "--wrt", "b").code == 0
    assert gradq("d", "g", "--wrt", "b", "--at", "d=3").code == 0
    return gradq


@pytest.fixture
def refused(article: Gradq, database: str) -> Callable[..., str]:
    """Run a command that must fail, and return its error's message; everything about the failure is looked at."""

    def run(code: int, *argv: str) -> str:
        before = _dump(database)
        result = article(*argv)
        message = one_error(result, code)
        assert _dump(database) == before, "the database was touched"
        return message

    return run


def one_error(result: tuple[int, str, str], code: int) -> str:
    """Return the message of a failure: one error line, at most one hint, nothing else anywhere."""
    found, out, err = result
    assert (found, out) == (code, ""), err
    first, *rest = err.splitlines()
    assert first.startswith("error: ") and len(first) > len("error: "), err
    assert len(rest) <= 1 and all(line.startswith("hint: ") for line in rest), err
    assert len(err) < 600, "not a short message"
    return first.removeprefix("error: ")


def _dump(url: str) -> dict[str, list[str]]:
    """Return every row of every table."""
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    try:
        with engine.connect() as conn:
            names = sorted(sqlalchemy.inspect(conn).get_table_names())
            return {name: sorted(repr(tuple(row)) for row in conn.exec_driver_sql(f'select * from "{name}"')) for name in names}
    finally:
        engine.dispose()


# ---------------------------------------------------------------------------------------------------- formulas


@pytest.mark.parametrize("kind", SYNTAX)
def test_a_formula_that_cannot_be_read_is_refused_by_set_and_by_load(
    refused: Callable[..., str], kind: str, tmp_path: Path
) -> None:
    refused(4, "set", f"y = {SYNTAX[kind]}")
    (tmp_path / "bad.gq").write_text(f"a = 1\nb\ny = {SYNTAX[kind]}\n")
    assert refused(4, "load", "bad.gq").startswith("bad.gq:3:")


def test_a_place_is_file_line_and_column(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "bad.gq").write_text("a = 1\n  y = a + $\n")
    assert refused(4, "load", "bad.gq").startswith("bad.gq:2:11: ")


def test_what_people_write_elsewhere_is_told_in_our_words(article: Gradq) -> None:
    for line, hint in ELSEWHERE.items():
        assert article("set", line).err.endswith(f"hint: {hint}\n"), line


def test_implicit_multiplication_and_misspelt_functions_get_a_hint(article: Gradq) -> None:
    assert "hint: there is no implicit multiplication: write 2*x" in article("set", "y = 2x").err
    assert "hint: did you mean 'sinh'?" in article("set", "y = sinhh(a)").err


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("bus = 8 W", "write 2*x; a unit stands in the note, after #"),
        ("S = 1361 [W/m^2]", "a unit stands in the note, after #"),
        ("k = 0,25", "a decimal is written with a point: 0.5"),
        ("r = 10%", "write /100, or mod(x, y)"),
        ("y = a > 0 ? 1 : 0", "write if(condition, a, b)"),
        ("y = a; metres", "a note begins with #"),
        ("y = a // metres", "a note begins with #"),
        ("y := a", "write one '=' after the name: y = …"),
        ("y == a", "write one '=' after the name: y = …"),
        ("Plan!B6 = a", "stands in single quotes: 'Plan!B6' = …"),
        ("if = a", "stands in single quotes: 'if' = …"),
        ("[cell", "a section is a name in brackets, alone on its line: [cell]"),
        ("  + a)", "a definition stands on one line: join this one with the line before"),
    ],
)
def test_the_hint_of_a_slip_is_its_mend(article: Gradq, line: str, hint: str) -> None:
    assert article("set", line).err.endswith(f"{hint}\n")


def test_a_binding_among_nodes_is_told_from_a_node(article: Gradq) -> None:
    assert article("eval", "g", "--at", "a=1", "o=2").err.startswith("error: 'o=2' gives a value and names no node\nhint: bind")
    assert article("set", "'o=2' = 7").code == 0
    assert article("eval", "a", "o=2", "--at", "a=1").out == "a\t1\no=2\t7\n"


@pytest.mark.parametrize("left", ["2y = 1", "a + b = 3", "= 3", "if = 3", "'' = 3", "y == 3", "[cell", "a b c"])
def test_a_line_without_a_name_on_the_left_is_refused(refused: Callable[..., str], left: str, tmp_path: Path) -> None:
    (tmp_path / "bad.gq").write_text(f"a = 1\n{left}\n")
    assert refused(4, "load", "bad.gq").startswith("bad.gq:2:")
    refused(4, "set", left)


# ------------------------------------------------------------------------------------------------ files and graphs


def test_two_definitions_of_a_name_are_refused_with_both_lines(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "bad.gq").write_text("y = 1\nz = y\ny = 2\n")
    message = refused(4, "load", "bad.gq")
    assert message.startswith("bad.gq:3") and "'y'" in message


@pytest.mark.parametrize("length", [1, 2, 3, 10_000])
def test_a_loop_is_refused_and_shown_short(refused: Callable[..., str], length: int, tmp_path: Path) -> None:
    lines = [f"n{index} = n{(index + 1) % length} + 1\n" for index in range(length)]
    (tmp_path / "bad.gq").write_text("".join(lines))
    message = refused(4, "load", "bad.gq")
    if length <= 3:
        assert all(f"n{index}" in message for index in range(length))


@pytest.mark.parametrize("line", ["d = d + 1", "b = g", "a = g + 1"])
def test_an_edit_that_closes_a_loop_is_refused(refused: Callable[..., str], line: str) -> None:
    refused(4, "set", line)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", 4), (b"\n\n", 4), (b"# nothing\n", 4), (b"\xff\xfe\x00\x01", 4), (b"y = \x00", 4), (b"\x89PNG\r\n", 4)],
)
def test_a_file_that_is_no_graph_is_refused(refused: Callable[..., str], content: bytes, code: int, tmp_path: Path) -> None:
    (tmp_path / "bad.gq").write_bytes(content)
    assert "bad.gq" in refused(code, "load", "bad.gq")


def test_a_file_that_is_not_there_or_a_directory_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "folder.gq").mkdir()
    assert "'folder.gq' is a directory" in refused(2, "load", "folder.gq")
    assert "'none.gq' is not there" in refused(2, "load", "none.gq")
    refused(2, "save", "folder.gq")
    refused(2, "save", "nowhere/x.gq")
    refused(2, "d", "g", "--wrt", "b", "--at", "@none.json")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "shut.gq").write_text("y = x\n")
    (tmp_path / "shut.gq").chmod(0)
    refused(2, "load", "shut.gq")


def test_a_name_that_exists_is_refused_without_replace(refused: Callable[..., str]) -> None:
    assert "'article'" in refused(2, "load", "article.gq")


def test_strict_refuses_names_that_no_line_defines(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "typo.gq").write_text("alpha = 1\ny = alhpa\n")
    assert "alhpa" in refused(4, "load", "typo.gq", "--strict")


def test_a_replacement_that_fails_changes_nothing(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "article.gq").write_text("b = 4*a\nz = z2\nz2 = z\n")
    refused(4, "load", "article.gq", "--replace")


# -------------------------------------------------------------------------------------------------- unknown names


@pytest.mark.parametrize(
    "words",
    [
        ["d", "g", "--wrt", "nope"],
        ["d", "nope", "--wrt", "b"],
        ["d", "g", "--wrt", "b,nope"],
        ["grad", "nope"],
        ["eval", "nope"],
        ["formula", "nope"],
        ["show", "nope"],
        ["rm-node", "nope"],
        ["rename", "nope", "other"],
        ["d", "g", "--wrt", "b", "--at", "nope=1"],
        ["d", "g", "--wrt", "b", "--at", "nope"],
        ["d", "g", "--wrt", "b", "-g", "nope"],
        ["-g", "nope", "save"],
        ["use", "nope"],
        ["rm", "nope"],
        ["memo", "clear", "-g", "nope"],
        ["set", "d = 5*b", "-g", "nope"],
        ["set", "d = 5*nope"],
    ],
)
def test_an_unknown_name_is_refused_by_name(refused: Callable[..., str], words: list[str]) -> None:
    assert "'nope'" in refused(3, *words)


def test_a_close_name_is_suggested(article: Gradq) -> None:
    article("set", "volatility = 2")
    assert "hint: did you mean 'volatility'?" in article("d", "g", "--wrt", "volatilty").err
    assert "hint: did you mean 'article'?" in article("use", "artcle").err


@pytest.mark.parametrize("words", [["rename", "d", "b"], ["rm-node", "b"]])
def test_an_edit_that_would_break_the_graph_is_refused(refused: Callable[..., str], words: list[str]) -> None:
    refused(4 if words[0] == "rm-node" else 2, *words)


# -------------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("d g --wrt b --at o=1", "'a'"),
        ("eval g --at a=1", "'o'"),
        ("eval r --at x=0", "'r'"),
        ("eval t --at x=0", "'t'"),
        ("d r --wrt x --at x=0", "'r'"),
        ("eval l --at x=-1", "'l'"),
        ("eval l --at x=0", "'l'"),
        ("d l --wrt x --at x=-1", "'l'"),
        ("eval h --at x=1000", "'h'"),
        ("d h --wrt x --at x=1000", "'h'"),
        ("eval s --at x=1e200", "'s'"),
        ("d q --wrt x --at x=0", "'q'"),
        ("eval q --at x=-1", "'q'"),
    ],
)
def test_what_has_no_value_at_the_point_is_refused_by_node(refused: Callable[..., str], words: str, named: str) -> None:
    assert named in refused(5, *words.split())


@pytest.mark.parametrize("point", ["a=zz", "a=b", "a=", "a=1,b", "a=2x", "a=nan", "a=inf"])
def test_a_binding_that_is_no_number_is_refused(refused: Callable[..., str], point: str) -> None:
    refused(2, "d", "g", "--wrt", "b", "--at", point)


def test_a_binding_that_is_undefined_is_refused(refused: Callable[..., str]) -> None:
    refused(5, "d", "g", "--wrt", "b", "--at", "a=1/0")
    refused(5, "d", "g", "--wrt", "b", "--at", "a=log(-1)")
    refused(5, "d", "g", "--wrt", "b", "--at", "a=1e999")


# ---------------------------------------------------------------------------------------------------------- usage


@pytest.mark.parametrize(
    "words",
    [
        ["d", "g"],
        ["d"],
        ["dd", "g"],
        ["d", "g", "--wrt"],
        ["d", "g", "--wrt", "b", "--nonsense"],
        ["d", "g", "extra", "--wrt", "b"],
        ["d", "g", "--wrt", "b", "-f", "nonsense"],
        ["d", "g", "--wrt", "b", "--in", "b", "--at", "d=3"],
        ["d", "g", "--wrt", "b", "--store", "some"],
        ["memo", "nonsense"],
        ["load"],
        ["rename", "d"],
        ["sql"],
        ["load", "-"],
        ["--db", "mysql://x/y", "ls"],
    ],
)
def test_words_that_do_not_fit_together_are_refused(refused: Callable[..., str], words: list[str]) -> None:
    refused(2, *words)


# ------------------------------------------------------------------------------------------- the database and SQL


@pytest.mark.parametrize(
    "query",
    [
        "delete from node",
        "update graph set name = 'x'",
        "insert into graph (name) values ('x')",
        "drop table node",
        "create table t (x int)",
        "select 1; delete from node",
        "commit; delete from node",
        "attach 'other.db' as o",
        "vacuum into 'other.db'",
        "pragma foreign_keys = off",
        "with x as (select 1) delete from node",
        "select * from nowhere",
        "selec 1",
        "",
        "begin",
        "copy node to '/tmp/gradq-copy'",
    ],
)
def test_sql_that_is_not_one_select_is_refused(refused: Callable[..., str], query: str, tmp_path: Path) -> None:
    refused(6, "sql", query)
    assert not (tmp_path / "other.db").exists()


def test_sql_without_an_end_is_given_up(refused: Callable[..., str]) -> None:
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
    refused(7, "sql", endless, "--seconds", "0.2")


@pytest.mark.parametrize(
    "words",
    [
        ["d", "g", "--wrt", "b"],
        ["ls"],
        ["load", "article.gq", "-g", "again"],
        ["db", "info"],
        ["db", "upgrade"],
        ["set", "d = 1"],
    ],
)
def test_a_newer_schema_is_refused(refused: Callable[..., str], database: str, words: list[str]) -> None:
    engine = sqlalchemy.create_engine(database, poolclass=sqlalchemy.NullPool)
    with engine.begin() as conn:
        conn.exec_driver_sql("update alembic_version set version_num = '9999'")
    engine.dispose()
    assert "newer" in refused(6, *words)


@pytest.mark.parametrize("content", [b"hello, I am a text and no database\n" * 40, b"SQLite format 3\0" + b"\1" * 2000])
@pytest.mark.parametrize(
    "words", [["ls"], ["d", "g", "--wrt", "b", "-g", "x"], ["load", "article.gq"], ["sql", "select 1"], ["db", "info"]]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(
    article: Gradq, tmp_path: Path, content: bytes, words: list[str]
) -> None:
    path = tmp_path / "not.db"
    path.write_bytes(content)
    one_error(article("--db", str(path), *words), 6)
    assert path.read_bytes() == content


def test_a_database_of_somebody_else_is_refused_and_left_alone(article: Gradq, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.begin() as conn:
        conn.exec_driver_sql("create table person (name text)")
    engine.dispose()
    before = (tmp_path / "other.db").read_bytes()
    assert "not gradq's" in one_error(article("--db", url, "load", "article.gq"), 6)
    assert (tmp_path / "other.db").read_bytes() == before


def test_a_question_makes_no_database(article: Gradq, tmp_path: Path) -> None:
    for words in (["ls"], ["db", "info"], ["use", "x"], ["d", "g", "--wrt", "b", "-g", "x"], ["sql", "select 1"]):
        article("--db", str(tmp_path / "new.db"), *words)
        assert not (tmp_path / "new.db").exists(), words


def test_a_directory_as_a_database_is_refused(article: Gradq, tmp_path: Path) -> None:
    one_error(article("--db", str(tmp_path), "ls"), 6)
    one_error(article("--db", str(tmp_path), "sql", "select 1"), 6)


def test_a_server_that_is_not_there_is_refused_in_one_line(article: Gradq) -> None:
    pytest.importorskip("psycopg")
    one_error(article("--db", "postgresql+psycopg://someone:secret@127.0.0.1:1/none", "ls"), 6)


# ----------------------------------------------------------------------------------------------- form and signals


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["d", "g", "--wrt", "nope", "--json"], "unknown_node", 3),
        (["--json", "use", "nope"], "unknown_graph", 3),
        (["--json", "set", "y = 2x"], "invalid_formula", 4),
        (["set", "d = d + 1", "--json"], "cycle", 4),
        (["-f", "json", "eval", "r", "--at", "x=0"], "undefined", 5),
        (["eval", "g", "--at", "a=1", "--format=json"], "missing_value", 5),
        (["sql", "delete from node", "--json"], "refused_sql", 6),
        (["d", "g", "--json"], "usage", 2),
        (["d", "g", "--wrt", "b", "--at", "@none.json", "--json"], "file", 2),
        (["d", "g", "--wrt", "b", "--nonsense", "--json"], "usage", 2),
        (["d", "g", "--wrt", "b", "--nonsense", "-f", "json"], "usage", 2),
        (["d", "g", "--wrt", "b", "--at", "nope", "--json"], "unknown_point", 3),
    ],
)
def test_an_error_as_json_is_one_line_on_stderr(article: Gradq, words: list[str], code: str, exit_code: int) -> None:
    result = article(*words)
    assert (result.code, result.out, result.err.count("\n")) == (exit_code, "", 1)
    error = json.loads(result.err)["error"]
    assert set(error) == {"code", "message", "hint", "exit"}
    assert (error["code"], error["exit"]) == (code, exit_code)
    assert error["message"]


def test_control_characters_do_not_reach_the_terminal(article: Gradq) -> None:
    result = article("d", "g", "--wrt", "a\x1b[31mb")
    assert result.code in (3, 4)
    assert "\x1b" not in result.err


def test_brackets_of_markup_stay_text(article: Gradq) -> None:
    assert "'[red]x[/red]'" in one_error(article("d", "g", "--wrt", "[red]x[/red]"), 3)


ENDLESS = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"


@pytest.mark.parametrize("words", [["load", "-", "-g", "piped"], ["sql", ENDLESS]])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_the_documented_code_and_no_traceback(
    article: Gradq, database: str, words: list[str], number: signal.Signals, code: int
) -> None:
    before = _dump(database)
    process = subprocess.Popen(
        [sys.executable, "-m", "gradq", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        time.sleep(1.0)
        process.send_signal(number)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
        assert process.stdout is not None and process.stderr is not None
        out, err = process.stdout.read(), process.stderr.read()
    assert (process.returncode, out) == (code, ""), err
    assert "Traceback" not in err and err.count("\n") <= 1
    assert _dump(database) == before


def test_a_failure_in_a_process_prints_one_error_and_no_traceback(article: Gradq) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gradq", "d", "g", "--wrt", "nope"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    one_error((done.returncode, done.stdout, done.stderr), 3)


def test_a_closed_pipe_is_not_an_error(article: Gradq) -> None:
    command = f"{sys.executable} -m gradq show | true"
    done = subprocess.run(["bash", "-c", f"{command}; echo $?"], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
