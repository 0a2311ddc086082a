"""The values that a file holds beside ours."""

from gradq.engine.graphfile import read_graph
from gradq.formats.compare import compare

GRAPH = read_graph("a = 2\nb = 3*a\nc = b - 6\nbad = log(-a)\nworse = bad + 1\nx\nfree = x + 1")


def test_the_worst_is_named_with_both_numbers() -> None:
    found = compare(GRAPH, {"b": 6.0, "c": 1.5})
    assert (found.compared, found.worst and found.worst.name) == (2, "c")
    assert "'c' is 1.5 in the file and 0 here" in found.lines()[0]


def test_values_that_agree_are_counted() -> None:
    found = compare(GRAPH, {"b": 6.0, "a": 2.0})
    assert found.lines() == ["2 values of the file were compared with ours: the worst is off by 0.0e+00"]


def test_a_difference_that_cancels_is_measured_by_what_it_cancels() -> None:
    found = compare(read_graph("a = 0.1\nb = 0.2\nc = 0.3\nd = a + b - c"), {"d": 0.0})
    assert found.worst is not None and 0 < found.worst.relative < 1e-15 and not found.differing


def test_what_has_no_value_here_is_counted_apart() -> None:
    found = compare(GRAPH, {"bad": 1.0, "worse": 2.0, "free": 3.0, "b": 6.0})
    assert (found.compared, found.without) == (1, ("bad", "worse", "free"))
    assert "3 have no value here ('bad', 'worse', 'free')" in found.lines()[-1]


def test_nothing_to_compare_is_said() -> None:
    assert compare(GRAPH, {}).lines() == []
    assert "can be worked out" in compare(GRAPH, {"bad": 1.0}).lines()[0]
