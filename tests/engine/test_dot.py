"""DOT: as Graphviz reads it, every name is a name and every label is its text, whatever the letters."""

import json
import re
import subprocess
import xml.etree.ElementTree as ET
from shutil import which
from typing import Any

import pytest

from gradq.engine.dot import dot
from gradq.engine.graphviz import render
from gradq.engine.layout import quoted
from gradq.engine.picture import EdgeStyle, PictureEdge, PictureNode
from gradq.engine.sketch import Sketch

HOSTILE = [
    "<script>alert(1)</script>",
    '"]; node [',
    "P&L!B20",
    "%%{init}%%",
    "%5",
    "end",
    "back\\",
    "a\\nb\\N",
    "&lt;b&gt;",
    "</B>>] }",
    "/* no comment",
    "# no comment",
    "n1",
    "node",
    "digraph",
    "  ",
    "1. list",
    "名前∂",
    "`code`",
    "click n0 call x()",
    "x;y:z",
]
needs_dot = pytest.mark.skipif(which("dot") is None, reason="no Graphviz")


def hostile_sketch() -> Sketch:
    """Return a sketch in which every name, label, tooltip and line is hostile."""
    nodes = [PictureNode(name, name, "formula", at, None, f"{name}\n{name}") for at, name in enumerate(HOSTILE)]
    edges = [PictureEdge(one, other, other, EdgeStyle()) for one, other in zip(HOSTILE, HOSTILE[1:], strict=False)]
    return Sketch(HOSTILE[0], HOSTILE, HOSTILE, nodes, edges, True)


def read(text: str) -> Any:
    return json.loads(render(text, "json"))


@needs_dot
def test_graphviz_reads_the_names_that_were_written() -> None:
    found = read(dot(hostile_sketch()))
    assert [item["name"].replace("\\\\", "\\") for item in found["objects"]] == list(map(quoted, HOSTILE))
    assert [(edge["tail"], edge["head"]) for edge in found["edges"]] == [(at, at + 1) for at in range(len(HOSTILE) - 1)]


@needs_dot
def test_what_is_drawn_is_the_text() -> None:
    root = ET.fromstring(render(dot(hostile_sketch()), "svg"))
    shown = "".join(item.text or "" for item in root.iter("{http://www.w3.org/2000/svg}text")).replace("\xa0", " ")
    assert [name for name in HOSTILE if name.strip() and shown.count(name) < 3] == []
    assert not {item.tag.split("}")[1] for item in root.iter()} - {
        "svg",
        "g",
        "a",
        "text",
        "title",
        "polygon",
        "polyline",
        "path",
    }


@needs_dot
def test_styles_are_those_of_the_sketch() -> None:
    edges = [PictureEdge("a", "b", "1", EdgeStyle("#c2410c", 3.0, "7 4")), PictureEdge("a", "c", "0", EdgeStyle(dash="1.5 3"))]
    nodes = [PictureNode(name, "", kind, 0) for name, kind in (("a", "input"), ("b", "formula"), ("c", "parameter"))]
    found = read(dot(Sketch("t", [], [], nodes, edges, True)))
    assert [(edge["style"], edge["dir"]) for edge in found["edges"]] == [("dashed", "back"), ("dotted", "back")]
    assert found["edges"][0]["penwidth"] == "3.0" and found["edges"][0]["color"] == "#c2410c"
    assert [node["style"] for node in found["objects"]] == ["filled,rounded", "filled", "filled,rounded,dashed"]


def test_a_quote_never_ends_a_text_of_ours() -> None:
    """What can be held without Graphviz: outside quotes and HTML there are only our own words."""
    text = re.sub(r"<(?:[^<>]|<[^<>]*>)*>", "", re.sub(r'"(?:[^"\\]|\\.)*"', '""', dot(hostile_sketch())))
    words = set(re.findall(r"[^\W\d]+", text))
    ours = "digraph graph node edge rankdir LR bgcolor fontname labelloc t labeljust l pad nodesep ranksep shape box fontsize"
    ours += " height margin fontcolor label style fillcolor color penwidth tooltip labeltooltip arrowsize dir"
    assert words <= set(ours.split())


@needs_dot
def test_an_empty_sketch_is_a_picture_too() -> None:
    done = subprocess.run(["dot", "-Tsvg"], input=dot(Sketch("t", ["no path"], [], [], [], True)).encode(), capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"") and b"no path" in done.stdout.replace(b"&#160;", b" ")
