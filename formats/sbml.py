"""Models in SBML: what they hold, the rules that give it values, the rates of reactions, and of all that they change.

A model stands at its beginning: `x` is an initial value, or what a rule makes of others, and `dot(x)` is its rate of
change. How symbols get their nodes is in `sbml_model.py`, the rates are in `sbml_rates.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import libsbml

from ..store.errors import InvalidGraph
from . import guard
from .notes import as_note
from .reading import Reading, Refused
from .sbml_model import Model
from .sbml_rates import Rates
from .xml_scan import scan_xml

MOST_BYTES = 64 << 20
# packages that are read with the rest, or only draw: those of Level 2 come as required
WITHOUT_MEANING = frozenset({"l3v2extendedmath", "layout", "render", "groups"})


def read(path: Path) -> Reading:
    """Read a model; raises `FileError`, `InvalidGraph`."""
    guard.check_size(path, MOST_BYTES)
    first, data = scan_xml(path, MOST_BYTES)
    if first.rpartition(" ")[2] != "sbml":
        is_cellml = "cellml.org" in first
        hint, shell = ('format="cellml" reads it', "gradq load -f cellml reads it") if is_cellml else (None, None)
        raise InvalidGraph(f"'{path}' is no SBML: its first element is '{first.rpartition(' ')[2]}'", hint=hint, shell=shell)
    document = libsbml.readSBMLFromString(guard.as_text(data, f"'{path}'"))
    _check(document, path)
    model = Model(document.getModel())
    rates = Rates(model)
    model.add_symbols()
    rates.add_rules()
    model.add_references()
    rates.add_species()
    model.add_time()
    refused = [*model.refused, *_left_out(document)]
    return Reading(list(model.definitions.values()), tuple(refused))


def _check(document: Any, path: Path) -> None:
    """Raise `InvalidGraph` with the first error that libsbml has found."""
    for at in range(document.getNumErrors()):
        error = document.getError(at)
        if error.getSeverity() >= libsbml.LIBSBML_SEV_ERROR:
            place = f"'{path}':{error.getLine()}:{error.getColumn()}"
            raise InvalidGraph(f"{place}: {as_note(error.getMessage()) or error.getShortMessage()}")
    if document.getModel() is None:
        raise InvalidGraph(f"'{path}' has no model", hint="an SBML file has one element <model>")


def _left_out(document: Any) -> Iterator[Refused]:
    """Yield what is in a document and has no place in a graph."""
    model = document.getModel()
    for at, event in enumerate(model.getListOfEvents(), 1):
        yield Refused(event.getId() or f"event {at}", _place(event), "an event happens while time runs")
    for at, rule in enumerate((rule for rule in model.getListOfRules() if rule.isAlgebraic()), 1):
        yield Refused(f"algebraic rule {at}", _place(rule), "it determines a value without saying which")
    for at, constraint in enumerate(model.getListOfConstraints(), 1):
        yield Refused(f"constraint {at}", _place(constraint), "it checks a simulation")
    for at in range(document.getNumPlugins()):
        package = document.getPlugin(at).getPackageName()
        if document.getPackageRequired(package) and package not in WITHOUT_MEANING:
            yield Refused(package, "package", "it changes what the model means, and is not read")


def _place(element: Any) -> str:
    return f"line {element.getLine()}"
