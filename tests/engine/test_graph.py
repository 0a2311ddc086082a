"""A graph for people and programs: answers, edits, several threads, and how it shows itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

import gradq
from gradq.engine.gallery import examples
from gradq.engine.graph import Graph
from gradq.store.errors import UnknownNode, UnknownPoint, UsageError

HOSTILE = "'<script>alert(1)</script>' = 2*x  # <b>&\ny = '<script>alert(1)</script>' + 1\n"


@pytest.fixture
def graph(database: str) -> Iterator[Graph]:
    with gradq.open(database) as space:
        yield space.add("article", examples()["article"].text)


def test_a_graph_is_a_mapping_of_names_that_can_be_edited(graph: Graph) -> None:
    assert list(graph)[-1] == "g" and len(graph) == 8 and "g" in graph and "nope" not in graph
    graph["h"] = "g^2"
    graph["a"] = 0.5
    graph["o"] = None
    assert (graph["h"], graph["a"], graph["o"]) == ("g^2", "0.5", None)
    graph["k"] = gradq.parse("2*h + h")
    graph.rename("k", "kk")
    assert graph["kk"] == "3*h"
    del graph["kk"]
    assert "kk" not in graph
    with pytest.raises(UsageError):
        graph["h"] = [1]  # type: ignore[assignment]


def test_answers_by_every_way_are_the_same(graph: Graph) -> None:
    assert graph.d("g", wrt="b").at(a=0.5) == graph.grad("g", at={"a": 0.5})["b"] == 1494.0
    jacobian = graph.jacobian(of=["f", "g"], wrt=["a", "b"])
    assert str(jacobian["g", "b"]) == str(graph.d("g", wrt="b")) == "60*d + 84"
    assert [[str(cell) for cell in row] for row in jacobian.rows()] == [
        ["-60*d - 84", "20*d + 28"],
        ["-180*d - 252", "60*d + 84"],
    ]
    assert graph.jacobian(of=["g"], wrt=["b"], at={"a": 0.5}).rows() == [[1494.0]]
    assert str(graph.formula("g", "c", "d")) == "6*d^2 + 42*c - o"
    assert graph.eval("g", a=0.5, o=1) == 3732.5
    assert list(graph.grad("g", inputs=True)) == ["a", "o"]


def test_a_named_point_stands_for_its_bindings(graph: Graph) -> None:
    graph.name_point("start", a=0.5)
    assert graph.d("g", wrt="d").at("start") == 282.0
    assert graph.grad("g", at="start")["d"] == 282.0
    assert graph.eval("d", ["start", {"a": 1}]) == 16.0
    with pytest.raises(UnknownPoint):
        graph.d("g", wrt="d").at("nope")


def test_one_derivative_is_asked_at_a_time(graph: Graph) -> None:
    with pytest.raises(UsageError, match="one node") as error:
        graph.d("g", wrt=["a", "b"])  # type: ignore[arg-type]
    assert error.value.hint is not None and "jacobian" in error.value.hint
    with pytest.raises(UsageError):
        graph.jacobian(of="g", wrt=["a"])
    with pytest.raises(UnknownNode):
        graph.d("g", wrt="nope")


def test_no_path_is_an_exact_zero_that_says_so(graph: Graph) -> None:
    answer = graph.d("b", wrt="g")
    assert str(answer) == "0" and "not upstream" in answer.notes[0]


@pytest.mark.parametrize("where", ["file", "memory", "server"])
def test_many_threads_read_one_space(where: str, database: str) -> None:
    if (where == "server") == database.startswith("sqlite"):
        pytest.skip("the other database's turn")
    with gradq.open(":memory:" if where == "memory" else database) as space, ThreadPoolExecutor(8) as pool:
        graph = space.add("article", examples()["article"].text)
        asked = [name for name in "abcdef" for _ in range(8)]
        found = list(pool.map(lambda name: str(graph.d("g", wrt=name)), asked))
        numbers = list(pool.map(lambda name: graph.d("g", wrt=name).at(a=0.5), asked))
        assert found == [str(graph.d("g", wrt=name)) for name in asked]
        assert numbers == [graph.d("g", wrt=name).at(a=0.5) for name in asked]


def test_a_copy_goes_its_own_way(database: str) -> None:
    with gradq.open(database) as space:
        space.add("one", "b = 5 - 3*a")
        two = space.new("two", copy="one")
        two["b"] = "a^2"
        assert (str(space["one"].d("b", wrt="a")), str(two.d("b", wrt="a"))) == ("-3", "2*a")
        assert space.rename("two", "three").name == "three"
        del space["one"]
        assert list(space) == ["three"]


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_small_graph_is_a_picture_and_a_large_one_a_table(database: str) -> None:
    with gradq.open(database) as space:
        small = space.add("small", HOSTILE)
        svg = small._repr_svg_()
        assert svg is not None and small._repr_html_() is None
        root = ElementTree.fromstring(svg)
        assert root.tag.endswith("svg") and not [item for item in root.iter() if "script" in item.tag]
        large = space.add("large", "x0 = 1\n" + "".join(f"x{k} = 2*x{k - 1}\n" for k in range(1, 100)) + HOSTILE)
        html = large._repr_html_()
        assert html is not None and large._repr_svg_() is None
        for page in (html, space._repr_html_(), small.grad("y")._repr_html_(), small.jacobian(of=["y"], wrt=["x"])._repr_html_()):
            parser = _Texts()
            parser.feed(page)
            assert "script" not in parser.tags


def test_a_derivative_shows_itself_as_latex(graph: Graph) -> None:
    assert graph.d("g", wrt="b")._repr_latex_() == r"$\frac{\partial g}{\partial b} = 60 d + 84$"
    assert repr(graph.d("g", wrt="b")) == "<gradq ∂g/∂b of 'article'>"
    assert repr(graph.grad("g", inputs=True)) == "a\t-180*d - 252\no\t-1"
