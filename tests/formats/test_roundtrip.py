"""What one format writes it reads again: node-link JSON, GraphML, CSV and DOT lose nothing, whatever a node is called."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradq.engine.browser import Surroundings
from gradq.engine.graphfile import Definition, GraphText, graph_text, write_graph
from gradq.engine.layout import quoted
from gradq.formats.files import open_file, open_text, written
from gradq.formats.registry import BY_NAME
from gradq.store.errors import GradqError

Whole = Callable[[str | GraphText], Surroundings]
NAMES = [
    *["x", "P&L!B20", "a<b>", 'say "hi"', "it's", "=1+1", "+x", "-x", "@x", "'", "''", "a,b", "a;b", "|", "back\\", "\\\\"],
    *["%5", "e", "pi", "id", "node", "2x", " lead", "trail ", "名前", "x[0]", "&amp;", "]]>", "{f}", "<b>", "#", "-1", "digraph"],
]
SHAPES = ["2*{0} + {1}", "-{0}^2", "if({0} > 0, {1}, 3)", "sin({0})/{1}", "'- always'*{0}", "opaque({0})"]
NOTES = [None, "plain", "=cmd|' /C calc'!A0", '<i> & "quoted" \\N', "'kept", "100 %"]


@st.composite
def graphs(draw: st.DrawFn) -> GraphText:
    """Draw a graph of a few nodes with hostile names, formulas and notes."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=6, unique=True))
    lines = []
    for at, name in enumerate(names):
        note = draw(st.sampled_from(NOTES))
        if at < 2:
            default = draw(st.sampled_from([None, "2", "-0.10", "1e-400", "0.1000000000000000055511151231257827"]))
            lines.append(Definition(name, default=default, note=note))
        else:
            above = [quoted(draw(st.sampled_from(names[:at]))) for _ in range(2)]
            lines.append(Definition(name, draw(st.sampled_from(SHAPES)).format(*above), note=note))
    return graph_text(lines)


@pytest.mark.parametrize("name", ["gq", "node-link", "graphml", "csv"])
@given(graph=graphs())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read_again(name: str, graph: GraphText, whole: Whole, tmp_path: Path) -> None:
    found = whole(graph)
    known, text = written(found, None, name)
    path = tmp_path / f"made{known.endings[0]}"
    path.write_text(text, encoding="utf-8", newline="")
    again = open_file(str(path), None)
    assert write_graph(_bare(again.graph)) == write_graph(_bare(graph_text(_rows(found))))
    assert again.reading is None or again.reading.refused == ()


def test_dot_is_read_again(whole: Whole) -> None:
    pytest.importorskip("pygraphviz", reason="DOT is read by pygraphviz (extra draw)")
    lines = [Definition(name, default="2", note=note) for name, note in zip(NAMES, NOTES * 6, strict=False)]
    lines.append(Definition("sum", " + ".join(map(quoted, NAMES)), note="all of them"))
    found = whole(graph_text(lines))
    again = open_text(written(found, None, "dot")[1], "dot")
    assert {d.name: d[:4] for d in again.graph.definitions} == {d.name: d[:4] for d in lines}


def test_networkx_reads_what_is_written(whole: Whole, tmp_path: Path) -> None:
    found = whole("a = 2\nb = 5 - 3*a  # why\n")
    graph = nx.node_link_graph(json.loads(written(found, None, "node-link")[1]), edges="edges")
    (tmp_path / "made.graphml").write_text(written(found, None, "graphml")[1], encoding="utf-8")
    for other in (graph, nx.read_graphml(tmp_path / "made.graphml")):
        assert other.nodes["b"] == {"kind": "formula", "formula": "5 - 3*a", "note": "why"}
        assert other.edges["a", "b"] == {"partial": "-3"}


def test_a_spreadsheet_runs_no_cell(whole: Whole) -> None:
    lines = [Definition(name, note=name) for name in ("=1+1", "+x", "-cmd|x", "@x")]
    rows = list(csv.reader(io.StringIO(written(whole(graph_text(lines)), None, "csv")[1])))
    assert all(cell[:1] not in "=+@" and not cell.startswith("-cmd") for row in rows[1:] for cell in row if cell)


def _rows(found: object) -> list[Definition]:
    return [Definition(row.name, row.formula, row.default, row.note) for row in found.nodes]  # type: ignore[attr-defined]


def _bare(graph: GraphText) -> list[Definition]:
    return [d._replace(line=0, column=1) for d in graph.definitions]


@pytest.mark.parametrize("key", ["links", "edges"])
def test_both_spellings_of_the_arrows_are_read(key: str) -> None:
    data = {"nodes": [{"id": "a"}, {"id": "b", "formula": "2*a"}], key: [{"source": "a", "target": "b"}]}
    found = open_text(json.dumps(data), "node-link")
    assert found.graph.parents == {"b": ["a"]} and found.lines() == []


def test_a_node_without_a_formula_is_opaque_and_counted() -> None:
    found = open_text("source,target\na,y\n'b,y\n", "csv")
    (y,) = [d for d in found.graph.definitions if d.name == "y"]
    assert y.formula == "opaque(a, '''b')"
    assert found.lines() == ["1 node has arrows into it and no formula: it is opaque"]


def test_coefficients_make_a_linear_model() -> None:
    found = open_text("parent;child;coefficient\nx;y;0.5\nz;y;-2\n", "csv")
    (y,) = [d for d in found.graph.definitions if d.name == "y"]
    assert y.formula == "0.5*x - 2*z"


def test_an_arrow_that_the_formula_does_not_use_is_named() -> None:
    links = [{"source": "c", "target": "b"}, {"source": "b", "target": "p"}]
    data = {"nodes": [{"id": "b", "formula": "2*a"}, {"id": "p", "default": 3}], "links": links}
    found = open_text(json.dumps(data), "node-link").lines()
    assert found[0] == "not taken: 'c → b' (node c → b): an arrow that the formula of 'b' does not use"
    assert "'p', which is a parameter" in found[1]


def test_what_was_not_taken_for_one_reason_is_one_line() -> None:
    rows = "".join(f'y{row},"{formula}"\n' for row, formula in enumerate(["a $ b"] * 9 + ["a ~ b"]))
    assert open_text(f"name,formula\n{rows}", "csv").lines() == [
        "not taken: 'y0' (row 2), 'y1' (row 3) and 7 more: its formula cannot be read: unexpected '$'",
        "not taken: 'y9' (row 11): its formula cannot be read: unexpected '~'",
    ]


def test_a_formula_that_cannot_be_read_is_opaque_with_its_text() -> None:
    found = open_text('name,formula,value\ny,"VLOOKUP(a; b)",\nz,2*a,4.5\n', "csv")
    (y,) = [d for d in found.graph.definitions if d.name == "y"]
    assert (y.formula, y.note) == ("opaque()", "VLOOKUP(a; b)")
    assert found.reading is not None and found.reading.refused[0][:2] == ("y", "row 2")
    assert dict(found.reading.values) == {"z": 4.5}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("node-link", "[1]"),
        ("node-link", "{"),
        ("node-link", "[" * 100_000),
        ("node-link", '{"nodes": [3]}'),
        ("node-link", '{"nodes": [{"id": 1.5}, {"id": [1]}]}'),
        ("node-link", '{"nodes": [{"id": "a"}, {"id": "a", "default": 2}]}'),
        ("node-link", '{"nodes": [{"id": "a\\u0007"}]}'),
        ("node-link", '{"nodes": [], "edges": {}}'),
        ("node-link", '{"directed": false, "nodes": []}'),
        ("node-link", '{"nodes": []}'),
        ("csv", ""),
        ("csv", "a,b\n1,2\n"),
        ("csv", 'name\n"a\n'),
        ("csv", "name\nb\n,3\n"),
        ("csv", "name,formula\nb,c\nc,b\n"),
    ],
)
def test_what_is_no_graph_is_refused(name: str, text: str) -> None:
    with pytest.raises(GradqError) as found:
        from gradq.engine.network import levels

        graph = open_text(text, name).graph
        levels({d.name: graph.parents.get(d.name, []) for d in graph.definitions})
    assert found.value.exit == 4


def test_graphml_that_could_grow_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.graphml"
    path.write_text('<!DOCTYPE x [<!ENTITY a "aa">]><graphml/>')
    with pytest.raises(GradqError, match="declares a document type"):
        open_file(str(path))
    for text in (
        "<graphml",
        "<graphml/>",
        "<a/>",
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected"/></graphml>',
    ):
        path.write_text(text)
        with pytest.raises(GradqError) as found:
            open_file(str(path))
        assert found.value.exit == 4


def test_names_of_formats_and_endings_are_each_there_once() -> None:
    assert len(BY_NAME) == len({*BY_NAME})
    assert all(known.reads or known.writes for known in BY_NAME.values())
