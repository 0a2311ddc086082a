"""Values of bindings: rounded once, from the smallest double to the largest."""

from decimal import Decimal
from fractions import Fraction
from numbers import Real

import pytest

from gradq.engine.assignment import right_side
from gradq.engine.points import checked_count, checked_point, parse_bindings, point_parts
from gradq.store.errors import Undefined, UsageError


class Half:
    """A scalar of another library, which says as NumPy's do that it is a real number."""

    def __float__(self) -> float:
        return 0.5


Real.register(Half)


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


@pytest.mark.parametrize("value", [Half(), Fraction(1, 2), Decimal("0.5"), "1/2", 0.5])
def test_every_kind_of_real_number_is_a_value_and_a_default(value: object) -> None:
    assert checked_point({"x": value}) == {"x": 0.5}
    assert right_side(value) in ("0.5", "1/2")


@pytest.mark.parametrize("value", [True, -1, 1.0, "3", None])
def test_a_count_is_a_whole_number(value: object) -> None:
    with pytest.raises(UsageError, match="top"):
        checked_count(value, "top")


def test_a_point_is_a_list_of_its_parts_and_keywords_come_last() -> None:
    assert point_parts({"a": 1}, {"b": 2}) == [{"a": 1.0}, {"b": 2.0}]
    assert point_parts(["base"], {}) == ["base"] and point_parts(None, {}) == [{}]
