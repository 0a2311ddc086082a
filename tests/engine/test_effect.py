"""What edits do to a node: before and after as the database answers, each edit alone as if it were the only one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradq
from gradq.engine.diff import diff
from gradq.engine.effect import Effect
from gradq.engine.graphfile import read_graph
from gradq.engine.side import Side, side_of_text
from gradq.store.errors import MissingValue, Undefined, UnknownNode, UnknownPoint

FORMULAS = ["{}*{} + 1", "sin({}) + {}", "{} - {}^2", "2*{} + tanh({})", "0.3*{}*{}"]
formula = st.tuples(st.sampled_from(FORMULAS), st.integers(1, 9), st.integers(1, 9))


def side(text: str) -> Side:
    return side_of_text(read_graph(text.replace("; ", "\n")), "x.gq")


def effect(old: str, new: str, of: str = "y", wrt: Sequence[str] | None = None, most: int = 20, **at: float) -> Effect:
    found = diff(side(old), side(new), of=of, wrt=wrt, point=[at], most=most).effect
    assert found is not None
    return found


def text_of(formulas: Sequence[tuple[str, int, int]]) -> str:
    lines = ["x0 = 0.7"]
    for place, (form, one, other) in enumerate(formulas, 1):
        lines.append(f"x{place} = {form.format(f'x{max(0, place - one)}', f'x{max(0, place - other)}')}")
    return "\n".join(lines)


def slopes_of(graph: gradq.Graph, of: str) -> dict[str, float]:
    return {name: float(str(value)) for name, value in graph.grad(of, at={}).items()}


@settings(max_examples=25)
@given(st.lists(st.tuples(formula, formula, st.booleans()), min_size=2, max_size=9))
def test_before_and_after_are_what_the_graphs_answer_and_alone_is_a_graph_with_that_edit(
    pairs: list[tuple[tuple[str, int, int], tuple[str, int, int], bool]],
) -> None:
    old = [first for first, _, _ in pairs]
    new = [second if edited else first for first, second, edited in pairs]
    of = f"x{len(pairs)}"
    found = effect(text_of(old), text_of(new), of)
    with gradq.open(":memory:") as space:
        answers = []
        for place, formulas in enumerate((old, new)):
            graph = space.add(f"g{place}", text_of(formulas))
            answers.append((graph.eval(of), slopes_of(graph, of)))
        for place, edit in enumerate(found.edits):
            index = int(edit.node[1:]) - 1
            graph = space.add(f"only {edit.node}", text_of([*old[:index], new[index], *old[index + 1 :]]))
            part = found.value.alone[place]
            assert edit.why is not None or part == graph.eval(of) - answers[0][0]
            slopes = slopes_of(graph, of)
            for slope in found.derivatives:
                assert slope.alone[place] == slopes.get(str(slope.wrt), 0.0) - answers[0][1].get(str(slope.wrt), 0.0)
    assert (found.value.before, found.value.after) == (answers[0][0], answers[1][0])
    assert {slope.wrt for slope in found.derivatives} == {*answers[0][1], *answers[1][1]}
    for slope in found.derivatives:
        assert (slope.before, slope.after) == tuple(answer[1].get(str(slope.wrt), 0.0) for answer in answers)


def test_the_rest_is_what_edits_do_jointly() -> None:
    found = effect("a = 2; u = a; v = a; y = u*v", "a = 2; u = 3*a; v = 5*a; y = u*v", wrt=["a"])
    assert (found.value.change, found.value.alone, found.value.rest) == (56.0, (16.0, 8.0), 32.0)
    assert [edit.node for edit in found.edits] == ["v", "u"]
    (slope,) = found.derivatives
    assert (slope.before, slope.after, slope.alone, slope.rest) == (4.0, 60.0, (16.0, 8.0), 32.0)


def test_independent_edits_leave_no_rest_but_rounding() -> None:
    found = effect("a = 0.1; u = 0.1*a; v = 0.7*a; y = u + v", "a = 0.1; u = 0.3*a; v = 0.9*a; y = u + v")
    assert found.value.rest == 0.0 and all(slope.rest == 0.0 for slope in found.derivatives)


def test_a_change_is_applied_with_the_added_nodes_that_it_needs() -> None:
    found = effect("a = 2; y = a", "a = 2; k = 3; m = k*a; y = a + m")
    assert [(edit.node, edit.needs) for edit in found.edits] == [("y", ("m", "k")), ("k", ()), ("m", ())]
    assert found.value.alone == (6.0, 0.0, 0.0) and found.value.rest == 0.0
    assert [edit.why for edit in found.edits[1:]] == ["alone no formula names it"] * 2
    by = {slope.wrt: slope for slope in found.derivatives}
    assert (by["k"].before, by["k"].after, by["k"].change, by["k"].alone[0]) == (None, 2.0, 2.0, 2.0)


def test_a_removal_of_what_is_used_cannot_stand_alone() -> None:
    found = effect("a = 2; 'o''k' = 3*a; y = a + 'o''k'", "a = 2; y = a")
    assert [(edit.node, edit.what) for edit in found.edits] == [("y", "changed"), ("o'k", "removed")]
    assert found.value.alone == (-6.0, None) and found.value.rest == 0.0
    assert found.edits[1].why == "'y' names it until its own edit"


def test_a_change_that_alone_makes_a_loop_cannot_stand_alone() -> None:
    found = effect("a = 1; u = 2*a; v = 3*u; y = u + v", "a = 1; v = 3*a; u = 2*v; y = u + v")
    by = {edit.node: (edit.why, part) for edit, part in zip(found.edits, found.value.alone, strict=True)}
    assert by["u"][1] is None and "loop" in str(by["u"][0])
    assert by["v"] == (None, -3.0)


def test_a_changed_default_does_nothing_where_the_point_binds_it() -> None:
    assert effect("a = 2; y = a^2", "a = 3; y = a^2").value.alone == (5.0,)
    assert effect("a = 2; y = a^2", "a = 3; y = a^2", a=1).value.alone == (0.0,)


def test_an_edit_beyond_the_limit_is_in_the_rest_and_one_aside_is_counted() -> None:
    old, new = "a = 2; u = a; v = a; z = a; y = u + v", "a = 2; u = 3*a; v = 5*a; z = 4*a; y = u + v"
    found = effect(old, new, most=1)
    assert (len(found.edits), found.truncated) == (1, True)
    assert found.value.rest == 12.0 - sum(part or 0.0 for part in found.value.alone)
    assert found.notes == ["1 edit is not upstream of 'y' in either graph"]
    assert effect(old, new, most=0).value.rest is None


def test_a_value_that_is_missing_leaves_the_derivatives() -> None:
    found = effect("a = 2; o; y = a^2 + o", "a = 2; o; y = a^3 + o", wrt=["a"])
    assert (found.value.before, found.value.change, found.value.alone, found.value.rest) == (None, None, (None,), None)
    assert (found.derivatives[0].before, found.derivatives[0].alone) == (4.0, (8.0,))
    assert "a value for 'o' is needed" in found.notes[0]


def test_an_edit_that_alone_has_no_value_says_so() -> None:
    found = effect("a = 2; u = a; y = log(u)", "a = -2; u = -a; y = log(u)")
    assert found.value.change == 0.0 and found.value.alone == (None, None)
    assert all("not defined" in str(edit.why) for edit in found.edits)


def test_a_value_that_an_edit_alone_takes_away_leaves_its_derivatives() -> None:
    found = effect("a = 1; y = a^2", "a = 1e200; y = a")
    assert dict(zip((edit.node for edit in found.edits), found.value.alone, strict=True)) == {"a": None, "y": 0.0}
    assert [edit.why is None for edit in found.edits] == [edit.node == "y" for edit in found.edits]
    assert 2e200 in found.derivatives[0].alone


def test_only_the_edges_that_are_asked_for_must_have_a_value() -> None:
    found = effect("a = 2; b = 0; u = sqrt(b); y = a + u", "a = 2; b = 0; u = sqrt(b); y = 3*a + u", wrt=["a"])
    assert found.derivatives[0].change == 2.0
    with pytest.raises(Undefined, match=r"in the file 'x.gq'"):
        effect("a = 2; b = 0; u = sqrt(b); y = a + u", "a = 2; b = 0; u = sqrt(b); y = 3*a + u")


def test_an_edit_beside_what_is_asked_for_may_bring_other_nodes() -> None:
    old = "p = 2; q = 3; z = 1; x = 5; u = x*z; m = p; y = u^2 + m"
    found = effect(old, old.replace("m = p", "m = q"), wrt=["x"])
    assert (found.value.alone, found.derivatives[0].alone, found.derivatives[0].before) == ((1.0,), (0.0,), 10.0)


def test_pi_with_two_meanings_is_not_taken_apart() -> None:
    found = effect("a = 2; y = pi*a", "a = 2; pi = 3; y = pi*a")
    assert found.edits == [] and found.value.after == 6.0 and "not taken apart" in found.notes[0]
    apart = effect("a = 2; y = a", "a = 2; pi = 3; y = pi*a")
    assert apart.value.alone == (4.0, 0.0) and apart.edits[0].needs == ("pi",)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"of": "zz"}, UnknownNode),
        ({"of": "k"}, UnknownNode),
        ({"of": "y", "wrt": ["zz"]}, UnknownNode),
        ({"of": "y", "point": [{"zz": 1.0}]}, UnknownNode),
        ({"of": "y", "point": ["start"]}, UnknownPoint),
        ({"of": "y", "point": []}, MissingValue),
    ],
)
def test_what_cannot_be_said_is_an_error(options: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        diff(side("x; y = x^2"), side("x; k = x; y = x^3"), **options)  # type: ignore[arg-type]


def test_a_stored_point_is_looked_up_in_the_first_graph_that_has_it() -> None:
    with gradq.open(":memory:") as space:
        one, two = space.add("one", "x\ny = x^2"), space.add("two", "x\ny = x^3")
        two.name_point("there", x=3)
        assert str(one.diff(two, of="y", at="there").effect.value.after) == "27.0"  # type: ignore[union-attr]
        one.name_point("there", x=2)
        found = one.diff(two, of="y", at=["default", "there"]).effect
        assert found is not None and found.value.after == 8.0 and found.notes == ["the point 'there' is that of the graph 'one'"]


def test_nothing_is_stored() -> None:
    with gradq.open(":memory:") as space:
        one, two = space.add("one", "x = 1\ny = x^2"), space.add("two", "x = 1\ny = x^3")
        one.diff(two, of="y")
        assert space.sql("select (select count(*) from gradient) + (select count(*) from point_gradient)")[1] == [(0,)]
