"""A Python function as a graph: its text is read, and never run.

Parameters become inputs, with their numbers as defaults; local variables become nodes; what is returned is the output. The
numbers that the function takes from around it become parameters too, so that one can ask about them. What cannot be read
becomes an opaque node and is named with its line.
"""

from __future__ import annotations

import ast
import warnings
from pathlib import Path
from types import FunctionType

from ..store.errors import InvalidGraph, UsageError
from . import guard
from .body import Body
from .pythonic import write
from .reading import Reading
from .scope import Readable, scope_of_function, scope_of_text, source_of

__all__ = ["read", "read_function", "write"]
_TRACE = 'run it instead, on numbers that remember: gradq.trace(f, "x", "y")'


def read(path: Path, part: str) -> Reading:
    """Return the function `part` of a file as a graph; the file is not run. Raises `InvalidGraph`, `UsageError`.

    A `part` that is empty is an error that names the functions.
    """
    tree = _parsed(guard.read_text(path), str(path))
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if part not in found:
        from ..engine.names import suggestion

        has = f"it has {', '.join(list(found)[:10])}" if found else "it has none"
        if not part:
            raise UsageError(f"which function of '{path}'?", hint=f"name it after a colon, {path}:FUNCTION; {has}")
        hint = suggestion(part, list(found)) or has
        raise UsageError(f"no function '{part}' in '{path}'", hint=hint)
    return _reading(Readable(found[part], scope_of_text(tree)), part, str(path))


def read_function(function: object) -> Reading:
    """Return a function as a graph, from its source. Raises `UsageError` for one that has none."""
    if not isinstance(function, FunctionType):
        raise UsageError(f"a function written in Python is read, not {type(function).__name__}", hint=_TRACE)
    name = function.__name__
    try:
        text, first = source_of(function)
    except (OSError, TypeError):
        raise UsageError(f"the text of '{name}' is not to be had", hint=f"put it into a file, or {_TRACE}") from None
    tree = _parsed(text, f"the text of {name}")
    ast.increment_lineno(tree, first - 1)
    scope = scope_of_function(function)
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    if len(found) == 1:
        return _reading(Readable(found[0], scope), name, None)
    lambdas = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
    if name == "<lambda>" and len(lambdas) == 1:
        body = ast.Return(lambdas[0].body)
        written = ast.FunctionDef("result", lambdas[0].args, [ast.copy_location(body, lambdas[0].body)], [])
        return _reading(Readable(ast.copy_location(written, lambdas[0]), scope), "result", None)
    raise UsageError(f"the text of '{name}' is not one function", hint=f"write it with def, or {_TRACE}")


def _reading(function: Readable, name: str, source: str | None) -> Reading:
    try:
        return Body(function, name, source).read()
    except RecursionError:
        raise InvalidGraph(f"'{name}' is nested too deeply to be read", hint=_TRACE) from None


def _parsed(text: str, what: str) -> ast.Module:
    """Return the tree of a text of Python; nothing is compiled, and so nothing can run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # of the user's text: it is theirs, and not run
            warnings.simplefilter("ignore", DeprecationWarning)
            return ast.parse(text)
    except SyntaxError as error:
        raise InvalidGraph(f"{what} is no Python: line {error.lineno}: {error.msg}") from None
    except (RecursionError, MemoryError, ValueError):
        raise InvalidGraph(f"{what} is no Python that can be read: it is nested too deeply") from None
