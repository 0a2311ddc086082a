"""Formulas as nested functions give what the registers give, bit for bit."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradq.engine.evaluate import steps_of
from gradq.engine.quick import MOST
from gradq.engine.steps import Failure, Steps

NAMES = ("x", "y", "z")
UNARY = ("-{}", "exp({})", "log({})", "sqrt({})", "abs({})", "sin({})", "gamma({})", "step({})", "cbrt({})")
BINARY = ("{} + {}", "{} - {}", "{}*{}", "{}/{}", "({})^({})", "max({}, {})", "atan2({}, {})", "mod({}, {})")
CONDITIONS = ("{} < {}", "{} >= {} and z != 0", "not ({} == {}) or 1/y > 0")

leaves = st.sampled_from([*NAMES, "0", "1", "2", "0.1", "1e308", "3.7", "pi"])
formulas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda form, a: f"({form.format(a)})", st.sampled_from(UNARY), inner),
        st.builds(lambda form, a, b: f"({form.format(a, b)})", st.sampled_from(BINARY), inner, inner),
        st.builds(lambda a, b, c: f"min({a}, {b}, {c})", inner, inner, inner),
        st.builds(lambda c, a, b: f"if({c.format(a, b)}, {b}, {a})", st.sampled_from(CONDITIONS), inner, inner),
    ),
    max_leaves=10,
)
numbers = st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e-320, 1e200, -1e308]) | st.floats(-10, 10)


def outcome(steps: Steps, values: list[float]) -> tuple[str, object]:
    """Return the bits of a value, or the text of its failure."""
    try:
        return "value", struct.pack("d", steps.run(values))
    except Failure as failure:
        return "failure", str(failure)


@given(formulas, st.fixed_dictionaries({name: numbers for name in NAMES}))
def test_nested_functions_give_the_bits_and_failures_of_the_registers(formula: str, point: dict[str, float]) -> None:
    steps, names = steps_of(formula)
    values = [point[name] for name in names]
    assert (steps.quick is None) == (len(steps.code) > MOST)
    assert outcome(steps, values) == outcome(steps._replace(quick=None), values)


@pytest.mark.parametrize("formula", ["x", "2", "-x", "2*x", "x*2", "x*y", "x + 2*y", "2^3", "min(x, y, 2)"])
def test_each_kind_of_step_has_its_function(formula: str) -> None:
    steps, names = steps_of(formula)
    values = [3.0, 5.0][: len(names)]
    assert steps.quick is not None and steps.quick(values) == steps._replace(quick=None).run(values)


def test_an_undefined_part_in_a_branch_that_is_not_taken_does_no_harm() -> None:
    steps, _ = steps_of("if(x > 0, log(x), 7)")
    assert steps.quick is not None and steps.run([-1.0]) == 7.0


def test_a_long_formula_has_no_nested_function() -> None:
    short, long = (steps_of(" + ".join(["x"] * count))[0] for count in (MOST + 1, MOST + 2))
    assert short.quick is not None and long.quick is None
    assert (short.run([1.0]), long.run([1.0])) == (MOST + 1, MOST + 2)
