"""Each function's value against mpmath, each derivative against differences with 50 digits."""

import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from gradq.engine.evaluate import evaluate
from gradq.engine.formula import parse_expression
from gradq.engine.functions import ALIASES, FUNCTIONS

Point = tuple[float, ...]


def _real_cbrt(x: Any) -> Any:
    return mpmath.sign(x) * mpmath.cbrt(abs(x))


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x))


def _whole(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of mpmath whose first argument is made an int."""
    return lambda n, x: function(int(n), x)


# name, the same function in mpmath, points away from kinks
# fmt: off
TABLE: list[tuple[str, Callable[..., Any], list[Point]]] = [
    ("exp",       mpmath.exp,                                 [(-700.0,), (-1.5,), (0.3,), (20.0,)]),
    ("log",       mpmath.log,                                 [(1e-300,), (0.3,), (7.0,)]),
    ("log2",      lambda x: mpmath.log(x) / mpmath.log(2),    [(1e-300,), (0.3,), (7.0,)]),
    ("log10",     lambda x: mpmath.log(x) / mpmath.log(10),   [(1e-300,), (0.3,), (7.0,)]),
    ("log1p",     mpmath.log1p,                               [(-0.9,), (1e-18,), (-1e-9,), (5.0,)]),
    ("expm1",     mpmath.expm1,                               [(-40.0,), (1e-18,), (-1e-9,), (5.0,)]),
    ("sqrt",      mpmath.sqrt,                                [(1e-300,), (0.3,), (7.0,)]),
    ("cbrt",      _real_cbrt,                                 [(-8.5,), (-0.1,), (0.3,), (1e9,)]),
    ("abs",       abs,                                        [(-2.5,), (3.5,)]),
    ("sign",      mpmath.sign,                                [(-2.5,), (3.5,)]),
    ("sin",       mpmath.sin,                                 [(-2.5,), (0.3,), (100.0,)]),
    ("cos",       mpmath.cos,                                 [(-2.5,), (0.3,), (100.0,)]),
    ("tan",       mpmath.tan,                                 [(-2.5,), (0.3,), (1.5,)]),
    ("asin",      mpmath.asin,                                [(-0.9,), (1e-9,), (0.5,)]),
    ("acos",      mpmath.acos,                                [(-0.9,), (1e-9,), (0.5,)]),
    ("atan",      mpmath.atan,                                [(-50.0,), (1e-9,), (0.5,)]),
    ("atan2",     mpmath.atan2,                               [(0.5, 2.0), (0.5, -2.0), (-3.0, -1.0), (-3.0, 1.0)]),
    ("sinh",      mpmath.sinh,                                [(-20.0,), (1e-9,), (0.5,)]),
    ("cosh",      mpmath.cosh,                                [(-20.0,), (1e-9,), (0.5,)]),
    ("tanh",      mpmath.tanh,                                [(-1.5,), (1e-9,), (0.5,)]),
    ("asinh",     mpmath.asinh,                               [(-1e9,), (1e-9,), (0.5,)]),
    ("acosh",     mpmath.acosh,                               [(1.001,), (2.5,), (1e9,)]),
    ("atanh",     mpmath.atanh,                               [(-0.9,), (1e-9,), (0.5,)]),
    ("step",      lambda x: (1 + mpmath.sign(x)) / 2,         [(-2.5,), (3.5,)]),
    ("floor",     mpmath.floor,                               [(-2.5,), (3.5,), (0.25,)]),
    ("ceil",      mpmath.ceil,                                [(-2.5,), (3.5,), (0.25,)]),
    ("mod",       lambda x, y: x - y * mpmath.floor(x / y),   [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (-7.5, -2.0)]),
    ("erf",       mpmath.erf,                                 [(-1.5,), (1e-9,), (0.5,)]),
    ("erfc",      mpmath.erfc,                                [(-1.5,), (0.5,), (5.0,)]),
    ("normcdf",   mpmath.ncdf,                                [(-8.0,), (-1.5,), (0.5,), (5.0,)]),
    ("normpdf",   mpmath.npdf,                                [(-8.0,), (-1.5,), (0.5,), (5.0,)]),
    ("gamma",     mpmath.gamma,                               [(-2.5,), (0.3,), (4.2,), (20.5,)]),
    ("lgamma",    lambda x: mpmath.log(abs(mpmath.gamma(x))), [(-2.7,), (0.3,), (4.2,), (20.5,)]),
    ("digamma",   mpmath.digamma,                             [(-2.7,), (0.3,), (1.4616321449683622,), (1e9,)]),
    ("polygamma", _whole(mpmath.psi),                         [(0.0, 0.3), (1.0, -2.5), (2.0, -7.5), (5.0, 3.5)]),
    ("sigmoid",   _sigmoid,                                   [(-40.0,), (-1.5,), (0.5,), (5.0,)]),
    ("relu",      lambda x: max(x, 0),                        [(-2.5,), (3.5,)]),
    ("softplus",  lambda x: mpmath.log1p(mpmath.exp(x)),      [(-40.0,), (-1.5,), (0.5,), (5.0,)]),
    ("hypot",     mpmath.hypot,                               [(3.0, -4.5), (1e-3, 7.0)]),
]
# fmt: on
CASES = [(name, reference, point) for name, reference, points in TABLE for point in points]
PARTIALS = [
    (name, reference, point, index)
    for name, reference, point in CASES
    for index, text in enumerate(FUNCTIONS[name].derivatives)
    if text is not None
]


def _report(found: float, expected: float) -> str:
    relative = abs(found - expected) / abs(expected or 1.0)
    return f"found {found!r}, expected {expected!r}, relative difference {relative:.1e}"


@pytest.mark.parametrize(("name", "reference", "point"), CASES)
def test_value_agrees_with_mpmath(name: str, reference: Callable[..., Any], point: Point) -> None:
    with mpmath.workdps(50):
        expected = float(reference(*map(mpmath.mpf, point)))
    found = FUNCTIONS[name].value(*point)
    assert found == pytest.approx(expected, rel=1e-13, abs=0), _report(found, expected)


@pytest.mark.parametrize(("name", "reference", "point", "index"), PARTIALS)
def test_derivative_agrees_with_differences(name: str, reference: Callable[..., Any], point: Point, index: int) -> None:
    expected = _difference(reference, point, index)
    text = FUNCTIONS[name].derivatives[index]
    assert text is not None
    found = evaluate(parse_expression(text), dict(zip(_placeholders(name), point, strict=True)))
    assert found == pytest.approx(expected, rel=1e-12, abs=0), _report(found, expected)


def _difference(reference: Callable[..., Any], point: Point, index: int) -> float:
    """Return the central difference of `reference` in one argument; its error is about 1e-32 of the value."""
    with mpmath.workdps(50):
        exact = list(map(mpmath.mpf, point))
        step = abs(exact[index]) * mpmath.mpf(10) ** -16
        above, below = ([*exact[:index], exact[index] + sign * step, *exact[index + 1 :]] for sign in (1, -1))
        return float((reference(*above) - reference(*below)) / (2 * step))


def _placeholders(name: str) -> tuple[str, ...]:
    return ("n", "x") if name == "polygamma" else ("x", "y")[: FUNCTIONS[name].arity[0]]


@pytest.mark.parametrize(
    ("name", "point", "expected"),
    [
        ("sigmoid", 1000.0, 1.0),
        ("sigmoid", -1000.0, 0.0),
        ("sigmoid", -700.0, 9.859676543759770e-305),
        ("softplus", 1000.0, 1000.0),
        ("softplus", -1000.0, 0.0),
        ("softplus", -700.0, 9.859676543759770e-305),
        ("log1p", 1000.0, 6.90875477931522),
        ("expm1", -1000.0, -1.0),
        ("normcdf", 1000.0, 1.0),
        ("normcdf", -1000.0, 0.0),
        ("normpdf", 1e200, 0.0),
        ("tanh", 1000.0, 1.0),
        ("erfc", 1000.0, 0.0),
    ],
)
def test_values_far_out_are_finite(name: str, point: float, expected: float) -> None:
    assert FUNCTIONS[name].value(point) == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize("point", [-20.0, -30.0, -37.0, -38.0])
def test_lower_tail_of_normcdf_keeps_its_digits(point: float) -> None:
    with mpmath.workdps(50):
        expected = float(mpmath.ncdf(point))
    found = FUNCTIONS["normcdf"].value(point)
    assert found == pytest.approx(expected, rel=1e-12, abs=5e-324), _report(found, expected)


def test_polygamma_is_quick_and_right_far_below_zero() -> None:
    for n, x in [(0.0, -1e6 + 0.25), (1.0, -1e6 + 0.25), (2.0, -1e6 + 0.25), (3.0, -1e15 + 0.5)]:
        with mpmath.workdps(60):  # reflection, with the derivatives of cot written out
            c, pi = mpmath.cot(mpmath.pi * x), mpmath.pi
            turns = [c, -pi * (1 + c**2), 2 * pi**2 * c * (1 + c**2), -2 * pi**3 * (1 + c**2) * (1 + 3 * c**2)]
            expected = float((-1) ** int(n) * mpmath.psi(int(n), 1 - mpmath.mpf(x)) - pi * turns[int(n)])
        found = FUNCTIONS["polygamma"].value(n, x)
        assert found == pytest.approx(expected, rel=1e-13, abs=0), _report(found, expected)


@pytest.mark.parametrize(
    ("name", "point"),
    [
        *[(name, (x,)) for name in ("log", "log2", "log10") for x in (0.0, -1.0)],
        *[(name, (x,)) for name in ("gamma", "lgamma", "digamma") for x in (0.0, -1.0, -3.0)],
        *[(name, (x,)) for name in ("asin", "acos") for x in (-1.001, 1.001)],
        *[("polygamma", (n, x)) for n in (1.0, 2.0) for x in (0.0, -1.0, -3.0, -1e300)],
        *[("polygamma", (n, 0.5)) for n in (-1.0, 0.5, 1e9, math.inf, math.nan)],
        ("log1p", (-1.0,)),
        ("sqrt", (-1.0,)),
        ("acosh", (0.999,)),
        ("atanh", (1.0,)),
        ("atanh", (-1.0,)),
    ],
)
def test_outside_its_domain_a_function_raises(name: str, point: Point) -> None:
    with pytest.raises(ValueError):
        FUNCTIONS[name].value(*point)


@pytest.mark.parametrize(
    ("name", "point"),
    [
        *[(name, (1000.0,)) for name in ("exp", "expm1", "sinh", "cosh", "gamma")],
        ("lgamma", (1e308,)),
        ("hypot", (1.7e308, 1.7e308)),
        ("polygamma", (3.0, 1e-200)),
    ],
)
def test_a_value_past_the_doubles_overflows(name: str, point: Point) -> None:
    with pytest.raises(OverflowError):
        FUNCTIONS[name].value(*point)


def test_mod_by_zero_divides_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        FUNCTIONS["mod"].value(1.0, 0.0)


_CORNERS = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 5e-324, -1e-300, 1e17, -1e17, 1.7e308, -1.7e308, math.inf, -math.inf]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_gives_a_float_that_is_a_number_or_raises(name: str) -> None:
    points = [(x,) if FUNCTIONS[name].arity[0] == 1 else (x, y) for x in _CORNERS for y in _CORNERS]
    for point in points:
        try:
            found = FUNCTIONS[name].value(*point)
        except (ValueError, OverflowError, ZeroDivisionError):
            continue
        assert isinstance(found, float) and not math.isnan(found), f"{name}{point} gave {found!r}"
        if all(map(math.isfinite, point)):
            assert math.isfinite(found), f"{name}{point} gave {found!r}"


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if FUNCTIONS[name].arity[0] == 1])
def test_a_function_does_not_hide_nan(name: str) -> None:
    try:
        assert math.isnan(FUNCTIONS[name].value(math.nan))
    except ValueError:
        pass


@pytest.mark.parametrize("zero", [0.0, -0.0])
@pytest.mark.parametrize("name", ["abs", "sign", "step", "relu"])
def test_at_its_kink_a_function_is_a_positive_zero(name: str, zero: float) -> None:
    found = FUNCTIONS[name].value(zero)
    assert (found, math.copysign(1.0, found)) == (0.0, 1.0)


def test_atan2_does_not_see_the_sign_of_zero() -> None:
    assert FUNCTIONS["atan2"].value(-0.0, -1.0) == math.pi


@pytest.mark.parametrize(
    ("name", "kinks", "smooth"),
    [
        *[(name, [(0.0,), (-0.0,)], [(1e-300,), (-2.0,)]) for name in ("abs", "sign", "step", "relu")],
        *[(name, [(0.0,), (-3.0,), (1e300,)], [(0.5,), (-2.25,)]) for name in ("floor", "ceil")],
        ("mod", [(6.0, 2.0), (0.0, 5.0), (-6.0, 2.0)], [(7.0, 2.0), (-0.5, 2.0), (1.0, 0.0)]),
        ("min", [(1.0, 1.0), (3.0, 1.0, 1.0)], [(1.0, 2.0), (1.0, 3.0, 3.0)]),
        ("max", [(1.0, 1.0), (3.0, 1.0, 3.0)], [(1.0, 2.0), (3.0, 1.0, 1.0)]),
    ],
)
def test_a_kink_is_seen_where_it_is_and_nowhere_else(name: str, kinks: list[Point], smooth: list[Point]) -> None:
    kink = FUNCTIONS[name].kink
    assert kink is not None
    assert [kink.met(*point) for point in kinks] == [True] * len(kinks)
    assert [kink.met(*point) for point in smooth] == [False] * len(smooth)


def test_min_and_max_take_any_number_of_arguments() -> None:
    assert FUNCTIONS["min"].arity == FUNCTIONS["max"].arity == (2, None)
    assert (FUNCTIONS["min"].value(3.0, 1.0, 2.0), FUNCTIONS["max"].value(3.0, 1.0, 2.0)) == (1.0, 3.0)


def test_every_function_is_in_the_table_of_tests() -> None:
    assert [name for name in FUNCTIONS if name not in ("min", "max", "opaque")] == [name for name, _, _ in TABLE]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_has_a_derivative_over_the_placeholders(name: str) -> None:
    low, high = FUNCTIONS[name].arity
    assert len(FUNCTIONS[name].derivatives) == (0 if high is None else low)
    for text in FUNCTIONS[name].derivatives:
        # a node may be called pi: the text must mean the same then
        assert text is None or parse_expression(text) is parse_expression(text, pi_is_node=True)


def test_an_alias_is_another_word_for_a_function_of_the_table() -> None:
    assert set(ALIASES.values()) <= set(FUNCTIONS)
    assert not set(ALIASES) & set(FUNCTIONS)


def test_the_table_is_imported_without_mpmath() -> None:
    code = "import sys, gradq.engine.functions; sys.exit('mpmath' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
