"""References into tables: columns, the row of the formula, headers and totals."""

from collections.abc import Callable

import pytest

pytest.importorskip("openpyxl", reason='no openpyxl: pip install "gradq[excel]"')

from gradq.formats.excel_formula import Unsupported
from gradq.formats.excel_tables import Table, inside
from gradq.formats.reading import Reading

COSTS = Table(0, (3, 2, 8, 5), 1, 1, ["Item", "Price", "Units [kg]", "Sum"])


@pytest.mark.parametrize(
    ("inner", "corners"),
    [
        ("Price", (4, 3, 7, 3)),
        ("price", (4, 3, 7, 3)),
        ("", (4, 2, 7, 5)),
        ("#All", (3, 2, 8, 5)),
        ("[#Headers],[Price]", (3, 3, 3, 3)),
        ("[#Totals],[Sum]", (8, 5, 8, 5)),
        ("[Price]:[Sum]", (4, 3, 7, 5)),
        ("[#This Row],[Price]", (5, 3, 5, 3)),
        ("[#This Row],[Price]:[Units '[kg']]", (5, 3, 5, 4)),
        ("Units '[kg']", (4, 4, 7, 4)),
    ],
)
def test_a_part_of_a_table_is_a_range(inner: str, corners: tuple[int, ...]) -> None:
    assert inside(COSTS, inner, 5) == corners


@pytest.mark.parametrize(
    "inner", ["Cost", "[#All],[#Data]", "[Price],[Sum]", "[Price]:[Sum]:[Item]", "[Price", "[#This Row],[Nothing]"]
)
def test_what_is_no_part_is_refused(inner: str) -> None:
    with pytest.raises(Unsupported):
        inside(COSTS, inner, 5)


def test_the_row_of_a_formula_must_be_one_of_the_table() -> None:
    with pytest.raises(Unsupported, match="beside none"):
        inside(COSTS, "[#This Row],[Price]", 99)


def test_formulas_reach_into_tables(read_cells: Callable[..., Reading], value_of: Callable[[Reading, str], float]) -> None:
    cells = {"A1": "Price", "B1": "Units", "C1": "Sum", "A2": 2, "B2": 3, "A3": 4, "B3": 5}
    cells |= {f"C{row}": "=Costs[[#This Row],[Price]]*Costs[[#This Row],[Units]]" for row in (2, 3)} | {"E9": "=SUM(Costs[Sum])"}
    reading = read_cells(cells, tables={"Costs": "A1:C3"})
    assert reading.refused == () and value_of(reading, "S!E9") == 26
