"""The commands for whole graphs: new, copies, other names, and the examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gradq.engine.gallery import examples

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq


def test_a_copy_has_what_the_memo_knew_and_goes_its_own_way(article: Gradq) -> None:
    article("d", "g", "--wrt", "a")
    article("d", "g", "--wrt", "a", "--at", "a=1")
    article("point", "set", "p", "a=1")
    assert article("new", "what-if", "--copy", "article").code == 0
    assert article("d", "g", "--wrt", "a", "--stats").err == "memo: 1 reused, 0 computed\n"
    assert article("d", "g", "--wrt", "a", "--at", "p", "--stats").err == "memo: 1 reused, 0 computed\n"
    assert article("save", "-g", "what-if").out == article("save", "-g", "article").out
    assert article("set", "d = 5*b^2").code == 0
    assert article("d", "g", "--wrt", "b").out == "120*b*d + 84\n"
    assert article("d", "g", "--wrt", "b", "-g", "article").out == "60*d + 84\n"


def test_a_graph_gets_another_name_and_stays_chosen(article: Gradq) -> None:
    assert article("rename-graph", "article", "chapter").err == "renamed graph 'article' to 'chapter'\n"
    assert article("d", "g", "--wrt", "b").out == "60*d + 84\n"
    assert article("d", "g", "--wrt", "b", "-g", "article").code == 3
    article("new", "other")
    assert article("rename-graph", "other", "chapter").code == 2
    assert article("new", "other").code == 2
    assert article("new", "x", "--copy", "nope").code == 3


def test_examples_are_listed_and_each_is_loaded_and_answers(gradq: Gradq) -> None:
    listed = json.loads(gradq("example", "--json").out)["answers"]
    assert [row["example"] for row in listed] == list(examples())
    for name, example in examples().items():
        assert gradq("example", name).code == 0
        assert Path(f"{name}.gq").read_text(encoding="utf-8") == example.text
        result = gradq(*example.ask.split()[1:])
        assert (result.code, bool(result.out)) == (0, True), result.err


def test_where_there_is_no_graph_it_is_said(gradq: Gradq) -> None:
    found = gradq("ls")
    assert (found.code, found.out) == (0, "") and found.err.startswith("note: no graph in ")


def test_an_example_writes_over_nothing(gradq: Gradq) -> None:
    Path("article.gq").write_text("mine = 1\n", encoding="utf-8")
    assert gradq("example", "article").code == 2
    assert Path("article.gq").read_text(encoding="utf-8") == "mine = 1\n"
    assert gradq("ls").out == ""
    assert gradq("example", "artikle").err.endswith("hint: did you mean 'article'?\n")
    assert gradq("example", "article", "--replace").code == 0


@pytest.mark.parametrize(
    "words", ["ls", "nodes", "deps g", "why g b", "memo stats", "views", "point ls", "doctor", "db info", "example"]
)
def test_every_list_is_json_csv_and_markdown_too(article: Gradq, words: str) -> None:
    document = json.loads(article(*words.split(), "--json").out)
    assert document["schema"].startswith("gradq.") and isinstance(document["answers"], list)
    csv, markdown = article(*words.split(), "--csv").out.splitlines(), article(*words.split(), "-f", "md").out.splitlines()
    assert len(csv) == len(markdown) - 1 and markdown[1].startswith("| --- |")
    assert article(*words.split(), "-f", "xml").code == 2
