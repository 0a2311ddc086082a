"""Many derivatives in one answer, all of one revision."""

from collections.abc import Iterator
from typing import Any

import pytest

import gradq
from gradq import DatabaseError, Graph, UnknownNode, UsageError
from gradq.engine.explorer import Explorer
from gradq.engine.jacobian import jacobian
from gradq.engine.replies import Reply
from gradq.store.rows import Version


@pytest.fixture
def graph(database: str) -> Iterator[Graph]:
    with gradq.open(database) as space:
        yield space.add("demo", "u = x*y\nv = x + y\nw = u*v\n")


def test_it_has_every_pair_and_agrees_with_single_questions(graph: Graph) -> None:
    names, point = ["x", "y", "u", "v", "w"], {"x": 2, "y": 3}
    symbolic, numeric = graph.jacobian(of=names, wrt=names), graph.jacobian(of=names, wrt=names, at=point)
    for of in names:
        for wrt in names:
            assert symbolic[of, wrt] == graph.d(of, wrt=wrt).formula
            assert numeric[of, wrt] == graph.d(of, wrt=wrt).at(point)
    assert numeric["x", "x"] == 1.0 and numeric["x", "w"] == 0.0
    assert any("not upstream" in note for note in symbolic.notes)


def test_any_iterable_of_names_will_do_and_a_name_counts_once(graph: Graph) -> None:
    found = graph.jacobian(of=(name for name in ("u", "v", "u")), wrt=dict.fromkeys("xy"))
    assert (found.of, found.wrt) == (["u", "v"], ["x", "y"])


@pytest.mark.parametrize(("of", "wrt"), [("u", ["x"]), (["u"], "x"), ([], ["x"]), (["u"], []), (None, ["x"]), (3, ["x"])])
def test_what_is_no_list_of_names_is_refused(graph: Graph, of: Any, wrt: Any) -> None:
    with pytest.raises(UsageError, match="jacobian needs"):
        graph.jacobian(of=of, wrt=wrt)
    with pytest.raises(UnknownNode):
        graph.jacobian(of=["u"], wrt=["x", "nope"])


def test_a_graph_that_is_changed_in_between_is_asked_again(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = graph._explorer.derivatives
    edits = iter(["2*x", "3*x", None])

    def meddled(*args: Any, **options: Any) -> Any:
        reply = asked(*args, **options)
        if edit := next(edits, None):
            graph["v"] = edit
        return reply

    monkeypatch.setattr(graph._explorer, "derivatives", meddled)
    assert [str(cell) for cell in graph.jacobian(of=["u", "v", "w"], wrt=["x"]).values()] == ["y", "3", "v*y + 3*u"]


def test_a_graph_that_never_stands_still_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with Explorer(":memory:") as explorer:
        gradq.Space(explorer).add("demo", "u = x*y")
        asked, number = explorer.derivatives, iter(range(100))

        def meddled(*args: Any, **options: Any) -> Reply:
            return asked(*args, **options)._replace(version=Version(1, next(number)))

        monkeypatch.setattr(explorer, "derivatives", meddled)
        with pytest.raises(DatabaseError, match="changed faster"):
            jacobian(explorer, "demo", ["u", "u"], ["x"])
