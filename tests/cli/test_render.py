"""Output for programs: JSON that is JSON, CSV that a spreadsheet does not run, lines that stay lines."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING

import pytest

from gradq.cli.render import cell_text, json_line, table

if TYPE_CHECKING:
    from tests.cli.conftest import Load


def test_numbers_that_json_cannot_hold_are_texts() -> None:
    assert json.loads(json_line({"a": [math.inf, -math.inf, math.nan, -0.0, b"\x00\xff"]})) == {
        "a": ["inf", "-inf", "nan", -0.0, "00ff"]
    }


@pytest.mark.parametrize(
    ("cell", "text"), [(None, ""), (282.0, "282"), (0.1, "0.1"), (b"\x00\xff", "00ff"), ({"a": 1.0}, '{"a": 1.0}'), (3, "3")]
)
def test_a_cell_is_the_shortest_text_that_reads_back(cell: object, text: str) -> None:
    assert cell_text(cell) == text


@pytest.mark.parametrize("name", ["=1+1", "+1", "@SUM(A1)", "-2+3|cmd!A0"])
def test_a_name_that_a_spreadsheet_would_run_is_shown(name: str, load: Load) -> None:
    gradq = load(f"'{name}' = 1\ny = 2*'{name}'\n")
    cells = {cell for row in csv.reader(io.StringIO(gradq("nodes", "--csv").out)) for cell in row}
    assert f"'{name}" in cells and name not in cells


def test_a_formula_that_begins_with_a_minus_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    table("csv", ["x"], [["-180*d - 252"], [-3.0]])
    assert capsys.readouterr().out == "x\n-180*d - 252\n-3\n"


def test_a_row_is_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    table("text", ["x", "y"], [["a\tb\nc", 1]])
    table("md", ["x", "y"], [["a|b\nc", 1]])
    assert capsys.readouterr().out == "a b c\t1\n| x | y |\n| --- | --- |\n| a\\|b c | 1 |\n"
