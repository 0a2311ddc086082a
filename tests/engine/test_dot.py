"""DOT: as Graphviz reads it, every name is a name and every label is its text, whatever the letters."""

import json
import re
import subprocess
import xml.etree.ElementTree as ET
from itertools import pairwise
from shutil import which
from typing import Any

import pytest

from gradq.engine.dot import dot
from gradq.engine.graphviz import render
from gradq.engine.layout import quoted
from gradq.engine.picture import EdgeStyle, PictureEdge, PictureNode
from gradq.engine.sketch import Sketch

needs_dot = pytest.mark.skipif(which("dot") is None, reason="no Graphviz")


def read(text: str) -> Any:
    return json.loads(render(text, "json"))


@needs_dot
def test_graphviz_reads_the_names_that_were_written(hostile: Sketch) -> None:
    found = read(dot(hostile))
    assert [item["name"].replace("\\\\", "\\") for item in found["objects"]] == [quoted(node.name) for node in hostile.nodes]
    assert [(edge["tail"], edge["head"]) for edge in found["edges"]] == [(at, at + 1) for at in range(len(hostile.nodes) - 1)]


@needs_dot
def test_what_is_drawn_is_the_text(hostile: Sketch) -> None:
    root = ET.fromstring(render(dot(hostile), "svg"))
    shown = "".join(item.text or "" for item in root.iter("{http://www.w3.org/2000/svg}text")).replace("\xa0", " ")
    assert [name for name in (node.name for node in hostile.nodes) if name.strip() and shown.count(name) < 3] == []
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
def test_tooltips_are_the_text_too(hostile: Sketch) -> None:
    root = ET.fromstring(render(dot(hostile), "svg"))
    items = root.iter("{http://www.w3.org/2000/svg}a")
    said = [item.attrib["{http://www.w3.org/1999/xlink}title"].replace("\xa0", " ") for item in items]
    assert {node.tooltip() for node in hostile.nodes} | {edge.tooltip() for edge in hostile.edges} == set(said)


@needs_dot
def test_names_that_look_the_same_are_two_nodes() -> None:
    names = ["abc", "a b", "a\u00a0b", "'abc'", "\u202eabc", "a\u2003b"]
    nodes = [PictureNode(name, "", "input", at) for at, name in enumerate(names)]
    edges = [PictureEdge(*pair, "1") for pair in pairwise(names)]
    found = read(dot(Sketch("t", [], [], nodes, edges, False)))
    assert len(found["objects"]) == len(names)
    assert [(edge["tail"], edge["head"]) for edge in found["edges"]] == [(at, at + 1) for at in range(len(names) - 1)]


@needs_dot
def test_styles_are_those_of_the_sketch() -> None:
    edges = [PictureEdge("a", "b", "1", EdgeStyle("#c2410c", 3.0, "7 4")), PictureEdge("a", "c", "0", EdgeStyle(dash="1.5 3"))]
    nodes = [PictureNode(name, "", kind, 0) for name, kind in (("a", "input"), ("b", "formula"), ("c", "parameter"))]
    found = read(dot(Sketch("t", [], [], nodes, edges, True)))
    assert [(edge["style"], edge["dir"]) for edge in found["edges"]] == [("dashed", "back"), ("dotted", "back")]
    assert found["edges"][0]["penwidth"] == "3.0" and found["edges"][0]["color"] == "#c2410c"
    assert [node["style"] for node in found["objects"]] == ["filled,rounded", "filled", "filled,rounded,dashed"]


def test_a_quote_never_ends_a_text_of_ours(hostile: Sketch) -> None:
    """What can be held without Graphviz: outside quotes and HTML there are only our own words."""
    text = re.sub(r"<(?:[^<>]|<[^<>]*>)*>", "", re.sub(r'"(?:[^"\\]|\\.)*"', '""', dot(hostile)))
    words = set(re.findall(r"[^\W\d]+", text))
    ours = "digraph graph node edge rankdir LR bgcolor fontname labelloc t labeljust l pad nodesep ranksep shape box fontsize"
    ours += " height margin fontcolor label style fillcolor color penwidth tooltip labeltooltip arrowsize dir"
    assert words <= set(ours.split())


@needs_dot
def test_an_empty_sketch_is_a_picture_too() -> None:
    done = subprocess.run(["dot", "-Tsvg"], input=dot(Sketch("t", ["no path"], [], [], [], True)).encode(), capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"") and b"no path" in done.stdout.replace(b"&#160;", b" ")
