"""Complex steps: every function of the table, against its derivative; branches, powers, and what cannot be stepped."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradq.engine.complexes import CONTINUATIONS, SMALL, Lifts, NoContinuation
from gradq.engine.differentiate import partials
from gradq.engine.evaluate import evaluate, steps_of
from gradq.engine.formula import parse_expression
from gradq.engine.functions import FUNCTIONS

WITHOUT = {"erf", "erfc", "normcdf", "gamma", "lgamma", "digamma", "polygamma"}
INSIDE = {"log1p": (-0.9, 9.0), "asin": (-0.9, 0.9), "acos": (-0.9, 0.9), "atanh": (-0.9, 0.9), "acosh": (1.1, 9.0)}
POSITIVE = {"log", "log2", "log10", "sqrt"}


def slope(text: str, **values: float) -> float:
    """Return the derivative of a formula by its first name, by complex step."""
    steps, names = steps_of(text)
    return Lifts().run(steps, [complex(values[name], SMALL if name == names[0] else 0) for name in names]).imag / SMALL


def test_a_function_has_a_continuation_or_is_known_to_have_none() -> None:
    assert set(CONTINUATIONS) == set(FUNCTIONS) - WITHOUT


@pytest.mark.parametrize("name", CONTINUATIONS)
@given(share=st.floats(0.01, 0.99), other=st.floats(0.1, 2.0))
@settings(max_examples=10)
def test_a_complex_step_gives_the_derivative_of_the_table(name: str, share: float, other: float) -> None:
    low, high = INSIDE.get(name, (0.01, 9.0) if name in POSITIVE else (-9.0, 9.0))
    values = {"x": low + share * (high - low), "y": other}
    assume(abs(values["x"]) > 1e-3)
    bend = FUNCTIONS[name].kink
    assume(bend is None or not bend.met(*list(values.values())[: FUNCTIONS[name].arity[0]]))
    text = f"{name}(x, y)" if FUNCTIONS[name].arity[0] == 2 else f"{name}(x)"
    exact = evaluate(partials(parse_expression(text))["x"], values) if name not in ("sign", "step", "floor", "ceil") else 0.0
    assert slope(text, **values) == pytest.approx(exact, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("x^3", {"x": -2.0}, 12.0),
        ("x^101", {"x": -1.0}, 101.0),
        ("x^-2", {"x": -2.0}, 0.25),
        ("x^0.5", {"x": 4.0}, 0.25),
        ("x^y", {"x": 2.0, "y": 3.0}, 12.0),
        ("x^2", {"x": 0.0}, 0.0),
        ("if(x < 0 or x > 5, -x, x^2)", {"x": 3.0}, 6.0),
        ("if(not (x < 0), log(x), 0)", {"x": 4.0}, 0.25),
        ("floor(x)*x", {"x": 2.5}, 2.0),
        ("mod(x, y)", {"x": -7.5, "y": 2.0}, 1.0),
        ("atan2(x, y)", {"x": 1.0, "y": -1e-9}, -1e-9),
        ("softplus(x)", {"x": -700.0}, math.exp(-700.0)),
        ("max(x, y, 3)", {"x": 4.0, "y": 1.0}, 1.0),
    ],
)
def test_powers_branches_and_quadrants(text: str, values: dict[str, float], expected: float) -> None:
    assert slope(text, **values) == pytest.approx(expected, rel=1e-14)


def test_what_has_no_continuation_is_refused_only_where_it_is_moved() -> None:
    assert slope("x + erf(y)", x=1.0, y=2.0) == 1.0
    with pytest.raises(NoContinuation):
        slope("erf(x)", x=1.0)
