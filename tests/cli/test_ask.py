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
        ({"ask": "d", "of": "g", "wrt": ["a", "b"], "order": 2}, "d g --wrt a,b --order 2"),
        ({"ask": "d", "of": "g", "wrt": ["a", "b"], "blocks": True}, "d g --wrt a,b --blocks"),
        ({"ask": "d", "of": "g", "wrt": "a", "blocks": True, "all": True, "at": {"a": 1}}, "d g --wrt a --blocks --all --at a=1"),
        ({"ask": "d", "of": "g", "wrt": "b", "steps": True, "in": "a"}, "d g --wrt b --steps --in a"),
        ({"ask": "grad", "of": "g", "scale": "percent", "at": {"a": 0.5, "o": 1}}, "grad g --scale percent --at a=0.5,o=1"),
        ({"ask": "hessian", "of": "g", "wrt": ["a", "b"], "at": "a=0.5"}, "hessian g --wrt a,b --at a=0.5"),
        ({"ask": "hessian", "of": "g", "wrt": ["a", "b"], "in": ["a"]}, "hessian g --wrt a,b --in a"),
        ({"ask": "formula", "of": "g", "in": "inputs", "rewrite": "expand"}, "formula g --in inputs --rewrite expand"),
        ({"ask": "paths", "of": "g", "wrt": "b"}, "paths g b"),
        (
            {"ask": "paths", "of": "g", "wrt": "b", "top": 1, "through": "d", "at": {"a": 0.5}},
            "paths g b --top 1 --through d --at a=0.5",
        ),
        ({"ask": "paths", "of": "g", "wrt": "b", "avoid": [["b", "c"]]}, "paths g b --avoid b,c"),
        (
            {"ask": "budget", "of": "g", "sigma": {"a": 0.1, "o": 20}, "at": {"a": 1, "o": 1}},
            "budget g --sigma a=0.1,o=20 --at a=1,o=1",
        ),
        (
            {"ask": "scan", "of": "g", "wrt": "a", "from": 0, "to": "1/3", "n": 4, "at": "o=1"},
            "scan g --wrt a --from 0 --to 1/3 --n 4 --at o=1",
        ),
        ({"ask": "health", "of": "e", "at": {"a": 0.5}}, "health e --at a=0.5"),
        ({"ask": "health", "at": {"a": 0.5, "o": 1}}, "health --at a=0.5,o=1"),
        ({"ask": "diff", "a": "article", "b": "article"}, "diff article article"),
        (
            {"ask": "diff", "a": "article", "b": "article", "of": "g", "at": "a=1", "wrt": ["b"], "edits": 3, "top": 1},
            "diff article article --of g --at a=1 --wrt b --edits 3 --top 1",
        ),
    ],
)
def test_a_question_is_answered_as_the_command_does(article: Gradq, ask: Any, question: Any, words: str) -> None:
    article(*words.split(), "--json")  # the memo has then what it can have, and says so each time
    (answer,) = ask({**question, "id": 7})
    assert answer.pop("id") == 7
    assert json.dumps(answer) == json.dumps(json.loads(article(*words.split(), "--json").out))


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
        ({"ask": "d", "of": "g", "wrt": "b", "blocks": True, "steps": True}, "usage"),
        ({"ask": "d", "of": "g", "wrt": "b", "order": 3}, "usage"),
        ({"ask": "d", "of": "g", "wrt": "b", "order": True}, "usage"),
        ({"ask": "d", "of": "g", "wrt": "b", "order": 2, "steps": True}, "usage"),
        ({"ask": "d", "of": "g", "wrt": "b", "rewrite": "factor", "at": {"a": 1}}, "usage"),
        ({"ask": "grad", "of": "g", "scale": "percent", "in": ["a"]}, "usage"),
        ({"ask": "paths", "of": "g", "wrt": "b", "through": [["b"]]}, "usage"),
        ({"ask": "paths", "of": "g", "wrt": "b", "top": -1}, "usage"),
        ({"ask": "budget", "of": "g"}, "usage"),
        ({"ask": "budget", "of": "g", "sigma": ["a"]}, "usage"),
        ({"ask": "scan", "of": "g", "wrt": "a", "from": 0}, "usage"),
        ({"ask": "scan", "of": "g", "wrt": "a", "from": 0, "to": 1, "n": 1}, "usage"),
        ({"ask": "diff", "a": "article"}, "usage"),
        ({"ask": "diff", "a": "article", "b": "article.gq"}, "unknown_graph"),
        ({"ask": "diff", "a": "article", "b": "article", "wrt": "b"}, "usage"),
    ],
)
def test_an_error_is_an_answer_and_the_next_question_is_asked(ask: Any, question: Any, code: str) -> None:
    first, second = ask(question, {"ask": "d", "of": "g", "wrt": "b"})
    assert first["error"]["code"] == code and first["error"]["exit"] > 0
    assert second["answers"][0]["expression"] == "60*d + 84"


def test_every_misspelt_word_is_told_at_once(ask: Any) -> None:
    first, second, third = ask(
        {"ask": "d", "off": "g", "wtr": "b", "zzz": 1}, {"aks": "d", "of": "g"}, {"ask": "path", "of": "g", "wrt": "b"}
    )
    assert first["error"]["message"] == "'d' takes no 'off', 'wtr', 'zzz'"
    assert first["error"]["hint"].startswith("did you mean 'of' by 'off', 'wrt' by 'wtr'? it takes: of, wrt, at")
    assert "'ask' by 'aks'" in second["error"]["hint"]
    assert third["error"]["hint"].startswith("did you mean 'paths'? one of: d, grad")


def test_questions_come_from_a_file_too(article: Gradq) -> None:
    Path("questions.ndjson").write_text('{"ask": "d", "of": "g", "wrt": "f"}\n\n{"ask": "d", "of": "g", "wrt": "c"}\n')
    lines = article("ask", "questions.ndjson").out.splitlines()
    assert [json.loads(line)["answers"][0]["expression"] for line in lines] == ["3", "42"]
    assert article("ask", "nope.ndjson").code == 2
