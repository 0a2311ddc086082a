"""The symbols of an SBML model as nodes: compartments, species, parameters, reactions, and stoichiometries that have names.

The symbol of a species is what formulas mean by it: its concentration, or its amount where the model says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import libsbml

from ..engine.graphfile import Definition
from ..store.errors import InvalidGraph
from . import texts
from .notes import as_note
from .reading import Refused
from .sbml_math import Mathematics, Translated, Untranslatable, named
from .texts import Piece

Element = Any  # of libsbml


class Model:
    """One model while it is read: `definitions` by node, with the names in each formula in `parents`."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.definitions: dict[str, Definition] = {}
        self.parents: dict[str, frozenset[str]] = {}
        self.refused: list[Refused] = []
        self.opaque: set[str] = set()
        self.compartments = _by_id(element.getListOfCompartments())
        self.species = _by_id(element.getListOfSpecies())
        self.parameters = _by_id(element.getListOfParameters())
        self.reactions = _by_id(element.getListOfReactions())
        self.references = _references(self.reactions.values())
        rules = self._ruling((rule.getVariable(), rule) for rule in element.getListOfRules() if not rule.isAlgebraic())
        self.assigned = {name: rule for name, rule in rules.items() if rule.isAssignment()}
        self.rated = {name: rule for name, rule in rules.items() if rule.isRate()}
        self.initial = self._ruling((item.getSymbol(), item) for item in element.getListOfInitialAssignments())
        self.used = {name for name in (*rules, *self.initial) if name in self.references}
        known = {*self.compartments, *self.species, *self.parameters, *self.reactions, *self.references}
        self.time = "time" if "time" not in known else "csymbol(time)"
        functions = {name: item.getMath() for name, item in _by_id(element.getListOfFunctionDefinitions()).items()}
        self.mathematics = Mathematics(functions, self.time, "pi" in known, self._rate_of)
        self.changed: frozenset[str] = frozenset()  # symbols with a rate: `sbml_rates.py` finds them

    def add_symbols(self) -> None:
        """Define a node for every symbol but the rates."""
        for name, compartment in self.compartments.items():
            if compartment.getSpatialDimensionsAsDouble() != 0 or compartment.isSetSize() or self._is_ruled(name):
                self._add_symbol(name, compartment, _size(compartment))
        for name, parameter in self.parameters.items():
            self._add_symbol(name, parameter, _number(parameter.isSetValue(), parameter.getValue()))
        for name, species in self.species.items():
            self._add_species(name, species)
        for name, reaction in self.reactions.items():
            self._add_reaction(name, reaction)

    def add_references(self) -> None:
        """Define the stoichiometries that have a rule, and those that the formulas so far name."""
        while missing := sorted(self.used - self.definitions.keys()):  # the rule of one may name another
            for name in missing:
                self._add_symbol(name, self.references[name], stoichiometry(self.references[name]))

    def add_time(self) -> None:
        """Define time, if a formula names it."""
        if any(self.time in names for names in self.parents.values()):
            self.define(Definition(self.time, default="0", note="time, at the beginning"))

    def resolve(self, name: str) -> str:
        """Return the node of an identifier; raises `Untranslatable` for one that the model does not define."""
        if name in self.references:
            self.used.add(name)
        elif name not in self.reactions and not any(name in group for group in self._ruled_groups()):
            raise Untranslatable(f"'{name}' is not defined")
        return name

    def is_amount(self, species: Element) -> bool:
        """Return whether a species' symbol is its amount, and not its concentration."""
        compartment = self.compartments.get(species.getCompartment())
        return bool(species.getHasOnlySubstanceUnits() or compartment is None or compartment.getSpatialDimensionsAsDouble() == 0)

    def add_formula(
        self, name: str, make: Callable[[], Translated], note: str | None, above: Callable[[], list[str]], said: Callable[[], str]
    ) -> None:
        """Define a node by what `make` returns; if that raises `Untranslatable` the node is opaque over `above`.

        `said` gives the original's text, the note of an opaque node.
        """
        try:
            made = make()
        except Untranslatable as reason:
            parents = above()
            self.refused.append(Refused(name, "its formula", str(reason)))
            self.opaque.add(name)
            opaque = texts.call("opaque", map(texts.name, parents)).text
            made, note = Translated(Piece(opaque), frozenset(parents)), as_note(said())
        self.parents[name] = made.names
        self.define(Definition(name, formula=made.piece.text, note=note))

    def add_mathematics(self, name: str, holder: Element, note: str | None, resolve: Callable[[str], str] | None = None) -> None:
        """Define a node by the formula that an element holds."""
        resolve = resolve or self.resolve
        tree = holder.getMath() if holder.isSetMath() else None
        made = partial(self.mathematics.translate, tree, resolve)
        self.add_formula(name, made, note, lambda: named(tree, resolve), lambda: _infix(tree))

    def is_opaque(self, name: str) -> bool:
        """Return whether a node's formula could not be read."""
        return name in self.opaque

    def define(self, definition: Definition) -> None:
        """Keep a definition; raises `InvalidGraph` for the second of a name."""
        if definition.name in self.definitions:
            raise _twice(definition.name)
        self.definitions[definition.name] = definition

    def _ruling(self, pairs: Iterable[tuple[str, Element]]) -> dict[str, Element]:
        """Return rules or assignments by symbol; one of what the model does not have is told of and left out."""
        found = _once(pairs)
        for name in [name for name in found if not any(name in group for group in self._ruled_groups())]:
            said = "it says what something is that the model does not have"
            self.refused.append(Refused(name, f"line {found.pop(name).getLine()}", said))
        return found

    def _ruled_groups(self) -> tuple[Mapping[str, Element], ...]:
        return self.parameters, self.species, self.compartments, self.references

    def _is_ruled(self, name: str) -> bool:
        return name in self.assigned or name in self.initial

    def _add_symbol(self, name: str, element: Element, default: str | None) -> None:
        """Define a symbol by its assignment rule, its initial assignment, or its number."""
        note = _note(element)
        if self._is_ruled(name):
            self.add_mathematics(name, self.assigned.get(name) or self.initial[name], note)
        else:
            self.define(Definition(name, default=default, note=note))

    def _add_species(self, name: str, species: Element) -> None:
        if species.getCompartment() not in self.compartments:
            said = f"its compartment '{species.getCompartment()}' is not defined: it is taken as an amount"
            self.refused.append(Refused(name, f"line {species.getLine()}", said))
        amount = _number(species.isSetInitialAmount(), species.getInitialAmount())
        concentration = _number(species.isSetInitialConcentration(), species.getInitialConcentration())
        own, other = (amount, concentration) if self.is_amount(species) else (concentration, amount)
        if self._is_ruled(name) or own is not None or other is None or species.getCompartment() not in self.compartments:
            self._add_symbol(name, species, own)
            return
        kind, operator = ("concentration", "*") if self.is_amount(species) else ("amount", "/")
        source, size = f"{kind}({name})", species.getCompartment()
        self.define(Definition(source, default=other, note=f"initial {kind}"))
        made = texts.binary(operator, texts.name(source), texts.name(size))
        self.add_formula(name, lambda: Translated(made, frozenset((source, size))), _note(species), list, str)

    def _add_reaction(self, name: str, reaction: Element) -> None:
        law = reaction.getKineticLaw()
        if law is None:
            self.define(Definition(name, note=as_note(reaction.getName(), "a rate without a kinetic law")))
            return
        local = list(law.getListOfLocalParameters() if law.getLevel() >= 3 else law.getListOfParameters())
        nodes = {parameter.getId(): f"{name}.{parameter.getId()}" for parameter in local}
        for parameter in local:
            default = _number(parameter.isSetValue(), parameter.getValue())
            self.define(Definition(nodes[parameter.getId()], default=default, note=_note(parameter)))
        self.add_mathematics(name, law, _note(reaction), lambda symbol: nodes.get(symbol) or self.resolve(symbol))

    def _rate_of(self, symbol: str) -> str | None:
        if symbol in self.assigned:
            raise Untranslatable(f"the rate of '{symbol}', which a rule assigns")
        return f"dot({symbol})" if symbol in self.changed else None


def stoichiometry(reference: Element) -> str | None:
    """Return how much of a species a reaction takes or makes, as text, or None where only a rule or nothing says it."""
    if reference.getLevel() >= 3 and not reference.isSetStoichiometry():
        return None
    number = reference.getStoichiometry() / (reference.getDenominator() if reference.getLevel() < 3 else 1)
    return texts.number(number).text if math.isfinite(number) else None


def _by_id(elements: Any) -> dict[str, Element]:
    return _once((element.getId(), element) for element in elements if element.getId())


def _once(pairs: Iterable[tuple[str, Element]]) -> dict[str, Element]:
    """Return pairs as a dictionary; raises `InvalidGraph` if a name comes twice."""
    found: dict[str, Element] = {}
    for name, element in pairs:
        if name in found:
            raise _twice(name)
        found[name] = element
    return found


def _twice(name: str) -> InvalidGraph:
    return InvalidGraph(f"the model says twice what '{name}' is", hint="an identifier is one thing, with one rule at most")


def _references(reactions: Any) -> dict[str, Element]:
    """Return the species of reactions that have a name of their own there, so that formulas can mean their number."""
    found: dict[str, Element] = {}
    for reaction in reactions:
        found |= _by_id([*reaction.getListOfReactants(), *reaction.getListOfProducts()])
    return found


def _size(compartment: Element) -> str | None:
    if compartment.getLevel() == 1 and not compartment.isSetSize():
        return "1"  # only there the specification says what is meant if nothing is said
    return _number(compartment.isSetSize(), compartment.getSize())


def _number(is_set: bool, value: float) -> str | None:
    return texts.number(value).text if is_set and math.isfinite(value) else None


def _note(element: Element) -> str | None:
    has_own = element.getElementName() in ("compartment", "parameter", "localParameter")
    units = element.getUnits() if has_own else ""  # what a species counts in is not the unit of a concentration
    return as_note(f"[{units}]" if units else "", element.getName() if element.getName() != element.getId() else "")


def _infix(tree: Any) -> str:
    return str(libsbml.formulaToL3String(tree) or "") if tree is not None else ""
