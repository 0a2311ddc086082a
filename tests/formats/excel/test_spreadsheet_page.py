"""docs/spreadsheet.md prints what its commands print, on the workbook that it describes."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradq.cli.app import main

pytest.importorskip("openpyxl", reason='no openpyxl: pip install "gradq[excel]"')
pytest.importorskip("gradq.formats.files", reason="this checkout cannot load by the ending of a file yet")

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "spreadsheet.md").read_text(encoding="utf-8")
(SESSION,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
ROWS = {"Price": 12, "Units": 1000, "Growth": 0.04, "Cost share": 0.6, "Rate": 0.08, "Investment": 8000}


def _plan() -> tuple[dict[str, Any], dict[str, str]]:
    cells: dict[str, Any] = {}
    names = {"npv": "Plan!$B$9"}
    for row, (label, value) in enumerate(ROWS.items(), 1):
        cells |= {f"Plan!A{row}": label, f"Plan!B{row}": value}
        names[label.lower().replace(" ", "_")] = f"Plan!$B${row}"
    cells |= {"Plan!A8": "Cash flow", "Plan!B8": "=price*units*(1-cost_share)"}
    cells |= {f"Plan!{column}8": f"={before}8*(1+growth)" for before, column in zip("BCDE", "CDEF", strict=True)}
    return cells | {"Plan!A9": "Net present value", "Plan!B9": "=NPV(rate,B8:F8)-investment"}, names


def test_the_page_prints_what_its_commands_print(
    make_book: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cells, names = _plan()
    path = make_book(cells, names)
    path.rename(Path("plan.xlsx"))
    monkeypatch.setenv("GRADQ_DB", "page.db")
    said = ""
    for line in SESSION.splitlines():
        if line.startswith("$ "):
            program, *words = shlex.split(line[2:])
            assert program == "gradq" and main(words) in (None, 0)
            captured = capsys.readouterr()
            said += f"{line}\n{captured.err}{captured.out}"
    assert _columns(said) == _columns(SESSION)


def _columns(text: str) -> list[list[str]]:
    """Return the words of each line: a terminal has more blanks between them than a pipe."""
    return [line.split() for line in text.splitlines()]
