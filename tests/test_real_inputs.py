"""Real inputs: Black–Scholes against its closed form, and the Feynman formulas of the package physo against mpmath."""

import ast
import csv
import importlib.metadata
import io
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import pytest

import gradq

BLACK_SCHOLES = """
S = 100        # spot
K = 105        # strike
r = 0.03       # rate
sigma = 0.2    # volatility
T = 0.75       # years
root = sigma*sqrt(T)
d1 = (log(S/K) + (r + sigma^2/2)*T)/root
d2 = d1 - root
discount = exp(-r*T)
asset = S*normcdf(d1)
debt = K*discount*normcdf(d2)
price = asset - debt
"""
PARTIALS = 468  # of all 120 formulas
OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}
FUNCTIONS = {"sqrt": "sqrt", "exp": "exp", "ln": "log", "sin": "sin", "cos": "cos", "tanh": "tanh"}
FUNCTIONS |= {"arcsin": "asin", "arccos": "acos"}


def test_delta_vega_and_rho_are_those_of_the_closed_form() -> None:
    spot, strike, rate, sigma, years = 100.0, 105.0, 0.03, 0.2, 0.75
    d1 = (math.log(spot / strike) + (rate + sigma**2 / 2) * years) / (sigma * math.sqrt(years))
    d2 = d1 - sigma * math.sqrt(years)
    expected = {
        "S": float(mpmath.ncdf(d1)),
        "sigma": spot * float(mpmath.npdf(d1)) * math.sqrt(years),
        "r": strike * years * math.exp(-rate * years) * float(mpmath.ncdf(d2)),
    }
    with gradq.open(":memory:") as space:
        graph = space.add("black-scholes", BLACK_SCHOLES)
        for name, value in expected.items():
            assert graph.d("price", wrt=name).at() == pytest.approx(value, rel=1e-12)


def test_the_feynman_formulas_have_the_partials_that_differences_have() -> None:
    checked, wrong = 0, []
    with gradq.open(":memory:") as space, mpmath.workdps(50):
        for row in feynman():
            name, text, ranges = row["Filename"], row["Formula"], list(variables(row))
            output = f"out_{row['Output']}"
            graph = space.add(name, "\n".join([*(v for v, _, _ in ranges), f"{output} = {text}"]))
            tree = ast.parse(text, mode="eval").body
            point = inside(tree, ranges)
            for variable, _, _ in ranges:
                ours = graph.d(output, wrt=variable).at(point)
                theirs = float(slope(tree, point, variable))
                checked += 1
                if ours != pytest.approx(theirs, rel=1e-9, abs=1e-14):
                    wrong.append(f"{name} ∂/∂{variable}: {ours!r} against {theirs!r}")
    assert not wrong, wrong
    assert checked == PARTIALS


def feynman() -> Iterator[dict[str, str]]:
    """Yield the rows of both tables that physo ships; importing physo itself would need torch."""
    try:
        files = importlib.metadata.files("physo") or []
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("physo is not installed: pip install --no-deps physo")
    for name in ("FeynmanEquations.csv", "BonusEquations.csv"):
        (found,) = (file for file in files if file.name == name)
        for row in csv.DictReader(io.StringIO(found.read_binary().decode("utf-8-sig"))):
            if row["Formula"]:
                yield row


def variables(row: dict[str, str]) -> Iterator[tuple[str, float, float]]:
    for index in range(1, 11):
        if row.get(f"v{index}_name"):
            yield row[f"v{index}_name"], float(row[f"v{index}_low"]), float(row[f"v{index}_high"])


def inside(tree: ast.expr, ranges: list[tuple[str, float, float]]) -> dict[str, float]:
    """Return a point within the ranges at which the formula has a real value."""
    for attempt in range(200):
        point = {
            name: low + (high - low) * (0.13 + 0.61 * ((index * 0.381966 + attempt * 0.618034) % 1))
            for index, (name, low, high) in enumerate(ranges)
        }
        if isinstance(value(tree, {name: mpmath.mpf(number) for name, number in point.items()}), mpmath.mpf):
            return point
    raise AssertionError("no point with a real value")


def slope(tree: ast.expr, point: dict[str, float], variable: str) -> Any:
    exact = {name: mpmath.mpf(number) for name, number in point.items()}
    return mpmath.diff(lambda x: value(tree, {**exact, variable: x}), exact[variable])


def value(tree: ast.expr, point: dict[str, Any]) -> Any:
    """Return a formula's value in 50 digits, by Python's own grammar and none of gradq."""
    if isinstance(tree, ast.Constant):
        return mpmath.mpf(str(tree.value))
    if isinstance(tree, ast.Name):
        return point[tree.id] if tree.id in point else {"pi": mpmath.pi}[tree.id]
    if isinstance(tree, ast.BinOp):
        return OPERATORS[type(tree.op)](value(tree.left, point), value(tree.right, point))
    if isinstance(tree, ast.UnaryOp):
        return OPERATORS[type(tree.op)](value(tree.operand, point))
    assert isinstance(tree, ast.Call)
    assert isinstance(tree.func, ast.Name)
    return getattr(mpmath, FUNCTIONS[tree.func.id])(*(value(arg, point) for arg in tree.args))
