"""Cell models of Myokit, and of CellML through Myokit: a node for each variable, and `dot(x)` for the rate of each state.

A model is read as the objects that Myokit makes of it. Its protocol is left alone, and its script is never run.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from ..engine.graphfile import Definition
from ..store.errors import FileError, InvalidGraph
from . import guard, texts
from .mmt_formula import Untranslatable, dotted, formula, literal, parents
from .notes import as_note
from .reading import Reading, Refused
from .xml_scan import scan_xml

MOST_TEXT = 512 << 10  # of an .mmt file: the largest cell models have 100 kB, and Myokit takes the square of the time
MOST_XML = 4 << 20  # of a CellML file
_PROTOCOL = Refused("protocol", "[[protocol]]", "a schedule has no formula; what it drives keeps its default")
_SCRIPT = Refused("script", "[[script]]", "scripts are never run")


def read(path: Path) -> Reading:
    """Read a model from an `.mmt` or a CellML file; raises `FileError`, `InvalidGraph`."""
    guard.check_size(path, MOST_XML)
    data = guard.read_bytes(path, MOST_XML)
    if data[:64].lstrip(b"\xef\xbb\xbf\xfe\xff\0 \t\r\n").startswith(b"<"):
        first = scan_xml(path, MOST_XML)[0]
        if "cellml.org" not in first:
            raise InvalidGraph(f"'{path}' is no CellML: its first element is '{first.rpartition(' ')[2]}'")
        return _reading(_from_cellml(path), [])
    guard.check_size(path, MOST_TEXT)
    model, protocol, script = _from_mmt(path, guard.as_text(data, f"'{path}'"))
    left_out = [part for part, found in ((_PROTOCOL, protocol), (_SCRIPT, script)) if found is not None]
    return _reading(model, left_out)


def _reading(model: Any, left_out: Sequence[Refused]) -> Reading:
    """Return a model's variables as nodes, in its own order."""
    definitions: list[Definition] = []
    refused: list[Refused] = []
    for variable in model.variables(deep=True):
        name = variable.qname()
        if variable.is_state():
            definitions.append(_defined(name, variable.initial_value(), _note(variable), refused))
            definitions.append(_defined(dotted(variable), variable.rhs(), None, refused))
        else:
            definitions.append(_defined(name, variable.rhs(), _note(variable), refused))
    return Reading(definitions, (*refused, *left_out))


def _defined(name: str, right: Any, note: str | None, refused: list[Refused]) -> Definition:
    """Return the definition of a node: a number is its default, all else its formula; what cannot be read is opaque."""
    number = literal(right)
    if number is not None:
        return Definition(name, default=number, note=note)
    try:
        return Definition(name, formula=formula(right), note=note)
    except Untranslatable as reason:
        refused.append(Refused(name, "its formula", str(reason)))
        above = [texts.name(parent) for parent in parents(right)]
        return Definition(name, formula=texts.call("opaque", above).text, note=as_note(right.code()))


def _note(variable: Any) -> str | None:
    unit = variable.unit()
    if unit is None and not variable.is_state() and variable.rhs().is_number():
        unit = variable.rhs().unit()
    bound = f"bound to {variable.binding()}" if variable.is_bound() else ""
    return as_note("" if unit is None else str(unit), bound, variable.meta.get("desc", ""))


def _from_mmt(path: Path, text: str) -> tuple[Any, Any, Any]:
    """Return model, protocol and script of a text; a script is text to Myokit too."""
    myokit = _myokit()
    found: tuple[Any, Any, Any] = _loaded(path, lambda: myokit.parse(text))
    if found[0] is None:
        raise InvalidGraph(f"'{path}' has no model", hint="a model of Myokit begins with a line [[model]]")
    return found


def _from_cellml(path: Path) -> Any:
    _myokit()
    from myokit.formats.cellml import CellMLImporter

    return _loaded(path, lambda: CellMLImporter().model(str(path)))


def _loaded(path: Path, load: Callable[[], Any]) -> Any:
    """Return what Myokit loads; whatever it raises over a file is an error of that file."""
    from myokit import ParseError

    try:
        with _quiet():
            return load()
    except RecursionError:
        raise InvalidGraph(f"'{path}' has a formula that is nested too deeply for Myokit") from None
    except ParseError as error:
        place = f"{path}:{error.line}:{error.char + 1}"
        raise InvalidGraph(f"{place}: {error.name}: {_one_line(error.desc)}") from error
    except Exception as error:  # of any kind, for a file that Myokit did not foresee must not look like an error of ours
        raise InvalidGraph(f"Myokit cannot read '{path}': {_one_line(error)}") from error


def _myokit() -> Any:
    """Return Myokit, which keeps settings in the user's home: its import makes a folder there."""
    try:
        with _quiet():
            import myokit
    except OSError as error:
        home = os.path.join(os.path.expanduser("~"), ".config", "myokit")
        raise FileError(
            f"Myokit must be able to keep its settings in '{home}': {error.strerror or error}",
            hint="set HOME to a folder that can be written",
        ) from None
    return myokit


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep standard output for answers, and to themselves what Myokit and setuptools warn of: their own installation."""
    with warnings.catch_warnings(), redirect_stdout(sys.stderr):
        warnings.simplefilter("ignore")
        yield


def _one_line(said: object) -> str:
    return as_note(str(said)) or type(said).__name__
