"""Tracing: loops unroll, calls are followed, and what needs a number is an error that says what to write."""

import math
from typing import Any

import pytest

import gradq
from gradq.store.errors import GaveUp, UsageError


def newton(a: Any, steps: int = 3) -> Any:
    """The square root of a."""
    x = 1
    for _ in range(steps):
        x = (x + a / x) / 2
    return x


def test_a_loop_unrolls_and_what_is_used_twice_is_a_node() -> None:
    text = gradq.trace(newton, "a")
    assert text == "a\nt1 = (1 + a/1)/2\nt2 = (t1 + a/t1)/2\nnewton = (t2 + a/t2)/2\n"
    with gradq.open(":memory:") as space:
        graph = space.add("newton", text)
        assert graph.eval("newton", a=2) == newton(2)
        assert graph.d("newton", wrt="a").at(a=2) == pytest.approx(0.5 / math.sqrt(2), rel=1e-4)


def test_parameters_without_a_default_are_traced_if_nobody_says() -> None:
    assert gradq.trace(lambda x, y, k=2: k * x - y) == "x\ny\nresult = 2*x - y\n"


def test_outputs_have_names() -> None:
    assert gradq.trace(lambda x: (x + 1, 2, x), "x").split("\n")[1:-1] == ["result[0] = x + 1", "result[1] = 2", "result[2] = x"]
    assert gradq.trace(lambda x: {"low": x - 1}, "x").splitlines()[1:] == ["low = x - 1"]


def test_operators_on_either_side() -> None:
    text = gradq.trace(lambda x: (2 - x) / (1 + x) ** 2 + 2**x % 3 - -abs(x) // 2, "x")
    with gradq.open(":memory:") as space:
        assert space.add("made", text).eval("result", x=1.5) == (2 - 1.5) / 2.5**2 + 2**1.5 % 3 - -1.5 // 2


def test_functions_are_methods_and_those_of_numpy_are_answered() -> None:
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")

    def f(x: Any, y: Any) -> Any:
        both = numpy.array([x, y])
        return numpy.sin(x).exp() + numpy.arctan2(y, numpy.float64(2) * x) + numpy.sum(numpy.sqrt(both) * 2) + both @ both

    text = gradq.trace(f, "x", "y")
    with gradq.open(":memory:") as space:
        expected = math.exp(math.sin(2)) + math.atan2(3, 4) + 2 * (math.sqrt(2) + math.sqrt(3)) + 13
        assert space.add("f", text).eval("f", x=2, y=3) == pytest.approx(expected, rel=1e-15)


def test_a_choice_is_where() -> None:
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    wanted = "x\nresult = if(x > 0 and x < 2, x, 2*x)\n"
    assert gradq.trace(lambda x: ((x > 0) & (x < 2)).where(x, 2 * x), "x") == wanted
    assert gradq.trace(lambda x: numpy.where((x > 0) & (x < 2), x, 2 * x), "x") == wanted


def test_a_part_that_only_a_branch_needs_stays_there() -> None:
    text = gradq.trace(lambda x: (x > 0).where(x.log() + x.log() * x.log(), x), "x")
    with gradq.open(":memory:") as space:
        assert space.add("made", text).eval("result", x=-1) == -1.0


@pytest.mark.parametrize(
    ("function", "hint"),
    [
        (lambda x: x if x > 0 else -x, "np.where"),
        (lambda x: max(x, 2), "np.maximum"),
        (lambda x: math.sin(x), "np.sin(x)"),
        (lambda x: list(range(x)), "np.sin(x)"),
        (lambda x: round(x), "floor"),
        (lambda x: [*x], '"x[0]"'),
        (lambda x: x[0] + x[1], 'gradq.trace(lambda *x: f(x), "x[0]", "x[1]")'),
        (lambda x: sum(x[i] for i in range(len(x))), '"x[0]"'),
        (lambda x: x + "a", "numbers do"),
        (lambda x: "text", "return numbers"),
        (lambda x: [], "must return numbers"),
        (lambda x: x & 3, "(x > 0) & (y > 0)"),
    ],
)
def test_what_needs_a_number_is_refused_with_what_to_write(function: Any, hint: str) -> None:
    with pytest.raises(UsageError) as found:
        gradq.trace(function, "x")
    assert hint in (found.value.hint or "")


def test_a_trace_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradq.formats.trace._MOST", 1_000)

    def forever(x: Any) -> Any:
        while True:
            x = x + 1

    with pytest.raises(GaveUp, match="operations were traced"):
        gradq.trace(forever, "x")


def test_a_long_chain_is_cut_into_steps() -> None:
    def summed(x: Any) -> Any:
        total = x
        for k in range(600):
            total = total * 0.5 + k
        return total

    text = gradq.trace(summed, "x")
    assert max(map(len, text.splitlines())) < 500
    with gradq.open(":memory:") as space:
        assert space.add("made", text).eval("summed", x=1) == summed(1.0)
