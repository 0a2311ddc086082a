"""Kinks on the way of a numeric answer: where, with which slopes, and also where the memo has been asked before."""

import pytest

import gradq


def met(text: str, of: str, wrt: str, **at: float) -> list[tuple[object, ...]]:
    """Return the kinks of an answer, asked twice of the same memo."""
    with gradq.open(":memory:") as space:
        space.add("demo", text)
        first, again = (space._explorer.derivatives("demo", of, [wrt], point=at) for _ in range(2))
        assert first.kinks == again.kinks and first.notes == again.notes and first.answers == again.answers
        assert [kink.note for kink in first.kinks] == first.notes
        return [kink[:5] for kink in first.kinks]


@pytest.mark.parametrize(
    ("formula", "slopes"),
    [
        ("abs(h)", ("abs", -1.0, 1.0, 0.0)),
        ("relu(h)", ("relu", 0.0, 1.0, 0.0)),
        ("sign(h)", ("sign", 0.0, 0.0, 0.0)),
        ("step(h)", ("step", 0.0, 0.0, 0.0)),
        ("floor(h)", ("floor", 0.0, 0.0, 0.0)),
        ("ceil(h)", ("ceil", 0.0, 0.0, 0.0)),
        ("mod(h + 6, 3)", ("mod", 1.0, 1.0, 1.0)),
        ("max(h, 0)", ("max", 0.0, 1.0, 0.5)),
        ("min(h, 0, -h, 5)", ("min", 1.0, 0.0, 1 / 3)),
        ("if(h < 0, -h, h)", ("if", None, None, None)),
        ("if(not (h != 0) or h > 3, 1, h)", ("if", None, None, None)),
    ],
)
def test_a_kink_comes_with_its_slopes_however_often_it_is_asked(formula: str, slopes: tuple[object, ...]) -> None:
    assert met(f"h = x - 1\ny = {formula}\nz = 2*y", "z", "x", x=1.0) == [("y", *slopes)]
    assert met(f"h = x - 1\ny = {formula}\nz = 2*y", "z", "x", x=1.375) == []


def test_a_kink_beside_the_way_or_in_a_branch_that_is_not_taken_is_none_of_it() -> None:
    assert met("k = abs(w)\ny = k + x", "y", "x", x=1.0, w=0.0) == []
    assert met("y = if(x > 5, abs(x - 1), x^2)", "y", "x", x=1.0) == []


def test_only_numbers_above_a_kink_are_not_kept(database: str) -> None:
    with gradq.open(database) as space:
        graph = space.add("demo", "h = x - 1\nk = abs(h)\nu = 3*k + w\ny = u^2")
        graph.grad("y", at={"x": 1, "w": 2})
        kept = space.sql("select wrt from v_sensitivity order by wrt")[1]
        assert kept == [("k",), ("u",), ("w",)]
        reply = space._explorer.derivatives("demo", "y", None, point={"x": 1, "w": 2})
        assert [kink.node for kink in reply.kinks] == ["k"] and "--store" not in " ".join(reply.notes)


def test_the_note_says_the_function_the_node_and_the_slopes() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "h = abs(x)\nb = if(x < 0, 1, x)\ny = h*b + floor(x)")
        assert set(graph.grad("y", at={"x": 0}).notes) == {
            "floor at node y stands on its jump (left 0, right 0, used 0)",
            "abs at node h stands on its kink (left -1, right 1, used 0)",
            "if at node b stands on its border (0 < 0): the branch that is taken counts",
        }
