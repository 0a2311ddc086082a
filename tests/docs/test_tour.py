"""The notebook runs from top to bottom, and shows what it says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TOUR = Path(__file__).resolve().parents[2] / "docs" / "tour.ipynb"


@pytest.fixture(scope="module")
def tour() -> ModuleType:
    """The script beside the notebook, which is in no package."""
    spec = importlib.util.spec_from_file_location("tour", TOUR.with_suffix(".py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_cells_show_what_is_stored_with_them(tour: ModuleType) -> None:
    text = TOUR.read_text(encoding="utf-8")
    assert tour.renewed(text) == text, "run: python docs/tour.py"


def test_the_tour_is_a_notebook_that_tells_what_it_should() -> None:
    notebook = json.loads(TOUR.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    identities = [cell["id"] for cell in notebook["cells"]]
    assert len(set(identities)) == len(identities)
    assert _printed(notebook)[-4:] == [
        "60*d + 84\n1554.0\n",
        "a\t-180*d - 252\nb\t60*d + 84\nc\t42\nd\t12*d\ne\t6\nf\t3\no\t-1\n",
        "x^{2} \\cos{\\left(y \\right)}\nx**2*cos(y)\n",
        "no node 'bb' in graph 'article' - did you mean 'b'?\n",
    ]


def _printed(notebook: dict[str, Any]) -> list[str]:
    """Return what each code cell printed."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return ["".join("".join(found.get("text", [])) for found in cell["outputs"]) for cell in cells]


def test_a_cell_that_fails_is_an_error_and_not_an_output(tour: ModuleType) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        tour.outputs([{"source": ["1 / 0"]}])
