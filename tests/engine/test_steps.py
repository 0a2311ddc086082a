"""Running steps: what an `and` or `or` does not look at cannot fail."""

import pytest

from gradq.engine.evaluate import steps_of


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("if(x != 0 and 1/x > 2, 1/x, x)", 0.0),
        ("if(x <= 0 or log(x) < 2, x, 1)", -1.0),
        ("if(not (x > 0 and log(x) > 1), x, 1)", -1.0),
    ],
)
def test_the_side_of_a_condition_that_is_not_looked_at_may_be_undefined(text: str, x: float) -> None:
    steps, _ = steps_of(text)
    assert steps.run([x]) == x
    failures, kinks = steps.probe([x])
    assert failures == [] and [kink.text for kink in kinks] == (["0 != 0"] if x == 0 else [])


def test_the_side_that_decides_may_not() -> None:
    steps, _ = steps_of("if(x == 0 and 1/x > 2, 1, x)")
    failures, _ = steps.probe([0.0])
    assert [str(failure) for failure in failures] == ["1/0 divides by zero"]
