"""load and save in the formats of others: by ending, by -f, from standard input, with what was not taken."""

import builtins
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import gradq as package
from gradq.engine.graphfile import read_graph
from gradq.formats.registry import FORMATS


class Result(NamedTuple):
    code: int
    out: str
    err: str


Gradq = Callable[..., Result]
MODEL = {"nodes": [{"id": "a", "default": 2}, {"id": "b", "formula": "3*a", "value": 6.5}], "links": []}


def stdin(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_the_ending_says_the_format_and_values_are_compared(gradq: Gradq) -> None:
    Path("model.json").write_text(json.dumps(MODEL))
    loaded = gradq("load", "model.json")
    assert loaded.code == 0 and "off by 7.7e-02 ('b' is 6.5 in the file and 6 here)" in loaded.err
    assert gradq("save").out == "a = 2\nb = 3*a\n"


def test_a_format_by_name_and_from_standard_input(gradq: Gradq, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("model.txt").write_text(json.dumps(MODEL))
    assert gradq("load", "model.txt", "-f", "node-link").code == 0
    stdin(monkeypatch, "name,formula\ny,2*x\n")
    assert gradq("load", "-", "-f", "csv", "-g", "table").code == 0
    assert gradq("save").out == "x\ny = 2*x\n"


def test_json_says_what_was_not_taken(gradq: Gradq) -> None:
    Path("model.csv").write_text("name,formula\ny,nothing(x)\n")
    answer = json.loads(gradq("load", "model.csv", "--json").out)["answers"][0]
    assert answer["format"] == "csv"
    assert answer["refused"] == [
        {"name": "y", "place": "row 2", "reason": "its formula cannot be read: unknown function 'nothing'"}
    ]


def test_a_part_of_a_file_is_named_after_a_colon(gradq: Gradq) -> None:
    Path("model.py").write_text("def area(r):\n    return 3*r**2\n")
    assert gradq("load", "model.py:area").code == 0
    assert gradq("d", "area", "--wrt", "r").out == "6*r\n"
    assert gradq("load", "model.py").err.splitlines()[1] == "hint: name it after a colon, model.py:FUNCTION; it has area"
    assert gradq("load", "model.py:aera").err.splitlines() == [
        "error: no function 'aera' in 'model.py'",
        "hint: did you mean 'area'?",
    ]


@pytest.mark.parametrize("name", [known.name for known in FORMATS if known.writes])
def test_every_format_is_written_to_a_file_and_to_a_pipe(name: str, article: Gradq) -> None:
    known = next(known for known in FORMATS if known.name == name)
    piped = article("save", "-f", name)
    assert piped.code == 0 and (piped.out or name == "gradients")
    file = f"made{known.endings[0]}" if known.endings else "made"
    saved = article("save", file, "--json", *([] if known.endings else ["-f", name]))
    assert json.loads(saved.out)["answers"][0]["format"] == name
    assert Path(file).read_text(encoding="utf-8") == piped.out


def test_stored_derivatives_are_a_table(article: Gradq) -> None:
    article("d", "g", "--wrt", "e")
    article("d", "g", "--wrt", "e", "--at", "a=1")
    rows = article("save", "-f", "gradients").out.splitlines()
    assert rows[0] == "of,wrt,at,derivative"
    assert {"g,e,,6", 'g,e,"{""a"": 1.0}",6'} <= set(rows)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["load", "x.gq", "-f", "exel"], "hint: did you mean 'excel'?"),
        (["save", "-f", "excel"], "error: excel is read and not written"),
        (["load", "x.tex"], "error: latex is written and not read"),
        (["load", "nowhere.json"], "error: 'nowhere.json' is not there"),
        (["load", "."], "error: '.' is a directory"),
        (["load", "nowhere.py:f"], "error: 'nowhere.py' is not there"),
        (["load", "nowhere.py"], "error: 'nowhere.py' is not there"),
        (["save", "quiz.ipynb"], "error: no format ends with '.ipynb'\nhint: -f gq, or an ending of: .gq .json"),
        (["save", "flow.svg"], "hint: gradq draw -o flow.svg\n"),
        (
            ["eval", "g", "a=0.5"],
            "error: 'a=0.5' gives a value and names no node\nhint: bindings are joined",
        ),
    ],
)
def test_what_cannot_be_is_an_error_of_usage(words: list[str], said: str, article: Gradq) -> None:
    result = article(*words)
    assert result.code == 2 and said in result.err and not Path("quiz.ipynb").exists()


def test_a_missing_extra_names_its_pip_line(gradq: Gradq, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "pygraphviz":
            raise ModuleNotFoundError("no such thing", name=name)
        return real(name, *rest, **more)

    monkeypatch.setattr("gradq.formats.registry.import_module", lambda name, *rest: missing(name))
    Path("x.dot").write_text("digraph { a -> b }")
    result = gradq("load", "x.dot")
    assert (result.code, result.err.splitlines()[1]) == (2, 'hint: pip install "gradq[draw]"')


def test_nothing_is_loaded_of_what_is_refused(gradq: Gradq) -> None:
    Path("loop.csv").write_text("name,formula\na,b\nb,a\n")
    assert gradq("load", "loop.csv").code == 4
    assert gradq("ls").out == ""


def test_strict_names_who_uses_what_nobody_defines(gradq: Gradq) -> None:
    Path("model.csv").write_text("name,formula\ny,2*x\n")
    result = gradq("load", "model.csv", "--strict")
    assert result.code == 4 and "no line defines 'x' ('y' uses it)" in result.err


def test_python_loads_and_saves_the_same_files(database: str) -> None:
    Path("model.json").write_text(json.dumps(MODEL | {"nodes": [*MODEL["nodes"], {"id": "z", "formula": "?"}]}))
    with package.open(database) as space:
        with pytest.warns(UserWarning, match="not taken: 'z'"), pytest.warns(UserWarning, match="off by"):
            graph = space.load("model.json")
        graph["z"] = "b^2"
        graph.save("again.graphml")
        assert space.load("again.graphml").text() == graph.text()
        graph.save("again", format="csv")
        assert space.load("again", name="third", format="csv").text() == graph.text()
        assert read_graph(package.read_function(_half)).parents == {"_half": ["x"]}


def _half(x: float) -> float:
    return x / 2
