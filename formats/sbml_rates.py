"""The rates of change of an SBML model: `dot(x)` for each symbol that a rate rule or a reaction moves.

Reactions move amounts: the rate of an amount is the sum of the reactions' rates, each by how much of the species it makes
or takes. A concentration is amount/size, so its rate is (rate of the amount − concentration × rate of the size)/size.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from ..engine.graphfile import Definition
from . import texts
from .reading import Refused
from .sbml_math import Translated, Untranslatable
from .sbml_model import Element, Model, stoichiometry
from .texts import Piece


class Part(NamedTuple):
    """What a reaction has to do with a species: it makes it (sign 1) or takes it (sign -1), as the reference says."""

    reaction: Element
    reference: Element
    sign: int


class Rates:
    """The rates of a model. To make one finds what moves, which the model's formulas may ask; the rest defines `dot(x)`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.parts: dict[str, list[Part]] = {}
        for part in _parts(model):
            self.parts.setdefault(part.reference.getSpecies(), []).append(part)
        moved = [name for name, species in model.species.items() if self._moves(name, species)]
        model.changed = frozenset((*model.rated, *moved))

    def add_rules(self) -> None:
        """Define `dot(x)` for every x that has a rate rule."""
        for name, rule in self.model.rated.items():
            self.model.add_mathematics(_rate(name), rule, None)

    def add_species(self) -> None:
        """Define `dot(x)` for every x that reactions move; by then it is known which stoichiometries are nodes."""
        for name in self.model.species:
            if name in self.model.changed and name not in self.model.rated:
                self._add_species(name)

    def _moves(self, name: str, species: Element) -> bool:
        """Return whether reactions move a species, or a compartment that changes its size moves its concentration."""
        moved = name in self.parts and not species.getBoundaryCondition()
        if name in self.model.assigned or name in self.model.rated:
            if moved:
                said = "a rule and reactions move it at once: the rule is taken"
                self.model.refused.append(Refused(name, f"line {species.getLine()}", said))
            return False
        if species.getConstant():
            return False
        return moved or (not self.model.is_amount(species) and species.getCompartment() in self.model.rated)

    def _add_species(self, name: str) -> None:
        model, species = self.model, self.model.species[name]
        parts = [] if species.getBoundaryCondition() else self.parts.get(name, [])
        reactions = list(dict.fromkeys(part.reaction.getId() for part in parts))
        model.add_formula(
            _rate(name), lambda: self._change(name, species, parts), None, lambda: reactions, lambda: f"the change of {name}"
        )
        if model.definitions[_rate(name)].formula == "0":  # a number alone is a default to the grammar
            model.definitions[_rate(name)] = Definition(_rate(name), default="0", note="its reactions make what they take")

    def _change(self, name: str, species: Element, parts: list[Part]) -> Translated:
        names: set[str] = set()
        made = self._sum(parts, names)
        factor = species.getConversionFactor() or self.model.element.getConversionFactor()
        if factor and made is not None:
            made = texts.binary("*", self._name(self.model.resolve(factor), names), made)
        if not self.model.is_amount(species):
            made = self._by_size(name, species.getCompartment(), made, names)
        return Translated(made or texts.number(0), frozenset(names))

    def _by_size(self, name: str, size: str, made: Piece | None, names: set[str]) -> Piece | None:
        """Return the change of a concentration from that of an amount."""
        if size in self.model.rated:
            made = _added(made, self._name(name, names), self._name(_rate(size), names), -1)
        elif size in self.model.assigned and self._changes(size):
            raise Untranslatable(f"the size of '{size}' changes by an assignment rule, which says nothing of its rate")
        return None if made is None else texts.binary("/", made, self._name(size, names))

    def _sum(self, parts: list[Part], names: set[str]) -> Piece | None:
        """Return the sum of the rates of reactions, each by its factor; None for one without a term."""
        counted: dict[str, Fraction] = {}
        made: Piece | None = None
        for part in parts:
            if part.reaction.isSetFast() and part.reaction.getFast():
                raise Untranslatable(f"the reaction '{part.reaction.getId()}' is fast: it has no rate, it is in balance")
            factor = self._factor(part, names)
            if isinstance(factor, Fraction):
                reaction = part.reaction.getId()
                counted[reaction] = counted.get(reaction, Fraction(0)) + part.sign * factor
                continue
            made = _added(made, factor, self._name(part.reaction.getId(), names), part.sign)
        numbered: Piece | None = None
        for reaction, total in counted.items():
            if total:
                size = texts.number(float(abs(total))) if abs(total) != 1 else None
                numbered = _added(numbered, size, self._name(reaction, names), 1 if total > 0 else -1)
        return numbered if made is None else made if numbered is None else texts.binary("+", numbered, made)

    def _factor(self, part: Part, names: set[str]) -> Fraction | Piece:
        reference, model = part.reference, self.model
        name = reference.getId()
        if name and name in model.used:
            return self._name(model.resolve(name), names)
        if reference.isSetStoichiometryMath():
            made = model.mathematics.translate(reference.getStoichiometryMath().getMath(), model.resolve)
            names |= made.names
            return made.piece
        text = stoichiometry(reference)
        if text is None:
            raise Untranslatable(f"how much of it the reaction '{part.reaction.getId()}' moves is not said")
        return Fraction(text)

    def _changes(self, symbol: str) -> bool:
        """Return whether a symbol that a rule assigns depends on anything that moves, or on time."""
        model, seen, stack = self.model, {symbol}, [symbol]
        while stack:
            name = stack.pop()
            if name == model.time or name in model.changed or model.is_opaque(name):
                return True
            if name in model.assigned or name in model.reactions:
                fresh = model.parents.get(name, frozenset()) - seen
                seen |= fresh
                stack.extend(fresh)
        return False

    def _name(self, node: str, names: set[str]) -> Piece:
        names.add(node)
        return texts.name(node)


def _parts(model: Model) -> Iterator[Part]:
    for reaction in model.reactions.values():
        sides = ((reaction.getListOfReactants(), -1), (reaction.getListOfProducts(), 1))
        for reference, sign in ((reference, sign) for side, sign in sides for reference in side):
            if reference.getSpecies() in model.species:
                yield Part(reaction, reference, sign)
            else:
                said = f"the species '{reference.getSpecies()}' is not defined"
                model.refused.append(Refused(reaction.getId(), f"line {reference.getLine()}", said))


def _added(made: Piece | None, factor: Piece | None, rate: Piece, sign: int) -> Piece:
    """Return `made ± factor*rate`; a minus at the beginning goes to what stands first."""
    if made is None and sign < 0:
        return texts.negative(rate) if factor is None else texts.binary("*", texts.negative(factor), rate)
    term = rate if factor is None else texts.binary("*", factor, rate)
    return term if made is None else texts.binary("+" if sign > 0 else "-", made, term)


def _rate(symbol: str) -> str:
    return f"dot({symbol})"
