"""The face: what `import gradq` gives, and the tree of errors that it promises."""

import builtins
import inspect
import re
import subprocess
import sys
import traceback
from collections.abc import Callable

import pytest

import gradq
from gradq.store import errors

ERRORS = {name: cls for name, cls in vars(errors).items() if inspect.isclass(cls) and issubclass(cls, errors.GradqError)}
DRAWN = re.compile(r"^ {4}(?P<indent>[│├└─ ]*)(?P<name>\w+)(?: \((?P<builtin>\w+)\))?(?: +exit (?P<exit>\d))?", re.MULTILINE)


def _drawn() -> dict[str, tuple[str | None, str | None, int | None]]:
    """Return the tree in the docstring: name → (name above, built-in, exit code)."""
    above: dict[int, str] = {}
    found: dict[str, tuple[str | None, str | None, int | None]] = {}
    for line in DRAWN.finditer((errors.__doc__ or "").partition("\n\n")[2].partition("\n\n")[0]):
        depth = len(line["indent"]) // 4
        above[depth] = line["name"]
        found[line["name"]] = (above.get(depth - 1), line["builtin"], int(line["exit"]) if line["exit"] else None)
    return found


def test_all_that_is_promised_is_there_and_nothing_else() -> None:
    shown = {name for name in dir(gradq) if not name.startswith("__")}
    assert shown == set(gradq.__all__) and len(set(gradq.__all__)) == len(gradq.__all__)
    for name in gradq.__all__:
        assert getattr(gradq, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        gradq.nope  # noqa: B018


def test_every_error_is_exported() -> None:
    assert set(ERRORS) <= set(gradq.__all__)
    assert set(ERRORS) == set(_drawn())


@pytest.mark.parametrize("name", sorted(ERRORS))
def test_an_error_is_as_it_is_drawn(name: str) -> None:
    above, builtin, code = _drawn()[name]
    cls = ERRORS[name]
    assert above is None or issubclass(cls, ERRORS[above])
    assert builtin is None or issubclass(cls, getattr(builtins, builtin))
    assert code is None or cls.exit == code
    assert above is None or code is not None or cls.exit == ERRORS[above].exit
    error = cls("what was asked", hint="what to try")
    assert (str(error), error.message, error.hint) == ("what was asked", "what was asked", "what to try")


def test_a_hint_is_in_the_words_of_who_asks_and_a_traceback_shows_it() -> None:
    error = gradq.UsageError("it is there already", hint="replace=True", shell="--replace")
    assert (error.hint, error.shell) == ("replace=True", "--replace")
    assert traceback.format_exception_only(error)[-1] == "hint: replace=True\n"
    assert gradq.UsageError("no", hint="for both").shell == "for both" and gradq.UsageError("no").shell is None


def test_python_gets_no_hint_that_names_an_option_or_a_command() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("demo", "y = 2*x")
        slips: list[Callable[[], object]] = [
            lambda: gradq.open("nowhere.db")["demo"],
            lambda: space["other"],
            lambda: space.add("demo", "y = x"),
            lambda: space.new("demo"),
            lambda: space.sql("delete from node"),
            lambda: space.sql("select nothing"),
            lambda: graph["zz"],
            lambda: graph.__setitem__("z", "zz"),
            lambda: graph.derive("y", wrt="x", name="x"),
            lambda: graph.eval("y"),
            lambda: graph.d("y", wrt="x").at("zz"),
            lambda: graph.d("y", wrt="x").paths(through=("y", "x")),
            lambda: graph.budget("y", {}),
        ]
        for slip in slips:
            with pytest.raises(gradq.GradqError) as found:
                slip()
            hint = found.value.hint
            assert hint and "--" not in hint and "gradq " not in hint, found.value.message


@pytest.mark.parametrize("name", sorted(set(gradq.__all__) - set(ERRORS)))
def test_what_is_public_shows_an_example(name: str) -> None:
    assert ">>>" in (getattr(gradq, name).__doc__ or "")


@pytest.mark.parametrize("name", sorted(set(gradq.__all__) - set(ERRORS)))
def test_every_public_method_shows_an_example(name: str) -> None:
    thing = getattr(gradq, name)
    methods = [method for method in dir(thing) if not method.startswith("_")] if inspect.isclass(thing) else []
    ours = [method for method in methods if getattr(getattr(thing, method), "__module__", "").startswith("gradq.")]
    assert [method for method in ours if ">>>" not in (inspect.getdoc(getattr(thing, method)) or "")] == []


def test_a_formula_needs_no_database_and_no_algebra_system() -> None:
    program = (
        "import sys, gradq; f = gradq.parse('x^2*sin(y)'); assert f.d('x').at(x=3, y=0) == 0; str(f); repr(f)\n"
        "print(sorted({'sqlalchemy', 'alembic', 'sqlite3', 'networkx', 'sympy', 'numpy', 'typer'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
