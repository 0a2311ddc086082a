"""Scans: values and slopes along a line, gaps where there are none, and what is stored."""

import pytest

import gradq
from gradq.engine.scan import places, scan
from gradq.store.errors import MissingValue, UsageError


def test_a_scan_has_what_the_questions_have(database: str) -> None:
    with gradq.open(database) as space:
        graph = space.add("wave", "k = 3\nu = k*x\ny = sin(u) + x")
        found = graph.scan("y", wrt="x", start=0, stop=1, n=11, at={"k": 2})
        assert [sample.x for sample in found.samples] == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
        for sample in found.samples:
            assert sample.value == graph.eval("y", k=2, x=sample.x)
            assert sample.derivative == graph.d("y", wrt="x").at(k=2, x=sample.x)


def test_the_line_may_be_of_a_node_with_a_formula(database: str) -> None:
    with gradq.open(database) as space:
        found = space.add("wave", "k = 3\nu = k*x\ny = u^2").scan("y", wrt="u", start=0, stop=2, n=3)
    assert [(sample.value, sample.derivative) for sample in found.samples] == [(0, 0), (1, 2), (4, 4)]


def test_where_it_is_undefined_there_is_a_note_and_no_failure(database: str) -> None:
    with gradq.open(database) as space:
        found = space.add("gaps", "y = sqrt(x) + 0*abs(x - 1)").scan("y", wrt="x", start=-1, stop=1, n=3).samples
    assert [(sample.value is None, sample.derivative is None) for sample in found] == [
        (True, True),
        (False, True),
        (False, False),
    ]
    assert "sqrt(-1)" in found[0].notes[0] and "divides by zero" in found[1].notes[0] and "kink" in found[2].notes[0]


def test_nothing_is_stored_unless_it_is_asked_for(database: str) -> None:
    with gradq.open(database) as space:
        graph = space.add("line", "u = x^2\ny = 3*u")
        before = space._explorer.memo_counts("line")
        graph.scan("y", wrt="x", start=0, stop=1, n=5)
        assert space._explorer.memo_counts("line") == before
        scan(space._explorer, "line", "y", "x", start=0, stop=1, count=5, store=True)
        assert space._explorer.memo_counts("line")["point_gradient"] == 10


def test_ends_that_make_no_line_and_missing_values_are_refused() -> None:
    for start, stop, count in ((0, 0, 3), (0, 1, 1), (0, 1, 10**9)):
        with pytest.raises(UsageError):
            places(start, stop, count)
    with gradq.open(":memory:") as space, pytest.raises(MissingValue):
        space.add("open", "y = x + o").scan("y", wrt="x", start=0, stop=1)


def test_a_node_that_is_no_parent_has_slope_zero_and_a_note() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("apart", "x = 1\nz = 1\ny = 2*x")
        found = graph.scan("y", wrt="z", start=0, stop=1, n=2)
        assert [sample.derivative for sample in found.samples] == [0.0, 0.0] and "exactly 0" in found.notes[0]
        assert graph.scan("y", wrt="y", start=0, stop=1, n=2).samples[1][1:3] == (1.0, 1.0)
