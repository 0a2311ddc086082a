"""An answer that an edit overtook is given, and not stored; nor is one of a graph that was removed and loaded again."""

import random
import threading
from collections.abc import Callable, Iterator
from functools import cache

import pytest
import sqlalchemy
from sqlalchemy import event

from gradq.engine import editor, loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_definition, read_graph
from gradq.engine.replies import Reply
from gradq.store.errors import GradqError
from tests.trust import operations
from tests.trust.audit import problems
from tests.trust.nursery import wait_until

Question = Callable[[Explorer], Reply]
Edit = Callable[[Explorer], object]
OVERTAKEN = "the graph was changed meanwhile: the answer is that of the older revision, not stored"
WORDS = [("f", "b"), ("e", "a"), ("g", None), ("e", None), ("f", "o")]


def again(explorer: Explorer) -> None:
    """Remove the graph and load it again under the same name."""
    loader.remove_graph(explorer, "demo")
    loader.load(explorer, "demo", read_graph(operations.DEMO.replace("5*b", "4*b")))


EDITS: list[Edit] = [
    lambda e: editor.set_node(e, "demo", read_definition("d = 5*b + 7")),
    lambda e: editor.set_node(e, "demo", read_definition("d = 4*b^2")),
    lambda e: editor.set_node(e, "demo", read_definition("c = d + b")),
    lambda e: editor.set_node(e, "demo", read_definition("a = 0.75")),
    lambda e: editor.rename_node(e, "demo", "b", "bb"),
    lambda e: editor.rename_node(e, "demo", "d", "dd"),
    lambda e: editor.remove_node(e, "demo", "g"),
    lambda e: loader.load(e, "demo", read_graph(operations.DEMO.replace("2*b", "3*b")), replace=True),
    again,
]


class Interrupted(Explorer):
    """An explorer in which something happens between reading and writing back."""

    between: Callable[[], object] | None = None

    def _compute(self, *given: object) -> object:  # type: ignore[override]
        found = super()._compute(*given)  # type: ignore[arg-type]
        if self.between is not None:
            self.between()
            self.between = None
        return found


@pytest.fixture
def two(database: str) -> Iterator[tuple[Interrupted, Explorer]]:
    """Two connections to one database."""
    with Interrupted(database) as one, Explorer(database) as other:
        yield one, other


def overtake(one: Interrupted, other: Explorer, draw: random.Random) -> None:
    """Let an edit come between the reading and the writing of a question."""
    _fresh(other, draw)
    edit, of, wrts, point = _drawn(draw)
    revision = other.rows("demo")[0].revision
    one.between = lambda: edit(other)
    reply = one.derivatives("demo", of, wrts, point=point)
    assert one.between is None or not reply.computed
    assert [(a.wrt, a.expression, a.value) for a in reply.answers] == _answers(of, *(wrts or []), **(point or {}))
    assert (reply.revision, OVERTAKEN in reply.notes) == (revision, reply.computed > 0)
    assert problems(other) == []


def cross(one: Interrupted, other: Explorer, draw: random.Random) -> None:
    """Let an edit begin after a write-back has looked at the revision and before it inserts: the edit waits."""
    _fresh(other, draw)
    edit, of, wrts, point = _drawn(draw)
    wait = _waits_for(other.engine)
    failed: list[Exception] = []

    def work() -> None:
        try:
            edit(other)
        except GradqError as error:
            failed.append(error)

    thread = threading.Thread(target=work)

    def before_insert(conn: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("insert into gradient", "insert into point ")) and not thread.ident:
            thread.start()
            wait_until(wait)

    event.listen(one.engine, "before_cursor_execute", before_insert)
    try:
        reply = one.derivatives("demo", of, wrts, point=point)
    finally:
        event.remove(one.engine, "before_cursor_execute", before_insert)
    if thread.ident:
        thread.join()
    assert not failed and reply.notes == [] and bool(thread.ident) == bool(reply.computed)
    assert problems(other) == []


@cache
def _answers(of: str, *wrts: str, **point: float) -> list[tuple[str, str | None, float | None]]:
    """Return the answers to a question of the graph as it is first."""
    with Explorer(":memory:") as apart:
        _load(apart)
        found = apart.derivatives("demo", of, list(wrts) or None, point=point or None)
    return [(answer.wrt, answer.expression, answer.value) for answer in found.answers]


def _waits_for(engine: sqlalchemy.Engine) -> Callable[[], bool]:
    """Return a look whether somebody waits for a lock in this database."""
    sql = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"

    def look() -> bool:
        with engine.connect() as conn:
            return bool(conn.exec_driver_sql(sql).scalar())

    return look


def _drawn(draw: random.Random) -> tuple[Edit, str, list[str] | None, dict[str, float] | None]:
    of, wrt = draw.choice(WORDS)
    return draw.choice(EDITS), of, [wrt] if wrt else None, draw.choice([None, {"a": 2.0, "o": 1.0}, {"d": 3.0, "a": 1.0}])


def _fresh(explorer: Explorer, draw: random.Random) -> None:
    """Put the graph there as it was, with a few memo rows."""
    if [row.name for row in explorer.summaries()]:
        loader.remove_graph(explorer, "demo")
    _load(explorer)
    for of, wrt in draw.sample([("c", "b"), ("d", "a"), ("e", "d")], draw.randrange(3)):
        explorer.derivatives("demo", of, [wrt])


def _load(explorer: Explorer) -> None:
    loader.load(explorer, "demo", read_graph(operations.DEMO))


def force(one: Interrupted, other: Explorer, count: int, seed: int) -> None:
    """Force so many interleavings; on PostgreSQL half of them within the write-back."""
    draw = random.Random(seed)
    inside = other.engine.dialect.name == "postgresql"
    for turn in range(count):
        try:
            (cross if inside and turn % 2 else overtake)(one, other, draw)
        except Exception as error:
            error.add_note(f"seed {seed}, turn {turn}")
            raise


def test_two_hundred_interleavings(two: tuple[Interrupted, Explorer]) -> None:
    force(*two, 200, seed=1)
