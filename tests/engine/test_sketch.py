"""Sketches: what a drawing of a graph and of a gradient flow shows, and what it says that it does not show."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator

import pytest

from gradq.engine import loader
from gradq.engine.browser import whole
from gradq.engine.explorer import Explorer
from gradq.engine.flow import flow, whole_flow
from gradq.engine.gallery import examples
from gradq.engine.graphfile import read_graph
from gradq.engine.sketch import Sketch, flow_sketch, graph_sketch
from gradq.engine.strokes import DASH, DOTS, POSITIVE, UNKNOWN

ODD = "x = 0\nk = abs(x)\nh = 100000*k + 0*x\nout = h - x"
LADDER = "v0 = 1\n" + "".join(f"a{k} = tanh(v{k - 1})\nv{k} = v{k - 1} + 0.1*a{k}\n" for k in range(1, 200))
Pair = Callable[..., Sketch]


@pytest.fixture(scope="module")
def explorer() -> Iterator[Explorer]:
    with Explorer(":memory:") as opened:
        for name, text in {"article": examples()["article"].text, "odd": ODD, "ladder": LADDER}.items():
            loader.load(opened, name, read_graph(text))
        yield opened


@pytest.fixture
def pair(explorer: Explorer) -> Pair:
    def drawn(graph: str, of: str, wrt: str, point: dict[str, float] | list[dict[str, float] | str] | None = None) -> Sketch:
        return flow_sketch(flow(explorer, graph, of, wrt, point=point))

    return drawn


def test_a_graph_has_formulas_and_plain_arrows(explorer: Explorer) -> None:
    found = graph_sketch(whole(explorer, "article"))
    assert {(node.name, node.label) for node in found.nodes} >= {("a", ""), ("e", "7*c + d^2")}
    assert len(found.edges) == 8 and not found.backward and not any(edge.label for edge in found.edges)


def test_a_selection_draws_what_was_chosen_and_the_edges_among_it(explorer: Explorer) -> None:
    found = graph_sketch(whole(explorer, "article"), chosen={"b", "d", "e"})
    assert [node.name for node in found.nodes] == ["b", "d", "e"]
    assert [(edge.parent, edge.child) for edge in found.edges] == [("b", "d"), ("d", "e")]


def test_a_gradient_flow_has_every_edge_with_its_partial(explorer: Explorer) -> None:
    found = flow_sketch(whole_flow(explorer, "article", "g"))
    labels = {(edge.child, edge.parent): edge.label for edge in found.edges}
    assert labels["g", "f"] == "3" and labels["g", "o"] == "-1" and labels["e", "d"] == "2*d" and len(labels) == 8
    assert found.backward and {edge.style.dash for edge in found.edges if edge.label.startswith("-")} == {DASH}


def test_a_pair_has_only_what_lies_between_with_shares_and_numbers(pair: Pair) -> None:
    found = pair("article", "g", "b", {"a": 0.5})
    assert [node.name for node in found.nodes] == ["b", "c", "d", "e", "f", "g"]
    widths = {(edge.parent, edge.child): edge.style.width for edge in found.edges}
    assert widths["b", "d"] > 3 * widths["b", "c"] and "= 1494" in found.title
    assert "∂g/∂d = 282" in [node.label for node in found.nodes] and "2*d = 47" in [edge.label for edge in found.edges]


def test_without_a_point_the_width_is_the_share_of_the_paths(pair: Pair) -> None:
    found = pair("article", "g", "b")
    assert "share of the paths" in found.captions[0]
    colours = {edge.label: edge.style.stroke for edge in found.edges}
    assert colours["2*d"] == UNKNOWN and colours["7"] == POSITIVE


def test_dead_kink_and_exploding_edges_are_marked(pair: Pair) -> None:
    found = pair("odd", "out", "x", ["default"])
    look = {(edge.parent, edge.child): (edge.label, edge.style.dash) for edge in found.edges}
    assert look["x", "k"] == ("0 (dead, kink)", DOTS) and look["x", "h"] == ("0 (dead)", DOTS)
    assert look["k", "h"][0] == "100000 (explodes)" and any("at node k stands on" in line for line in found.captions)


def test_no_path_is_said_and_draws_nothing(pair: Pair) -> None:
    found = pair("article", "b", "g")
    assert (found.nodes, found.captions) == ([], ["no path leads from g to b"]) and ET.fromstring(found.svg()) is not None


def test_a_large_flow_is_thinned_and_the_picture_says_so(pair: Pair) -> None:
    found = pair("ladder", "v199", "v0", ["default"])
    assert len(found.nodes) <= 80 and {"v0", "v199"} <= {node.name for node in found.nodes}
    (line,) = found.left_out
    assert "of 399 nodes are left out" in line and line.split(":")[0] in found.svg()
