"""What a name outside a Python function stands for: a number, a module, a function of one, or a function that can be read.

Of a file only its text is looked at; of a function object the values that its names have now. Nothing is called.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import math
from collections.abc import Iterable, Mapping
from types import FunctionType, ModuleType
from typing import NamedTuple, TypeAlias

from .calls import BUILTINS, MODULES

_NUMERIC = {"numpy.core": "numpy", "numpy._core": "numpy", "scipy.special._ufuncs": "scipy.special"}


class Module(NamedTuple):
    """A module, by its full name."""

    name: str


class Library(NamedTuple):
    """Something out of a module, by its name there."""

    module: str
    name: str


class Readable(NamedTuple):
    """A function whose text is known, with the scope that it sees."""

    node: ast.FunctionDef
    scope: Scope


Meaning: TypeAlias = "float | Module | Library | Readable | None"


class Scope:
    """The names around a function."""

    def __init__(self, meanings: Mapping[str, Meaning], objects: Mapping[str, object] | None = None) -> None:
        self.meanings = dict(meanings)
        self.objects = objects or {}
        self.declared: frozenset[str] = frozenset()

    def meaning(self, name: str) -> Meaning:
        """Return what a name stands for, None for what is no use in a formula."""
        if name not in self.meanings:
            self.meanings[name] = self._looked_up(name)
        return self.meanings[name]

    def with_imports(self, statements: Iterable[ast.stmt], bound: Iterable[str]) -> Scope:
        """Return the scope with the imports and functions among statements as well.

        Such a function sees none of the `bound` names: they are variables of the function around it.
        """
        inner = Scope({**self.meanings, **dict.fromkeys(bound)}, self.objects)
        found = _declared(statements, inner)
        made = Scope({**self.meanings, **found}, self.objects)
        made.declared = self.declared.union(found)
        inner.meanings.update(found)
        return made

    def is_declared(self, name: str) -> bool:
        """Return whether an import or a function inside a function gives a name its meaning."""
        return name in self.declared

    def _looked_up(self, name: str) -> Meaning:
        if name in self.objects:
            return _meaning(self.objects[name])
        return Library("builtins", name) if name in BUILTINS and hasattr(builtins, name) else None


def scope_of_text(tree: ast.Module) -> Scope:
    """Return the scope of a file: its imports, functions, and names that are given a number once."""
    scope = Scope({})
    scope.meanings.update(_declared(tree.body, scope))
    return scope


def scope_of_function(function: FunctionType) -> Scope:
    """Return the scope of a function object: what its globals and closure hold now."""
    inner = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            inner[name] = cell.cell_contents
        except ValueError:  # not filled yet
            continue
    return Scope({}, {**function.__globals__, **inner})


def source_of(function: FunctionType) -> tuple[str, int]:
    """Return the text of a function and the line on which it begins; raises `OSError` where there is none."""
    lines, first = inspect.getsourcelines(function)
    return inspect.cleandoc("\n" + "".join(lines)), max(first, 1)


def _meaning(thing: object) -> Meaning:
    """Return what an object stands for; it is looked at, and nothing of it is called."""
    if isinstance(thing, ModuleType):
        return Module(thing.__name__)
    if isinstance(thing, FunctionType) and _home(thing) not in MODULES:
        return _readable(thing)
    if isinstance(thing, bool):
        return None
    if isinstance(thing, (int, float)):
        return float(thing) if math.isfinite(thing) else None
    if type(thing).__module__ == "numpy" and type(thing).__name__ in ("float64", "float32", "int64", "int32"):
        number = thing.item()  # type: ignore[attr-defined]
        return float(number) if math.isfinite(number) else None
    name = getattr(thing, "__name__", None)
    return Library(_home(thing), name) if isinstance(name, str) and callable(thing) else None


def _home(thing: object) -> str:
    home = getattr(thing, "__module__", None) or ("numpy" if type(thing).__module__ == "numpy" else "")
    return _NUMERIC.get(home, "numpy" if home.startswith(("numpy._core", "numpy.core", "numpy.lib")) else home)


def _readable(function: FunctionType) -> Readable | None:
    try:
        text, first = source_of(function)
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    ast.increment_lineno(tree, first - 1)
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return Readable(found[0], scope_of_function(function)) if len(found) == 1 else None


def _declared(statements: Iterable[ast.stmt], scope: Scope) -> dict[str, Meaning]:
    found: dict[str, Meaning] = {}
    for statement in statements:
        for name, meaning in _declarations(statement, scope):
            # a name that is bound twice may be either
            found[name] = None if name in found and not isinstance(meaning, (Module, Library)) else meaning
    return found


def _declarations(statement: ast.stmt, scope: Scope) -> list[tuple[str, Meaning]]:
    """Return the names that a statement binds, with what they mean."""
    if isinstance(statement, ast.Import):
        return [
            (a.asname or a.name.partition(".")[0], Module(a.name if a.asname else a.name.partition(".")[0]))
            for a in statement.names
        ]
    if isinstance(statement, ast.ImportFrom):
        home = statement.module or ""
        return [(a.asname or a.name, _imported(home, a.name)) for a in statement.names]
    if isinstance(statement, ast.FunctionDef):
        return [(statement.name, Readable(statement, scope))]
    if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return [(target.id, _number(statement.value)) for target in targets if isinstance(target, ast.Name)]
    return []


def _imported(home: str, name: str) -> Meaning:
    return Module(f"{home}.{name}") if f"{home}.{name}" in MODULES else Library(home, name)


def _number(node: ast.expr) -> float | None:
    """Return the number that a constant or its negative is."""
    sign = 1.0
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -1.0, node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return sign * float(node.value)
    return None
