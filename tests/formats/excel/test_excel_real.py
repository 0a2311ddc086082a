"""Workbooks that Excel itself has saved: each is read or refused, and our values are those that Excel computed.

GRADQ_TEST_WORKBOOKS names a folder with the unpacked source of xlcalculator 0.5.0; `.ci/run` gets it. Nothing of it is
kept here.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("openpyxl", reason='no openpyxl: pip install "gradq[excel]"')

from gradq.engine.evaluate import steps_of
from gradq.engine.graphfile import Definition
from gradq.engine.network import levels
from gradq.engine.shapes import formula_names
from gradq.engine.steps import Failure
from gradq.formats.excel import read
from gradq.formats.reading import Reading
from gradq.store.errors import InvalidGraph

FOLDER = os.environ.get("GRADQ_TEST_WORKBOOKS")
BOOKS, FORMULAS, OPAQUE, COMPARED = 66, 3_490, 2_850, 640
NO_FORMULA = {"defined_names.xlsx"}


@pytest.mark.skipif(not FOLDER, reason="no workbooks: GRADQ_TEST_WORKBOOKS names no folder (.ci/run gets one)")
def test_values_are_those_that_excel_computed() -> None:
    assert FOLDER
    paths = sorted(path for path in Path(FOLDER).rglob("*.xls?") if path.suffix in (".xlsx", ".xlsm"))
    assert len(paths) == BOOKS
    formulas = opaque = compared = 0
    wrong, refused = [], set()
    for path in paths:
        try:
            reading = read(path)
        except InvalidGraph as error:
            assert "has no formula" in str(error)
            refused.add(path.name)
            continue
        formulas += sum(node.formula is not None for node in reading.definitions)
        opaque += sum(_is_opaque(node) for node in reading.definitions)
        for name, ours, theirs in _compared(reading):
            compared += 1
            if abs(ours - theirs) > 1e-12 * max(1, abs(theirs)):
                wrong.append((path.name, name, ours, theirs))
    assert wrong == [] and refused == NO_FORMULA
    assert formulas > FORMULAS and compared > COMPARED and opaque < OPAQUE


def _is_opaque(node: Definition) -> bool:
    return node.formula is not None and node.formula.startswith("opaque(")


def _compared(reading: Reading) -> Iterator[tuple[str, float, float]]:
    """Yield each formula's name, our value and Excel's; an opaque node has the value that Excel gave it."""
    nodes = {node.name: node for node in reading.definitions}
    formulas = {name: node.formula for name, node in nodes.items() if node.formula is not None and not _is_opaque(node)}
    parents = {name: formula_names(formulas[name], pi_is_node=False) if name in formulas else [] for name in nodes}
    level = levels(parents)
    found = {name: float(node.default) for name, node in nodes.items() if node.default is not None}
    found |= {name: value for name, value in reading.values.items() if _is_opaque(nodes[name])}
    for name in sorted(formulas, key=lambda name: level[name]):
        steps, names = steps_of(formulas[name])
        if not all(parent in found for parent in names):
            continue
        try:
            found[name] = steps.run([found[parent] for parent in names])
        except Failure:
            assert name not in reading.values  # Excel has an error there too
            continue
        if name in reading.values:
            yield name, found[name], reading.values[name]
