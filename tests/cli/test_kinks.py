"""Kinks at the command line: a note, `kinks` in JSON, and exit 5 with --strict, in every command that answers numbers."""

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Load

AT = ("--at", "x=1,w=2")
ASKED = [
    ("d", "y", "--wrt", "x", *AT),
    ("d", "y", "--wrt", "x", *AT, "--order", "2"),
    ("d", "y", "--wrt", "x", *AT, "--blocks"),
    ("d", "y", "--wrt", "x", *AT, "--steps"),
    ("grad", "y", *AT),
    ("grad", "y", *AT, "--scale", "percent"),
    ("jac", "--of", "y,k", "--wrt", "x,w", *AT),
    ("hessian", "y", "--wrt", "x,w", *AT),
    ("budget", "y", "--sigma", "x=0.1", *AT),
    ("scan", "y", "--wrt", "x", "--from", "1", "--to", "2", "--n", "2", *AT),
    ("paths", "y", "x", *AT),
]


@pytest.mark.parametrize("words", ASKED, ids=[" ".join(words) for words in ASKED])
def test_every_numeric_answer_says_its_kinks(load: "Load", words: tuple[str, ...]) -> None:
    gradq = load("h = x - 1\nk = abs(h)\ny = k*w + h^2", "bend")
    document = json.loads(gradq(*words, "--json").out)
    kinks = document["kinks"] if "kinks" in document else document["answers"][0]["kinks"]
    assert kinks == [{"node": "k", "function": "abs", "where": "abs(0)", "left": -1.0, "right": 1.0, "used": 0.0}]
    shown = gradq(*words)
    assert shown.code == 0 and "abs at node k stands on its kink (left -1, right 1, used 0)" in shown.out + shown.err
    code, out, err = gradq(*words, "--strict")
    assert (code, out) == (5, "") and err.startswith("error: abs at node k stands on its kink")
    away = [{"1": "1.25"}.get(word, word).replace("x=1,", "x=1.5,") for word in words]
    document = json.loads(gradq(*away, "--strict", "--json").out)
    assert (document["kinks"] if "kinks" in document else document["answers"][0]["kinks"]) == []


def test_a_question_in_a_stream_can_be_strict_too(load: "Load", capsys: pytest.CaptureFixture[str]) -> None:
    gradq = load("y = abs(x)", "bend")
    with open("asked.ndjson", "w", encoding="utf-8") as file:
        for strict in (False, True):
            file.write(json.dumps({"ask": "d", "of": "y", "wrt": "x", "at": {"x": 0}, "strict": strict}) + "\n")
    first, second = map(json.loads, gradq("ask", "asked.ndjson").out.splitlines())
    assert first["kinks"][0]["node"] == "y" and second["error"]["exit"] == 5
