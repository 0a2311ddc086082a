"""Cell models: every variable and rate is a node, with the values and the derivatives that Myokit itself has for it."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import gradq
from gradq.engine.browser import Surroundings
from gradq.engine.graphfile import GraphText
from gradq.engine.values import Values
from gradq.formats import mmt
from gradq.formats.files import graph_of, open_file
from gradq.formats.registry import BY_NAME, reader

if find_spec("myokit") is None:  # not imported here, where HOME is still the user's: it would write to it
    pytest.skip('Myokit is not installed: pip install "gradq[mmt]"', allow_module_level=True)

Whole = Callable[[str | GraphText], Surroundings]
Forward = Callable[[GraphText], Values]

REAL = {
    "lr-1991.mmt": (66, 97),
    "decker-2009.mmt": (389, 772),
    "noble-1962.mmt": (26, 33),
    "beeler-1977-model.mmt": (44, 58),
    "dn-1985-normalised.mmt": (155, 291),
    "br-1977.cellml": (45, 60),
}
SMALL = """[[model]]
cell.V = -80
gate.m = 0.5 * gate.k

[time]
t = 0.25 bind time

[cell]
use gate.m as open
dot(V) = -(i - pump) / C
    in [mV]
    desc: The potential
C = 2 [pF]
i = 3 * scale * open
    scale = 1.5
pump = dot(gate.m) * 2

[gate]
k = 0.4
dot(m) = if(cell.V < -40, k * (1 - m), -m)
"""


@pytest.fixture(autouse=True)
def myokit() -> Any:
    """Import Myokit as the reader does, in the home that the test has."""
    return mmt._myokit()


def _write(folder: Path, text: str, name: str = "model.mmt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _graph(path: Path) -> GraphText:
    return graph_of(mmt.read(path), None)


def _formulas(path: Path) -> dict[str, str | None]:
    return {d.name: d.default if d.formula is None else d.formula for d in mmt.read(path).definitions}


def _variable(formula: str, folder: Path, forward: Forward) -> tuple[float, float]:
    """Return Myokit's value of a formula over x = 7.25 and y = -2.5, and ours."""
    text = f"[[model]]\n[c]\nt = 0 bind time\nx = 7.25\ny = -2.5\nz = {formula}\n"
    theirs = mmt._myokit().parse_model(text).get("c.z").eval()
    return theirs, forward(_graph(_write(folder, text))).found["c.z"]


@pytest.fixture(params=REAL)
def real(request: pytest.FixtureRequest, packaged: Callable[[str, str], Path]) -> Path:
    """Yield the path of each real model."""
    return packaged("myokit", f"tests/data/{'formats/cellml/' if request.param.endswith('cellml') else ''}{request.param}")


@pytest.fixture
def model(real: Path, myokit: Any) -> Any:
    """Myokit's own model of the file."""
    if real.suffix == ".mmt":
        return myokit.load_model(str(real))
    return mmt._from_cellml(real)


def test_a_real_model_has_the_nodes_and_edges_that_were_counted(real: Path) -> None:
    graph = open_file(str(real)).graph
    assert (len(graph.definitions), sum(map(len, graph.parents.values()))) == REAL[real.name]
    assert graph.implied == []


def test_the_values_of_a_real_model_are_those_that_myokit_has(real: Path, model: Any, forward: Forward) -> None:
    ours = forward(_graph(real)).found
    theirs = {variable.qname(): _initial(variable) for variable in model.variables(deep=True)}
    theirs |= dict(zip((f"dot({state.qname()})" for state in model.states()), model.evaluate_derivatives(), strict=True))
    assert ours.keys() == theirs.keys()
    pairs = {name: (ours[name], value) for name, value in theirs.items()}
    assert {name: pair for name, pair in pairs.items() if not math.isclose(*pair, rel_tol=1e-12)} == {}


def _initial(variable: Any) -> float:
    return float(variable.initial_value(as_float=True) if variable.is_state() else variable.eval())


def test_the_local_partials_of_a_real_model_are_the_slopes_of_myokits_own_values(
    real: Path, model: Any, whole: Whole, forward: Forward
) -> None:
    graph = _graph(real)
    found, values = whole(graph), forward(graph)
    at = values.found
    partials = {edge: values.number(partial) for edge, partial in found.partials.items() if partial is not None}
    assert len(partials) == REAL[real.name][1]
    sizes = {child: abs(at[child]) for child, _ in partials}  # what the value is a sum of: differences are good to a part of it
    for (child, parent), partial in partials.items():
        sizes[child] = max(sizes[child], abs(partial * at[parent]))
    off = {  # 1e-5: Decker's roots of a cubic lose digits in an acos near 1
        (child, parent): (partials[child, parent], slope)
        for child, parent, slope, step in _slopes(model, at)
        if not math.isclose(partials[child, parent], slope, rel_tol=1e-5, abs_tol=1e-12 * sizes[child] / step)
    }
    assert off == {}


def _slopes(model: Any, at: dict[str, float]) -> Iterator[tuple[str, str, float, float]]:
    """Yield every edge with its slope by Richardson's differences of Myokit's own values, and the step of them."""
    for variable in model.variables(deep=True):
        child = f"dot({variable.qname()})" if variable.is_state() else variable.qname()
        right = variable.rhs()
        names = {reference: mmt_name(reference) for reference in right.references()}
        for reference, parent in names.items():
            step = 1e-3 * (abs(at[parent]) or 1e-2)
            point = {other: at[name] for other, name in names.items()}

            def slope(width: float, right: Any = right, reference: Any = reference, point: Any = point) -> float:
                sides = [right.eval({**point, reference: point[reference] + move}) for move in (width, -width)]
                return float(sides[0] - sides[1]) / (2 * width)

            coarse, fine = slope(step), slope(step / 2)
            yield child, parent, (4 * fine - coarse) / 3, step


def mmt_name(reference: Any) -> str:
    name = reference.var().qname()
    return f"dot({name})" if reference.is_derivative() else str(name)


def test_every_local_partial_of_a_real_model_passes_check(real: Path) -> None:
    with gradq.open(":memory:") as space, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what was not taken: the protocol and the script
        graph = space.load(real)
        if not hasattr(graph, "check"):
            pytest.skip("gradq has no check yet")
        found = graph.check()
    assert found.ok and found.count("edge") == REAL[real.name][1]


def test_states_rates_nested_variables_aliases_and_bound_variables_become_nodes(tmp_path: Path) -> None:
    assert _formulas(_write(tmp_path, SMALL)) == {
        "time.t": "0.25",
        "cell.V": "-80",
        "dot(cell.V)": "-(cell.i - cell.pump)/cell.C",
        "cell.C": "2",
        "cell.i": "3*cell.i.scale*gate.m",
        "cell.i.scale": "1.5",
        "cell.pump": "'dot(gate.m)'*2",
        "gate.k": "0.4",
        "gate.m": "0.5*gate.k",
        "dot(gate.m)": "if(cell.V < -40, gate.k*(1 - gate.m), -gate.m)",
    }


def test_units_descriptions_and_bindings_are_notes(tmp_path: Path) -> None:
    notes = {d.name: d.note for d in mmt.read(_write(tmp_path, SMALL)).definitions if d.note}
    assert notes == {"time.t": "bound to time", "cell.V": "[mV]; The potential", "cell.C": "[pF]"}


@pytest.mark.parametrize(
    "formula",
    [
        "-x^2",
        "x^2^0.5",
        "(-x)^2",
        "2^-y",
        "x - (y - 3) - -2",
        "x / (y / 3) * 2",
        "x // y",
        "-x // 2",
        "x % y",
        "-x % 3 + x * 2 % 4",
        "log(x) + log(x, 3) + log10(x) + sqrt(x) + exp(y)",
        "sin(x) * cos(y) + tan(x) + asin(y / 3) + acos(y / 3) + atan(y)",
        "floor(y) + 10 * ceil(y) + 100 * abs(y) + floor(x)",
        "if(x > 7 and not (y >= 0), 1, 2)",
        "if(not (x > 7 and y < 0) or x == 7.25, 1, 2)",
        "if(x != 7.25 or y <= -3, 1, 2)",
        "piecewise(x < 1, 1, y < -2, x * y, 3)",
        "piecewise(x < 1, 1, y < -3, 2, x > 7, if(y > 0, 4, 5), 3)",
        "+x + 1e-7 * 2.5e300",
    ],
)
def test_an_expression_has_the_value_that_myokit_gives_it(formula: str, tmp_path: Path, forward: Forward) -> None:
    theirs, ours = _variable(formula, tmp_path, forward)
    assert math.isclose(ours, theirs, rel_tol=1e-14)


def test_a_number_that_is_not_finite_makes_an_opaque_node_and_is_named(tmp_path: Path, myokit: Any) -> None:
    number = myokit.Number(float("inf"))
    refused: list[Any] = []
    made = mmt._defined("c.z", myokit.Plus(myokit.Number(1), number), None, refused)
    assert (made.formula, made.note) == ("opaque()", "1 + infinity")
    assert refused == [("c.z", "its formula", "inf is no finite number")]


def test_protocol_and_script_are_named_and_left_alone(tmp_path: Path) -> None:
    text = SMALL + "\n[[protocol]]\n1 0 1 0 0\n\n[[script]]\nraise SystemExit\n"
    assert [item.name for item in mmt.read(_write(tmp_path, text)).refused] == ["protocol", "script"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[model]]\n[c]\nt = 0 bind time\nx = 1 +\n", "model.mmt:4:"),
        ("[[model]]\n[c]\nt = 0 bind time\nx = y\n", "model.mmt:4:"),
        ("[[model]]\n[c]\nt = 0 bind time\nx = y\ny = x\n", "Cyclical reference"),
        ("[[protocol]]\n1 0 1 0 0\n", "has no model"),
        ("", "model.mmt:0:1"),
        ("\0\1\2", "not text"),
        (f"[[model]]\n[c]\nt = 0 bind time\nx = {'(' * 3000}1{')' * 3000}\n", "nested too deeply"),
        (f"[[model]]\n[c]\nt = 0 bind time\nx = {'-' * 3000}1\n", "nested too deeply"),
        (f"[[model]]\n[c]\nt = 0 bind time\nx = {'1 + ' * 3000}1\n", "nested too deeply"),
        ("x" * (mmt.MOST_TEXT + 1), "at most"),
        ("<?xml version='1.0'?><html/>", "is no CellML: its first element is 'html'"),
        ("<model xmlns='http://www.cellml.org/cellml/1.0#'><component", ":1:"),
        ("<model xmlns='http://www.cellml.org/cellml/1.0#' name='1'/>", "Myokit cannot read"),
        ("<!DOCTYPE m [<!ENTITY a 'aa'>]><model xmlns='http://www.cellml.org/cellml/1.0#'>&a;</model>", "document type"),
    ],
)
def test_a_file_that_is_damaged_or_too_much_is_refused_in_one_line(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, text)
    with pytest.raises(gradq.InvalidGraph) as caught:
        open_file("model.mmt")
    message = f"{caught.value.message} {caught.value.hint}"
    assert said in message and "\n" not in message and len(message) < 400


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "a file"
    home.write_text("")
    monkeypatch.setenv("HOME", str(home))
    for name in [name for name in sys.modules if name.partition(".")[0] == "myokit"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(gradq.UsageError, match=r"settings in '.*a file/\.config/myokit'") as caught:
        mmt._myokit()
    assert caught.value.hint == "set HOME to a folder that can be written"


def test_a_missing_library_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "myokit", None)
    with pytest.raises(gradq.UsageError) as caught:
        reader(BY_NAME["cellml"])
    assert caught.value.hint == 'pip install "gradq[mmt]"'


def test_reading_prints_nothing(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    mmt.read(_write(tmp_path, SMALL))
    assert capfd.readouterr() == ("", "")
