"""`diff`, on the command line: graphs, files, standard input; every format; what cannot be compared."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gradq.engine.gallery import examples

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load

OLD = examples()["article"].text
NEW = OLD.replace("5*b + 6", "5*b + 7").replace("2*b + 3", "2*b + k") + "k = 4\n"
EFFECT = ("--of", "g", "--at", "a=0.5,o=1")


@pytest.fixture
def both(load: Load, tmp_path: Path) -> Gradq:
    """Commands on the article's graph and another, which are files too."""
    load(OLD)
    return load(NEW, "draft")


@pytest.mark.parametrize("words", [("article", "draft"), ("article.gq", "draft.gq"), ("article", "./draft.gq")])
def test_graphs_and_files_are_compared_alike(both: Gradq, words: tuple[str, str]) -> None:
    result = both("diff", *words)
    lines = ["added\tk\tparameter\t\t4", "changed\tc\tformula\t2*b + 3\t2*b + k", "changed\td\tformula\t5*b + 6\t5*b + 7"]
    assert (result.code, result.out.splitlines()) == (0, lines)
    assert result.err == "note: 1 added, 0 removed, 2 changed, 6 kept\n"


def test_the_effect_on_a_node_comes_in_every_format(both: Gradq) -> None:
    text = both("diff", "article", "draft", *EFFECT).out
    assert "\ng\t3732.5\t4062.5\t330\n" in text and "\nc\t42\t0\t0\t42\t0\twith k\n" in text
    rows = both("diff", "article", "draft", *EFFECT, "--csv").out.splitlines()
    assert rows[:2] == ["quantity,before,after,change,d alone,c alone,k alone,rest", "g,3732.5,4062.5,330,288,42,0,0"]
    assert "| ∂g/∂a | -4482 | -4662 | -180 |" in both("diff", "article", "draft", *EFFECT, "-f", "md").out
    document = json.loads(both("diff", "article", "draft.gq", *EFFECT, "--wrt", "d", "--json").out)
    assert document["before"] == {"graph": "article", "revision": 1} and document["after"] == {"file": "draft.gq"}
    (answer,) = document["answers"]
    assert answer["derivatives"] == [
        {"wrt": "d", "before": 282.0, "after": 294.0, "change": 12.0, "alone": [12.0, 0.0, 0.0], "rest": 0.0}
    ]
    assert [edit["node"] for edit in answer["edits"]] == ["d", "c", "k"] and not answer["truncated"]


def test_a_list_of_derivatives_is_cut_and_says_so(both: Gradq) -> None:
    result = both("diff", "article", "draft", *EFFECT, "--top", "1")
    assert result.code == 0 and "note: 7 more derivatives" in result.err
    assert json.loads(both("diff", "article", "draft", *EFFECT, "--top", "1", "--json").out)["answers"][0]["truncated"]


def test_two_files_need_no_database(both: Gradq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADQ_DB", str(tmp_path / "none" / "x.db"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NEW.encode())))
    assert both("diff", "article.gq", "-").out.startswith("added\tk\t")


@pytest.mark.parametrize("word", ["draft.json", "draft.csv", "draft.graphml", "draft.py:g"])
def test_a_file_of_any_format_is_a_side(both: Gradq, word: str) -> None:
    """What is read of a file is what `load` makes of it."""
    file = word.partition(":")[0]
    if file == "draft.py":
        text = "def g(a, o):\n    b = 5 - 3*a\n    return 3*b - o\n"
        Path(file).write_text(text, encoding="utf-8")
    else:
        both("save", file, "-g", "draft")
    assert both("load", word, "-g", "again").code == 0
    assert both("diff", "article", word).out == both("diff", "article", "again").out != ""
    assert json.loads(both("diff", "article", word, "--json").out)["after"] == {"file": word}


def test_what_could_not_be_taken_of_a_file_is_said(both: Gradq) -> None:
    Path("table.csv").write_text("name,formula\ny,5*b\nz,lookup(y)\n", encoding="utf-8")
    said = "table.csv: not taken: 'z' (row 3): its formula cannot be read: unknown function 'lookup'"
    assert both("diff", "article", "table.csv").err.splitlines()[-1] == f"note: {said}"
    assert said in json.loads(both("diff", "article", "table.csv", "--json").out)["answers"][0]["notes"]


def test_the_format_of_files_can_be_said(both: Gradq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"name,formula\nb,5 - 3*a\n")))
    assert both("diff", "-", "article", "--file-format", "csv").err == "note: 6 added, 0 removed, 0 changed, 2 kept\n"
    refused = both("diff", "article", "draft", "-f", "graphml")
    assert refused.code == 2 and "--file-format graphml says what the files are" in refused.err


def test_a_name_is_a_graph_before_it_is_a_file(both: Gradq, tmp_path: Path) -> None:
    (tmp_path / "draft").write_text("a\n", encoding="utf-8")
    (tmp_path / "plain").write_text(OLD, encoding="utf-8")
    assert "1 added" in both("diff", "article", "draft").err
    assert "8 kept" in both("diff", "article", "plain").err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("article nope", 3),
        ("article nope.gq", 2),
        ("article ./", 2),
        ("- -", 2),
        ("article draft -g article", 2),
        ("article draft --at a=1", 2),
        ("article draft --of zz", 3),
        ("article draft --of g", 5),
        ("article draft --of g --at a=1 --wrt zz", 3),
        ("article draft -f latex", 2),
        ("article bad.gq", 4),
        ("article loop.gq", 4),
        ("article nope.xlsx", 2),
        ("article bad.py", 4),
        ("article bad.mmd", 2),
        ("article bad.gq --file-format nope", 2),
    ],
)
def test_what_cannot_be_compared_is_an_error(both: Gradq, tmp_path: Path, words: str, code: int) -> None:
    for name in ("bad.gq", "bad.py", "bad.mmd"):
        (tmp_path / name).write_text("b = 2 +", encoding="utf-8")
    (tmp_path / "loop.gq").write_text("b = c\nc = b", encoding="utf-8")
    result = both("diff", *words.split())
    assert (result.code, result.out) == (code, "") and result.err.startswith("error: ")
