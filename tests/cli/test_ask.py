"""`ask`: lines of JSON in, a line of JSON out for each, the same figures as the commands give."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq


@pytest.fixture
def ask(article: Gradq, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ask questions on the article's graph and return the answers."""

    def asked(*questions: Any) -> list[Any]:
        lines = [question if isinstance(question, str) else json.dumps(question) for question in questions]
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
        result = article("ask", "-")
        assert (result.code, result.err) == (0, "")
        return [json.loads(line) for line in result.out.splitlines()]

    return asked


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"ask": "d", "of": "g", "wrt": "b"}, "d g --wrt b"),
        ({"ask": "d", "of": "g", "wrt": ["a", "b"], "in": "a"}, "d g --wrt a,b --in a"),
        ({"ask": "d", "of": "g", "wrt": "d", "at": {"a": 0.5}}, "d g --wrt d --at a=0.5"),
        ({"ask": "d", "of": "g", "wrt": "d", "at": "a=0.5"}, "d g --wrt d --at a=0.5"),
        ({"ask": "grad", "of": "g", "at": [{"a": 2}, {"a": 0.5}]}, "grad g --at a=0.5"),
        ({"ask": "grad", "of": "g", "inputs": True}, "grad g --inputs"),
        ({"ask": "jac", "of": ["f", "g"], "wrt": ["a", "b"]}, "jac --of f,g --wrt a,b"),
        ({"ask": "eval", "of": ["f", "g"], "at": {"a": 0.5, "o": 1}}, "eval f g --at a=0.5,o=1"),
        ({"ask": "formula", "of": "g", "in": ["c", "d"]}, "formula g --in c,d"),
        ({"ask": "d", "of": "b", "wrt": "g"}, "d b --wrt g"),
    ],
)
def test_a_question_is_answered_as_the_command_does(article: Gradq, ask: Any, question: Any, words: str) -> None:
    (answer,) = ask({**question, "id": 7})
    assert answer.pop("id") == 7
    expected = json.loads(article(*words.split(), "--json").out)
    for document in (answer, expected):
        document.pop("memo", None)
    assert answer == expected


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("not json", "usage"),
        ("[1]", "usage"),
        ({"ask": "exec", "of": "g"}, "usage"),
        ({"ask": "d", "of": "g"}, "usage"),
        ({"ask": "d", "of": "g", "wrt": "b", "what": 1}, "usage"),
        ({"ask": "d", "of": "g", "wrt": 3}, "usage"),
        ({"ask": "d", "of": ["f", "g"], "wrt": "b"}, "usage"),
        ({"ask": "d", "of": "g", "wrt": "zz"}, "unknown_node"),
        ('{"ask": ["d"]}', "usage"),
        ('{"ask": "d", "of": "g", "wrt": "\\ud800"}', "usage"),
        ('{"ask": "d", "of": "g", "wrt": "b", "graph": "\\ud800"}', "usage"),
        ('{"ask": "d", "of": "g", "wrt": "b", "at": [[1]]}', "usage"),
        ({"ask": "d", "of": "g", "wrt": "b", "graph": "zz"}, "unknown_graph"),
        ({"ask": "d", "of": "g", "wrt": "b", "at": {"o": 1}}, "missing_value"),
        ({"ask": "d", "of": "g", "wrt": "b", "at": {"a": "x"}}, "usage"),
        ({"ask": "d", "of": "g", "wrt": "b", "at": {"a": 1e999}}, "usage"),
    ],
)
def test_an_error_is_an_answer_and_the_next_question_is_asked(ask: Any, question: Any, code: str) -> None:
    first, second = ask(question, {"ask": "d", "of": "g", "wrt": "b"})
    assert first["error"]["code"] == code and first["error"]["exit"] > 0
    assert second["answers"][0]["expression"] == "60*d + 84"


def test_questions_come_from_a_file_too(article: Gradq) -> None:
    Path("questions.ndjson").write_text('{"ask": "d", "of": "g", "wrt": "f"}\n\n{"ask": "d", "of": "g", "wrt": "c"}\n')
    lines = article("ask", "questions.ndjson").out.splitlines()
    assert [json.loads(line)["answers"][0]["expression"] for line in lines] == ["3", "42"]
    assert article("ask", "nope.ndjson").code == 2
