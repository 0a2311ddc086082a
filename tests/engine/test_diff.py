"""What changed between two graphs: each node that differs, by what."""

from __future__ import annotations

import pytest

from gradq.engine.diff import Diff, diff
from gradq.engine.graphfile import read_graph
from gradq.engine.side import Side, side_of_text


def side(text: str, name: str = "x.gq") -> Side:
    return side_of_text(read_graph(text.replace("; ", "\n")), name)


def between(old: str, new: str) -> Diff:
    return diff(side(old, "old.gq"), side(new, "new.gq"))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("a; b = a", "a; b = a; c = 2", "added c = 2"),
        ("a; b = a", "a; b = a; c", "added c, an input"),
        ("a; b = a; c = b^2", "a; b = a", "removed c = b^2"),
        ("a; b = 2*a", "a; b = 3*a", "changed b formula: 2*a → 3*a"),
        ("a; b = 2*a", "a; b = a + a", "changed b formula (the same): 2*a → a + a"),
        ("a = 1", "a = 2", "changed a default: 1 → 2"),
        ("a = 1", "a = 1 # one", "changed a note: (none) → one"),
        ("a", "a = 1", "changed a kind: input → parameter\nchanged a default: (none) → 1"),
        ("a = 1", "b = 1; a = b", "added b = 1\nchanged a kind: parameter → formula\nchanged a formula: (none) → b\n"),
        ("b = a; a", "a; b = a", "nothing changed"),
    ],
)
def test_each_difference_is_told(old: str, new: str, line: str) -> None:
    assert str(between(old, new)).startswith(line)


def test_a_note_alone_is_no_edit() -> None:
    found = between("a = 1; b = a", "a = 1 # one; b = 2*a # two")
    assert [(change.node, change.parts, change.is_edit) for change in found.changes] == [
        ("a", ("note",), False),
        ("b", ("formula", "note"), True),
    ]


def test_a_node_called_pi_changes_the_formulas_that_have_the_constant() -> None:
    found = between("y = 2*pi; z = 3*y", "y = 2*pi; z = 3*y; pi = 3")
    assert [(change.node, change.what) for change in found.changes] == [("pi", "added"), ("y", "changed")]
    assert found.notes and found.kept == 1
