"""Opaque nodes: loaded like any other, refused by name as soon as a question needs what nobody could read."""

import pytest

import gradq
from gradq import Graph, Undefined

TEXT = """\
a = 2
b = 3*a
'Sheet!C7' = opaque(a, b)  # XLOOKUP(A1, B1:B9)
n = opaque()
y = 'Sheet!C7'*b + n
z = y + 2*b
w = if(a > 0, b, opaque(b))
"""


@pytest.fixture
def graph() -> Graph:
    """Return a graph with two opaque nodes."""
    return gradq.open(":memory:").add("made", TEXT)


def test_it_is_saved_as_it_was_loaded(graph: Graph) -> None:
    with gradq.open(":memory:") as space:
        assert space.add("again", graph.text()).text() == graph.text()
    assert graph["n"] == "opaque()"


def test_its_value_is_refused_by_name_with_what_could_not_be_read(graph: Graph) -> None:
    with pytest.raises(Undefined, match=r"'Sheet!C7' is opaque: gradq cannot read XLOOKUP\(A1, B1:B9\)") as found:
        graph.eval("y", n=1)
    assert found.value.exit == 5 and found.value.shell is not None and "'Sheet!C7'=" in found.value.shell
    with pytest.raises(Undefined, match="'n' is opaque: gradq cannot read its formula"):
        graph.eval("n")


def test_it_is_refused_before_a_value_that_would_not_help_is_asked_for() -> None:
    with gradq.open(":memory:") as space, pytest.raises(Undefined, match="'y' is opaque"):
        space.add("made", "y = opaque(x)").eval("y")


def test_a_binding_gives_it_a_value(graph: Graph) -> None:
    assert graph.eval("y", {"Sheet!C7": 3.0, "n": 1.0}) == 19.0
    assert graph.d("z", wrt="Sheet!C7").at({"Sheet!C7": 3.0}) == 6.0


def test_a_derivative_that_begins_at_it_is_known(graph: Graph) -> None:
    assert str(graph.d("z", wrt="Sheet!C7")) == "b"
    assert str(graph.d("z", wrt="n")) == "1"


@pytest.mark.parametrize("wrt", ["a", "b"])
def test_a_derivative_of_it_or_through_it_is_refused(graph: Graph, wrt: str) -> None:
    for of in ("Sheet!C7", "z"):
        answer = graph.d(of, wrt=wrt)
        with pytest.raises(Undefined, match=r"'Sheet!C7' is opaque.* is not known") as found:
            str(answer)
        assert "--avoid" in (found.value.shell or "")
        with pytest.raises(Undefined, match="'Sheet!C7' is opaque"):
            answer.at({"Sheet!C7": 3.0, "n": 1.0})


def test_the_paths_around_it_are_known(graph: Graph) -> None:
    assert str(graph.d("z", wrt="a").paths(avoid="Sheet!C7").net) == "3*'Sheet!C7' + 6"


def test_a_branch_that_is_not_taken_may_be_opaque(graph: Graph) -> None:
    assert graph.eval("w") == 6.0
    with pytest.raises(Undefined, match="'w' is opaque"):
        graph.eval("w", a=-1)


def test_an_answer_is_not_unrolled_through_it(graph: Graph) -> None:
    found = graph.formula("z", "inputs")
    assert str(found) == "3*'Sheet!C7'*a + 6*a + n"
    assert any("cannot be looked through" in note for note in found.notes)


def test_an_edit_makes_it_an_ordinary_node(graph: Graph) -> None:
    graph["Sheet!C7"] = "a + b"
    assert str(graph.d("z", wrt="Sheet!C7")) == "b"
    assert str(graph.d("z", wrt="b")) == "'Sheet!C7' + b + 2"


def test_a_node_whose_name_begins_so_is_no_opaque_one() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("made", "y = 2*opaque_depth + opaque")
        assert str(graph.d("y", wrt="opaque_depth")) == "2"
        assert graph.nx().edges["opaque", "y"]["partial"] == "1"
