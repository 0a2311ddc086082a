"""The one door: one read and one write a question, nothing stored against a revision that has moved."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
import sqlalchemy

import gradq.engine.explorer as door
import gradq.engine.nodes as nodes
import gradq.engine.writeback as writeback
from gradq.engine import editor, loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_definition, read_graph
from gradq.engine.writeback import CUT
from gradq.store import memo
from gradq.store.errors import MissingValue, Undefined, UnknownGraph, UnknownNode, UnknownPoint, UsageError

ARTICLE = "b = 5 - 3*a\nc = 2*b + 3\nd = 5*b + 6\ne = 7*c + d^2\nf = 2*e\ng = 3*f - o\n"


@pytest.fixture
def explorer(database: str) -> Iterator[Explorer]:
    with Explorer(database) as found:
        loader.load(found, "demo", read_graph(ARTICLE))
        yield found


def formula(explorer: Explorer, of: str, wrt: str, **options: Any) -> str | None:
    return explorer.derivatives("demo", of, [wrt], **options).answers[0].expression


def number(explorer: Explorer, of: str, wrt: str, **point: float) -> float | None:
    return explorer.derivatives("demo", of, [wrt], point=point).answers[0].value


@contextmanager
def transactions(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Give the list of transactions that the explorer opens, by kind; none passes by the two doors of the store."""
    opened: list[str] = []
    begun: list[str] = []

    def counted(name: str, real: Callable[[Any], AbstractContextManager[Any]]) -> Callable[[Any], Any]:
        @contextmanager
        def open_one(engine: Any) -> Iterator[Any]:
            opened.append(name)
            with real(engine) as conn:
                yield conn

        return open_one

    def on_begin(conn: object) -> None:
        begun.append("begin")

    sqlalchemy.event.listen(explorer.engine, "begin", on_begin)
    with monkeypatch.context() as patch:
        for module, name in ((door, "reading"), (door, "writing"), (writeback, "writing")):
            patch.setattr(module, name, counted(name, getattr(module, name)))
        yield opened
    sqlalchemy.event.remove(explorer.engine, "begin", on_begin)
    assert len(begun) == len(opened)


@pytest.mark.parametrize("point", [None, {"a": 0.5}])
@pytest.mark.parametrize("wrts", [["a"], ["a", "b", "o"], None])
def test_a_question_reads_once_and_writes_once_and_a_hit_does_not_write(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch, point: Any, wrts: Any
) -> None:
    with transactions(explorer, monkeypatch) as opened:
        first = explorer.derivatives("demo", "g", wrts, point=point)
    assert opened == ["reading", "writing"]
    with transactions(explorer, monkeypatch) as opened:
        again = explorer.derivatives("demo", "g", wrts, point=point)
    assert opened == ["reading"]
    assert (again.answers, again.computed) == (first.answers, 0)


@pytest.mark.parametrize(("of", "wrt"), [("g", "g"), ("b", "g"), ("c", "d")])
def test_pairs_with_nothing_to_store_do_not_write(explorer: Explorer, monkeypatch: pytest.MonkeyPatch, of: str, wrt: str) -> None:
    with transactions(explorer, monkeypatch) as opened:
        formula(explorer, of, wrt)
        number(explorer, of, wrt, a=1.0)
    assert opened == ["reading", "reading"]
    assert explorer.memo_counts("demo") == {"gradient": 0, "point_gradient": 0, "point_value": 0, "point": 0}


def test_without_the_memo_nothing_of_it_is_read_or_written(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    formula(explorer, "g", "b")
    with explorer.engine.begin() as conn:
        conn.exec_driver_sql("update gradient set expression = '99'")
    before = explorer.memo_counts("demo")
    with transactions(explorer, monkeypatch) as opened:
        assert formula(explorer, "g", "a", use_memo=False) == "-180*d - 252"
        assert formula(explorer, "g", "b", use_memo=False) == "60*d + 84"
    assert opened == ["reading", "reading"]
    assert explorer.memo_counts("demo") == before
    assert formula(explorer, "g", "b") == "99"


@pytest.mark.parametrize(
    ("of", "wrt", "frontier", "text"),
    [
        ("g", "g", None, "1"),
        ("g", "o", None, "-1"),
        ("g", "f", None, "3"),
        ("g", "e", None, "6"),
        ("g", "d", None, "12*d"),
        ("g", "c", None, "42"),
        ("g", "b", None, "60*d + 84"),
        ("g", "b", ["b"], "300*b + 444"),
        ("g", "b", ["a"], "1944 - 900*a"),
        ("g", "d", ["b"], "60*b + 72"),
        ("g", "d", ["a"], "372 - 180*a"),
        ("g", "a", None, "-180*d - 252"),
        ("g", "a", ["a"], "2700*a - 5832"),
        ("f", "d", None, "4*d"),
        ("e", "b", None, "10*d + 14"),
        ("b", "g", None, "0"),
    ],
)
def test_the_article_is_answered_the_same_with_and_without_the_memo(
    explorer: Explorer, of: str, wrt: str, frontier: list[str] | None, text: str
) -> None:
    for use_memo in (False, True, True):
        assert formula(explorer, of, wrt, frontier=frontier, use_memo=use_memo) == text


@pytest.mark.parametrize(
    ("wrt", "point", "value"),
    [("b", {"d": 3.0}, 264.0), ("d", {"a": 0.5}, 282.0), ("d", {"d": 3.0}, 36.0), ("b", {"a": 0.5}, 1494.0)],
)
def test_a_binding_gives_a_value_and_cuts_no_path(explorer: Explorer, wrt: str, point: dict[str, float], value: float) -> None:
    for _ in range(2):
        assert number(explorer, "g", wrt, **point) == value


def test_the_walk_stops_at_rows_that_are_there(explorer: Explorer) -> None:
    first = explorer.derivatives("demo", "g", ["b"])
    assert (first.reused, first.computed) == (0, 5)
    second = explorer.derivatives("demo", "g", ["a"])
    assert (second.reused, second.computed) == (1, 1)


def test_after_another_square_only_what_is_below_by_what_is_above_is_worked_out(explorer: Explorer) -> None:
    explorer.derivatives("demo", "g", None)
    editor.set_node(explorer, "demo", read_definition("d = 5*b^2"))
    assert explorer.derivatives("demo", "g", ["c"]).computed == 0
    assert explorer.derivatives("demo", "g", ["d"]).computed == 0
    assert explorer.derivatives("demo", "g", ["b"]).computed == 1
    assert formula(explorer, "g", "b") == "120*b*d + 84"


def test_paths_that_cancel_are_stored_as_0_and_no_path_is_not(explorer: Explorer) -> None:
    loader.load(explorer, "zero", read_graph("m = 2*x\ny = m - 2*x\nz = y*w\n"))
    assert explorer.derivatives("zero", "y", ["x"]).answers[0].expression == "0"
    explorer.derivatives("zero", "y", ["w"])
    with explorer.engine.connect() as conn:
        rows = conn.exec_driver_sql("select wrt, expression from v_gradient where graph = 'zero' order by wrt").fetchall()
    assert [tuple(row) for row in rows] == [("m", "1"), ("x", "0")]


def test_unrolled_forms_are_not_stored(explorer: Explorer) -> None:
    formula(explorer, "g", "b", frontier=["a"])
    with explorer.engine.connect() as conn:
        rows = conn.exec_driver_sql("select expression from v_gradient where \"of\" = 'g' and wrt = 'b'").fetchall()
    assert [tuple(row) for row in rows] == [("60*d + 84",)]


def between(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> None:
    """Have `action` happen once, between a question's read and its write."""
    real, done = Explorer._compute, list[bool]()

    def compute(self: Explorer, *args: Any) -> Any:
        found = real(self, *args)
        if not done:
            done.append(True)
            action()
        return found

    monkeypatch.setattr(Explorer, "_compute", compute)


def removed_and_loaded(explorer: Explorer) -> None:
    loader.remove_graph(explorer, "demo")
    loader.load(explorer, "demo", read_graph(ARTICLE.replace("5*b + 6", "5*b^2")))


EDITS: dict[str, Callable[[Explorer], object]] = {
    "set": lambda e: editor.set_node(e, "demo", read_definition("d = 5*b^2")),
    "rename": lambda e: editor.rename_node(e, "demo", "d", "dd"),
    "rm-node": lambda e: editor.remove_node(e, "demo", "g"),
    "replace": lambda e: loader.load(e, "demo", read_graph(ARTICLE.replace("5*b + 6", "5*b^2")), replace=True),
    "rm": lambda e: loader.remove_graph(e, "demo"),
    "rm and load": lambda e: removed_and_loaded(e),
}


@pytest.mark.parametrize("point", [None, {"a": 0.5}])
@pytest.mark.parametrize("edit", list(EDITS))
def test_an_edit_between_read_and_write_keeps_the_answer_from_being_stored(
    explorer: Explorer, database: str, monkeypatch: pytest.MonkeyPatch, edit: str, point: Any
) -> None:
    with Explorer(database) as second:
        between(monkeypatch, lambda: EDITS[edit](second))
        reply = explorer.derivatives("demo", "g", ["b"], point=point)
        assert (reply.answers[0].expression, reply.answers[0].value) == (("60*d + 84", None) if point is None else (None, 1494.0))
        assert any("meanwhile" in note for note in reply.notes)
        with explorer.engine.connect() as conn:
            for table in ("gradient", "point", "point_value", "point_gradient"):
                assert conn.exec_driver_sql(f"select count(*) from {table}").scalar() == 0


def test_a_graph_of_another_name_may_change_meanwhile(explorer: Explorer, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Explorer(database) as second:
        between(monkeypatch, lambda: loader.load(second, "other", read_graph("y = x^2")))
        assert explorer.derivatives("demo", "g", ["b"]).notes == []
    assert explorer.memo_counts("demo")["gradient"] == 5


@pytest.mark.parametrize("point", [None, {"a": 0.5}])
def test_the_same_question_twice_at_once_stores_its_rows_once(
    explorer: Explorer, database: str, monkeypatch: pytest.MonkeyPatch, point: Any
) -> None:
    with Explorer(database) as second:
        between(monkeypatch, lambda: second.derivatives("demo", "g", ["b"], point=point))
        assert explorer.derivatives("demo", "g", ["b"], point=point).notes == []
    counts = explorer.memo_counts("demo")
    assert counts["gradient" if point is None else "point_gradient"] == 5


def test_a_memo_that_is_cleared_meanwhile_is_no_error(explorer: Explorer, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    formula(explorer, "g", "d")
    with Explorer(database) as second:
        between(monkeypatch, lambda: second.memo_clear("demo"))
        assert formula(explorer, "g", "b") == "60*d + 84"
    assert formula(explorer, "g", "d") == "12*d"


def test_a_named_point_and_bindings_are_merged_the_later_wins(explorer: Explorer) -> None:
    number(explorer, "g", "b", a=0.5)
    with explorer.engine.begin() as conn:
        conn.exec_driver_sql("insert into point_name (graph_id, name, point_id) select graph_id, 'base', id from point")
    hit = explorer.derivatives("demo", "g", ["b"], point=["base"])
    assert (hit.answers[0].value, hit.computed) == (1494.0, 0)
    assert explorer.derivatives("demo", "g", ["b"], point=["base", {"a": 1.0}]).answers[0].value == 1044.0
    assert explorer.derivatives("demo", "g", ["b"], point=[{"a": 1.0}, "base"]).answers[0].value == 1494.0
    with pytest.raises(UnknownPoint):
        explorer.derivatives("demo", "g", ["b"], point=["bass"])


def test_unknown_names_hint_at_what_is_there(explorer: Explorer) -> None:
    with pytest.raises(UnknownGraph) as error:
        explorer.derivatives("dmo", "g", ["b"])
    assert "demo" in (error.value.hint or "")
    for of, wrt in (("nope", "a"), ("g", "nope")):
        with pytest.raises(UnknownNode):
            formula(explorer, of, wrt)
    with pytest.raises(UnknownNode):
        number(explorer, "g", "b", nope=1.0)


def test_a_value_that_is_missing_is_named(explorer: Explorer) -> None:
    with pytest.raises(MissingValue, match="'a'"):
        number(explorer, "g", "b", o=1.0)
    assert explorer.memo_counts("demo")["point"] == 0


@pytest.mark.parametrize("line", ["y = 1/x", "y = log(x)", "y = x^-1", "y = sqrt(x)", "y = x*1e308*1e308", "y = x/x"])
def test_what_has_no_finite_partial_is_undefined_and_stores_nothing(explorer: Explorer, line: str) -> None:
    loader.load(explorer, "bad", read_graph(line))
    with pytest.raises(Undefined):
        explorer.derivatives("bad", "y", ["x"], point={"x": 0.0})
    assert explorer.memo_counts("bad") == {"gradient": 0, "point_gradient": 0, "point_value": 0, "point": 0}


def test_a_frontier_and_a_point_together_are_refused(explorer: Explorer) -> None:
    with pytest.raises(UsageError):
        explorer.derivatives("demo", "g", ["b"], point={}, frontier=["a"])


def test_values_are_read_without_a_write(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    with transactions(explorer, monkeypatch) as opened:
        assert nodes.evaluate(explorer, "demo", ["d", "g"], {"a": 0.5, "o": 1.0}).values == {"d": 23.5, "g": 3732.5}
    assert opened == ["reading"]


def test_a_big_answer_is_given_and_not_stored_and_the_next_one_agrees(explorer: Explorer) -> None:
    lines = ["x0", "x1", *(f"x{k} = x{k - 1}*x{k - 2} + 1" for k in range(2, 40))]
    loader.load(explorer, "fib", read_graph("\n".join(lines)))
    first = explorer.derivatives("fib", "x39", ["x1"])
    second = explorer.derivatives("fib", "x39", ["x1"])
    fresh = explorer.derivatives("fib", "x39", ["x1"], use_memo=False)
    assert first.answers == second.answers == fresh.answers
    assert second.computed > 0


def test_a_limit_of_rows_keeps_the_asked_pair_and_says_so(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MAX_ROWS", 2)
    for point in (None, {"a": 0.5}):
        reply = explorer.derivatives("demo", "g", ["a"], point=point)
        assert reply.notes == [CUT]
        assert explorer.derivatives("demo", "g", ["a"], point=point).computed == 0
    counts = explorer.memo_counts("demo")
    assert counts["gradient"] <= 3 and counts["point_gradient"] <= 3
    explorer.memo_clear("demo")
    assert explorer.derivatives("demo", "g", ["a"], store_all=True).notes == []
    assert explorer.memo_counts("demo")["gradient"] == 6


def test_a_memo_hit_imports_no_mathematics(explorer: Explorer, database: str) -> None:
    formula(explorer, "g", "b")
    number(explorer, "g", "b", a=0.5)
    script = (
        "import json, sys\nfrom gradq.engine.explorer import Explorer\n"
        f"e = Explorer({database!r})\n"
        "print(e.derivatives('demo', 'g', ['b']).answers[0].expression)\n"
        "print(json.dumps([m for m in ('networkx','sympy','numpy','numba','alembic','sqlalchemy.orm') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    text, heavy = done.stdout.splitlines()
    assert (text, json.loads(heavy)) == ("60*d + 84", [])


def test_a_new_database_that_is_only_asked_is_not_made(tmp_path: Any) -> None:
    path = tmp_path / "none.db"
    with Explorer(str(path)) as explorer:
        with pytest.raises(UnknownGraph):
            explorer.derivatives("demo", "g", ["b"])
        assert explorer.summaries() == []
    assert not path.exists()


def test_clear_waits_for_a_write_back_that_is_under_way(
    explorer: Explorer, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number(explorer, "g", "d", a=0.5)  # the point is there, so that the write-back finds it
    real, cleared = memo.ensure_point, list[dict[str, int]]()

    def ensure_point(*args: Any) -> int:
        point = real(*args)
        thread.start()
        thread.join(0.3)
        assert cleared == []
        return point

    with Explorer(database) as second:
        thread = threading.Thread(target=lambda: cleared.append(second.memo_clear("demo")))
        monkeypatch.setattr(memo, "ensure_point", ensure_point)
        assert explorer.derivatives("demo", "g", ["b"], point={"a": 0.5}).notes == []
        thread.join()
    assert cleared[0]["point"] == 1 and cleared[0]["point_gradient"] == 5
    assert explorer.memo_counts("demo") == dict.fromkeys(cleared[0], 0)
