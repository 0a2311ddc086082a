"""`show`: a graph at a glance, and a node's card."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load


def test_a_graph_at_a_glance(article: Gradq) -> None:
    assert article("show").out == (
        "article (revision 1)\n"
        "  nodes    8: 6 formulas, 2 inputs\n"
        "  edges    8, the longest way down has 5\n"
        "  inputs   a, o\n"
        "  outputs  g\n"
    )
    (answer,) = json.loads(article("show", "--json").out)["answers"]
    assert answer["kinds"] == {"formula": 6, "input": 2} and answer["depth"] == 5
    assert (answer["inputs"], answer["parameters"], answer["outputs"]) == (["a", "o"], [], ["g"])


def test_a_nodes_card(article: Gradq) -> None:
    article("d", "g", "--wrt", "b")
    article("d", "g", "--wrt", "b", "--at", "d=3")
    assert article("show", "e").out == (
        "e = 7*c + d^2\n"
        "  kind     formula, level 3\n"
        "  value    a value for 'a' is needed\n"
        "  ∂e/∂c    7\n"
        "  ∂e/∂d    2*d\n"
        "  used by  f\n"
        "  memo     0 derivatives of it, 1 with respect to it\n"
    )
    shown = article("show", "g").out
    assert "memo     5 derivatives of it, 0 with respect to it\n" in shown
    assert "numbers  5 derivatives of it, at 1 point\n" in shown


def test_a_card_as_json_has_everything(load: Load) -> None:
    gradq = load("a = 2  # a note\nb = 3*a\n")
    (card,) = json.loads(gradq("show", "b", "--json").out)["answers"]
    assert (card["value"], card["why"], card["parents"]) == (6.0, None, [{"node": "a", "partial": "3"}])
    (card,) = json.loads(gradq("show", "a", "--json").out)["answers"]
    assert (card["kind"], card["default"], card["note"], card["children"]) == ("parameter", "2", "a note", ["b"])


def test_a_name_with_terminal_escapes_in_a_note_is_harmless(load: Load) -> None:
    gradq = load("a = 2  # \x1b]0;evil\x07\n")
    assert "\x1b" not in gradq("show", "a").out


def test_a_graph_that_is_empty_says_so(gradq: Gradq) -> None:
    assert gradq("new", "blank").code == 0
    assert "none yet" in gradq("show").out
    assert gradq("set", "x = 1").code == 0
    assert "1 parameter" in gradq("show").out


def test_a_card_is_a_table_for_a_spreadsheet(article: Gradq) -> None:
    assert article("show", "e", "--csv").out.splitlines()[:3] == ["what,value", "node,e", "definition,7*c + d^2"]
    assert "| inputs | a, o |" in article("show", "-f", "md").out
