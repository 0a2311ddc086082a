"""Lines as text and Markdown."""

from gradq.engine.factors import Factor, Line, Terms
from gradq.engine.lines import markdown_lines, side_texts, text_lines

LINE = Line("y", "a`b", None, 2.0, source="reused")


def test_names_stand_as_in_a_formula() -> None:
    assert text_lines([Line("P&L", "x", None, 0.1)], broken=False) == ["∂'P&L'/∂x = 0.1"]


def test_a_remark_stands_only_where_it_is_asked_for() -> None:
    assert text_lines([LINE], broken=False, stats=True) == ["∂y/∂'a`b' = 2  (reused)"]
    assert text_lines([LINE], broken=True) == ["∂y/∂'a`b' = 2"]


def test_what_is_left_out_is_counted() -> None:
    assert text_lines([1, 2_000], broken=True) == [
        "… 1 more line: --all (whole=True in Python) shows them",
        "… 2,000 more lines: --all (whole=True in Python) shows them",
    ]


def test_a_backtick_in_a_name_does_not_end_the_code_span() -> None:
    assert markdown_lines([LINE], stats=True) == ["- `` ∂y/∂'a`b' = 2 ``  (reused)"]


def test_a_side_that_repeats_another_stands_once() -> None:
    assert side_texts(Line("y", "x", Terms(((Factor("y", "x", 3.0),),)), 3.0), whole=False) == ["∂y/∂x", "3"]
