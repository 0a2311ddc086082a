"""Short formulas as nested functions give, bit for bit, what the walk over registers gives."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradq.engine.evaluate import steps_of
from gradq.engine.quick import MOST, quick
from gradq.engine.steps import Failure, Steps

VALUES = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = ["2*x + y", "x/y", "x^y", "log(x)*y - 1/x", "if(x > y, 1/x, log(y))", "max(x, y, 2)", "-x", "x", "3", "exp(x) - exp(y)"]


def outcome(steps: Steps, names: tuple[str, ...], x: float, y: float) -> bytes | str:
    try:
        return struct.pack("d", steps.run([{"x": x, "y": y}[name] for name in names]))
    except Failure as failure:
        return str(failure)


@pytest.mark.parametrize("text", TEXTS)
@given(x=VALUES, y=VALUES)
def test_both_ways_agree_in_value_and_in_failure(text: str, x: float, y: float) -> None:
    steps, names = steps_of(text)
    assert steps.quick is not None
    assert outcome(steps, names, x, y) == outcome(steps._replace(quick=None), names, x, y)


def test_a_long_formula_is_walked() -> None:
    assert quick(steps_of(" + ".join(f"x{k}" for k in range(MOST + 2)))[0]) is None
