"""Second derivatives: closed forms, symmetry, differences, the derivative of a derivative, exact zeros."""

import math
from collections.abc import Iterator
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradq
from gradq.engine.explorer import Explorer
from gradq.engine.gallery import examples
from gradq.engine.second import pairs_of, second
from gradq.store.errors import MissingValue, Undefined, UnknownNode, UsageError


@pytest.fixture
def space(database: str) -> Iterator[gradq.Space]:
    with gradq.open(database) as opened:
        for name in ("article", "black-scholes"):
            opened.add(name, examples()[name].text)
        yield opened


@pytest.fixture
def memory() -> Iterator[gradq.Space]:
    with gradq.open(":memory:") as opened:
        yield opened


@pytest.mark.parametrize(
    ("pair", "expected"), [("aa", "2700"), ("ab", "-900"), ("bb", "300"), ("bd", "60"), ("dd", "12"), ("ce", "0"), ("ao", "0")]
)
def test_the_second_derivatives_of_the_article(space: gradq.Space, pair: str, expected: str) -> None:
    graph = space["article"]
    hessian = graph.hessian("g", wrt=sorted(set(pair)))
    assert str(hessian[pair[0], pair[1]]) == str(hessian[pair[1], pair[0]]) == expected
    assert graph.hessian("g", wrt=list(pair), at={"a": 0.5})[pair[0], pair[1]] == float(expected)


def test_gamma_vanna_and_volga_are_those_of_the_book(space: gradq.Space) -> None:
    graph = space["black-scholes"]
    S, T, sigma = 100.0, 0.5, 0.2
    d1, d2 = graph.eval("d1"), graph.eval("d2")
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    gamma, vanna = density / (S * sigma * math.sqrt(T)), -density * d2 / sigma
    volga = S * density * math.sqrt(T) * d1 * d2 / sigma
    found = graph.hessian("call", wrt=["S", "sigma"], at={})
    assert found.rows() == [[pytest.approx(gamma), pytest.approx(vanna)], [pytest.approx(vanna), pytest.approx(volga)]]


def test_a_formula_has_the_value_that_the_numbers_have(space: gradq.Space) -> None:
    graph = space["black-scholes"]
    nodes = {name: graph.eval(name) for name in graph}
    symbolic, numeric = graph.hessian("put", wrt=["S", "T", "r"]), graph.hessian("put", wrt=["S", "T", "r"], at={})
    for pair, cell in symbolic.items():
        assert isinstance(cell, gradq.Formula)
        assert cell.at({name: nodes[name] for name in cell.names}) == pytest.approx(numeric[pair], rel=1e-10), pair


def test_it_is_the_first_derivative_of_the_derived_node(space: gradq.Space) -> None:
    graph = space["black-scholes"]
    graph.derive("call", wrt="sigma", name="vega")
    for wrt in ("S", "sigma", "T", "spread", "d1"):
        found = graph.hessian("call", wrt=["sigma", wrt], at={})
        assert graph.d("vega", wrt=wrt).at() == pytest.approx(found["sigma", wrt], rel=1e-12), wrt


def test_nodes_above_each_other_follow_and_their_order_does_not_matter(memory: gradq.Space) -> None:
    memory.add("way", "x = z^2 + w\nw = sin(z)\ny = x^3*z + w*x")
    for first, other in (("x", "z"), ("z", "w"), ("w", "x")):
        assert _derived(memory, first, other) == pytest.approx(_derived(memory, other, first), rel=1e-13)
        found = memory["way"].hessian("y", wrt=[first, other], at={"z": 0.7})
        assert found[first, other] == found[other, first] == pytest.approx(_derived(memory, first, other), rel=1e-13)


def _derived(space: gradq.Space, first: str, then: str) -> float:
    """Return D_then of D_first, by way of a node; the other node may be upstream of that or not."""
    graph = space.new("try", copy="way")
    graph.derive("y", wrt=first, name="slope")
    value = graph.d("slope", wrt=then).at(z=0.7)
    del space["try"]
    return value


def test_no_path_is_an_exact_zero_with_a_note(space: gradq.Space) -> None:
    explorer: Explorer = space._explorer
    (answer,) = second(explorer, "article", "f", [("b", "o")]).answers
    assert answer.expression == "0" and answer.notes == ["'o' is not upstream of 'f': the derivative is exactly 0"]
    (answer,) = second(explorer, "article", "g", [("o", "g")], point={}).answers
    assert (answer.value, answer.notes) == (0.0, [])


def test_only_what_the_bends_name_is_needed(space: gradq.Space) -> None:
    assert space["article"].hessian("g", wrt=["d"], at={"d": 3})["d", "d"] == 12.0
    with pytest.raises(MissingValue):
        space["black-scholes"].rename("S", "share")
        space["black-scholes"]["share"] = None
        space["black-scholes"].hessian("call", wrt=["share"], at={})


def test_what_is_undefined_or_unknown_is_refused(memory: gradq.Space) -> None:
    graph = memory.add("root", "y = sqrt(x)^3 + cbrt(z)^4\nm = x*1e200\nw = m*m")
    with pytest.raises(Undefined, match=r"'y'"):
        graph.hessian("y", wrt=["x"], at={"x": 0, "z": 1})
    with pytest.raises(Undefined):
        graph.hessian("w", wrt=["x"], at={"x": 1})
    with pytest.raises(UnknownNode):
        graph.hessian("y", wrt=["nope"])
    with pytest.raises(UsageError):
        graph.hessian("y", wrt="x")
    with pytest.raises(UsageError):
        second(memory._explorer, "root", "y", [("x", "x")], point={}, frontier=["x"])


def test_nothing_is_stored(space: gradq.Space) -> None:
    before = space._explorer.memo_counts("article")
    space["article"].hessian("g", wrt=["a", "b"], at={"a": 0.5})
    space["article"].hessian("g", wrt=["a", "b"])
    assert space._explorer.memo_counts("article") == before


def test_a_deep_chain_is_no_recursion_and_no_square(memory: gradq.Space) -> None:
    lines = ["h0 = x", *(f"h{k} = h{k - 1} + h{k - 1}^2/{10**6}" for k in range(1, 1200))]
    found = memory.add("deep", "\n".join(lines)).hessian("h1199", wrt=["x"], at={"x": 1.0})["x", "x"]
    with mpmath.workdps(30):
        value, slope, bend = mpmath.mpf(1), mpmath.mpf(1), mpmath.mpf(0)
        for _ in range(1199):
            value, slope, bend = (
                value + value**2 / 10**6,
                slope * (1 + 2 * value / 10**6),
                (bend * (1 + 2 * value / 10**6) + slope**2 * 2 / mpmath.mpf(10) ** 6),
            )
    assert found == pytest.approx(float(bend), rel=1e-10)


OPERATIONS = ["{0}*{1}", "{0} + 2*{1}", "sin({0})*{1}", "exp({0}/4)", "{0}/(2 + {1}^2)", "sigmoid({0} - {1})", "{0}^3 + 1"]


@st.composite
def graphs(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Draw a small graph over the inputs x and z: (name, formula) with parents before children."""
    names, lines = ["x", "z"], []
    for index in range(draw(st.integers(2, 6))):
        parents = draw(st.tuples(st.sampled_from(names), st.sampled_from(names)))
        lines.append((f"n{index}", draw(st.sampled_from(OPERATIONS)).format(*parents)))
        names.append(f"n{index}")
    return lines


@given(graphs(), st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
@settings(max_examples=25)
def test_mixed_partials_agree_with_each_other_and_with_differences(lines: list[tuple[str, str]], x: float, z: float) -> None:
    of = lines[-1][0]
    text = "\n".join(["x", "z", *(f"{name} = {formula}" for name, formula in lines)])
    with gradq.open(":memory:") as space:
        graph = space.add("any", text)
        found = graph.hessian(of, wrt=["x", "z"], at={"x": x, "z": z})
        symbolic = graph.hessian(of, wrt=["z", "x"])
    assert found["x", "z"] == found["z", "x"] and str(symbolic["x", "z"]) == str(symbolic["z", "x"])
    for pair, orders in ((("x", "x"), (2, 0)), (("x", "z"), (1, 1)), (("z", "z"), (0, 2))):
        with mpmath.workdps(40):
            expected = float(mpmath.diff(lambda u, v: _valued(lines, u, v), (mpmath.mpf(x), mpmath.mpf(z)), orders))
        assert found[pair] == pytest.approx(expected, rel=1e-8, abs=1e-8), (pair, found[pair], expected)


def _valued(lines: list[tuple[str, str]], x: Any, z: Any) -> Any:
    """Return the last node by mpmath, formula by formula; the forms are those of OPERATIONS."""
    values = {"x": x, "z": z}
    forms = [
        lambda a, b: a * b,
        lambda a, b: a + 2 * b,
        lambda a, b: mpmath.sin(a) * b,
        lambda a, b: mpmath.exp(a / 4),
        lambda a, b: a / (2 + b**2),
        lambda a, b: 1 / (1 + mpmath.exp(b - a)),
        lambda a, b: a**3 + 1,
    ]
    for name, formula in lines:
        index, parents = next(
            (index, (a, b))
            for index, template in enumerate(OPERATIONS)
            for a in values
            for b in values
            if template.format(a, b) == formula
        )
        values[name] = forms[index](values[parents[0]], values[parents[1]])
    return values[lines[-1][0]]


def test_pairs_are_all_of_them_row_by_row() -> None:
    assert pairs_of(["a", "b"]) == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]
