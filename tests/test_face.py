"""What `import gradq` gives: exactly what it says, and errors that mirror the exit codes."""

import subprocess
import sys

import pytest

import gradq
from gradq.store import errors

TREE = {
    "UsageError": (2, ValueError),
    "FileError": (2, OSError),
    "NotFound": (3, KeyError),
    "UnknownGraph": (3, KeyError),
    "UnknownNode": (3, KeyError),
    "UnknownPoint": (3, KeyError),
    "InvalidGraph": (4, ValueError),
    "FormulaError": (4, ValueError),
    "CycleError": (4, ValueError),
    "EvaluationError": (5, ArithmeticError),
    "Undefined": (5, ArithmeticError),
    "MissingValue": (5, ArithmeticError),
    "DatabaseError": (6, OSError),
    "SchemaError": (6, OSError),
    "RefusedSQL": (6, OSError),
    "GaveUp": (7, RuntimeError),
}


def test_everything_that_is_promised_is_there() -> None:
    assert gradq.__all__ == sorted(gradq.__all__, key=lambda name: (not name[0].isupper(), name))
    for name in gradq.__all__:
        assert getattr(gradq, name).__doc__, name
    with pytest.raises(AttributeError):
        gradq.nothing  # noqa: B018


@pytest.mark.parametrize("name", TREE)
def test_an_error_mirrors_its_exit_code(name: str) -> None:
    kind = getattr(gradq, name)
    code, builtin = TREE[name]
    assert kind is getattr(errors, name) and kind.exit == code
    assert issubclass(kind, builtin) and issubclass(kind, gradq.GradqError)


def test_the_whole_tree_is_exported() -> None:
    found = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.GradqError)}
    assert found <= set(gradq.__all__) and found == {*TREE, "GradqError"}


def test_importing_gradq_is_cheap() -> None:
    code = "import sys, gradq; print([name for name in ('sqlalchemy', 'typer', 'networkx', 'sympy') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
