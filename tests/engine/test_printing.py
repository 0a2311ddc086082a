

@pytest.mark.parametrize("value", [2**15000, -(3**9000), Fraction(2**15000, 3**9000)])
def test_a_number_longer_than_a_line_is_one_step_that_reads_back(value: Fraction | int) -> None:
    (line,) = named_steps(number(value))
    assert line.startswith("t1 = ")
    assert parse_expression(line.removeprefix("t1 = ")) is number(value)
    assert abs(number(value).size - len(line.removeprefix("t1 = "))) <= 3
