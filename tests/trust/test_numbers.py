"""Numbers survive: stored, read back, printed and in JSON without loss or a lie; and stay right near the edges."""

import json
import math
import struct
from collections.abc import Iterator

import mpmath
import pytest

from gradq.cli.app import main
from gradq.engine import bulk, loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph, write_graph
from gradq.engine.nodes import evaluate
from gradq.engine.points import checked_point, parse_bindings
from gradq.store import memo
from gradq.store.connect import reading, writing
from gradq.store.errors import Undefined

ODD = [math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, -5e-324, 2.2250738585072009e-308, 2.0**53 + 2, 1.7976931348623157e308]
LITERALS = ["9007199254740993", "1e400", "-1e400", "1" + "0" * 400, "5e-324", "1e-400", "-0", "-0.0", "0.1", "1e22"]
GRAPH = "x\nn\n" + "".join(f"p{at} = {literal}\n" for at, literal in enumerate(LITERALS))
EDGES = """
x
y
s = sigmoid(x)
p = softplus(x)
l = log1p(x)
m = expm1(x)
h = hypot(x, y)
c = normcdf(x)
z = x^x
w = x^0
v = x^y
r = x^(1/3)
e = exp(x)
big = 3*e
"""


def bits(value: float) -> bytes:
    return struct.pack(">d", value)


@pytest.fixture
def explorer(database: str) -> Iterator[Explorer]:
    with Explorer(database) as found:
        loader.load(found, "odd", read_graph(GRAPH))
        yield found


@pytest.fixture(scope="module")
def edges() -> Iterator[Explorer]:
    with Explorer(":memory:") as found:
        loader.load(found, "edges", read_graph(EDGES))
        yield found


def test_every_double_comes_back_from_the_memo_and_from_a_point_with_its_bits(explorer: Explorer) -> None:
    ids = {node.name: node.id for node in explorer.rows("odd")[1].nodes}
    nodes = [ids[f"p{at}"] for at in range(len(ODD))]
    with writing(explorer.engine) as conn:
        row = explorer.graph(conn, "odd")
        point = memo.ensure_point(conn, row.id, "key", json.dumps({"x": -0.0, "n": 5e-324}))
        memo.store_point_values(conn, point, zip(nodes, ODD, strict=True))
        memo.store_point_gradients(conn, point, [(ids["x"], node, value) for node, value in zip(nodes, ODD, strict=True)])
    with reading(explorer.engine) as conn:
        values = memo.point_values(conn, point)
        numbers = memo.point_gradients(conn, point, ids["x"], nodes)
        bound = json.loads(memo.points(conn, explorer.graph(conn, "odd").id)[0][2])
    assert [bits(values[node]) for node in nodes] == [bits(numbers[node]) for node in nodes] == [bits(value) for value in ODD]
    assert [bits(bound["x"]), bits(bound["n"])] == [bits(-0.0), bits(5e-324)]


def test_a_literal_is_kept_as_it_was_written(explorer: Explorer) -> None:
    nodes = explorer.rows("odd")[1].nodes
    assert {node.name: node.default for node in nodes if node.default is not None} == {
        f"p{at}": literal for at, literal in enumerate(LITERALS)
    }
    text = write_graph(read_graph(GRAPH).definitions)
    assert write_graph(read_graph(text).definitions) == text and "= 9007199254740993\n" in text


@pytest.mark.parametrize("at", range(len(LITERALS)))
def test_the_value_of_a_literal_is_the_nearest_double_or_an_error_that_names_it(explorer: Explorer, at: int) -> None:
    nearest = float(LITERALS[at])
    if math.isinf(nearest):
        with pytest.raises(Undefined, match=f"'p{at}' is too large"):
            evaluate(explorer, "odd", [f"p{at}"], [])
    else:
        found = evaluate(explorer, "odd", [f"p{at}"], []).values[f"p{at}"]
        assert bits(found) == bits(nearest)


@pytest.mark.parametrize("text", ["-0", "-0.0", "-0e3", "5e-324", "9007199254740993", "1e-320", "0.1", "-1 + 1", "0"])
def test_a_bound_value_is_rounded_once_and_keeps_its_sign(text: str) -> None:
    wanted = 0.0 if text == "-1 + 1" else float(text)
    assert bits(parse_bindings(f"x={text}")["x"]) == bits(wanted)
    assert bits(checked_point({"x": text})["x"]) == bits(wanted)
    assert bits(checked_point({"x": wanted})["x"]) == bits(wanted)


@pytest.mark.parametrize("value", [value for value in ODD if math.isfinite(value)])
def test_a_number_is_printed_so_that_it_reads_back_also_in_json(
    explorer: Explorer, database: str, capsys: pytest.CaptureFixture[str], value: float
) -> None:
    words = ["--db", database, "-g", "odd", "eval", "x", "--at", f"x={value!r}"]
    assert main(words) == 0
    assert bits(float(capsys.readouterr().out)) == bits(value)
    assert main([*words, "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)["answers"]
    assert bits(answer["value"]) == bits(answer["at"]["x"]) == bits(value)


@pytest.mark.parametrize("taped", [False, True])
@pytest.mark.parametrize("question", ["p1*x", "x/p1", "x + 0*p3", "p2 + x", "x*10^400"])
def test_what_is_too_large_is_named_wherever_it_is_needed(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch, question: str, taped: bool
) -> None:
    monkeypatch.setattr(bulk, "FROM", 0 if taped else bulk.FROM)
    loader.load(explorer, "odd", read_graph(f"{GRAPH}y = {question}\nu = y^2\n"), replace=True)
    with pytest.raises(Undefined, match=r"'p\d'|'y'"):
        explorer.derivatives("odd", "u", ["x"], point={"x": 1.0})


# --------------------------------------------------------------------------------------------------- near the edges

EXACT = {
    "s": (lambda x: 1 / (1 + mpmath.exp(-x)), lambda x: mpmath.exp(-x) / (1 + mpmath.exp(-x)) ** 2),
    "p": (lambda x: mpmath.log1p(mpmath.exp(x)), lambda x: 1 / (1 + mpmath.exp(-x))),
    "l": (mpmath.log1p, lambda x: 1 / (1 + x)),
    "m": (mpmath.expm1, mpmath.exp),
    "h": (lambda x: mpmath.hypot(x, 2), lambda x: x / mpmath.hypot(x, 2)),
    "c": (mpmath.ncdf, mpmath.npdf),
}
OUTSIDE = {("l", -1000.0), ("m", 1000.0)}  # no real value; and one past every double


@pytest.mark.parametrize("x", [-1000.0, -745.0, -700.0, -37.5, 37.5, 700.0, 1000.0])
@pytest.mark.parametrize("name", EXACT)
def test_values_and_derivatives_far_out_are_finite_and_right(edges: Explorer, name: str, x: float) -> None:
    if (name, x) in OUTSIDE or (name == "l" and x < -1):
        with pytest.raises(Undefined, match=f"'{name}'"):
            evaluate(edges, "edges", [name], [{"x": x, "y": 2.0}])
        return
    with mpmath.workdps(500):
        value, slope = (float(function(mpmath.mpf(x))) for function in EXACT[name])
    found = evaluate(edges, "edges", [name], [{"x": x, "y": 2.0}]).values[name]
    answer = edges.derivatives("edges", name, ["x"], point={"x": x, "y": 2.0}).answers[0].value
    assert found == pytest.approx(value, rel=1e-12, abs=1e-322)
    assert answer == pytest.approx(slope, rel=1e-12, abs=1e-322)


def test_nought_to_the_power_of_nought_is_one(edges: Explorer) -> None:
    point = {"x": 0.0, "y": 0.0}
    assert evaluate(edges, "edges", ["z", "w", "v"], [point]).values == {"z": 1.0, "w": 1.0, "v": 1.0}
    assert edges.derivatives("edges", "w", ["x"], point=point).answers[0].value == 0.0


def test_a_root_of_a_negative_number_is_an_error_that_hints_at_cbrt(edges: Explorer) -> None:
    for attempt in (
        lambda: evaluate(edges, "edges", ["r"], [{"x": -8.0}]),
        lambda: edges.derivatives("edges", "r", ["x"], point={"x": -8.0}),
    ):
        with pytest.raises(Undefined, match=r"'r' = x\^\(1/3\).*cbrt\(x\)"):
            attempt()


def test_an_overflow_is_named_with_its_node(edges: Explorer) -> None:
    for attempt in (
        lambda: evaluate(edges, "edges", ["big"], [{"x": 1000.0}]),
        lambda: edges.derivatives("edges", "big", ["x"], point={"x": 1000.0}),
    ):
        with pytest.raises(Undefined, match=r"'e' = exp\(x\).*exp\(1000\) overflows"):
            attempt()
