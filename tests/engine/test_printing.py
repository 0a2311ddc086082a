"""Named steps: an answer that is longer than a line reads back as a graph."""

from fractions import Fraction

import pytest

from gradq.engine.expression import number
from gradq.engine.formula import parse_expression
from gradq.engine.printing import named_steps


@pytest.mark.parametrize("value", [2**15000, -(3**9000), Fraction(2**15000, 3**9000)], ids=["2^15000", "-3^9000", "quotient"])
def test_a_number_longer_than_a_line_is_one_step_that_reads_back(value: Fraction | int) -> None:
    (line,) = named_steps(number(value))
    assert line.startswith("t1 = ")
    assert parse_expression(line.removeprefix("t1 = ")) is number(value)
    assert abs(number(value).size - len(line.removeprefix("t1 = "))) <= 3
