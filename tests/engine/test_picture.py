"""Pictures: well-formed whatever the names, every text in full or with its tooltip, kinds told by shape."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradq.engine.picture import EdgeStyle, NodeStyle, PictureEdge, PictureNode, is_small, svg

SVG = "{http://www.w3.org/2000/svg}"
ARTICLE = [
    PictureNode("a", "", "input", 0),
    PictureNode("o", "", "parameter", 0),
    PictureNode("b", "5 - 3*a", "formula", 1),
    PictureNode("c", "2*b + 3", "formula", 2),
    PictureNode("d", "5*b + 6", "formula", 2),
    PictureNode("e", "7*c + d^2", "formula", 3),
    PictureNode("g", "6*e - o", "formula", 4),
]
EDGES = [
    PictureEdge("a", "b", "-3"),
    PictureEdge("b", "c", "2"),
    PictureEdge("b", "d", "5"),
    PictureEdge("c", "e", "7"),
    PictureEdge("d", "e", "2*d"),
    PictureEdge("e", "g", "6"),
    PictureEdge("o", "g", "-1"),
]
HOSTILE = [
    "<script>alert('x')</script>",
    "P&L!B20",
    '" onload="alert(1)',
    "]]>",
    "&lt;",
    "very_long_" * 20,
    "漢字の名前" * 9,
    "x\u202eevil",
    "nul\x00\x1b[31m\x9b",
    "lone\ud800",
    "tab\tline\nend",
    "\ufffe\uffff",
    "{style}",
]


def texts(root: ET.Element) -> list[str]:
    return [item.text or "" for item in root.iter(f"{SVG}text")]


def titles(root: ET.Element) -> list[str]:
    return [item.text or "" for item in root.iter(f"{SVG}title")]


def test_names_formulas_and_partials_are_there() -> None:
    root = ET.fromstring(svg(ARTICLE, EDGES, title="the article"))
    assert set(texts(root)) == {
        "the article",
        *(n.name for n in ARTICLE),
        *(n.label for n in ARTICLE if n.label),
        *"-3 2 5 7 2*d 6 -1".split(),
    }
    assert {"b = 5 - 3*a", "∂e/∂d = 2*d", "a"} <= set(titles(root))
    assert root.get("aria-label") == "the article"
    assert len(list(root.iter(f"{SVG}path"))) == 2 * len(EDGES)


def test_the_background_is_white_and_covers_all() -> None:
    first = ET.fromstring(svg(ARTICLE, EDGES))[0]
    assert (first.tag, first.get("width"), first.get("height"), first.get("fill")) == (f"{SVG}rect", "100%", "100%", "#ffffff")


def test_kinds_are_told_by_shape_and_not_by_colour_alone() -> None:
    rects = list(ET.fromstring(svg(ARTICLE, EDGES)).iter(f"{SVG}rect"))[1:4]
    looks = [(float(rect.get("rx", 0)) * 2 == float(rect.get("height", 1)), bool(rect.get("stroke-dasharray"))) for rect in rects]
    assert looks == [(True, False), (True, True), (False, False)]
    assert len({rect.get("fill") for rect in rects}) == 3


def test_styles_of_a_node_and_an_edge_are_followed() -> None:
    nodes = [PictureNode("a", "", "input", 0, NodeStyle("#123456", "red", 3, "1 2", 4)), PictureNode("b", "a", "formula", 1)]
    text = svg(nodes, [PictureEdge("a", "b", "", EdgeStyle('b"<', 5.25, "7 7"))])
    root = ET.fromstring(text)
    assert 'fill="#123456" stroke="red" stroke-width="4" stroke-dasharray="1 2"' in text
    line = next(root.iter(f"{SVG}path"))
    assert (line.get("stroke"), line.get("stroke-dasharray")) == ('b"<', "7 7")


def test_the_picture_does_not_depend_on_anything_but_its_words() -> None:
    assert svg(ARTICLE, EDGES) == svg(list(ARTICLE), list(EDGES))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text_and_nothing_else(name: str) -> None:
    nodes = [PictureNode("a", name, "input", 0), PictureNode(name, name, name, 1)]
    text = svg(nodes, [PictureEdge("a", name, name)], title=name)
    root = ET.fromstring(text.encode())
    allowed = {"svg", "rect", "text", "g", "path", "title"}
    assert {item.tag.removeprefix(SVG) for item in root.iter()} <= allowed
    assert not any(key.startswith("on") for item in root.iter() for key in item.keys())
    assert not set(text) & set("\x00\x1b\x9b\u202e\ud800\ufffe\uffff\t")


def test_what_is_cut_is_whole_in_the_tooltip() -> None:
    formula = " + ".join(f"x{k}" for k in range(60))
    nodes = [PictureNode("long_name" * 9, formula, "formula", 0), PictureNode("b", "", "formula", 1)]
    root = ET.fromstring(svg(nodes, [PictureEdge("long_name" * 9, "b", formula)]))
    assert titles(root) == ["long_name" * 9 + " = " + formula, "b", f"∂b/∂{'long_name' * 9} = {formula}"]
    assert all(len(text) <= 30 and (text == "b" or text.endswith("…")) for text in texts(root))


@given(st.lists(st.tuples(st.text(max_size=50), st.text(max_size=50)), min_size=1, max_size=5, unique_by=lambda pair: pair[0]))
@settings(max_examples=100, deadline=None)
def test_any_words_at_all_give_a_well_formed_picture(words: list[tuple[str, str]]) -> None:
    nodes = [PictureNode(name, label, "formula", level) for level, (name, label) in enumerate(words)]
    edges = [PictureEdge(words[0][0], name, label) for name, label in words[1:]]
    root = ET.fromstring(svg(nodes, edges, title=words[0][1]).encode())
    assert len(list(root.iter(f"{SVG}rect"))) == len(nodes) + 1


def test_texts_fit_in_their_boxes() -> None:
    nodes = [PictureNode("漢字の名前" * 3, "x" * 29, "formula", 0), PictureNode("n" * 30, "", "input", 1)]
    root = ET.fromstring(svg(nodes, []))
    for group in root.iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        for text in group.findall(f"{SVG}text") if rect is not None else ():
            letters = sum(2 if ord(letter) > 0x2E80 else 1 for letter in text.text or "")
            assert rect is not None and letters * 0.602 * float(text.get("font-size", 0)) + 20 <= float(rect.get("width", 0))


@pytest.mark.parametrize(("parents", "children"), [(1, 2), (2, 2), (3, 2), (2, 3)])
def test_labels_of_one_gap_do_not_cover_each_other(parents: int, children: int) -> None:
    nodes = [PictureNode(f"a{k}", "", "input", 0) for k in range(parents)]
    nodes += [PictureNode(f"b{k}", "2*x", "formula", 1) for k in range(children)]
    edges = [PictureEdge(f"a{k}", f"b{j}", f"{k}{j}*x*y") for k in range(parents) for j in range(children)]
    labels = [text for text in ET.fromstring(svg(nodes, edges)).iter(f"{SVG}text") if text.get("fill") == "#1d4f2b"]
    places = [(float(text.get("x", 0)), float(text.get("y", 0))) for text in labels]
    assert len(places) == parents * children
    assert all(abs(x - u) > 42 or abs(y - v) >= 8 for at, (x, y) in enumerate(places) for u, v in places[:at])


def test_edges_of_nodes_that_are_left_out_are_left_out() -> None:
    root = ET.fromstring(svg(ARTICLE[:3], EDGES))
    assert len(list(root.iter(f"{SVG}path"))) == 2
    assert ET.fromstring(svg([], EDGES)).get("width") == "32"


def test_small_is_up_to_eighty_nodes_and_more_still_works() -> None:
    assert is_small(80) and not is_small(81)
    nodes = [PictureNode(f"x{k}", "", "formula", k // 20) for k in range(400)]
    edges = [PictureEdge(f"x{k}", f"x{k + 20 + k % 7}", "2") for k in range(370)]
    assert len(list(ET.fromstring(svg(nodes, edges)).iter(f"{SVG}rect"))) == 401
