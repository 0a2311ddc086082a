"""To SymPy and back: the same object, and the same value as SymPy gives, function by function and at random."""

import math
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradq.engine.algebra import own, to_sympy
from gradq.engine.algebra_back import from_sympy
from gradq.engine.evaluate import evaluate
from gradq.engine.expression import Call, Expr, Product, add, call, multiply, number, power, symbol
from gradq.engine.formula import parse_expression
from gradq.engine.functions import FUNCTIONS, OPAQUE
from gradq.engine.layout import text_of
from gradq.engine.steps import Failure
from gradq.engine.traverse import postorder
from gradq.store.errors import GaveUp, UsageError

# a formula of each function, and points that lie on its kinks, in all quadrants and at the ends of its domain
# fmt: off
TABLE: list[tuple[str, list[tuple[float, ...]]]] = [
    ("exp(x)",                                   [(-1.5,), (2.0,)]),
    ("log(x)",                                   [(0.25,), (7.0,)]),
    ("log2(x)",                                  [(0.25,), (8.0,)]),
    ("log10(x)",                                 [(0.25,), (1000.0,)]),
    ("log1p(x)",                                 [(-0.5,), (1e-9,)]),
    ("expm1(x)",                                 [(-0.5,), (1e-9,)]),
    ("sqrt(x)",                                  [(0.0,), (7.0,)]),
    ("cbrt(x)",                                  [(-8.0,), (0.0,), (27.0,)]),
    ("abs(x)",                                   [(-2.5,), (0.0,), (3.5,)]),
    ("sign(x)",                                  [(-2.5,), (0.0,), (3.5,)]),
    ("sin(x)",                                   [(-2.5,), (0.25,)]),
    ("cos(x)",                                   [(-2.5,), (0.25,)]),
    ("tan(x)",                                   [(-2.5,), (0.25,)]),
    ("asin(x)",                                  [(-1.0,), (0.25,)]),
    ("acos(x)",                                  [(-1.0,), (0.25,)]),
    ("atan(x)",                                  [(-2.5,), (0.25,)]),
    ("atan2(x, y)",                              [(0.5, 2.0), (0.5, -2.0), (-3.0, -1.0), (-3.0, 1.0), (0.0, -1.0)]),
    ("sinh(x)",                                  [(-2.5,), (0.25,)]),
    ("cosh(x)",                                  [(-2.5,), (0.25,)]),
    ("tanh(x)",                                  [(-2.5,), (0.25,)]),
    ("asinh(x)",                                 [(-2.5,), (0.25,)]),
    ("acosh(x)",                                 [(1.0,), (2.5,)]),
    ("atanh(x)",                                 [(-0.5,), (0.25,)]),
    ("min(y, x)",                                [(1.0, 2.0), (2.0, 1.0), (1.0, 1.0)]),
    ("max(y, x, x, 1)",                          [(1.0, 2.0), (2.0, 1.0), (0.5, 0.25)]),
    ("step(x)",                                  [(-2.5,), (0.0,), (3.5,)]),
    ("floor(x)",                                 [(-2.5,), (3.0,), (3.5,)]),
    ("ceil(x)",                                  [(-2.5,), (3.0,), (3.5,)]),
    ("mod(x, y)",                                [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (-7.5, -2.0), (4.0, 2.0)]),
    ("erf(x)",                                   [(-1.5,), (0.5,)]),
    ("erfc(x)",                                  [(-1.5,), (5.0,)]),
    ("normcdf(x)",                               [(-8.0,), (0.5,)]),
    ("normpdf(x)",                               [(-8.0,), (0.5,)]),
    ("gamma(x)",                                 [(-2.5,), (4.0,)]),
    ("lgamma(x)",                                [(-2.5,), (-1.5,), (4.0,)]),
    ("digamma(x)",                               [(-2.5,), (4.0,)]),
    ("polygamma(2, x)",                          [(-2.5,), (4.0,)]),
    ("sigmoid(x)",                               [(-40.0,), (1.5,)]),
    ("relu(x)",                                  [(-2.5,), (0.0,), (3.5,)]),
    ("softplus(x)",                              [(-40.0,), (1.5,)]),
    ("hypot(x, y)",                              [(3.0, -4.0)]),
    ("if(x < y, x, y)",                          [(1.0, 2.0), (1.0, 1.0), (2.0, 1.0)]),
    ("if(x <= y, 5, if(x == 2, 6, x))",          [(1.0, 1.0), (2.0, 1.0), (3.0, 1.0)]),
    ("if(x >= y and not x > 2 or y != 1, x, y)", [(1.0, 1.0), (3.0, 1.0), (1.0, 2.0)]),
    ("if(if(x > 0, 1, 2) > 1, x, y)",            [(-1.0, 5.0), (1.0, 5.0)]),
]
# fmt: on
X = sympy.Symbol("x", real=True)


def test_every_function_is_in_the_table() -> None:
    called = {item.name for text, _ in TABLE for item in postorder(parse_expression(text)) if isinstance(item, Call)}
    assert set(FUNCTIONS) - {OPAQUE} <= called


def test_what_could_not_be_read_stays_so_in_sympy() -> None:
    for text in ("opaque(x, y) + 2", "opaque()"):
        theirs = to_sympy(parse_expression(text))
        assert from_sympy(theirs) is parse_expression(text)
        assert not theirs.is_number


@pytest.mark.parametrize(("text", "points"), TABLE)
def test_each_function_comes_back_and_has_our_value_in_sympy(text: str, points: list[tuple[float, ...]]) -> None:
    item = parse_expression(text)
    theirs = to_sympy(item)
    assert from_sympy(theirs) is item
    for point in points:
        exact = {
            sympy.Symbol(name, real=True): sympy.Rational(*Fraction(at).as_integer_ratio())
            for name, at in zip("xy", point, strict=False)
        }
        found, expected = float(theirs.subs(exact).evalf()), evaluate(item, dict(zip("xy", point, strict=False)))
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-300), f"{text} at {point}: SymPy {found!r}, we {expected!r}"


@pytest.mark.parametrize("name", ["cbrt", "log2", "log10", "log1p", "expm1", "sigmoid", "relu", "softplus", "normcdf", "lgamma"])
def test_our_own_functions_are_differentiated_by_our_table(name: str) -> None:
    slope = own(name)(X**2).diff(X)
    step = 1e-6
    values = [FUNCTIONS[name].value((1.5 + move) ** 2) for move in (-step, step)]
    assert float(slope.subs(X, 1.5)) == pytest.approx((values[1] - values[0]) / (2 * step), rel=1e-6)


@pytest.mark.parametrize("text", ["60*d + 84", "1944 - 900*a", "2*a/3 + x^2*y", "(a + b)^2/c", "x^y*pi", "x*(y + 1)/7"])
def test_arithmetic_is_what_a_user_of_sympy_writes(text: str) -> None:
    names = {name: sympy.Symbol(name, real=True) for name in "abcdxy"} | {"pi": sympy.pi}
    a, b, c, d, x, y, pi = (names[name] for name in ("a", "b", "c", "d", "x", "y", "pi"))
    written = {
        "60*d + 84": 60 * d + 84,
        "1944 - 900*a": 1944 - 900 * a,
        "2*a/3 + x^2*y": sympy.Rational(2, 3) * a + x**2 * y,
        "(a + b)^2/c": (a + b) ** 2 / c,
        "x^y*pi": x**y * pi,
        "x*(y + 1)/7": x * (y + 1) / 7,
    }
    assert to_sympy(parse_expression(text)) == written[text]


@pytest.mark.parametrize(
    "name", ["pi", "e", "E", "I", "N", "S", "Q", "O", "oo", "lambda", "beta", "gamma", "zoo", "x'", "P&L!B20", "x+1"]
)
def test_a_name_is_a_symbol_whatever_it_means_to_sympy(name: str) -> None:
    item = multiply([number(2), symbol(name)])
    theirs = to_sympy(item)
    assert theirs.free_symbols == {sympy.Symbol(name, real=True)}
    assert from_sympy(theirs) is item


def test_the_constant_pi_and_a_node_of_that_name_are_kept_apart() -> None:
    constant, node = symbol("pi", constant=True), symbol("pi")
    assert to_sympy(constant) is sympy.pi and from_sympy(sympy.pi) is constant
    assert to_sympy(node) != sympy.pi and from_sympy(to_sympy(node)) is node


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("x^0.5", "sqrt(x)"),  # SymPy has one form for both
        ("x^-0.5", "1/sqrt(x)"),
        ("sqrt(x)^3", "x^1.5"),
        ("sqrt(x)*x", "x^1.5"),
        ("polygamma(0, x)", "digamma(x)"),
        ("exp(x)^2", "exp(2*x)"),
        ("(x^2)^y*x", "x*abs(x)^(2*y)"),
        ("4^0.5*x", "2*x"),
    ],
)
def test_these_come_back_in_another_form(text: str, back: str) -> None:
    item = parse_expression(text)
    found = from_sympy(to_sympy(item))
    assert text_of(found) == back
    point = {"x": 1.7, "y": 0.3}
    assert evaluate(found, point) == pytest.approx(evaluate(item, point), rel=1e-14)


@pytest.mark.parametrize(
    "text", ["9^9^9", "x*9^9^9 + x", "9^(9^(9^9))*x", "exp(1e9*log(2))*exp(x)", "floor(9^9^9/7)", "gamma(1e9)*x"]
)
@pytest.mark.parametrize("evaluated", [True, False])
def test_nothing_huge_is_worked_out(text: str, evaluated: bool) -> None:
    item = parse_expression(text)
    assert from_sympy(to_sympy(item, evaluate=evaluated)) is item


def test_undefined_numbers_and_complex_powers_stay_as_they_are() -> None:
    for text in ("x + 1/0", "(-8)^(1/3)*x", "sqrt(-1) + x", "max(sqrt(-1), x)", "0^x", "1/if(x < 1, 0, x)"):
        item = parse_expression(text)
        assert from_sympy(to_sympy(item)) is item


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (sympy.sec(X) + sympy.csc(X), "1/cos(x) + 1/sin(x)"),
        (sympy.cot(X) * sympy.coth(X), "1/(tan(x)*tanh(x))"),
        (sympy.acot(X), "atan(1/x)"),
        (sympy.E + sympy.exp(X), "exp(1) + exp(x)"),
        (sympy.Float(0.1) * X, "0.1*x"),
        (sympy.Float("1e-7"), "0.0000001"),
        (sympy.Rational(2, 3), "2/3"),
        (sympy.Heaviside(X), "(sign(x) + 1)/2"),
        (sympy.Heaviside(X, 0), "step(x)"),
        (sympy.Heaviside(X, 1), "if(x == 0, 1, step(x))"),
        (sympy.Piecewise((1, X < 1), (2, X < 2), (X, True)), "if(x < 1, 1, if(x < 2, 2, x))"),
        (sympy.Piecewise((1, sympy.And(X > 0, X < 1, sympy.Ne(X, 2))), (2, True)), "if(x > 0 and x < 1, 1, 2)"),
        (sympy.Max(0, X, 1 - X), "max(0, x, 1 - x)"),
        (sympy.factorial(X), "gamma(x + 1)"),
        (sympy.Function("sigmoid")(X), "sigmoid(x)"),
        (1 / sympy.sqrt(X), "1/sqrt(x)"),
        (sympy.GoldenRatio, "(sqrt(5) + 1)/2"),
    ],
)
def test_what_sympy_writes_is_read(theirs: sympy.Expr, ours: str) -> None:
    found, expected = from_sympy(theirs), parse_expression(ours)
    point = {"x": 0.37}
    assert evaluate(found, point) == pytest.approx(evaluate(expected, point), rel=1e-15)
    if not isinstance(theirs, (sympy.Piecewise, sympy.Max)):
        assert found is expected


def test_a_float_is_the_shortest_decimal_of_its_double_and_beyond_doubles_it_is_exact() -> None:
    assert from_sympy(sympy.Float(0.1)) is number(Fraction(1, 10))
    assert evaluate(from_sympy(sympy.Float(2.0) ** 60), {}) == 2.0**60
    precise = from_sympy(-sympy.Float("0.1", 40))
    assert precise is not number(Fraction(-1, 10)) and evaluate(precise, {}) == -0.1
    assert text_of(from_sympy(sympy.Float(2, 20) ** 10**12)) == "2^1000000000000"


F = sympy.Function("f")


@pytest.mark.parametrize(
    ("theirs", "named"),
    [
        (lambda: sympy.Derivative(F(X), X), "Derivative"),
        (lambda: sympy.Integral(X**X, X) + 1, "Integral"),
        (lambda: F(X), "f"),
        (lambda: sympy.I * X, "ImaginaryUnit"),
        (lambda: sympy.zoo, "ComplexInfinity"),
        (lambda: sympy.oo, "Infinity"),
        (lambda: sympy.nan, "NaN"),
        (lambda: sympy.DiracDelta(X), "DiracDelta"),
        (lambda: sympy.Dummy("x"), "Dummy"),
        (lambda: sympy.Piecewise((X, X < 1)), "Piecewise"),
        (lambda: sympy.Function("sin")(X, X), "sin"),
        (lambda: X < 1, "StrictLessThan"),
        (lambda: "__import__('os').getcwd()", "str"),
    ],
)
def test_what_has_no_counterpart_is_named(theirs: Callable[[], object], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        from_sympy(theirs())


def test_a_deep_or_a_widely_shared_expression_needs_no_recursion() -> None:
    item: Expr = symbol("x")
    for _ in range(2_000):
        item = call("sin", [item])
    assert from_sympy(to_sympy(item)) is item
    for _ in range(2_000):
        item = add([call("cos", [item]), multiply([item, item])])
    try:
        assert from_sympy(to_sympy(item, evaluate=False)) is item
    except GaveUp as error:
        assert "deep" in error.message


def test_sympy_is_not_imported_before_it_is_needed() -> None:
    code = "import gradq.engine.algebra, gradq.engine.algebra_back, gradq.engine.notation, sys; print('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


# ------------------------------------------------------------------------------------------------------- at random

NAMES = ["a", "x", "y", "e", "gamma", "P&L"]
POINT = {name: 0.3 + 0.17 * index for index, name in enumerate(NAMES)}
leaves = st.one_of(
    st.sampled_from(NAMES).map(symbol),
    st.fractions(-9, 9, max_denominator=8).map(number),
    st.just(symbol("pi", constant=True)),
)
UNARY = [name for name, function in FUNCTIONS.items() if function.arity == (1, 1)]
BINARY = ["atan2", "mod", "hypot", "min", "max"]


def grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """Return sums, products, powers and calls of smaller expressions."""
    pairs, several = st.tuples(inner, inner), st.lists(inner, min_size=2, max_size=4)
    comparison = st.tuples(st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), pairs).map(lambda made: call(*made))
    return st.one_of(
        several.map(add),
        several.map(multiply),
        st.tuples(inner, st.one_of(st.integers(-3, 3).map(number), inner)).map(lambda pair: power(*pair)),
        st.tuples(st.sampled_from(UNARY), inner).map(lambda made: call(made[0], made[1:])),
        st.tuples(st.sampled_from(BINARY), pairs).map(lambda made: call(*made)),
        st.tuples(comparison, comparison, pairs).map(lambda m: call("if", [call("and", m[:2]), *m[2]])),
    )


expressions = st.recursive(leaves, grown, max_leaves=10)


def halved(item: Expr) -> bool:
    return any(isinstance(p, Product) and any(text_of(e) in ("0.5", "-0.5") for _, e in p.powers) for p in postorder(item))


@given(expressions)
@settings(max_examples=60, deadline=None)
def test_as_written_every_expression_comes_back_as_the_same_object(item: Expr) -> None:
    assume(not halved(item))
    assert from_sympy(to_sympy(item, evaluate=False)) is item


@given(expressions)
@settings(max_examples=60, deadline=None)
def test_what_comes_back_has_the_same_value(item: Expr) -> None:
    try:
        expected = evaluate(item, POINT)
    except Failure:
        return
    found = evaluate(from_sympy(to_sympy(item)), POINT)
    assume(math.isfinite(found) and abs(expected) > 1e-6)
    assert found == pytest.approx(expected, rel=1e-6), text_of(item)
