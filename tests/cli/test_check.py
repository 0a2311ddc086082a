"""The command check: a line where all is well, both numbers and exit 1 where it is not, and what was picked."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gradq.engine.explorer import Explorer

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load


def _spoil(statement: str, url: str) -> None:
    with Explorer(url) as explorer, explorer.engine.begin() as conn:
        conn.exec_driver_sql(statement)
        conn.exec_driver_sql("update graph set by_hand = 0")  # damage is noticed by no trigger


def test_a_graph_that_is_right_says_so_in_a_line_and_where_it_looked(article: "Gradq") -> None:
    article("grad", "g")
    code, out, err = article("check")
    assert code == 0 and out.startswith("8 local partials, 7 formulas, 0 numbers agree; worst: ∂") and out.count("\n") == 1
    assert err.startswith("note: picked a point: a = ")
    code, out, err = article("check", "--at", "a=0.5,o=1")
    assert (code, err) == (0, "")


def test_what_is_wrong_is_shown_with_both_numbers_and_exit_1(article: "Gradq", database: str) -> None:
    _spoil("update edge set partial = '3*d' where partial = '2*d'", database)
    code, out, _ = article("check", "--at", "a=0.5")
    failing, line = out.splitlines()
    assert (
        code == 1 and failing == "local partial\te\td\tfails\t70.5\t47\t24\tcomplex step" and line.startswith("1 FAIL; 7 local")
    )
    code, out, _ = article("check", "--at", "a=0.5", "--csv")
    assert code == 1 and out.splitlines()[1] == "local partial,e,d,fails,70.5,47,24,complex step"
    code, out, _ = article("check", "--at", "a=0.5,o=1", "--json")
    document = json.loads(out)
    (answer,) = document["answers"]
    assert code == 1 and document["schema"] == "gradq.check/1" and document["ok"] is False
    assert (answer["stored"], answer["estimate"], answer["partial"], answer["at"]) == (70.5, 47.0, "3*d", {"a": 0.5, "o": 1.0})
    assert document["worst"]["of"] == "e" and document["agree"] == {"edge": 7, "formula": 0, "number": 0}


def test_what_cannot_be_told_is_a_note(load: "Load") -> None:
    gradq = load("y = abs(x)\nz = log(x)", "kinks")
    code, out, err = gradq("check", "--at", "x=0")
    assert (code, out) == (0, "0 local partials, 0 formulas, 0 numbers agree\n")
    assert "not settled: ∂y/∂x on the edge: abs at node y stands on its kink" in err and "log(0) is not defined" in err


@pytest.mark.parametrize(
    ("words", "code"), [(["--at", "zz=1"], 3), (["--at", "nowhere"], 3), (["-f", "latex"], 2), (["more"], 2)]
)
def test_slips_have_their_exit_codes(article: "Gradq", words: list[str], code: int) -> None:
    assert article("check", *words)[0] == code


def test_a_database_that_may_only_be_read_is_checked_and_says_so(article: "Gradq", database: str, tmp_path: Path) -> None:
    if not database.startswith("sqlite"):
        pytest.skip("a file")
    copy = tmp_path / "copy.db"
    assert article("db", "backup", str(copy))[0] == 0
    copy.chmod(0o444)
    code, out, err = article("--db", str(copy), "-g", "article", "check")
    assert code == 0 and "agree" in out and ("nothing was stored" in err or copy.stat().st_uid == 0)
