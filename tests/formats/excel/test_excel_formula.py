"""Excel's own grammar: precedence that differs from ours, left-out arguments, broken text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("openpyxl", reason='no openpyxl: pip install "gradq[excel]"')

from gradq.formats.excel_formula import Unsupported, parse


def _run(text: str) -> float:
    """Work out a formula of literals by its items alone, as a stack machine."""
    stack: list[float] = []
    for item in parse(text):
        args = [stack.pop() for _ in range(item.takes)][::-1]
        match item.kind, item.text:
            case "number", digits:
                stack.append(float(digits))
            case "prefix", sign:
                stack.append(-args[0] if sign == "-" else args[0])
            case "percent", _:
                stack.append(args[0] / 100)
            case "infix", operator:
                stack.append({"+": args[0] + args[1], "-": args[0] - args[1], "*": args[0] * args[1]}.get(operator, 0))
                if operator == "^":
                    stack[-1] = args[0] ** args[1]
                elif operator == "/":
                    stack[-1] = args[0] / args[1]
    (value,) = stack
    return value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("=-2^2", 4),
        ("=2^3^2", 64),
        ("=2^-1", 0.5),
        ("=-2%", -0.02),
        ("=200%^2", 4),
        ("=2*3%", 0.06),
        ("=1-2-3", -4),
        ("=8/4/2", 1),
        ("=2+3*4^2", 50),
        ("=(2+3)*4", 20),
        ("=--3", 3),
        ("=2--3", 5),
        ("=1.5E+3*2", 3000),
        ("= 1 + 2 ", 3),
    ],
)
def test_precedence_is_that_of_excel(text: str, value: float) -> None:
    assert _run(text) == value


def test_a_left_out_argument_holds_its_place() -> None:
    assert [(item.kind, item.takes) for item in parse("=IF(A1,,2)")] == [("ref", 0), ("missing", 0), ("number", 0), ("call", 3)]
    assert parse("=PI()")[-1].takes == 0


def test_the_argument_of_sumproduct_is_worked_out_cell_by_cell() -> None:
    assert [item.text for item in parse("=SUM(A1:A2)+SUMPRODUCT(B1:B2*ABS(C1:C2))") if item.each] == [
        "B1:B2",
        "C1:C2",
        "ABS",
        "*",
    ]


def test_the_marks_of_newer_functions_are_no_part_of_their_name() -> None:
    assert parse("=_xlfn.NORM.S.DIST(A1,TRUE)")[-1].text == "NORM.S.DIST"


@pytest.mark.parametrize(
    "text", ["=1+", "=(1", "=1)", "=SUM(A1", "=A1 B1", "=(A1,B1)", "=*2", '="a', "={1", "=1 2", "=" + "(" * 9000]
)
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(Unsupported):
        parse(text)


@given(st.text(alphabet="A1$:!,;(){}[]'\"%^&*/+-<>=# .\n", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        items = parse("=" + text)
    except Unsupported:
        return
    depth = 0
    for item in items:
        depth += 1 - item.takes
        assert depth >= 1
    assert depth == 1
