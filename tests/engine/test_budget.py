"""Error budgets: the analytic ones of linear models, a simulation's, and what is refused."""

import math
import random

import pytest

import gradq
from gradq.store.errors import Undefined, UnknownNode, UsageError


def test_the_budget_of_a_linear_model_is_the_analytic_one(database: str) -> None:
    with gradq.open(database) as space:
        graph = space.add("linear", "a = 1\nb = 2\nc = 3\ns = a + 2*b\ny = 3*s - 0.5*c")
        found = graph.budget("y", {"a": 0.1, "b": 0.2, "c": 4})
        assert [(part.wrt, part.derivative) for part in found.parts] == [("c", -0.5), ("b", 6.0), ("a", 3.0)]
        variance = (3 * 0.1) ** 2 + (6 * 0.2) ** 2 + (0.5 * 4) ** 2
        assert found.sigma == pytest.approx(math.sqrt(variance)) and found.value == 13.5
        assert [part.share for part in found.parts] == pytest.approx([4 / variance, 1.44 / variance, 0.09 / variance])
        assert graph.budget("y", {"a": 0.1}, at={"c": 0}).at == {"c": 0.0}


def test_it_is_what_small_errors_do() -> None:
    chance = random.Random(4)
    with gradq.open(":memory:") as space:
        graph = space.add("bent", "a = 1\nb = 2\ny = exp(a)*sin(b)")
        found = graph.budget("y", {"a": 0.001, "b": 0.002})
    draws = [math.exp(chance.gauss(1, 0.001)) * math.sin(chance.gauss(2, 0.002)) for _ in range(20_000)]
    mean = sum(draws) / len(draws)
    assert found.sigma == pytest.approx(math.sqrt(sum((draw - mean) ** 2 for draw in draws) / len(draws)), rel=0.02)


def test_nothing_uncertain_is_no_share_and_no_path_is_none() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("any", "a = 1\nb = 2\ny = 2*a")
        found = graph.budget("y", {"b": 1})
        assert (found.sigma, found.parts[0].share) == (0.0, None) and "not upstream" in found.notes[0]


def test_what_makes_no_budget_is_refused() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("any", "a = 1\ny = 1e200*a")
        for sigma, error in (({}, UsageError), ({"a": -1.0}, UsageError), ({"z": 1.0}, UnknownNode), ({"a": 1.0}, Undefined)):
            with pytest.raises(error):
                graph.budget("y", sigma)


def test_a_value_that_is_missing_is_none_with_a_note() -> None:
    with gradq.open(":memory:") as space:
        found = space.add("open", "o\na = 1\ny = 3*a - o").budget("y", {"a": 1})
    assert (found.value, found.sigma) == (None, 3.0) and "no value" in found.notes[0]
