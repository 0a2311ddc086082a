"""The formats that gradq reads and writes: names, endings, and the module of each, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from ..engine.names import suggestion
from ..store.errors import UsageError
from .reading import Reading


class Format(NamedTuple):
    """A format: the endings of its files, the module that has `read`, `write` or both, and the extra that it needs.

    `read(path) -> Reading`; `write(found) -> str` of the `Surroundings` of a whole graph is the way back. A format that
    is `text` has `read_text(text, source) -> Reading` instead, so that standard input can be read. One of which a file
    has several graphs takes FILE:PART, and its `read` also gets the part; `part` says what that is.
    """

    name: str
    endings: tuple[str, ...]
    module: str
    about: str
    reads: bool = False
    writes: bool = False
    text: bool = False
    part: str | None = None
    extra: str | None = None
    needs: tuple[str, ...] = ()  # the modules that the extra brings; reading needs them
    write: str = "write"
    of: str = "graph"  # what is written: the graph, or the rows (of, wrt, at, derivative) of its memo


# fmt: off
FORMATS: tuple[Format, ...] = (
    Format("gq",        (".gq",),           "gq",       "gradq's own text", reads=True, writes=True, text=True),
    Format("node-link", (".json",),         "nodelink", "JSON of NetworkX and D3", reads=True, writes=True, text=True),
    Format("graphml",   (".graphml",),      "graphml",  "XML of graphs", reads=True, writes=True),
    Format("csv",       (".csv", ".tsv"),   "tables",   "a table of nodes, or of edges", reads=True, writes=True, text=True),
    Format("edges",     (),                 "tables",   "a table of edges", writes=True, write="write_edges"),
    Format("dot",       (".dot", ".gv"),    "dot",      "Graphviz", reads=True, writes=True, text=True, extra="draw",
           needs=("pygraphviz",)),
    Format("gradients", (),                 "tables",   "a table of the derivatives that are stored", writes=True,
           write="write_gradients", of="gradients"),
    Format("mermaid",   (".mmd", ".mermaid"), "drawn",  "a flowchart", writes=True, write="write_mermaid"),
    Format("latex",     (".tex",),          "drawn",    "the model as equations", writes=True, write="write_latex"),
    Format("md",        (".md",),           "drawn",    "a page of Markdown", writes=True, write="write_markdown"),
    Format("python",    (".py",),           "function", "a function, read and never run", reads=True, writes=True,
           part="function"),
    Format("excel",     (".xlsx", ".xlsm"), "excel",    "a workbook", reads=True, extra="excel",
           needs=("openpyxl", "defusedxml")),
    Format("sbml",      (".sbml", ".xml"),  "sbml",     "a model of systems biology", reads=True, extra="sbml",
           needs=("libsbml",)),
    Format("mmt",       (".mmt",),          "mmt",      "a cell model of Myokit", reads=True, extra="mmt", needs=("myokit",)),
    Format("cellml",    (".cellml",),       "mmt",      "a cell model, through Myokit", reads=True, extra="mmt",
           needs=("myokit",)),
)
# fmt: on
_PLAIN = frozenset({"", ".txt"})  # a file of these is gradq's own text
BY_NAME = {known.name: known for known in FORMATS}
BY_ENDING = {ending: known for known in FORMATS for ending in known.endings}


def reader(known: Format) -> Callable[..., Reading]:
    """Return the function that reads a format; raises `UsageError` with the `pip install` line if its extra is missing."""
    for needed in known.needs:
        if find_spec(needed) is None:  # not imported: what importing one of them writes or raises is its reader's to handle
            raise UsageError(
                f"reading {known.name} needs {needed}, which is not installed", hint=f'pip install "gradq[{known.extra}]"'
            )
    found: Callable[..., Reading] = getattr(_module(known), "read_text" if known.text else "read")
    return found


def writer(known: Format) -> Callable[..., str]:
    """Return the function that writes a format; raises as `reader` does."""
    found: Callable[..., str] = getattr(_module(known), known.write)
    return found


def format_of(path: str, name: str | None, *, writing: bool = False) -> Format | None:
    """Return the format of a name, or of a path's ending; None for an ending that nobody knows.

    Raises `UsageError` for an unknown name, for a format that is only read or only written, and where a file would say
    by its ending that it is what it is not.
    """
    ending = Path(path).suffix.lower()
    if writing and name is None and ending not in BY_ENDING and ending not in _PLAIN:
        others = f"or an ending of: {' '.join(_endings_written())}"
        shell = f"gradq draw -o {path}" if ending in (".svg", ".png") else f"-f gq, {others}"
        raise UsageError(f"no format ends with '{ending}'", hint=f'format="gq", {others}', shell=shell)
    known = BY_ENDING.get(ending) if name is None else _named(name, writing)
    if known is not None and not (known.writes if writing else known.reads):
        done, other = ("written", "read") if writing else ("read", "written")
        raise UsageError(f"{known.name} is {other} and not {done}", hint=f"one of: {', '.join(names(writing=writing))}")
    return known


def names(*, writing: bool = False) -> list[str]:
    """Return the names of the formats that are read, or of those that are written."""
    return [known.name for known in FORMATS if (known.writes if writing else known.reads)]


def _endings_written() -> list[str]:
    return [ending for known in FORMATS if known.writes for ending in known.endings]


def _named(name: str, writing: bool) -> Format:
    found = BY_NAME.get(name) or BY_ENDING.get(f".{name}")
    if found is None:
        known = names(writing=writing)
        raise UsageError(f"no format '{name}' here", hint=suggestion(name, known) or f"one of: {', '.join(known)}")
    return found


def _module(known: Format) -> Any:
    return import_module(f".{known.module}", __package__)
