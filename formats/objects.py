"""Things of Python that are graphs: SymPy expressions, equations and what `cse` gives, and functions, which are read."""

from __future__ import annotations

import sys

from .files import Opened, graph_of
from .reading import Reading
from .registry import BY_NAME


def opened_object(name: str, thing: object) -> Opened | None:
    """Return a thing as the graph that it is, or None for what is no such thing."""
    reading = _reading(name, thing)
    return None if reading is None else Opened(BY_NAME["python"], name, graph_of(reading, None), reading)


def _reading(name: str, thing: object) -> Reading | None:
    if "sympy" in sys.modules:  # else nobody can have an expression of it
        from .sympy_objects import is_expressions, read_sympy

        if is_expressions(thing):
            return read_sympy(name, thing)
    if callable(thing) and not hasattr(thing, "is_directed"):
        from .function import read_function

        return read_function(thing)
    return None
