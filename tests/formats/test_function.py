"""Python functions as graphs: read from their text, never run."""

import colorsys
import math
from pathlib import Path
from types import FunctionType

import pytest

import gradq
from gradq.engine.graphfile import write_graph
from gradq.formats.files import Opened, open_file
from gradq.formats.objects import opened_object
from gradq.store.errors import GradqError

G = 9.81


def read(tmp_path: Path, text: str, name: str = "f") -> Opened:
    """Read a function of a file."""
    (tmp_path / "model.py").write_text(text, encoding="utf-8")
    return open_file(f"{tmp_path / 'model.py'}:{name}")


def lines(opened: Opened) -> list[str]:
    return write_graph(d._replace(note=None) for d in opened.graph.definitions).splitlines()


def fall(t: float, h: float = 100.0) -> float:
    """How high it still is."""
    drop = G * t**2 / 2
    return h - drop


def test_variables_are_nodes_and_numbers_from_around_are_parameters() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("fall", fall)
        assert graph.text() == ("t\nh = 100\nG = 9.81  # a number from around the function\ndrop = G*t^2/2\nfall = h - drop\n")
        assert str(graph.d("fall", wrt="t")) == "-G*t"
        assert graph.eval("fall", t=2) == fall(2)


def test_nothing_is_run(tmp_path: Path) -> None:
    text = f"import os\nopen({str(tmp_path / 'ran')!r}, 'w')\ndef f(x, y=open({str(tmp_path / 'ran')!r}, 'w')):\n    return 2*x\n"
    opened = read(tmp_path, text)
    assert lines(opened) == ["x", "y", "f = 2*x"]
    assert not (tmp_path / "ran").exists()
    assert "'y'" in opened.lines()[0] and "is no number" in opened.lines()[0]


@pytest.mark.parametrize(
    ("expression", "formula"),
    [
        ("-x**2", "-x^2"),
        ("(-x)**2", "(-x)^2"),
        ("x**y**2", "x^(y^2)"),
        ("x - (y - 1)", "x - (y - 1)"),
        ("x / (y * 2) * 3", "x/(y*2)*3"),
        ("2 ** -x", "2^(-x)"),
        ("x % y", "mod(x, y)"),
        ("x // y", "(x - mod(x, y))/y"),
        ("1_000 * x + 1e-3", "1000*x + 0.001"),
        ("math.log(x, 2)", "log(x)/log(2)"),
        ("np.where(x > y, x, y)", "if(x > y, x, y)"),
        ("np.clip(x, 0, 1)", "min(max(x, 0), 1)"),
        ("np.square(x + y)", "(x + y)^2"),
        ("special.expit(x)", "sigmoid(x)"),
        ("max(x, y, 2)", "max(x, y, 2)"),
        ("sum([x, y, 1])", "x + y + 1"),
        ("x if 0 < x <= y else -x", "if(0 < x and x <= y, x, -x)"),
        ("x if not (x > 1 and y > 1 or x < 0) else y", "if(not (x > 1 and y > 1 or x < 0), x, y)"),
        ("(x > y) * 2", "if(x > y, 1, 0)*2"),
        ("x if x else y", "if(x != 0, x, y)"),
        ("math.tau * x + root(e)", "2*pi*x + sqrt(exp(1))"),
        ("(x, y)[1] + [x, y][-2]", "y + x"),
        ("abs(x) + float(y)", "abs(x) + y"),
    ],
)
def test_expressions(expression: str, formula: str, tmp_path: Path) -> None:
    imports = "import math\nimport numpy as np\nfrom math import sqrt as root, e\nfrom scipy import special\n"
    opened = read(tmp_path, f"{imports}def f(x, y):\n    return {expression}\n")
    assert (lines(opened)[-1], opened.lines()) == (f"f = {formula}", [])


def test_a_name_that_is_bound_again_gets_a_number(tmp_path: Path) -> None:
    opened = read(tmp_path, "def f(x):\n    y = x\n    y += 1\n    x = y**2\n    return x\n")
    assert lines(opened) == ["x", "y = x", "y_2 = y + 1", "x_2 = y_2^2"]


def test_several_outputs_have_names(tmp_path: Path) -> None:
    assert lines(read(tmp_path, "def f(x):\n    y = 2*x\n    return y, x + 1\n"))[-1] == "f[1] = x + 1"
    assert lines(read(tmp_path, "def f(x):\n    return {'low': x - 1, 'x': 2*x}\n"))[1:] == ["low = x - 1", "f.x = 2*x"]


def test_members_of_a_parameter_are_inputs(tmp_path: Path) -> None:
    text = "def f(x, p):\n    a, b = x\n    return p.rate*a + b*x[0] + p['cost'] + x[2]\n"
    assert lines(read(tmp_path, text))[-1] == "f = p.rate*a + b*x[0] + p.cost + x[2]"
    assert set(lines(read(tmp_path, text))) >= {"x[0]", "x[1]", "p.rate", "p.cost", "a = x[0]"}
    assert "x" not in lines(read(tmp_path, text))


def test_a_function_of_the_file_is_read_into_it(tmp_path: Path) -> None:
    text = "def area(r, k=3):\n    square = r**2\n    return k*square\ndef f(x):\n    return area(x + 1) - area(x, k=2)\n"
    assert lines(read(tmp_path, text)) == [
        *["x", "area.r = x + 1", "area.k = 3", "area.square = area.r^2", "area.k_2 = 2", "area.square_2 = x^2"],
        "f = area.k*area.square - area.k_2*area.square_2",
    ]


def test_both_ways_of_an_if_are_kept_and_only_the_taken_one_needs_a_value(tmp_path: Path) -> None:
    first = "import math\ndef f(x):\n    if x > 0:\n        r = math.log(x)\n        y = r + 1\n"
    text = f"{first}    elif x < -1:\n        y = 2\n    else:\n        y = x\n    return 3*y\n"
    opened = read(tmp_path, text)
    assert lines(opened) == ["x", "y = if(x > 0, log(x) + 1, if(x < -1, 2, x))", "f = 3*y"]
    with gradq.open(":memory:") as space:
        assert space.load(f"{tmp_path / 'model.py'}:f").eval("f", x=-0.5) == -1.5


def test_an_early_return_is_a_branch_and_a_raise_is_left_out(tmp_path: Path) -> None:
    text = "def f(x):\n    if x < 0:\n        raise ValueError\n    y = x + 1\n    if y > 2:\n        return y\n    return y**2\n"
    opened = read(tmp_path, text)
    assert lines(opened) == ["x", "y = x + 1", "f = if(y > 2, y, y^2)"]
    assert opened.lines() == ["line 3 raises an error: what leads there is left out"]


def test_what_cannot_be_read_is_an_opaque_node_with_its_line(tmp_path: Path) -> None:
    opened = read(
        tmp_path,
        "import scipy\ndef f(x, n):\n    y = scipy.magic(x)\n    for i in range(n):\n        y += i\n    return 2*y\n",
    )
    assert lines(opened) == ["x", "n", "y = opaque(x)", "i = opaque(n, y)", "y_2 = opaque(n, y)", "f = 2*y_2"]
    assert opened.graph.definitions[2].note == "scipy.magic(x)"
    assert [item.place.rpartition(":")[2] for item in opened.reading.refused] == ["3", "4", "4"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "def f(*x):\n    return 1\n",
        "def f(x):\n    y = x\n",
        "def f(x):\n    return\n",
        "def f(x):\n    if x:\n        return 1\n",
        "def f(x):\n    while x:\n        return 1\n",
        "def f(x):\n    raise ValueError\n",
        "def f(x:\n",
        "def g(x):\n    return x\n",
        "f = 3\n",
        "\0",
        "def f(x):\n    return " + "(" * 150 + "x" + ")" * 150 + "\n",
        "def f(x):\n    return " + "-" * 5000 + "x\n",
        "def f(x):\n" + "".join(f"{'    ' * (k + 1)}if x > {k}:\n" for k in range(40)) + "    " * 41 + "y = 1\n    return x\n",
    ],
)
def test_what_is_no_function_of_numbers_is_refused(text: str, tmp_path: Path) -> None:
    try:
        opened = read(tmp_path, text)
    except GradqError as error:
        assert error.exit in (2, 4)
    else:
        assert lines(opened)[-1] in ("x", "f = -x") or lines(opened)[-1].startswith("f = if(")


@pytest.mark.parametrize(
    "lines_",
    [
        ["v = [x]", "v.append(G)", "return sum(v)"],
        ["v = [x]", "w = v", "v.append(G)", "return sum(w)"],
        ["v = [x, x]", "v[0] = 3", "return v[0]"],
        ["x[0] = 3", "return x[0]"],
        ["if x > 0:", "    G = 2", "return G"],
        ["G = 3", "def g():", "    return G", "return g()"],
        ["for math in [x]:", "    y = 1", "return math.sin(x)"],
    ],
)
def test_what_may_have_changed_on_the_way_is_not_guessed(lines_: list[str], tmp_path: Path) -> None:
    text = "import math\nG = 9\ndef f(x):\n" + "".join(f"    {line}\n" for line in lines_)
    opened = read(tmp_path, text)
    assert opened.reading is not None and opened.reading.refused
    with gradq.open(":memory:") as space, pytest.warns(UserWarning):
        graph = space.load(f"{tmp_path / 'model.py'}:f")
        outputs = [name for name in graph if name.startswith("f")] or list(graph)[-1:]
        with pytest.raises(gradq.Undefined, match="is opaque"):
            graph.eval(outputs[0], dict.fromkeys([name for name in graph if graph[name] is None], 1.0))


def test_a_long_sum_is_read(tmp_path: Path) -> None:
    opened = read(tmp_path, "def f(x):\n    return " + " + ".join(["x"] * 2000) + "\n")
    assert lines(opened)[-1].count("x") == 2000


def test_a_file_of_which_no_function_is_named_says_which_it_has(tmp_path: Path) -> None:
    with pytest.raises(gradq.UsageError, match="which function") as found:
        read(tmp_path, "def f(x):\n    return x\ndef g(x):\n    return x\n", "")
    assert (found.value.hint or "").endswith(":FUNCTION; it has f, g")


def test_a_comprehension_is_a_loop_that_can_be_run(tmp_path: Path) -> None:
    opened = read(tmp_path, "def f(x):\n    y = [k*x for k in range(3)]\n    return sum(k*x for k in range(3))\n")
    assert [item.reason for item in opened.reading.refused] == ['a loop: gradq.trace(f, "x") runs it'] * 2  # type: ignore[union-attr]


def test_a_function_that_calls_itself_is_opaque(tmp_path: Path) -> None:
    opened = read(tmp_path, "def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n")
    assert lines(opened) == ["n", "f = opaque(n)"]


def test_closures_and_lambdas_are_read() -> None:
    rate = 0.25
    scaled = lambda x: rate * math.sin(x)  # noqa: E731
    with gradq.open(":memory:") as space:
        assert space.add("made", scaled).text().startswith("x\nrate = 0.25")


def test_a_function_without_a_text_is_refused_with_a_way_out() -> None:
    made = FunctionType(compile("2", "<nowhere>", "eval"), {}, "made")
    with pytest.raises(GradqError, match="is not to be had") as found:
        opened_object("made", made)
    assert "gradq.trace" in (found.value.hint or "")


@pytest.mark.parametrize(
    ("function", "point"),
    [
        (colorsys.rgb_to_yiq, {"r": 0.2, "g": 0.5, "b": 0.7}),
        (colorsys.hls_to_rgb, {"h": 0.3, "l": 0.4, "s": 0.6}),
        (colorsys.rgb_to_hls, {"r": 0.2, "g": 0.5, "b": 0.7}),
    ],
)
def test_functions_of_the_standard_library_have_their_values(function: FunctionType, point: dict[str, float]) -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("made", function)
        found = function(*point.values())
        expected = found if isinstance(found, tuple) else (found,)
        values = [graph.eval(name, point) for name in graph]
        assert all(any(math.isclose(value, other, rel_tol=1e-12) for other in values) for value in expected)
