"""The views say what they have, in words, with the graph's name first."""

from collections.abc import Iterator

import pytest

from gradq.engine import loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph
from gradq.store.views import VIEWS, create_views, drop_views


@pytest.fixture
def explorer(database: str) -> Iterator[Explorer]:
    with Explorer(database) as found:
        loader.load(found, "demo", read_graph("a = 2\nm = x^2 # square\ny = x*m\n"))
        found.derivatives("demo", "y", None)
        found.derivatives("demo", "y", None, point={"x": 3.0})
        yield found


@pytest.mark.parametrize("names", [["v_graph", "v_node", "v_edge", "v_gradient", "v_point", "v_sensitivity", "v_memo", "v_help"]])
def test_every_view_has_the_columns_that_the_help_names_graph_first(explorer: Explorer, names: list[str]) -> None:
    help_rows = explorer.sql("select view, column_name, help from v_help")[1]
    for name in names:
        columns = explorer.sql(f"select * from {name}")[0]
        assert columns[0] == "graph"
        assert [row[1] for row in help_rows if row[0] == name] == columns
        assert name == "v_help" or list(VIEWS[name][1]) == columns
    assert {row[0] for row in help_rows} == set(names)
    assert all(row[2] for row in help_rows)


def test_what_the_views_show(explorer: Explorer) -> None:
    for sql, rows in {
        "select name, kind, formula, default_value, level, note from v_node order by name": [
            ("a", "parameter", None, "2", 0, None),
            ("m", "formula", "x^2", None, 1, "square"),
            ("x", "input", None, None, 0, None),
            ("y", "formula", "x*m", None, 2, None),
        ],
        "select child, parent, partial from v_edge order by child, parent": [
            ("m", "x", "2*x"),
            ("y", "m", "x"),
            ("y", "x", "m"),
        ],
        'select "of", wrt, expression, revision from v_gradient order by wrt': [("y", "m", "x", 1), ("y", "x", "2*x^2 + m", 1)],
        'select "of", wrt, value, state, bindings from v_sensitivity order by wrt': [
            ("y", "m", 3.0, None, '{"x": 3.0}'),
            ("y", "x", 27.0, None, '{"x": 3.0}'),
        ],
        "select graph, formulas, points, numbers from v_memo": [("demo", 2, 1, 2)],
        "select graph, name, bindings from v_point": [("demo", None, '{"x": 3.0}')],
        "select graph, revision, note from v_graph": [("demo", 1, None)],
    }.items():
        assert explorer.sql(sql)[1] == rows


def test_views_can_be_dropped_and_made_again(explorer: Explorer) -> None:
    with explorer.engine.begin() as conn:
        drop_views(conn)
        drop_views(conn)
        create_views(conn)
    assert len(explorer.sql("select * from v_edge")[1]) == 3
