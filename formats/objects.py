"""Things of Python that are graphs: SymPy expressions, equations and what `cse` gives, and functions, which are read."""

from __future__ import annotations

import sys
from types import FunctionType

from .files import Opened, graph_of
from .registry import BY_NAME


def opened_object(name: str, thing: object) -> Opened | None:
    """Return a thing as the graph that it is, or None for what is no such thing."""
    if isinstance(thing, FunctionType):
        from .function import read_function

        reading = read_function(thing)
        return Opened(BY_NAME["python"], name, graph_of(reading, None), reading)
    if "sympy" not in sys.modules:
        return None  # then nobody can have an expression of it
    from .sympy_objects import is_expressions, read_sympy

    if not is_expressions(thing):
        return None
    reading = read_sympy(name, thing)
    return Opened(BY_NAME["python"], name, graph_of(reading, None), reading)
