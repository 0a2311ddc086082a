"""The memo is never stale and drops nothing that the rule keeps: the machine of `tests/engine/test_editor.py`, and more.

Here it has two connections to a file, which come and go, and edits that fail in the middle of their transaction;
numbers also come from packed tapes; and after each step all pairs are asked with what the memo has then.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import event

from gradq.engine import bulk, editor
from gradq.engine.explorer import Explorer
from gradq.engine.replies import Reply
from gradq.store.errors import GradqError, MissingValue
from tests.engine.test_editor import Edits, Rows
from tests.trust.conftest import MEMORY
from tests.trust.faults import Fault

MOST = 8
POINT = {"a": 0.5, "b": -1.5, "c": 2.0}  # binds inputs and, most of the time, an intermediate


class Trust(Edits):
    """Random edits and questions through two connections that are closed and opened again."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch = self.explorer  # in memory, for copies
        self.asked: set[str] = set()
        self.folder = tempfile.TemporaryDirectory(prefix="gradq-machine-", dir=MEMORY)
        self.file = Path(self.folder.name) / "gradq.db"
        self.file.write_bytes(_ready())
        self.explorer, self.other = Explorer(str(self.file)), Explorer(str(self.file))

    def teardown(self) -> None:
        for explorer in (self.explorer, self.other, self.scratch):
            explorer.close()
        self.folder.cleanup()

    # -------------------------------------------------------------------------------------------------- rules

    @rule()
    def close_and_open(self) -> None:
        before = Rows(self.explorer)
        self.explorer.close()
        self.explorer = Explorer(str(self.file))
        assert vars(Rows(self.explorer)) == vars(before)

    @rule()
    def go_on_through_the_other_connection(self) -> None:
        self.explorer, self.other = self.other, self.explorer

    @precondition(lambda self: len(self.text) < MOST)
    @rule(data=st.data())
    def add_one_more(self, data: st.DataObject) -> None:
        if "h" not in self.text:
            self.set_one("h", self.draw_right(data, self.text, "h"))

    @rule(data=st.data(), at=st.integers(1, 20))
    def fail_in_the_middle_of_an_edit(self, data: st.DataObject, at: int) -> None:
        node, before = self.draw_node(data), Rows(self.explorer)
        right = self.draw_right(data, self.text, node)
        edit = data.draw(st.sampled_from(["set", "rename", "remove"]))
        with pytest.raises((Fault, GradqError)), _rolled_back(self.explorer, at):
            if edit == "set":
                self.set_one(node, right)
                raise Fault  # nothing to change, so no commit
            if edit == "rename":
                editor.rename_node(self.explorer, "demo", node, "fresh")
            else:
                editor.remove_node(self.explorer, "demo", node)
        assert vars(Rows(self.explorer)) == vars(before)

    @rule(data=st.data())
    def ask_numbers_off_a_tape(self, data: st.DataObject) -> None:
        point = self.bound(data.draw(st.sampled_from([POINT, {}, {"e": 1.0, **POINT}])))
        for of in self.text:
            try:
                plain = self.explorer.derivatives("demo", of, list(self.text), point=point, use_memo=False)
            except MissingValue:
                continue
            with _taped():
                for use_memo in (True, False):
                    self.same(self.explorer.derivatives("demo", of, list(self.text), point=point, use_memo=use_memo), plain)

    # --------------------------------------------------------------------------------------------------- laws

    @invariant()
    def every_pair_equals_recomputation(self) -> None:
        """Ask on a copy, for an answer would fill the memo; once for each content of the database."""
        content = repr((self.text, vars(Rows(self.explorer))))
        if not self.text or content in self.asked:
            return
        self.asked.add(content)
        _copy(self.explorer, self.scratch)
        for of in self.text:
            for point in (None, self.bound(POINT)):
                if fresh := self.fresh(of, point):
                    self.same(self.scratch.derivatives("demo", of, list(self.text), point=point), fresh)

    def same(self, found: Reply, fresh: Reply) -> None:
        """Compare two replies to one question: formulas by their text, numbers by the law."""
        assert [(a.wrt, a.expression) for a in found.answers] == [(a.wrt, a.expression) for a in fresh.answers]
        for ours, other in zip(found.answers, fresh.answers, strict=True):
            if ours.value is not None and other.value is not None:
                self.check_number(ours.value, other.value, ours.of, ours.wrt, fresh.at or {})

    def bound(self, point: dict[str, float]) -> dict[str, float]:
        """Return a point's bindings of nodes that are there."""
        return {name: value for name, value in point.items() if name in self.text}


@contextmanager
def _rolled_back(explorer: Explorer, at: int) -> Iterator[None]:
    """Raise before the `at`-th statement of a transaction, else before its commit."""
    count = 0

    def step(*_: object) -> None:
        nonlocal count
        count += 1
        if count == at:
            raise Fault

    def commit(_: object) -> None:
        raise Fault

    event.listen(explorer.engine, "before_cursor_execute", step)
    event.listen(explorer.engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(explorer.engine, "before_cursor_execute", step)
        event.remove(explorer.engine, "commit", commit)


@contextmanager
def _taped() -> Iterator[None]:
    """Let numbers on the smallest graph come from a tape."""
    kept = bulk.FROM
    bulk.FROM = 0
    try:
        yield
    finally:
        bulk.FROM = kept


def _copy(source: Explorer, target: Explorer) -> None:
    with source.engine.connect() as one, target.engine.connect() as other:
        one.connection.driver_connection.backup(other.connection.driver_connection)  # type: ignore[union-attr]


@cache
def _ready() -> bytes:
    """Return an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "gradq.db"
        with Explorer(str(file)) as explorer:
            explorer.prepare()
        return file.read_bytes()


def run(runs: int, steps: int) -> None:
    """Let the machine run so many times, with so many steps each."""
    enough = settings(max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Trust, settings=enough)


@pytest.mark.parametrize("part", range(4))  # two hundred runs, in parts that processes share
def test_no_row_is_stale_and_none_dropped_without_need(part: int) -> None:
    run(50, 30)
