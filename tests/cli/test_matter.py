"""What matters, on the command line: grad --scale, budget, scan, health."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gradq.cli.app import main
from gradq.engine import raster

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load


def test_grad_on_a_scale(article: Gradq) -> None:
    lines = article("grad", "g", "--at", "a=0.5,o=1", "--scale", "elasticity").out.splitlines()
    assert lines[0].startswith("d\t1.77") and lines[-1].startswith("o\t-0.00026")
    document = json.loads(article("grad", "g", "--at", "a=0.5", "--scale", "percent", "--inputs", "--json").out)
    first, second = document["answers"]
    assert (document["schema"], first["wrt"], first["value"], first["derivative"]) == ("gradq.scaled/1", "a", -22.41, -4482.0)
    assert (second["wrt"], second["value"]) == ("o", None) and "no value" in second["notes"][0]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["grad", "g", "--scale", "elastic"], 2),
        (["grad", "g", "--scale", "value", "--in", "a"], 2),
        (["grad", "g", "--scale", "value"], 5),
        (["budget", "g", "--at", "a=1"], 2),
        (["budget", "g", "--sigma", "zz=1", "--at", "a=1"], 3),
        (["scan", "g", "--wrt", "a", "--from", "0", "--to", "x"], 2),
        (["scan", "g", "--wrt", "a", "--from", "0", "--to", "3", "-o", "g.pdf"], 2),
        (["scan", "g", "--wrt", "a", "--from", "0", "--to", "3", "-o", "g"], 2),
        (["scan", "g", "--wrt", "a", "--from", "0", "--to", "3", "--at", "o=1", "-o", "no/g.svg"], 2),
        (["scan", "g", "--wrt", "a", "--from", "0", "--to", "3"], 5),
        (["health", "g"], 5),
        (["health", "zz"], 3),
    ],
)
def test_what_cannot_be_said_is_an_error(article: Gradq, words: list[str], code: int) -> None:
    result = article(*words)
    assert (result.code, result.out) == (code, "") and result.err.startswith("error: ")


def test_a_budget_ends_with_the_total(article: Gradq) -> None:
    words = ["budget", "g", "--sigma", "a=0.1", "--sigma", "o=20", "--at", "a=0.5,o=1"]
    lines = [line.split("\t") for line in article(*words).out.splitlines()]
    assert [line[0] for line in lines] == ["a", "o", "(total)"]
    (answer,) = json.loads(article(*words, "--json").out)["answers"]
    assert answer["value"] == 3732.5 and answer["sigma"] == pytest.approx((448.2**2 + 400) ** 0.5)
    assert answer["parts"][1] == {
        "wrt": "o",
        "sigma": 20.0,
        "derivative": -1.0,
        "contribution": 400.0,
        "share": pytest.approx(400 / 201283.24),
    }


def test_a_scan_in_every_format(article: Gradq, tmp_path: Path) -> None:
    words = ["scan", "g", "--wrt", "a", "--from", "0", "--to", "3", "--n", "4", "--at", "o=1"]
    assert article(*words).out.splitlines()[1] == "1\t1829\t-3132\t"
    assert article(*words, "--csv").out.splitlines()[:2] == ["x,value,derivative,note", "0,6311,-5832,"]
    answer = json.loads(article(*words, "--json").out)["answers"][3]
    assert answer == {
        "of": "g",
        "wrt": "a",
        "at": {"o": 1.0, "a": 3.0},
        "x": 3.0,
        "value": 965.0,
        "derivative": 2268.0,
        "notes": [],
        "kinks": [],
    }
    drawn = article(*words, "-f", "svg").out
    assert drawn.startswith("<svg") and article(*words, "-o", "g.svg").err == "wrote g.svg\n"
    assert (tmp_path / "g.svg").read_text(encoding="utf-8") == drawn


def test_a_scan_as_png_or_what_it_needs(article: Gradq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["scan", "g", "--wrt", "a", "--from", "0", "--to", "3", "--at", "o=1", "-o", "g.png"]
    with monkeypatch.context() as without:
        without.setattr(raster, "is_there", lambda: False)
        result = article(*words)
    assert result.code == 2 and 'pip install "gradq[plot]"' in result.err and not (tmp_path / "g.png").exists()
    if raster.is_there():
        result = article(*words)
        assert result.err == "wrote g.png\n" and (tmp_path / "g.png").read_bytes().startswith(b"\x89PNG")


def test_a_scan_goes_on_where_it_is_undefined(load: Load) -> None:
    result = load("y = log(x)", "log")("scan", "y", "--wrt", "x", "--from", "-1", "--to", "1", "--n", "3")
    assert result.code == 0 and [line.split("\t")[1] for line in result.out.splitlines()] == ["", "", "0"]


def test_health_of_one_node_or_of_all_outputs(load: Load) -> None:
    gradq = load("x = 1\nu = x/10000\nv = u/10000\np = 2*x\nq = 1.9*x\nw = v + p - q\nk = abs(x - 1)", "sick")
    rows = [line.split("\t") for line in gradq("health", "w").out.splitlines()]
    assert [row[1] for row in rows] == ["level"] * 4 + ["cancels"] and {row[0] for row in rows} == {"w"}
    assert [answer["of"] for answer in json.loads(gradq("health", "--json").out)["answers"]] == ["k", "w"]
    assert "kink" in gradq("health", "k").out and "dies" in gradq("health", "v").out


def test_a_person_sees_bars(article: Gradq, monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    assert main(["grad", "g", "--at", "a=0.5", "--scale", "value", "--inputs"]) == 0
    lines = screen.getvalue().splitlines()
    assert "█" * 24 in lines[1] and "█" not in lines[2]
