"""Renew the outputs of the notebook `tour.ipynb`.

    python docs/tour.py      run the code cells in order and write what they show into the notebook

Jupyter is not needed: the cells become one script for a Python of its own, in an empty folder. A cell shows what it
prints, and its last line if that is an expression, in the richest form that it has.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TOUR = Path(__file__).resolve().parent / "tour.ipynb"
Cell = dict[str, Any]

_BEFORE = """
import io, json, sys
_terminal, _outputs = sys.stdout, []

def _begin():
    sys.stdout = io.StringIO()

def _show(thing):
    forms = {"text/plain": repr, "text/latex": "_repr_latex_", "image/svg+xml": "_repr_svg_", "text/html": "_repr_html_"}
    found = {kind: form(thing) if callable(form) else getattr(thing, form, lambda: None)() for kind, form in forms.items()}
    return {kind: text for kind, text in found.items() if text is not None}

def _end(*shown):
    _outputs.append([sys.stdout.getvalue(), *(_show(thing) for thing in shown if thing is not None)])
    sys.stdout = _terminal
"""
_AFTER = "\nprint(json.dumps(_outputs))\n"


def code_cells(notebook: dict[str, Any]) -> list[Cell]:
    """Return the code cells of a notebook, in order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def outputs(cells: list[Cell]) -> list[list[Any]]:
    """Run cells in one namespace and return for each what it printed and, if there is one, what it showed at its end."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-W", "error", "-"]
        script = _BEFORE + "".join(map(_script, cells)) + _AFTER
        run = subprocess.run(words, input=script, capture_output=True, encoding="utf-8", cwd=folder, timeout=60)
    if run.returncode:
        raise RuntimeError(f"a cell of {TOUR.name} failed:\n{run.stderr}")
    found: list[list[Any]] = json.loads(run.stdout)
    return found


def renewed(text: str) -> str:
    """Return the notebook's text with the outputs that its cells have now."""
    notebook = json.loads(text)
    cells = code_cells(notebook)
    for count, (cell, found) in enumerate(zip(cells, outputs(cells), strict=True), 1):
        cell["execution_count"] = count
        cell["outputs"] = _as_outputs(count, *found)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _script(cell: Cell) -> str:
    """Return a cell as a part of the script; its last expression goes to `_end`."""
    source = "".join(cell["source"])
    last = ast.parse(source).body[-1]
    if not isinstance(last, ast.Expr) or (isinstance(last.value, ast.Call) and ast.unparse(last.value.func) == "print"):
        return f"\n_begin()\n{source}\n_end()\n"
    before = "\n".join(source.split("\n")[: last.lineno - 1])
    return f"\n_begin()\n{before}\n_end({ast.unparse(last.value)})\n"


def _as_outputs(count: int, printed: str, shown: dict[str, str] | None = None) -> list[Cell]:
    """Return what a cell did as the outputs of nbformat 4."""
    found: list[Cell] = []
    if printed:
        found.append({"name": "stdout", "output_type": "stream", "text": printed.splitlines(keepends=True)})
    if shown:
        data = {kind: text.splitlines(keepends=True) for kind, text in shown.items()}
        found.append({"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"})
    return found


if __name__ == "__main__":
    TOUR.write_text(renewed(TOUR.read_text(encoding="utf-8")), encoding="utf-8")
