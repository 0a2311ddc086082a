"""Graphs as nodes and arrows with attributes: what node-link JSON, GraphML, DOT and CSV have in common.

A node may have `formula`, `default`, `note` and `value`; an arrow leads from parent to child. A node with arrows into it
and without a formula is opaque, unless each arrow has a `coefficient`: then it is the sum of coefficient × parent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ..engine.functions import OPAQUE
from ..engine.graphfile import Definition, read_definition
from ..engine.layout import quoted
from ..engine.names import checked
from ..engine.shapes import formula_names
from ..store.errors import FormulaError, InvalidGraph
from .reading import Reading, Refused

Facts = Mapping[str, Any]
NodeFacts = tuple[object, Facts]
EdgeFacts = tuple[object, object, Facts]
_LONGEST_NOTE = 10_000


class _Arrow(NamedTuple):
    parent: str
    coefficient: str | None


def reading(nodes: Iterable[NodeFacts], edges: Iterable[EdgeFacts], *, place: Callable[[str], str] = str) -> Reading:
    """Return the nodes and arrows of a file as definitions; `place` says where a node stands."""
    facts: dict[str, Facts] = {}
    for given, said in nodes:
        name = node_name(given)
        if name in facts and said:
            raise InvalidGraph(f"'{name}' is there twice")
        facts[name] = said
    arrows: dict[str, list[_Arrow]] = {}
    for start, end, said in edges:
        parent, child = node_name(start), node_name(end)
        facts.setdefault(parent, {})
        facts.setdefault(child, {})
        arrows.setdefault(child, []).append(_Arrow(parent, _number(said.get("coefficient"))))
    return _Builder(facts, arrows, place).reading()


def node_name(given: object) -> str:
    """Return the name of a node; raises `InvalidGraph` for what is no name."""
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        raise InvalidGraph(f"a node is called by text or a whole number, not by {given!r}")
    return checked(str(given))


def one_line(text: object) -> str | None:
    """Return a note as one line; None for an empty one."""
    return " ".join(str(text)[:_LONGEST_NOTE].split()) or None


def opaque(parents: Iterable[str]) -> str:
    """Return the formula of an opaque node.

    >>> opaque(["a", "Sheet!B3"])
    "opaque(a, 'Sheet!B3')"
    """
    return f"{OPAQUE}({', '.join(map(quoted, parents))})"


def readable(formula: str) -> list[str]:
    """Return the names in a formula, in which pi is the constant; raises `FormulaError`."""
    return formula_names(formula, pi_is_node=False)


class _Builder:
    """Makes definitions, and collects what is refused on the way."""

    def __init__(self, facts: Mapping[str, Facts], arrows: Mapping[str, list[_Arrow]], place: Callable[[str], str]) -> None:
        self.facts, self.arrows, self.place = facts, arrows, place
        self.refused: list[Refused] = []
        self.values: dict[str, float] = {}
        self.blank = 0

    def reading(self) -> Reading:
        definitions = [self.definition(name, said) for name, said in self.facts.items()]
        nodes = (
            "node has arrows into it and no formula: it is"
            if self.blank == 1
            else "nodes have arrows into them and no formula: they are"
        )
        notes = [f"{self.blank:,} {nodes} opaque"] if self.blank else []
        return Reading(definitions, tuple(self.refused), tuple(notes), self.values)

    def refuse(self, name: str, reason: str) -> None:
        self.refused.append(Refused(name, self.place(name), reason))

    def definition(self, name: str, said: Facts) -> Definition:
        note = one_line(said["note"]) if said.get("note") is not None else None
        formula = str(said["formula"]).strip() if said.get("formula") is not None else ""
        if formula:
            return self.formula(name, formula, said, note)
        default = _first_number(said)
        if default is None and said.get("default") not in (None, ""):
            self.refuse(name, f"its default {str(said['default'])[:80]!r} is no number")
        arrows = self.arrows.get(name, [])
        if default is not None or not arrows:
            for arrow in arrows:
                self.refuse(f"{arrow.parent} → {name}", f"an arrow leads into '{name}', which is a parameter")
            return Definition(name, default=default, note=note)
        if all(arrow.coefficient is not None for arrow in arrows):
            terms = " + ".join(f"{arrow.coefficient}*{quoted(arrow.parent)}" for arrow in arrows)
            return Definition(name, formula=terms.replace("+ -", "- "), note=note)
        self.blank += 1
        return Definition(name, formula=opaque(_distinct(arrows)), note=note or "its formula, for the file has none")

    def formula(self, name: str, text: str, said: Facts, note: str | None) -> Definition:
        arrows = self.arrows.get(name, [])
        try:
            line = read_definition(f"{quoted(name)} = {text}")
            if line.note is not None:
                raise FormulaError("a comment inside a formula")
            used = set() if line.formula is None else set(readable(line.formula)) | {"pi"}
        except FormulaError as error:
            self.refuse(name, f"its formula cannot be read: {error.bare}")
            return Definition(name, formula=opaque(_distinct(arrows)), note=one_line(text))
        if said.get("default") not in (None, ""):
            self.refuse(name, "it has a formula and a default: the default is left out")
        for arrow in arrows:
            if arrow.parent not in used:
                self.refuse(f"{arrow.parent} → {name}", f"an arrow that the formula of '{name}' does not use")
        value = _number(said.get("value"))
        if value is not None and line.formula is not None:
            self.values[name] = float(value)
        return line._replace(note=note)


def _distinct(arrows: Iterable[_Arrow]) -> list[str]:
    return list(dict.fromkeys(arrow.parent for arrow in arrows))


def _first_number(said: Facts) -> str | None:
    found = [_number(said.get(key)) for key in ("default", "value")]
    return next((number for number in found if number is not None), None)


def _number(given: object) -> str | None:
    """Return a number as the text that a parameter's default is, or None for what is no finite number."""
    if given is None or isinstance(given, (bool, list, dict)):
        return None
    text = str(given).strip()
    try:
        if not math.isfinite(float(text)):
            return None
        found = read_definition(f"x = {text.removeprefix('+')}").default
    except (ValueError, FormulaError, OverflowError):
        return None
    return found
