"""Workbooks as graphs: names, what is a node, what Excel skips, loops, labels, arrays, and what stays opaque."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("openpyxl", reason='no openpyxl: pip install "gradq[excel]"')

import gradq
from gradq.engine.graphfile import Definition, graph_text, write_graph
from gradq.formats import excel, excel_ranges, excel_scope
from gradq.formats.excel import read
from gradq.formats.reading import Reading
from gradq.store.errors import CycleError, InvalidGraph

MakeBook = Callable[..., Path]
ReadCells = Callable[..., Reading]
ValueOf = Callable[[Reading, str], float]


def _nodes(reading: Reading) -> dict[str, str | None]:
    return {node.name: node.formula if node.formula is not None else node.default for node in reading.definitions}


def test_a_cell_is_called_by_its_name_or_by_its_place(read_cells: ReadCells) -> None:
    reading = read_cells({"A1": 0.05, "A2": 3, "My Data!B2": "=Rate*S!A2"}, names={"Rate": "S!$A$1"})
    assert _nodes(reading) == {"My Data!B2": "Rate*'S!A2'", "Rate": "0.05", "S!A2": "3"}


def test_only_numbers_that_formulas_use_become_nodes(read_cells: ReadCells) -> None:
    reading = read_cells({"A1": 1, "A2": 2, "B1": "a text", "B2": "=A1"})
    assert set(_nodes(reading)) == {"S!B2", "S!A1"}


def test_a_formula_that_is_a_number_is_a_parameter(read_cells: ReadCells) -> None:
    assert _nodes(read_cells({"A1": "=5", "A2": "=-A1"})) == {"S!A1": "5", "S!A2": "-'S!A1'"}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=-A1^2", "(-'S!A1')^2"),
        ("=A1^A2^2", "('S!A1'^'S!A2')^2"),
        ("=A1*5%", "'S!A1'*0.05"),
        ("=A1%", "'S!A1'/100"),
        ("=A1-(A2-1)", "'S!A1' - ('S!A2' - 1)"),
        ("=A1*-A2", "'S!A1'*(-'S!A2')"),
        ("=IF(A1>A2,A1,0)", "if('S!A1' > 'S!A2', 'S!A1', 0)"),
        ("=(A1>1)+(A2<>2)", "if('S!A1' > 1, 1, 0) + if('S!A2' != 2, 1, 0)"),
        ("=A1>1", "if('S!A1' > 1, 1, 0)"),
        ("=ROUND(A1,2)", "sign('S!A1')*floor(abs('S!A1')*100 + 0.5)/100"),
        ("=A3+A1", "0 + 'S!A1'"),
        ("=A3", "0"),
        ('=IF(B1="Low",A1,A2)', "'S!A1'"),
        ("=SUM(A:A)", "'S!A1' + 'S!A2'"),
        ("=SUM(1:2)", "'S!A1' + 'S!A2'"),
        ("=SUM(both)", "'S!A1' + 'S!A2'"),
        ("=SUM(S:T!A1)", "'S!A1' + 'T!A1'"),
        ("=A1*tax", "'S!A1'*tax"),
        ("=both*2", "'S!A2'*2"),
    ],
)
def test_a_formula_is_written_in_our_grammar(formula: str, expected: str, read_cells: ReadCells) -> None:
    cells = {"A1": 3, "A2": 4, "B1": "low", "T!A1": 7, "T!Z2": formula if "both*" in formula else None, "D9": formula}
    reading = read_cells(cells, names={"both": "S!$A$1:$A$2", "tax": "0.25"})
    assert _nodes(reading)["T!Z2" if "both*" in formula else "S!D9"] == expected


def test_a_truth_that_was_typed_is_a_switch(read_cells: ReadCells, value_of: ValueOf) -> None:
    reading = read_cells({"A1": False, "A2": "=IF(A1,10,20)"})
    assert _nodes(reading) == {"S!A2": "if('S!A1' != 0, 10, 20)", "S!A1": "0"}
    assert value_of(reading, "S!A2") == 20


def test_a_range_skips_texts_and_truths_that_formulas_give(read_cells: ReadCells) -> None:
    reading = read_cells({"A1": '="a"&"b"', "A2": "=1>0", "A3": "=2*3", "A4": "=SUM(A1:A3)", "A5": "=A2+A3"})
    assert _nodes(reading)["S!A4"] == "'S!A3'"
    assert _nodes(reading)["S!A5"] == "if('S!A2' != 0, 1, 0) + 'S!A3'"


def test_dates_are_the_numbers_that_excel_counts(read_cells: ReadCells) -> None:
    import datetime

    assert _nodes(read_cells({"A1": datetime.date(2020, 1, 1), "A2": "=A1+1"}))["S!A1"] == "43831"


def test_what_is_not_supported_is_opaque_with_its_parents_and_its_text(read_cells: ReadCells) -> None:
    cells = {"A1": 1, "A2": 2, "B1": "x", "C1": "=XIRR(A1:B2)*A1*tax", "C2": "=C1+1"}
    reading = read_cells(cells, names={"tax": "0.25"})
    assert reading.definitions[0] == Definition("S!C1", "opaque('S!A1', 'S!A2', tax)", None, "=XIRR(A1:B2)*A1*tax")
    assert reading.refused == (("S!C1", "S!C1", "XIRR is not supported"),)
    assert _nodes(reading)["S!C2"] == "'S!C1' + 1"


@pytest.mark.parametrize("formula", ['=INDIRECT("A1")', "=OFFSET(A1,1,0)", "=SUM(Table1[Cost])", "=[1]S!A1", "=A1#"])
def test_parents_that_cannot_be_known_are_said(formula: str, read_cells: ReadCells) -> None:
    (note,) = read_cells({"A1": 1, "A2": 2, "A9": formula}).notes
    assert note.startswith("'S!A9' may depend on cells that the formula does not name")
    assert read_cells({"A1": 1, "A9": "=XIRR(A1)"}).notes == ()


def test_an_error_in_a_cell_is_opaque_where_it_is_used(read_cells: ReadCells) -> None:
    reading = read_cells({"A1": "#N/A", "A2": "#DIV/0!", "A3": "=A1+1"})
    assert _nodes(reading) == {"S!A3": "'S!A1' + 1", "S!A1": "opaque()"}
    assert reading.refused == (("S!A1", "S!A1", "the error #N/A"),)


def test_an_error_that_comes_from_another_cell_is_not_guessed_at(read_cells: ReadCells) -> None:
    reading = read_cells({"A1": 1, "A2": "=1/A1", "A3": "=A1*2", "A4": "=IFERROR(A2,0)", "A5": "=IFERROR(A1/A3,0)"})
    assert [refused.name for refused in reading.refused] == ["S!A4"]
    assert _nodes(reading)["S!A5"] == "if('S!A3' != 0, 'S!A1'/'S!A3', 0)"


def test_a_loop_is_refused_with_its_cells(read_cells: ReadCells) -> None:
    with pytest.raises(CycleError, match="the graph has a loop: S!A2 → total → S!A2"):
        read_cells({"A1": "=SUM(A2:A3)", "A2": "=total", "A3": "=A2+1", "A9": "=1"}, names={"total": "S!$A$1"})


def test_where_a_range_lies_is_no_loop(read_cells: ReadCells, value_of: ValueOf) -> None:
    assert value_of(read_cells({"A3": "=ROWS(A$1:A3)"}), "S!A3") == 3


def test_labels_to_the_left_and_above_are_notes(read_cells: ReadCells) -> None:
    cells = {"A1": "Price\n(euro)", "B1": 3, "C1": 4, "E2": "Sum", "E3": "=B1+C1"}
    notes = {node.name: node.note for node in read_cells(cells).definitions}
    assert notes == {"S!B1": "Price (euro)", "S!C1": "Price (euro)", "S!E3": "Sum"}


def test_an_array_formula_gives_each_cell_its_own(read_cells: ReadCells, value_of: ValueOf) -> None:
    cells = {"A1": 1, "A2": 2, "B1": 10, "B2": 20, "C1": "=A1:A2*B1:B2", "D1": "=SUM(IF(A1:A2>1,B1:B2,0))", "E1": "=C2"}
    reading = read_cells(cells, arrays={"C1": "C1:C2", "D1": "D1"})
    assert reading.refused == ()
    assert [value_of(reading, name) for name in ("S!C1", "S!C2", "S!D1", "S!E1")] == [10, 40, 20, 40]


def test_a_shared_formula_is_moved_to_each_cell(make_book: MakeBook, value_of: ValueOf) -> None:
    path = make_book({"A1": 1, "A2": 2, "A3": 3, "B1": "=A1*2", "B2": "=1", "B3": "=1"})
    first = ('<c r="B1"><f>A1*2</f>', '<c r="B1"><f t="shared" ref="B1:B3" si="0">A1*2</f>')
    _rewrite(path, first, *((f'<c r="B{row}"><f>1</f>', f'<c r="B{row}"><f t="shared" si="0"/>') for row in (2, 3)))
    reading = read(path)
    assert [value_of(reading, f"S!B{row}") for row in (1, 2, 3)] == [2, 4, 6]


def test_what_excel_computed_last_comes_along(make_book: MakeBook) -> None:
    path = make_book({"A1": 1, "B1": "=A1*2", "B2": "=A1>0", "B3": '="a"', "B4": "=XIRR(A1)", "B5": "=1/0"})
    _rewrite(path, *((f'<c r="B{row}"><f>{text}</f><v /></c>', f'<c r="B{row}" t="{kind}"><f>{text}</f><v>{value}</v></c>')
                     for row, text, kind, value in [(1, "A1*2", "n", "2"), (2, "A1&gt;0", "b", "1"), (3, '"a"', "str", "a"),
                                                    (4, "XIRR(A1)", "n", "0.5"), (5, "1/0", "e", "#DIV/0!")]))  # fmt: skip
    assert read(path).values == {"S!B1": 2, "S!B2": 1, "S!B4": 0.5}


def test_a_long_sum_is_made_of_parts(read_cells: ReadCells, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (excel_scope, excel_ranges):
        monkeypatch.setattr(module, "MOST_TERMS", 5)
    monkeypatch.setattr(excel_ranges, "SHORT_SUM", 5)
    monkeypatch.setattr(excel, "MOST_PARENTS", 5)
    cells: dict[str, Any] = {f"A{row}": row for row in range(1, 13)}
    nodes = _nodes(read_cells(cells | {"B1": "=SUM(A:A)", "B2": "=2*SUM(A:A)", "B3": "=XIRR(A:A)", "B4": "=SUM(A1:A12,1)/2"}))
    assert nodes["S!B1"] == "'SUM(S!A1:A12)'" and nodes["S!B2"] == "2*'SUM(S!A1:A12)'"
    assert nodes["SUM(S!A1:A12)"] == "'SUM(S!A1:A10)' + 'S!A11' + 'S!A12'"
    assert nodes["S!B4"] == "('SUM in S!B4, part 4' + 'SUM in S!B4, part 5' + 'SUM in S!B4, part 6')/2"
    assert nodes["S!B3"] == "opaque('S!B3, part 1', 'S!B3, part 2', 'S!B3, part 3')"


def test_running_sums_go_on_from_each_other(read_cells: ReadCells, value_of: ValueOf) -> None:
    cells: dict[str, Any] = {f"A{row}": row for row in range(1, 401)} | {f"B{row}": f"=SUM(A$1:A{row})" for row in range(1, 401)}
    reading = read_cells(cells)
    assert sum(len(node.formula or "") for node in reading.definitions) < 400 * 200 * 8
    assert [value_of(reading, f"S!B{row}") for row in (1, 200, 201, 400)] == [1, 20_100, 20_301, 80_200]


def test_deep_nesting_is_opaque_and_no_crash(read_cells: ReadCells) -> None:
    reading = read_cells({"A1": 1, "A2": "=A1" + "^A1" * 2000, "A3": "=" + "ROUND(" * 40 + "A1" + ",2)" * 40})
    assert [refused.name for refused in reading.refused] == ["S!A2", "S!A3"]


def test_a_workbook_without_a_formula_is_refused(read_cells: ReadCells) -> None:
    with pytest.raises(InvalidGraph, match=r"book.xlsx has no formula"):
        read_cells({"A1": 1})


OPERANDS = st.sampled_from(["A1", "A2", "A3", "2", "0.5", "3%"])
FORMULAS = st.recursive(
    OPERANDS,
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from("+-*"), part).map("".join),
        part.map("({})".format),
        part.map("-{}".format),
        part.map("SUM({},1)".format),
        st.tuples(part, part).map(lambda pair: "IF({}>1,{},A1)".format(*pair)),
    ),
    max_leaves=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FORMULAS, min_size=1, max_size=4))
def test_what_is_read_can_be_stored_and_read_back(read_cells: ReadCells, formulas: list[str]) -> None:
    reading = read_cells({"A1": 3, "A2": 0.25} | {f"B{row}": f"={text}" for row, text in enumerate(formulas, 1)})
    assert reading.refused == ()
    assert graph_text(reading.definitions).implied == []


CASH = {
    "A1": "Assumptions", "A2": "Price", "B2": 12, "A3": "Units", "B3": 1000, "A4": "Growth", "B4": 0.04, "A5": "Cost share",
    "B5": 0.6, "A6": "Rate", "B6": 0.08, "A7": "Investment", "B7": 8000, "A9": "Year", "A10": "Revenue", "A11": "Costs",
    "A12": "Cash flow", "A14": "Net present value", "B14": "=-B7+NPV(rate,B12:F12)",
}  # fmt: skip
NAMES = {"price": "S!$B$2", "units": "S!$B$3", "growth": "S!$B$4", "cost": "S!$B$5", "rate": "S!$B$6", "npv": "S!$B$14"}


def _cash_flow() -> dict[str, Any]:
    cells: dict[str, Any] = dict(CASH)
    for column, before in zip("BCDEF", "ABCDE", strict=True):
        cells[f"{column}10"] = "=price*units" if column == "B" else f"={before}10*(1+growth)"
        cells[f"{column}11"] = f"={column}10*cost"
        cells[f"{column}12"] = f"={column}10-{column}11"
    return cells


def test_grad_ranks_the_assumptions_of_a_cash_flow(read_cells: ReadCells) -> None:
    reading = read_cells(_cash_flow(), names=NAMES)
    assert reading.refused == ()
    assert {node.name: node.note for node in reading.definitions}["npv"] == "Net present value"

    def npv(price: float = 12, units: float = 1000, growth: float = 0.04, cost: float = 0.6, rate: float = 0.08) -> float:
        flows = [price * units * (1 + growth) ** year * (1 - cost) for year in range(5)]
        return -8000 + sum(flow / (1 + rate) ** year for year, flow in enumerate(flows, 1))

    with gradq.open(":memory:") as space:
        graph = space.add("cash", write_graph(reading.definitions))
        assert graph.eval("npv") == pytest.approx(npv(), rel=1e-12)
        gradient = {name: float(str(answer)) for name, answer in graph.grad("npv", at={}, inputs=True).items()}
    for name, base in {"price": 12.0, "units": 1000.0, "growth": 0.04, "cost": 0.6, "rate": 0.08}.items():
        step = 1e-6 * base
        difference = (npv(**{name: base + step}) - npv(**{name: base - step})) / (2 * step)
        assert gradient[name] == pytest.approx(difference, rel=1e-6)
    assert sorted(gradient, key=lambda name: -abs(gradient[name])) == ["rate", "cost", "growth", "price", "units", "S!B7"]


def _rewrite(path: Path, *changes: tuple[str, str]) -> None:
    """Exchange texts in the first sheet of a workbook."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode().replace("<v></v>", "<v />")  # as lxml writes it
    for old, new in changes:
        assert old in sheet, f"{old} is not in {sheet}"
        sheet = sheet.replace(old, new)
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
