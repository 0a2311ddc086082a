"""Whole graphs at once: who loads a name first is seen by who loads it second, and nothing changes for nothing."""

import threading
from collections.abc import Iterator

import pytest

from gradq.engine import editor, loader
from gradq.engine.audit import audit
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph
from gradq.store import graphs
from gradq.store.connect import writing
from gradq.store.errors import InvalidGraph, UnknownPoint, UsageError

TEXT = "a = 2\nb = 5 - 3*a  # a note\n"


@pytest.fixture
def explorer(database: str) -> Iterator[Explorer]:
    with Explorer(database) as found:
        found.prepare()
        yield found


@pytest.mark.parametrize("replace", [True, False])
def test_two_who_load_a_new_name_go_one_after_the_other(explorer: Explorer, database: str, replace: bool) -> None:
    seen: list[object] = []

    def work() -> None:
        try:
            with Explorer(database) as second:
                seen.append(loader.load(second, "demo", read_graph(TEXT), replace=replace).kept)
        except Exception as error:
            seen.append(type(error))

    thread = threading.Thread(target=work)
    with writing(explorer.engine) as conn:
        graphs.hold_name(conn, "demo")
        graph = graphs.add_graph(conn, "demo", None)
        graphs.insert_nodes(conn, graph, [("a", "parameter", None, "2", 0, None)])
        thread.start()
        thread.join(0.5)
        assert seen == []
    thread.join()
    assert seen == [1 if replace else UsageError]


def test_a_replacement_by_the_same_keeps_the_revision_and_a_note_raises_it(explorer: Explorer) -> None:
    loader.load(explorer, "demo", read_graph(TEXT))
    before = explorer.rows("demo")
    loader.load(explorer, "demo", read_graph(TEXT), replace=True)
    assert explorer.rows("demo") == before
    for text in (TEXT.replace("a note", "another"), TEXT.replace("3*a", "4*a"), TEXT + "c\n", TEXT):
        revision = explorer.rows("demo")[0].revision
        loader.load(explorer, "demo", read_graph(text), replace=True)
        assert explorer.rows("demo")[0].revision == revision + 1, text


def test_names_that_are_taken_or_stay_as_they_are(explorer: Explorer) -> None:
    loader.load(explorer, "demo", read_graph(TEXT))
    before = explorer.rows("demo")
    loader.rename_graph(explorer, "demo", "demo")
    editor.rename_node(explorer, "demo", "a", "a")
    assert explorer.rows("demo") == before
    loader.new_graph(explorer, "empty")
    with pytest.raises(UsageError, match="is there already"):
        loader.new_graph(explorer, "demo")
    with pytest.raises(UsageError, match="is there already"):
        loader.rename_graph(explorer, "demo", "empty")
    with pytest.raises(UsageError, match="there is a node 'b' already"):
        editor.rename_node(explorer, "demo", "a", "b")


def test_a_point_goes_with_the_node_that_it_binds_unless_it_has_a_name(explorer: Explorer) -> None:
    loader.load(explorer, "demo", read_graph(TEXT))
    with pytest.raises(UsageError, match="'default'"):
        editor.name_point(explorer, "demo", "default", [{"a": 1.0}])
    editor.name_point(explorer, "demo", "here", [{"a": 1.0}])
    with pytest.raises(InvalidGraph, match="the point 'here' binds a node that would go"):
        loader.load(explorer, "demo", read_graph("b = 5"), replace=True)
    editor.unname_point(explorer, "demo", "here")
    with pytest.raises(UnknownPoint):
        editor.unname_point(explorer, "demo", "here")
    loader.load(explorer, "demo", read_graph("b = 5"), replace=True)
    assert explorer.memo_counts("demo")["point"] == 0


def test_a_new_default_drops_numbers_only_where_it_is_not_bound(explorer: Explorer) -> None:
    loader.load(explorer, "demo", read_graph("a = 2\nb = a^2\nc = b^2"))
    for point in ({"a": 5.0}, {"b": 3.0}):
        explorer.derivatives("demo", "c", ["b"], point=point)
    before = explorer.memo_counts("demo")["point_gradient"]
    loader.load(explorer, "demo", read_graph("a = 3\nb = a^2\nc = b^2"), replace=True)
    assert before == 2 and explorer.derivatives("demo", "c", ["b"], point={"a": 5.0}).reused == 1


REPLACED = [  # before, after: the way from x to y through an edge that changed is only in the old graph, only in the new
    ("x\nb = 2*x\nc = 3*x\ny = b + c", "x\nb = 2*x\nc = 3*x\ny = b"),
    ("x\nb = 2*x\nc = 3*x\ny = b", "x\nb = 2*x\nc = 3*x\ny = b + c"),
    ("x\nb = 2*x\nc = b^2\ny = c + x", "x\nb = 5\nc = b^2\ny = c + x"),
    ("x\nb = 5\nc = b^2\ny = c + x", "x\nb = 2*x\nc = b^2\ny = c + x"),
    # two changes: what is below the first is so in one of the graphs only
    ("x\nw = 2*x\nb = w + 0*x\ny = b^2", "x\nw = 3*x\nb = x\ny = b^2"),
    ("x\nw = 2*x\nb = x\ny = b^2", "x\nw = 3*x\nb = w\ny = b^2"),
    ("x\nw = 2*x\nb = w + x\nc = x^2\ny = b*c", "x\nc = x^2\nb = x\ny = b*c"),
]


@pytest.mark.parametrize(("before", "after"), REPLACED)
def test_a_replacement_leaves_no_row_that_holds_in_one_of_the_graphs_only(before: str, after: str) -> None:
    with Explorer(":memory:") as explorer:
        loader.load(explorer, "demo", read_graph(before))
        for point in (None, {"x": 2.0}):
            explorer.derivatives("demo", "y", None, point=point)
            explorer.derivatives("demo", "b", None, point=point)
        loader.load(explorer, "demo", read_graph(after), replace=True)
        assert audit(explorer).findings == []
