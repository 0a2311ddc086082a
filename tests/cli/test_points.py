"""Points with names: set, listed, moved, removed, and used by --at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq


def test_a_named_point_stands_for_its_bindings(article: Gradq) -> None:
    assert article("point", "set", "start", "a=0.5,o=1").err == "point 'start' binds a = 0.5, o = 1\n"
    assert article("d", "g", "--wrt", "d", "--at", "start").out == "282\n"
    assert article("d", "g", "--wrt", "d", "--at", "start", "--at", "d=3").out == "36\n"
    answer = json.loads(article("d", "g", "--wrt", "d", "--at", "start", "--json").out)["answers"][0]
    assert answer["at"] == {"a": 0.5, "o": 1.0}


def test_a_name_moves_and_goes(article: Gradq) -> None:
    article("point", "set", "p", "a=1")
    article("point", "set", "p", "a=2", "o=3")
    assert article("point", "ls").out == 'p\t{"a": 2.0, "o": 3.0}\n'
    assert json.loads(article("point", "ls", "--json").out)["answers"] == [{"point": "p", "bindings": {"a": 2.0, "o": 3.0}}]
    assert article("point", "rm", "p").code == 0
    assert article("point", "ls").out == ""


def test_numbers_at_a_point_outlive_its_name(article: Gradq) -> None:
    article("point", "set", "p", "a=1")
    article("d", "g", "--wrt", "b", "--at", "p")
    article("point", "rm", "p")
    assert article("d", "g", "--wrt", "b", "--at", "a=1", "--stats").err == "memo: 1 reused, 0 computed\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["point", "rm", "nope"], 3),
        (["d", "g", "--wrt", "b", "--at", "nope"], 3),
        (["point", "set", "p", "zz=1"], 3),
        (["point", "set", "p", "a=b"], 2),
        (["point", "set", "default", "a=1"], 2),
        (["point", "set", "a=1", "a=1"], 2),
    ],
)
def test_what_cannot_be_a_point_is_refused(article: Gradq, words: list[str], code: int) -> None:
    result = article(*words)
    assert (result.code, result.out) == (code, "") and result.err.startswith("error: ")
    assert article("point", "ls").out == ""


def test_a_misspelt_point_is_told_the_right_one(article: Gradq) -> None:
    article("point", "set", "start", "a=1")
    assert "did you mean 'start'?" in article("d", "g", "--wrt", "b", "--at", "strat").err
