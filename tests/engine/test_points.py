"""Values of bindings: rounded once, from the smallest double to the largest."""

from fractions import Fraction

import pytest

from gradq.engine.points import checked_point, parse_bindings
from gradq.store.errors import Undefined


@pytest.mark.parametrize("value", [5e-324, 1e-320, -2.2250738585072014e-308, 1.1e-50, 1.7976931348623157e308, -3e-41])
def test_every_double_can_be_bound(value: float) -> None:
    assert checked_point({"x": value}) == {"x": value}
    assert parse_bindings(f"x={value!r}") == {"x": value}


@pytest.mark.parametrize(
    ("text", "value"), [("1/3", 1 / 3), ("3e-50", 3e-50), ("7e-50/3", float(Fraction(7, 3 * 10**50))), ("-1e41", -1e41)]
)
def test_a_constant_expression_is_rounded_once(text: str, value: float) -> None:
    assert parse_bindings(f"x={text}") == {"x": value}


@pytest.mark.parametrize("text", ["1e309", "1e999", "-1e10001", "9" * 400, "1e300*1e300", "exp(1000)"])
def test_a_constant_past_the_doubles_is_undefined(text: str) -> None:
    with pytest.raises(Undefined):
        parse_bindings(f"x={text}")
