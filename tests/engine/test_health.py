"""Health: vanishing and exploding chains, saturation, cancellation, kinks, gains beyond the doubles."""

import math

import pytest

import gradq


def chain(factor: str, length: int) -> str:
    return "\n".join(["h0 = x", *(f"h{k} = {factor}*h{k - 1}" for k in range(1, length))])


def test_a_vanishing_chain_dies_after_six_decades(database: str) -> None:
    with gradq.open(database) as space:
        found = space.add("chain", chain("0.1", 20)).health("h19", at={"x": 1})
    assert [round(level.log10_gain or 0, 6) for level in found.levels][:4] == [0, -1, -2, -3]
    assert found.dies is not None and found.explodes is None
    # 10^-6 itself is not below it
    assert (found.dies.node, found.dies.child, found.dies.partial) in [("h12", "h13", 0.1), ("h13", "h14", 0.1)]


def test_an_exploding_chain_is_measured_beyond_the_doubles(database: str) -> None:
    with gradq.open(database) as space:
        found = space.add("chain", chain("1000", 150)).health("h149", at={"x": 0})
    assert found.levels[-1].log10_gain == pytest.approx(447)
    assert found.explodes is not None and found.explodes.node == "h146" and found.dies is None
    assert found.explodes.log10_gain == pytest.approx(9)


def test_a_gradient_dies_where_a_partial_is_zero() -> None:
    with gradq.open(":memory:") as space:
        found = space.add("dead", "u = x - 3\nr = relu(u)\ny = r + 2*x").health("y", at={"x": 1})
    assert found.dies is not None and (found.dies.node, found.dies.log10_gain) == ("u", None)
    assert (found.dies.child, found.dies.partial) == ("r", 0.0)
    assert [level.dead for level in found.levels] == [0, 0, 1, 0]


def test_the_worst_cancellation_stands_first() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("differ", "p = 1000*x\nq = 999*x\nr = 2*z\ns = 1.5*z\nw = x + z\ny = p - q + r - s + 0*w")
        found = graph.health("y", at={"x": 1, "z": 1})
    worst, other = found.cancellations
    assert (worst.node, worst.net, worst.gross) == ("x", 1.0, 1999.0) and worst.ratio == pytest.approx(1 / 1999)
    assert other.node == "z" and other.ratio == pytest.approx(0.5 / 3.5)


def test_kinks_are_named() -> None:
    with gradq.open(":memory:") as space:
        found = space.add("kink", "h = x - 1\ny = abs(h)").health("y", at={"x": 1})
    assert [(kink.node, kink.left, kink.right, kink.used) for kink in found.kinks] == [("y", -1.0, 1.0, 0.0)]


def test_the_gain_is_that_of_the_derivative(database: str) -> None:
    with gradq.open(database) as space:
        graph = space.add("bent", "a = 0.3\nb = sin(a)\nc = exp(a)*b\nd = tanh(c)/b")
        found = graph.health("d")
        by_node = {level.largest: level.log10_gain for level in found.levels}
        for node, gain in by_node.items():
            assert gain == pytest.approx(math.log10(abs(graph.d("d", wrt=node).at()))), node
