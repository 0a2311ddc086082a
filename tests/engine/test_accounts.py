"""Laws of the accounts of paths, on random graphs: against every path, against the sweep, and against each other."""

import math
import random
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

import networkx as nx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gradq.engine.ledger import Ledger, Stop
from gradq.engine.network import network
from gradq.engine.paths import ledger
from gradq.engine.sweep import float_sweep
from tests.engine.conftest import MadeFlow, Weights, name_of

W = TypeVar("W", int, float)
seeds = st.integers(0, 10**9)


def _random(seed: int) -> tuple[Weights, int]:
    """Return the weights of a small graph, some of them 0 and some far from 1, and its last node."""
    chance = random.Random(seed)
    count = chance.randint(2, 8)
    kinds = [lambda: chance.uniform(-2, 2), lambda: float(chance.randint(-2, 2)), lambda: chance.choice([1e9, -1e-9])]
    return {(c, p): chance.choice(kinds)() for c in range(count) for p in range(c) if chance.random() < 0.6}, count - 1


def _products(weights: Mapping[tuple[int, int], W], last: int) -> list[tuple[tuple[str, ...], W]]:
    """Return the names and the product of every path."""
    paths = nx.all_simple_paths(network(weights, {0, last}), 0, last)
    return [(tuple(map(name_of, path)), math.prod(weights[c, p] for p, c in pairwise(path))) for path in paths]


def _amounts(found: Ledger) -> list[float]:
    amounts = [path.product for path in found.paths]
    return [amount for amount in amounts if isinstance(amount, float)]


def _whole(amount: object) -> Fraction:
    """Return a formula without names as the number that it is, exactly."""
    return Fraction(str(amount))


def _number(amount: object) -> float:
    assert isinstance(amount, float)
    return amount


@given(seeds, st.integers(0, 12))
@settings(max_examples=150)
def test_what_is_listed_and_the_rest_make_the_net(made_flow: MadeFlow, seed: int, top: int) -> None:
    weights, last = _random(seed)
    found = ledger(made_flow(weights, last), top=top)
    net, rest = _number(found.net), _number(found.rest)
    assert abs(math.fsum([*_amounts(found), rest]) - net) <= math.ulp(max(abs(net), abs(rest)))
    gross = found.gross or 0.0
    assert found.truncated or abs(rest) <= 16 * 8 * 2**-52 * gross


@given(seeds, st.integers(1, 6))
@settings(max_examples=150)
def test_the_strongest_are_those_of_every_path(made_flow: MadeFlow, seed: int, top: int) -> None:
    weights, last = _random(seed)
    found, every = ledger(made_flow(weights, last), top=top), _products(weights, last)
    other = sorted((abs(product) for _, product in every if product), reverse=True)
    assert list(map(abs, _amounts(found))) == pytest.approx(other[:top], rel=1e-12)
    assert found.truncated == (len(other) > top)
    products = dict(every)
    assert _amounts(found) == pytest.approx([products[path.nodes] for path in found.paths], rel=1e-12)
    assert found.count == len(every)
    assert found.gross == pytest.approx(math.fsum(other), rel=1e-12)
    places = [(-abs(_number(path.product)), path.nodes) for path in found.paths]
    assert places == sorted(places)


@given(seeds)
def test_the_net_has_the_bits_of_the_derivative(made_flow: MadeFlow, seed: int) -> None:
    weights, last = _random(seed)
    made = made_flow(weights, last)
    place = {node.name: position for position, node in enumerate(made.nodes)}
    flat = sorted(((place[e.parent], place[e.child], e.value or 0.0) for e in made.edges), key=lambda e: (-e[0], e[1]))
    expected = float_sweep(len(place), len(place) - 1, flat)[0] if place else 0.0
    found = ledger(made)
    assert found.net == expected
    assert found.cancellation is None or 0 <= found.cancellation <= 1


@given(seeds)
@settings(max_examples=150)
def test_through_and_avoid_make_the_net(made_flow: MadeFlow, seed: int) -> None:
    weights, last = _random(seed)
    made, chance = made_flow(weights, last), random.Random(seed)
    if not made.edges:
        return
    edge = chance.choice(made.edges)
    choices: list[Stop] = [edge.parent, edge.child, (edge.parent, edge.child)]
    stop = chance.choice(choices)
    whole, through, around = ledger(made), ledger(made, through=[stop]), ledger(made, avoid=[stop])
    bound = 16 * (whole.longest or 0) * 2**-52 * (whole.gross or 0.0)
    assert abs(_number(through.net) + _number(around.net) - _number(whole.net)) <= bound
    assert through.count + around.count == whole.count
    for part, taken in ((through, True), (around, False)):
        for path in part.paths:
            took = stop in (path.nodes if isinstance(stop, str) else pairwise(path.nodes))
            assert took == taken


@given(seeds)
def test_through_an_edge_is_the_product_of_what_is_below_and_above(made_flow: MadeFlow, seed: int) -> None:
    weights, last = _random(seed)
    if not weights:
        return
    child, parent = random.Random(seed).choice(sorted(weights))
    below, above = ledger(made_flow(weights, last, child)), ledger(made_flow(weights, parent))
    found = ledger(made_flow(weights, last), through=[(name_of(parent), name_of(child))])
    assert found.net == _number(below.net) * weights[child, parent] * _number(above.net)
    assert found.count == below.count * above.count


@given(seeds, st.integers(0, 6))
@example(1000, 0)
def test_without_a_point_the_shortest_come_first(made_flow: MadeFlow, seed: int, top: int) -> None:
    weights, last = _random(seed)
    found = ledger(made_flow(weights, last, symbolic=True), top=top)
    shown = dict(_products({pair: int(weight) for pair, weight in weights.items()}, last))
    every = sorted((names for names, product in shown.items() if product), key=lambda names: (len(names), names))
    assert [path.nodes for path in found.paths] == every[:top]
    # whole numbers: a product of some 10^9 is exact as a formula, and no double holds it
    assert [_whole(path.product) for path in found.paths] == [shown[path.nodes] for path in found.paths]
    assert _whole(found.rest) == sum(shown[names] for names in every[top:])
    assert (found.gross, found.cancellation) == (None, None)
