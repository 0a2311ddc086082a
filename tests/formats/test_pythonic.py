"""Generated Python: it runs with nothing but itself, and gives the values and derivatives that gradq gives."""

import ast
import math
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gradq
from gradq.engine.browser import Surroundings
from gradq.engine.functions import FUNCTIONS
from gradq.engine.gallery import examples
from gradq.engine.graphfile import Definition, GraphText, graph_text
from gradq.engine.layout import quoted
from gradq.formats.files import written
from gradq.formats.spelling import CALLS, HELPERS
from gradq.store.errors import InvalidGraph, Undefined

Whole = Callable[[str | GraphText], Surroundings]
Run = Callable[[str | GraphText], dict[str, Any]]
HOSTILE = [
    *['"""', "'''", "\\", "\\'", "#", "# coding: utf-7", "__debug__", "None", "match", "f", "grad", "math", "_totals", "print"],
    *[
        "x",
        "X",
        "𝑥",
        "x.y",
        "x_y",
        "x-y",
        "ﬁ",
        "fi",
        "2",
        "{x}",
        "%s",
        "a\u202eb",
        "os.system('x')",
        "名",
        "class",
        "_edges",
        "abs",
    ],
]


@pytest.fixture
def run(whole: Whole, tmp_path: Path) -> Run:
    """Write a graph as Python and run that."""

    def ran(graph: str | GraphText) -> dict[str, Any]:
        path = tmp_path / "made.py"
        path.write_text(written(whole(graph), None, "python")[1], encoding="utf-8")
        return runpy.run_path(str(path))

    return ran


def _agrees(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-300)


def _compare(module: dict[str, Any], graph: gradq.Graph, point: dict[str, float]) -> None:
    """Compare all outputs and derivatives at a point with gradq's."""
    arguments = dict(zip(module["f"].__code__.co_varnames, [point[name] for name in point], strict=False))
    values, slopes = module["f"](**arguments), module["grad"](**arguments)
    for of, value in values.items():
        assert _agrees(value, graph.eval(of, point)), f"{of}: {value} and {graph.eval(of, point)}"
        for wrt, slope in slopes[of].items():
            expected = graph.d(of, wrt=wrt).at(point)
            assert _agrees(slope, expected), f"∂{of}/∂{wrt}: {slope} and {expected}"


@pytest.mark.parametrize("name", examples())
def test_the_examples_agree_with_gradq(name: str, run: Run) -> None:
    text = examples()[name].text
    with gradq.open(":memory:") as space:
        graph = space.add(name, text)
        module = run(text)
        inputs = [node for node in graph if graph[node] is None]
        _compare(module, graph, {node: 0.3 + 0.2 * at for at, node in enumerate(inputs)})


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "opaque"])
def test_every_function_agrees_with_gradq(name: str, run: Run) -> None:
    low = FUNCTIONS[name].arity[0]
    call = f"{name}(2, x)" if name == "polygamma" else f"{name}({', '.join(['x', 'y'][:low])})"
    text = f"z = {call}*(1 + x)\nw = {call}^2"
    with gradq.open(":memory:") as space:
        graph = space.add("made", text)
        module = run(text)
        x = 1.75 if name == "acosh" else 0.625
        _compare(module, graph, {"x": x} | ({"y": 0.375} if low == 2 and name != "polygamma" else {}))


def test_every_function_has_a_spelling() -> None:
    assert set(CALLS) == set(FUNCTIONS) - {"opaque"}
    assert {spelled for spelled in CALLS.values() if spelled.startswith("_")} == set(HELPERS)


def test_a_branch_that_is_not_taken_is_not_worked_out(run: Run) -> None:
    module = run("y = if(x == 0, 1, sin(x)/x) + if(x == 0, 2, sin(x)/x)^2")
    assert module["f"](0.0) == {"y": 5.0}
    assert module["grad"](0.0) == {"y": {"x": 0.0}}


def test_parts_that_partials_share_are_worked_out_once(whole: Whole) -> None:
    text = written(whole("y = exp(-(a - b)^2/(2*s^2))*sin(a - b)*sqrt(1 + s)"), None, "python")[1]
    assert text.count("math.exp") == 3  # the value, in f and in grad, and once for all partials


def test_hostile_names_stay_texts(run: Run) -> None:
    lines = [Definition(name, default="2", note=f"{name}\u2028import os") for name in HOSTILE]
    lines.append(Definition("total", " + ".join(f"{at + 1}*{quoted(name)}" for at, name in enumerate(HOSTILE))))
    module = run(graph_text(lines))
    count = len(HOSTILE)
    assert module["f"]() == {"total": count * (count + 1)}
    assert module["grad"]()["total"] == {name: at + 1 for at, name in enumerate(HOSTILE)}


@given(
    names=st.lists(
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=8), unique=True, min_size=1
    )
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_names_make_a_module_that_compiles(names: list[str], whole: Whole) -> None:
    from gradq.engine.names import checked

    unique = list(dict.fromkeys(map(checked, names)))
    lines = [Definition(name, default="1", note=name) for name in unique if name != "the sum"]
    text = graph_text([*lines, Definition("the sum", " + ".join(["1", *(quoted(line.name) for line in lines)]))])
    tree = ast.parse(written(whole(text), None, "python")[1])
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == ["_totals", "f", "grad"]
    assert [type(node) for node in tree.body if not isinstance(node, ast.FunctionDef)] == [ast.Expr, ast.Import]


def test_it_imports_nothing_but_math(whole: Whole) -> None:
    tree = ast.parse(written(whole("y = digamma(x) + sigmoid(x)"), None, "python")[1])
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names] == ["math"]


def test_long_sums_and_huge_powers_are_written_so_that_python_takes_them(run: Run) -> None:
    terms = 5_000
    module = run("y = " + " - ".join(["x"] * terms) + "\nz = 9^9^9 + x")
    assert module["grad"].__code__.co_argcount == 1
    with pytest.raises(OverflowError):
        module["f"](1.0)
    assert run("y = " + " - ".join(["x"] * terms))["f"](1.0) == {"y": 2.0 - terms}


def test_what_is_opaque_has_no_python(whole: Whole) -> None:
    with pytest.raises(InvalidGraph, match="'y' is opaque"):
        written(whole("y = opaque(x)"), None, "python")


def test_where_gradq_has_no_value_python_raises(run: Run) -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("made", "y = log(x) + x^0.5")
        with pytest.raises(Undefined):
            graph.eval("y", x=-1)
    with pytest.raises(ValueError, match="math domain error" if sys.version_info < (3, 14) else "positive"):
        run("y = log(x) + x^0.5")["f"](-1.0)
