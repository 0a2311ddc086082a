"""The formats for Python: what `space.load`, `space.add`, `graph.save` and `graph.sympy` ask for (`engine.outside`)."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine.graphfile import GraphText, write_graph
from ..store.errors import FileError, UsageError
from ..store.whole import whole_file
from .files import Opened, graph_of, open_file, written
from .registry import BY_NAME

if TYPE_CHECKING:
    from ..engine.browser import Surroundings


def load(path: str | Path, format_: str | None) -> tuple[str, GraphText]:
    """Return the stem of a file and its graph; what could not be taken is a warning."""
    if not isinstance(path, (str, Path)):
        raise UsageError(f"a file is named by a path, not {type(path).__name__}", hint='space.load("demo.gq")')
    opened = open_file(str(path), format_)
    _tell(opened.lines())
    return opened.name, opened.graph


def take(name: str, thing: object) -> GraphText | None:
    """Return a SymPy object or a Python function as a graph, None for anything else."""
    from .objects import opened_object

    opened: Opened | None = opened_object(name, thing)
    if opened is None:
        return None
    _tell(opened.lines())
    return opened.graph


def read_function(function: Callable[..., Any]) -> str:
    """Return a Python function as `.gq` text: it is read from its source, and never run; what was not taken is a warning.

    `space.add(name, function)` does the same in one step. Raises `UsageError` for what has no source.

    >>> import gradq
    >>> from colorsys import rgb_to_yiq
    >>> print(gradq.read_function(rgb_to_yiq))
    r
    g
    b
    y = 0.3*r + 0.59*g + 0.11*b
    i = 0.74*(r - y) - 0.27*(b - y)
    q = 0.48*(r - y) + 0.41*(b - y)
    <BLANKLINE>
    """
    from .function import read_function as read

    reading = read(function)
    opened = Opened(BY_NAME["python"], "", graph_of(reading, None), reading)
    _tell(opened.lines(), level=3)
    return write_graph(opened.graph.definitions)


def save(found: Surroundings, path: str | Path, format_: str | None) -> None:
    """Write a graph as a file in the format that its ending or a name says; raises `FileError`."""
    if not isinstance(path, (str, Path)):
        raise UsageError(f"a file is named by a path, not {type(path).__name__}", hint='graph.save("demo.gq")')
    _, text = written(found, str(path), format_)
    try:
        with whole_file(Path(path)) as half:
            half.write_text(text, encoding="utf-8", newline="")
    except (OSError, ValueError) as error:
        raise FileError(f"{str(path)!a} cannot be written: {getattr(error, 'strerror', None) or error}") from None


def sympy(found: Surroundings) -> dict[str, Any]:
    """Return the formulas of a graph as SymPy expressions, by node, parents before children."""
    from .sympy_objects import expressions

    return expressions(found)


def _tell(lines: Iterable[str], *, level: int = 4) -> None:
    for line in lines:
        warnings.warn(line, stacklevel=level)
