"""Reading `.gq` lines: comments, quotes, places of errors, normal form."""

import pytest

import gradq
from gradq.engine.graphfile import read_definition, read_graph, write_graph
from gradq.store.errors import FormulaError


@pytest.mark.parametrize(
    ("line", "formula", "note"),
    [
        ("y = 'it''s # x' + 1  # note", "'it''s # x' + 1", "note"),
        ("y = x'' + 'a#b' # n", "x'' + 'a#b'", "n"),
        ("y = x'#note", "x'", "note"),
        ("y = x[0]'*'#'''  # n # m", "x[0]'*'#'''", "n # m"),
        ("y = x #", "x", None),
    ],
)
def test_a_number_sign_in_quotes_begins_no_comment(line: str, formula: str, note: str | None) -> None:
    found = read_graph(line).definitions[0]
    assert (found.formula, found.note) == (formula, note)
    assert read_graph(write_graph([found])).definitions[0] == found


def test_a_quote_in_a_quoted_name_on_the_left_is_kept() -> None:
    assert read_graph("'it''s # x' = 3").definitions[0].name == "it's # x"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("[s]\nx = 1\ny = x*x*2x", 3, 10),
        ("[s]\nx = 1\n  y = x + foo(x)", 3, 11),
        ("a = 1\ny = 2x", 2, 6),
        ("y = " + "1" * 100_001, 1, 5),
    ],
)
def test_the_column_of_an_error_counts_in_the_line_as_it_was_written(text: str, line: int, column: int) -> None:
    with pytest.raises(FormulaError) as found:
        read_graph(text, source="f.gq")
    assert (found.value.source, found.value.line, found.value.column) == ("f.gq", line, column)


def test_names_are_one_however_their_accents_are_stored() -> None:
    text = "e\u0301 = 1\ny = 2*\u00e9 + 'e\u0301 x'\n'\u00e9 x' = 5"
    assert read_graph(text).implied == []
    with gradq.open(":memory:") as space:
        assert space.add("t", text).d("y", wrt="\u00e9 x").at({"\u00e9 x": 3.0}) == 1.0


def test_pi_in_quotes_is_a_node_and_then_pi_is_no_constant() -> None:
    found = read_graph("y = 'pi'*x\nz = pi*2")
    assert found.defines_pi
    assert found.implied == ["pi", "x"]
    assert found.parents == {"y": ["pi", "x"], "z": ["pi"]}


def test_a_note_of_several_lines_is_written_as_one() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "y = 3*x")
        with space._explorer.engine.begin() as conn:
            conn.exec_driver_sql("update node set note = 'seen' || char(13) || char(10) || 'z = 4' || char(0) where name = 'y'")
        text = graph.text()
    assert [definition.name for definition in read_graph(text).definitions] == ["x", "y"]


@pytest.mark.parametrize(("text", "said"), [("# only a note", "no definition"), ("a = 1\nb = 2", "more than one line")])
def test_a_definition_is_one_line(text: str, said: str) -> None:
    with pytest.raises(FormulaError, match=said):
        read_definition(text)
