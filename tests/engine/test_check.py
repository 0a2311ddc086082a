"""Checking: right partials pass, wrong ones are found and stay found, what cannot be told is said; both databases."""

import json
import math
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradq
from gradq.engine import check as checking
from gradq.engine.check import Check, Place
from gradq.engine.edit import local_partials
from gradq.engine.functions import FUNCTIONS, OPAQUE
from gradq.engine.interior import interior
from gradq.engine.nudge import Model, base_at
from gradq.engine.verdict import Finding, Row, check_edges
from gradq.store.rows import NodeRow

ARTICLE = "b = 5 - 3*a\nc = 2*b + 3\nd = 5*b + 6\ne = 7*c + d^2\nf = 2*e\ng = 3*f - o"
CALLS = {"polygamma": "polygamma(2, x)", "min": "min(x, y, z)", "max": "max(x, y, z)"}


def model_of(formulas: dict[str, str], inputs: str = "xyz") -> Model:
    nodes = [NodeRow(index, name, "input", None, None, 0, None) for index, name in enumerate(inputs)]
    return Model([*nodes, *(NodeRow(9, name, "formula", text, None, 1, None) for name, text in formulas.items())], False)


def verdicts(found: Check) -> dict[str, int]:
    said = [finding.verdict for finding in found.findings]
    return {verdict: said.count(verdict) for verdict in said}


def sql(space: gradq.Space, statement: str) -> None:
    """Write into the database behind everybody's back."""
    with space._explorer.engine.begin() as conn:
        conn.exec_driver_sql(statement)
        conn.exec_driver_sql("update graph set by_hand = 0")  # damage is noticed by no trigger


@pytest.fixture
def space(database: str) -> Iterator[gradq.Space]:
    with gradq.open(database) as found:
        yield found


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != OPAQUE])
@given(seed=st.integers(0, 9_999))
@settings(max_examples=4)
def test_every_function_passes_at_points_inside_its_domain(name: str, seed: int) -> None:
    text = CALLS.get(name) or f"{name}({', '.join('xyz'[: FUNCTIONS[name].arity[0]])})"
    base = interior(model_of({"f": text}), {}, seed=seed)
    assert base.undefined == {} and base.kinked == {}
    found = check_edges(base, [Row("edge", "f", edge.parent, edge.partial) for edge in local_partials(text)])
    assert [finding.verdict for finding in found] == ["agrees"] * len(found), found


@given(
    factor=st.floats(1e-4, 10), seed=st.integers(0, 9_999), text=st.sampled_from(["sin(x)*y", "x^y", "erf(x) + x", "x/(1 + y^2)"])
)
@settings(max_examples=25)
def test_a_partial_that_is_a_little_wrong_fails(factor: float, seed: int, text: str) -> None:
    base = interior(model_of({"f": text}), {}, seed=seed)
    (right,) = [edge.partial for edge in local_partials(text) if edge.parent == "x"]
    (found,) = check_edges(base, [Row("edge", "f", "x", f"({right})*{1 + factor!r} + {factor!r}")])
    assert found.verdict == "fails", found


def test_a_partial_too_long_to_be_stored_is_derived_again_and_checked() -> None:
    base = interior(model_of({"f": "x^2*y"}), {})
    assert [item.verdict for item in check_edges(base, [Row("edge", "f", "x", None)])] == ["agrees"]


def test_how_far_a_large_number_is_off_stands_beside_the_number() -> None:
    base = interior(model_of({"f": "1e200*x"}), {})
    found = Check("big", 1, [Place({}, {}, check_edges(base, [Row("edge", "f", "x", "1.5e200")]))], 0, [])
    assert "off by 5e+199 in 1.5e+200 (" in str(found)


def test_everything_of_the_article_agrees_and_is_kept_in_the_views(space: gradq.Space) -> None:
    graph = space.add("article", ARTICLE)
    graph.grad("g"), graph.grad("g", at={"a": 0.5})
    found = graph.check(at={"a": 0.5})
    assert found.ok and found.unsettled == [] and verdicts(found) == {"agrees": 22}
    assert str(found).startswith("8 local partials, 7 formulas, 7 numbers agree; worst: ∂") and str(found) in repr(found)
    for view, rows in (("v_edge", 8), ("v_gradient", 7)):
        got = space.sql(f"select checked_at, checked_point, check_error from {view}")[1]
        assert len(got) == rows and all(at is not None and float(str(error)) < 1e-9 for at, _, error in got)
        assert {json.loads(str(point))["a"] for _, point, _ in got} == {0.5}
    assert space.sql("select count(*) from v_sensitivity where checked_at is not null and check_error < 1e-9")[1] == [(7,)]


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ("edge", "update edge set partial = '3*d' where partial = '2*d'"),
        ("formula", "update gradient set expression = '61*d + 84' where expression = '60*d + 84'"),
        ("number", "update point_gradient set value = 283 where value = 282"),
        ("number", "update point_gradient set value = null, state = 'nan' where value = 282"),
        ("edge", "update edge set partial = '2*(' where partial = '2*d'"),
        ("edge", "update edge set partial = '2*zz' where partial = '2*d'"),
    ],
)
def test_a_wrong_row_is_found_with_both_numbers_and_is_marked(space: gradq.Space, table: str, wrong: str) -> None:
    graph = space.add("article", ARTICLE)
    graph.grad("g"), graph.grad("g", at={"a": 0.5})
    sql(space, wrong)
    found = graph.check(at={"a": 0.5})
    (failure,) = found.failures
    assert not found.ok and failure.row.kind == table
    if "zz" not in wrong and "(" not in wrong:
        assert failure.estimate == pytest.approx({"edge": 47.0, "formula": 1494.0, "number": 282.0}[table])
    view = {"edge": "v_edge", "formula": "v_gradient", "number": "v_sensitivity"}[table]
    assert space.sql(f"select count(*) from {view} where check_error > 0.9")[1] == [(1,)]


def test_a_row_that_is_rewritten_loses_its_check_and_others_keep_theirs(space: gradq.Space) -> None:
    graph = space.add("article", ARTICLE)
    graph.grad("g")
    graph.check()
    graph.rename("d", "delta")
    unchecked = space.sql("select child, parent from v_edge where checked_at is null order by child")[1]
    assert unchecked == [("e", "c"), ("e", "delta")]
    assert space.sql("select wrt from v_gradient where checked_at is null order by wrt")[1] == [("a",), ("b",), ("delta",)]
    graph["f"] = "3*e"
    assert ("f", "e") in space.sql("select child, parent from v_edge where checked_at is null")[1]


GRAPHS = [
    "m = x^2\ny = x*m\nz = y*m + exp(-m)",
    "u = erf(x)\nv = u*sin(x) + gamma(w)\nr = v/(1 + u^2)",
    "p = if(x > 1, x^2, log(x))\nq = max(p, w)\nr = hypot(p, q) + softplus(w - p)",
    "l = log(x - 50)\nk = acosh(w)\nj = asin(l/10)*k",
    "a0 = x\n" + "\n".join(f"a{k} = sin(a{k - 1}) + 0.5*a{max(0, k - 2)}" for k in range(1, 9)) + "\nr = a8",
]


@pytest.mark.parametrize("text", GRAPHS)
def test_totals_pass_where_everything_downstream_follows(text: str) -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("demo", text)
        for node in graph:
            graph.grad(node)
        found = graph.check()
        assert found.ok and found.unsettled == [] and found.count("formula") > 2, found.findings
        (place,) = found.places
        at = {**place.point, **place.filled}
        for node in graph:
            graph.grad(node, at=at)
        assert graph.check(at=at).count("number") == found.count("formula")


def test_a_bound_node_moves_by_as_much_as_its_formula() -> None:
    for formula in ("b^2", "erf(b)"):  # by complex step, and by differences
        with gradq.open(":memory:") as space:
            graph = space.add("demo", f"b = 2*a\nd = {formula}\ny = b*d^2")
            graph.grad("y"), graph.grad("y", at={"d": 3, "b": 0.5})
            found = graph.check(at={"d": 3, "b": 0.5})
            assert found.ok and found.count("number") == 3 and found.unsettled == []


def test_undefined_and_kinked_places_are_said_and_not_failed() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "h = x - 1\ny = abs(h)\nz = log(h - 5)\nw = z*y")
        graph.grad("w")
        found = graph.check(at={"x": 1})
        said = {(finding.row.of, finding.row.wrt): finding.verdict for finding in found.unsettled if finding.row.kind == "edge"}
        assert found.ok and said == {
            ("y", "h"): "kink",
            ("z", "h"): "undefined",
            ("w", "z"): "undefined",
            ("w", "y"): "undefined",
        }
        assert space.sql("select child from v_edge where checked_at is null order by child")[1] == [
            ("w",),
            ("w",),
            ("y",),
            ("z",),
        ]
        assert graph.check().unsettled == []


def test_rows_that_no_single_point_settles_are_checked_at_several() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "y = log(x)\nz = log(-x)")
        found = graph.check()
        assert found.ok and len(found.places) == 2 and verdicts(found) == {"agrees": 2}


def test_the_points_that_are_picked_are_the_same_in_every_run_and_keep_the_defaults() -> None:
    picked = []
    for _ in range(2):
        with gradq.open(":memory:") as space:
            found = space.add("demo", "k = 7\ny = k*log(x - 3) + sqrt(w)").check()
            picked.append([place.filled for place in found.places])
    assert picked[0] == picked[1] and set(picked[0][0]) == {"x", "w"}


def test_a_default_on_a_kink_is_left_and_a_binding_is_not() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "x = 0\ny = relu(x)")
        assert [finding.verdict for finding in graph.check().findings] == ["agrees"]
        assert [finding.verdict for finding in graph.check(at={"x": 0}).findings] == ["kink"]


def test_a_number_is_checked_at_the_defaults_that_it_was_worked_out_at_also_on_a_kink() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "x = 2\nk = 3\ns = if(x > 2, k, k^2)\nz = max(x, k)*s")
        graph.grad("z", at={})
        numbers = {item.row.wrt: (item.verdict, item.estimate) for item in graph.check().findings if item.row.kind == "number"}
        assert numbers["s"] == ("agrees", 3.0)


@pytest.mark.parametrize(
    "formula", ["asin(tanh(20*x))", "acosh(1 + 1e-14*x)", "1e10*erf(x) - 1e10*erf(x + 1e-9)", "(x^2 - 1)/(x - 1)"]
)
def test_a_formula_whose_digits_are_rounding_is_not_called_wrong_and_a_wrong_one_not_right(formula: str) -> None:
    (edge,) = local_partials(formula)
    for x in (0.8554765884489508, 0.21017597951460262, 2.53340294467889, 1 + 3e-8):
        base = base_at(model_of({"f": formula}, "x"), {"x": x})
        (found,) = check_edges(base, [Row("edge", "f", "x", edge.partial)])
        assert found.verdict != "fails", found
        (found,) = check_edges(base, [Row("edge", "f", "x", f"2*({edge.partial}) + 5")])
        assert found.verdict != "agrees", found


def test_rounding_that_eats_the_difference_is_no_failure() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "s = x + 1e15\nt = s - x*1\ny = sin(1e14*t*x)")
        graph.grad("y")
        assert graph.check(at={"x": 0.3}).ok


def test_numbers_are_checked_each_at_its_own_point(space: gradq.Space) -> None:
    graph = space.add("demo", "y = x^3*k")
    for x in (1.0, 2.0, 3.0):
        graph.grad("y", at={"x": x, "k": 2})
    sql(space, "update point_gradient set value = 25 where value = 24")
    (failure,) = graph.check().failures
    assert (failure.stored, failure.estimate) == (25.0, 24.0)


def test_more_work_than_is_allowed_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "NODES", 60)
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "\n".join(["n0 = 0.5*x", *(f"n{k} = sin(n{k - 1})" for k in range(1, 20))]))
        graph.grad("n19")
        some, every = graph.check(), checking.check(space._explorer, "demo", whole=True)
        assert 0 < some.left_out < 20 and some.ok
        assert every.left_out == 0 and every.count("formula") == some.count("formula") + some.left_out


def test_a_graph_that_changes_meanwhile_is_answered_and_not_written(space: gradq.Space, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = space.add("demo", "y = x^2")

    def edited(*given: object) -> list[Finding]:
        graph["y"] = "x^3"
        return check_edges(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(checking, "check_edges", edited)
    found = graph.check()
    assert found.ok and "changed meanwhile" in found.notes[0]
    assert space.sql("select count(*) from v_edge where checked_at is null")[1] == [(1,)]


def test_random_graphs_pass_and_one_wrong_gradient_is_found() -> None:
    chance = random.Random(5)
    lines = []
    for k in range(30):
        call, above = chance.choice(["sin", "exp", "tanh", ""]), chance.choice(["x", *(f"n{j}" for j in range(k))])
        lines.append(f"n{k} = {call}({chance.choice('xyz')}/2) + 0.3*{above}")
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "\n".join(lines))
        for node in list(graph)[-6:]:
            graph.grad(node)
        assert graph.check().ok
        rows = space.sql("select count(*) from v_gradient")[1][0][0]
        sql(space, "update gradient set expression = '(' || expression || ')*1.00001 + 0.00001' where rowid = 7")
        found = graph.check()
        assert len(found.failures) == 1 and found.count("formula") == int(str(rows)) - 1
        assert math.isclose(found.failures[0].stored or 0, (found.failures[0].estimate or 0) * 1.00001 + 1e-5)
