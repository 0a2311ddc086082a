"""The flow between two nodes: what lies between, its partials as formulas and as numbers."""

from collections.abc import Iterator

import pytest

from gradq.engine import loader
from gradq.engine.explorer import Explorer
from gradq.engine.flow import flow, whole_flow
from gradq.engine.gallery import examples
from gradq.engine.graphfile import read_graph
from gradq.engine.semiring import COUNTS, FORMULAS
from gradq.engine.sweep import sweep
from gradq.store.errors import MissingValue, Undefined, UnknownNode


@pytest.fixture
def explorer(database: str) -> Iterator[Explorer]:
    with Explorer(database) as opened:
        loader.load(opened, "article", read_graph(examples()["article"].text))
        loader.load(opened, "odd", read_graph("y = abs(x) + 1/z\nw = y^2"))
        yield opened


def test_a_flow_has_what_lies_between_in_topological_order(explorer: Explorer) -> None:
    found = flow(explorer, "article", "g", "b")
    assert [node.name for node in found.nodes] == ["b", "c", "d", "e", "f", "g"]
    assert [(edge.parent, edge.child, str(edge.partial), edge.value) for edge in found.edges][:3] == [
        ("b", "c", "Expr(2)", None),
        ("b", "d", "Expr(5)", None),
        ("c", "e", "Expr(7)", None),
    ]


def test_a_flow_at_a_point_has_numbers_and_kinks(explorer: Explorer) -> None:
    found = flow(explorer, "article", "g", "b", point={"d": 3.0})
    assert {(edge.parent, edge.child): edge.value for edge in found.edges}["d", "e"] == 6.0
    (kink,) = flow(explorer, "odd", "w", "x", point={"x": 0.0, "z": 1.0}).kinks
    assert (kink.function, kink.text) == ("abs", "abs(0)")
    with pytest.raises(Undefined):
        flow(explorer, "odd", "w", "x", point={"x": 1.0, "z": 0.0})
    with pytest.raises(MissingValue):
        flow(explorer, "article", "g", "b", point={})


def test_a_flow_is_swept_with_any_semiring(explorer: Explorer) -> None:
    found = flow(explorer, "article", "g", "b")
    partials = {(edge.child, edge.parent): edge.partial for edge in found.edges}
    names = [node.name for node in found.nodes]
    last = len(names) - 1
    assert dict(sweep(found.network(), last, COUNTS, lambda child, parent: 1))[0] == 2
    answers = dict(sweep(found.network(), last, FORMULAS, lambda child, parent: partials[names[child], names[parent]]))
    assert str(answers[0]) == "Expr(60*d + 84)"


def test_without_a_path_a_flow_is_empty(explorer: Explorer) -> None:
    assert flow(explorer, "article", "b", "g").edges == []
    with pytest.raises(UnknownNode):
        flow(explorer, "article", "g", "nope")


def test_a_whole_flow_is_that_to_everything_upstream(explorer: Explorer) -> None:
    found = whole_flow(explorer, "article", "e", point={"a": 0.5})
    assert (found.wrt, [node.name for node in found.nodes]) == ("", ["a", "b", "c", "d", "e"])
    assert {(edge.parent, edge.child): edge.value for edge in found.edges}["d", "e"] == 47.0
