"""SymPy to a graph and back: expressions, equations, dictionaries, matrices and what `cse` gives."""

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import gradq
from gradq.store.errors import InvalidGraph, UsageError

a, b, x, y = sympy.symbols("a b x y")


@pytest.fixture
def space() -> gradq.Space:
    return gradq.open(":memory:")


def test_an_expression_is_a_node_called_as_the_graph(space: gradq.Space) -> None:
    assert space.add("area", sympy.pi * x**2).text() == "x\narea = pi*x^2\n"


def test_a_part_that_is_used_twice_is_a_node(space: gradq.Space) -> None:
    graph = space.add("made", sympy.sin(a + b / 2) * sympy.exp(sympy.sin(a + b / 2)))
    assert graph.text() == "a\nb\nt1 = sin(a + 0.5*b)\nmade = exp(t1)*t1\n"


def test_a_part_that_only_a_branch_needs_stays_there(space: gradq.Space) -> None:
    graph = space.add("made", sympy.Piecewise((sympy.log(x) + sympy.log(x) ** 2, x > 0), (x, True)))
    assert graph.eval("made", x=-1) == -1.0


def test_equations_name_their_nodes(space: gradq.Space) -> None:
    graph = space.add("made", [sympy.Eq(y, 2 * x), sympy.Eq(x**2 + y, sympy.Symbol("z"))])
    assert graph.text() == "x\ny = 2*x\nz = x^2 + y\n"
    assert str(graph.d("z", wrt="x")) == "2*x + 2"


def test_what_cse_gives_keeps_its_replacements(space: gradq.Space) -> None:
    graph = space.add("made", sympy.cse([sympy.sqrt(x + y) + 1, sympy.exp(sympy.sqrt(x + y))]))
    assert graph.text() == "x\ny\nx0 = sqrt(x + y)\nmade[0] = x0 + 1\nmade[1] = exp(x0)\n"


def test_a_dictionary_names_its_nodes_and_numbers_are_parameters(space: gradq.Space) -> None:
    graph = space.add("made", {"P&L": a - b, b: 2, a: sympy.Rational(5, 2), "z": sympy.Symbol("P&L") * 2})
    assert graph.text() == "b = 2\na = 2.5\n'P&L' = a - b\nz = 2*'P&L'\n"


def test_a_matrix_is_a_node_for_each_entry(space: gradq.Space) -> None:
    graph = space.add("J", sympy.Matrix([x * y, x + y]).jacobian([x, y]))
    assert [graph[f"J[{row},{column}]"] for row in (0, 1) for column in (0, 1)] == ["y", "x", "1", "1"]


def test_symbols_that_parsers_take_for_constants_are_nodes(space: gradq.Space) -> None:
    names = sympy.symbols("e E I pi S N beta lambda")
    graph = space.add("made", {"y": sum(names) + sympy.pi})
    assert str(graph.d("y", wrt="pi")) == "1"
    assert graph.eval("y", dict.fromkeys(map(str, names), 0.0)) == pytest.approx(3.141592653589793)


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (sympy.Eq(x + y, a * b), "neither side of an equation is a symbol"),
        (sympy.Integral(x, x), "'made': SymPy's Integral has no counterpart"),
        ([sympy.Eq(y, x), sympy.Eq(y, 2 * x)], "'y' is defined twice"),
        ({"made": sympy.Symbol("made")}, "'made' would be defined by itself"),
        ([(1, x)], "a pair is"),
        (sympy.Lambda(x, x), "no counterpart"),
    ],
)
def test_what_is_no_graph_is_refused(thing: object, said: str, space: gradq.Space) -> None:
    with pytest.raises((UsageError, InvalidGraph), match=said):
        space.add("made", thing)
    assert list(space) == []


def test_a_loop_is_refused(space: gradq.Space) -> None:
    with pytest.raises(gradq.CycleError):
        space.add("made", [sympy.Eq(y, x), sympy.Eq(x, y)])


FORMULAS = ["2*a + b", "a^2/b", "sin(a)*exp(-b)", "if(a > b, a, b^2)", "max(a, 2*b)", "sqrt(a) + pi", "a - 3"]


@given(texts=st.lists(st.sampled_from(FORMULAS), min_size=1, max_size=4))
@settings(max_examples=10)
def test_a_graph_comes_back_from_sympy(texts: list[str]) -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("made", "\n".join(f"n{at} = {text}" for at, text in enumerate(texts)))
        again = space.add("again", graph.sympy())
        assert [str(again.formula(f"n{at}")) for at in range(len(texts))] == [
            str(graph.formula(f"n{at}")) for at in range(len(texts))
        ]


def test_a_wide_expression_of_sympy_is_no_tree_of_text(space: gradq.Space) -> None:
    expression = x
    for _ in range(40):
        expression = sympy.sin(expression, evaluate=False) + expression
    graph = space.add("deep", expression)
    assert len(graph) < 50
    assert graph.d("deep", wrt="x").at(x=0.0) == 2.0**40
