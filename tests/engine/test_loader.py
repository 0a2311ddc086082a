"""Whole graphs at once: who loads a name first is seen by who loads it second, and nothing changes for nothing."""

import threading
from collections.abc import Iterator

import pytest

from gradq.engine import loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph
from gradq.store import graphs
from gradq.store.connect import writing
from gradq.store.errors import UsageError

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
