"""`draw`: formats by ending and by -f, what is refused, what is said of what was left out."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gradq.engine import graphviz

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def no_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no Graphviz be found, so that every machine draws the same and at once."""
    monkeypatch.setattr(graphviz, "_command", lambda kind: [])


def test_svg_goes_to_standard_output_and_is_the_graph(article: Gradq) -> None:
    result = article("draw")
    shown = {item.text for item in ET.fromstring(result.out).iter(f"{SVG}text")}
    assert (result.code, result.err) == (0, "") and shown >= {"article", "e", "7*c + d^2"}


@pytest.mark.parametrize(
    ("file", "begin"),
    [("a.svg", "<svg "), ("a.DOT", "digraph {"), ("a.mmd", "flowchart RL"), ("a.mermaid", "flowchart RL")],
)
def test_the_ending_says_the_format(article: Gradq, file: str, begin: str) -> None:
    assert article("draw", "--of", "g", "--wrt", "b", "-o", file) == (0, "", f"wrote {file}\n")
    assert Path(file).read_text(encoding="utf-8").startswith(begin)


def test_the_format_that_is_asked_for_wins_over_the_ending(article: Gradq) -> None:
    assert article("draw", "-o", "graph.txt", "-f", "dot").code == 0
    assert Path("graph.txt").read_text(encoding="utf-8").startswith("digraph {")


def test_a_point_gives_numbers(article: Gradq) -> None:
    out = article("draw", "--of", "g", "--wrt", "b", "--at", "a=0.5").out
    assert "∂g/∂b = 1494" in out and "∂g/∂d = 282" in out and "2*d = 47" in out
    assert article("draw", "--of", "g", "--wrt", "b", "--at", "o=1").code == 5


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("-o graph.jpg", 2, "no format ends with '.jpg'"),
        ("-o graph", 2, "has no ending"),
        ("-f csv", 2, "no format 'csv' here"),
        ("--json", 2, "no format 'json' here"),
        ("--wrt b", 2, "--of NODE"),
        ("--at a=1", 2, "--of NODE"),
        ("--of gg", 3, "no node 'gg'"),
        ("--select zz*", 3, "no node matches"),
        ("-o graph.png", 2, 'pip install "gradq[draw]"'),
        ("-o no/where.svg", 2, "cannot be written"),
    ],
)
def test_what_cannot_be_drawn_is_refused(article: Gradq, words: str, code: int, said: str) -> None:
    result = article("draw", *words.split())
    assert (result.code, result.out) == (code, "") and said in result.err


def test_a_png_is_not_for_a_terminal(article: Gradq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphviz, "_command", lambda kind: [sys.executable, "-c", "print('made')"])
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    result = article("draw", "-f", "png")
    assert (result.code, result.out) == (2, "") and "terminal" in result.err
    assert article("draw", "-o", "a.png").code == 0 and Path("a.png").read_bytes().startswith(b"made")


def test_graphviz_lays_out_and_where_it_fails_gradq_does(article: Gradq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphviz, "_command", lambda kind: [sys.executable, "-c", "print('<svg/>')"])
    assert article("draw").out.strip() == "<svg/>"
    monkeypatch.setattr(graphviz, "_command", lambda kind: [sys.executable, "-c", "raise SystemExit('broken')"])
    result = article("draw")
    assert result.out.startswith("<svg ") and result.err == "note: Graphviz failed: broken; laid out without it\n"


def test_a_large_graph_is_drawn_around_what_was_selected(load: Load) -> None:
    lines = [f"n{k} = n{k - 1} + n{k - 2}\n" for k in range(2, 1000)]
    result = load("n0\nn1\n" + "".join(lines), "wide")("draw", "--select", "+n500+")
    assert "of 1,000 nodes are left out: drawn is what is nearest to 'n500'" in result.err
    root = ET.fromstring(result.out)
    texts = [item.text or "" for item in root.iter(f"{SVG}text")]
    assert "n500" in texts and "n100" not in texts and any("left out" in text for text in texts)


def test_without_a_path_a_note_says_so(article: Gradq) -> None:
    result = article("draw", "--of", "b", "--wrt", "g")
    assert (result.code, result.err) == (0, "note: 'g' is not upstream of 'b'\n") and "no path" in result.out
