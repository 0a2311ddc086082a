"""Gradients on a scale: what each scale means, the order, and where a scale means nothing."""

from collections.abc import Iterator

import pytest

from gradq.engine import loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph
from gradq.engine.scale import scaled_gradient
from gradq.store.errors import Undefined, UsageError

TEXT = "a = 2\nb = 4\nc = 1\nm = a^3/b\ny = m*c^-0.5"


@pytest.fixture
def explorer(database: str) -> Iterator[Explorer]:
    with Explorer(database) as opened:
        loader.load(opened, "powers", read_graph(TEXT))
        loader.load(opened, "zero", read_graph("p = 1\nq\ny = p - 1\nw = p*(2 + q)"))
        yield opened


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        ("elasticity", {"a": 3.0, "b": -1.0, "m": 1.0, "c": -0.5}),
        ("percent", {"a": 0.06, "b": -0.02, "m": 0.02, "c": -0.01}),
        ("value", {"a": 3.0, "c": -1.0, "m": 1.0, "b": -0.5}),
    ],
)
def test_the_largest_stands_first(explorer: Explorer, scale: str, expected: dict[str, float]) -> None:
    rows = scaled_gradient(explorer, "powers", "y", scale).rows
    assert {row.wrt: row.scaled for row in rows} == pytest.approx(expected)
    sizes = [abs(row.scaled or 0) for row in rows]
    assert sizes == sorted(sizes, reverse=True)


def test_percent_is_what_one_percent_does(explorer: Explorer) -> None:
    rows = {row.wrt: row.scaled for row in scaled_gradient(explorer, "powers", "y", "percent").rows}
    moved = (2 * 1.0001) ** 3 / 4 - 2
    assert rows["a"] == pytest.approx(moved * 100, rel=1e-3)


def test_elasticity_of_nothing_is_refused_and_percent_is_not(explorer: Explorer) -> None:
    with pytest.raises(Undefined, match="'y' is 0"):
        scaled_gradient(explorer, "zero", "y", "elasticity")
    assert [row.scaled for row in scaled_gradient(explorer, "zero", "y", "percent").rows] == [0.01]
    with pytest.raises(UsageError):
        scaled_gradient(explorer, "zero", "y", "elastic")


def test_a_node_without_a_value_is_a_blank_with_a_note(explorer: Explorer) -> None:
    rows = scaled_gradient(explorer, "zero", "w", "percent", point={"q": 1.0}).rows
    assert {row.wrt: row.scaled for row in rows} == {"p": 0.03, "q": 0.01}
    loader.load(explorer, "open", read_graph("p\nq = 3*p\ny = 5*q + p"))
    (q, p) = scaled_gradient(explorer, "open", "y", "percent", point={"q": 2.0}).rows
    assert (q.wrt, q.scaled, q.notes) == ("q", 0.1, [])
    assert (p.wrt, p.scaled, p.derivative, len(p.notes)) == ("p", None, 16.0, 1)
