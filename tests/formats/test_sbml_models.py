"""Real models in SBML: their size, and the value of every node worked out by hand from the tree that libsbml has of it."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gradq
from gradq.engine.graphfile import GraphText
from gradq.engine.values import Values
from gradq.formats.files import open_file

libsbml = pytest.importorskip("libsbml", reason='libsbml is not installed: pip install "gradq[sbml]"')

Forward = Callable[[GraphText], Values]
Packaged = Callable[[str, str], Path]

HODGKIN_HUXLEY = ("myokit", "tests/data/formats/sbml/HodgkinHuxley.xml")
GALACTOSE = ("sbmlutils", "resources/models/galactose/Galactose_v128_Nc20_dilution.xml")
REPRESSILATOR = ("sbmlutils", "resources/models/repressilator/BIOMD0000000012_urn.xml")
FUNCTIONS = ("sbmlutils", "resources/models/BIOMD0000000507_urn.xml")
GLUCOSE = ("sbmlutils", "resources/models/glucose/Hepatic_glucose_3.xml")

BINARY: dict[int, Callable[[float, float], float]] = {
    libsbml.AST_PLUS: operator.add,
    libsbml.AST_MINUS: operator.sub,
    libsbml.AST_TIMES: operator.mul,
    libsbml.AST_DIVIDE: operator.truediv,
    libsbml.AST_POWER: math.pow,
    libsbml.AST_FUNCTION_POWER: math.pow,
    libsbml.AST_FUNCTION_ROOT: lambda degree, x: math.pow(x, 1 / degree),
    libsbml.AST_FUNCTION_LOG: lambda base, x: math.log(x) / math.log(base),
    libsbml.AST_RELATIONAL_GT: operator.gt,
    libsbml.AST_RELATIONAL_LT: operator.lt,
    libsbml.AST_RELATIONAL_GEQ: operator.ge,
    libsbml.AST_RELATIONAL_LEQ: operator.le,
    libsbml.AST_RELATIONAL_EQ: operator.eq,
    libsbml.AST_LOGICAL_AND: lambda x, y: bool(x) and bool(y),
    libsbml.AST_LOGICAL_OR: lambda x, y: bool(x) or bool(y),
}


class ByHand:
    """The values of a model's symbols at its beginning, each worked out when it is asked for."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.rules = {rule.getVariable(): rule.getMath() for rule in model.getListOfRules() if rule.isAssignment()}
        self.rules |= {item.getSymbol(): item.getMath() for item in model.getListOfInitialAssignments()}
        self.found: dict[str, float] = {}
        self.moved: dict[str, list[tuple[float, str]]] = {}
        for reaction in model.getListOfReactions():
            for side, sign in ((reaction.getListOfReactants(), -1.0), (reaction.getListOfProducts(), 1.0)):
                for reference in side:
                    term = (sign * reference.getStoichiometry(), reaction.getId())
                    self.moved.setdefault(reference.getSpecies(), []).append(term)

    def symbol(self, name: str) -> float:
        if name not in self.found:
            self.found[name] = self._symbol(name)
        return self.found[name]

    def _symbol(self, name: str) -> float:
        if name in self.rules:
            return self.tree(self.rules[name])
        element = self.model.getElementBySId(name)
        kind = element.getElementName()
        if kind == "reaction":
            law = element.getKineticLaw()
            return self.tree(law.getMath(), {p.getId(): p.getValue() for p in law.getListOfParameters()})
        if kind == "species":
            if element.isSetInitialConcentration():
                return float(element.getInitialConcentration())
            amount = float(element.getInitialAmount())
            return amount if element.getHasOnlySubstanceUnits() else amount / self.symbol(element.getCompartment())
        return float(element.getSize() if kind == "compartment" else element.getValue())

    def rate(self, name: str) -> float:
        """Return the rate of a symbol: its rule, or what the reactions make of it."""
        rule = self.model.getRateRule(name)
        if rule is not None:
            return self.tree(rule.getMath())
        species = self.model.getSpecies(name)
        total = math.fsum(factor * self.symbol(reaction) for factor, reaction in self.moved[name])
        return total if species.getHasOnlySubstanceUnits() else total / self.symbol(species.getCompartment())

    def tree(self, node: Any, local: dict[str, float] | None = None) -> float:
        """Return the value of a tree."""
        local = local or {}
        kind, count = node.getType(), node.getNumChildren()
        if kind == libsbml.AST_NAME:
            return local[node.getName()] if node.getName() in local else self.symbol(node.getName())
        if kind == libsbml.AST_NAME_TIME:
            return 0.0
        if kind == libsbml.AST_CONSTANT_PI:
            return math.pi
        if node.isNumber():
            return float(node.getValue())
        if kind == libsbml.AST_FUNCTION_PIECEWISE:
            for at in range(0, count - 1, 2):
                if self.tree(node.getChild(at + 1), local):
                    return self.tree(node.getChild(at), local)
            return self.tree(node.getChild(count - 1), local)
        values = [self.tree(node.getChild(at), local) for at in range(count)]
        if kind == libsbml.AST_FUNCTION:
            body = self.model.getFunctionDefinition(node.getName()).getMath()
            return self.tree(body.getChild(count), {body.getChild(at).getName(): value for at, value in enumerate(values)})
        if kind == libsbml.AST_MINUS and count == 1:
            return -values[0]
        if kind == libsbml.AST_FUNCTION_EXP:
            return math.exp(values[0])
        if kind == libsbml.AST_FUNCTION_LN:
            return math.log(values[0])
        total = values[0]
        for value in values[1:]:
            total = BINARY[kind](total, value)
        return total


def _by_hand(path: Path, names: list[str]) -> dict[str, float]:
    document = libsbml.readSBMLFromFile(str(path))  # the model is its property, and goes with it
    model = ByHand(document.getModel())
    return {
        name: model.rate(name[4:-1]) if name.startswith("dot(") else model.symbol(name)
        for name in names
        if "." not in name and not name.startswith(("amount(", "concentration(")) and name != "time"
    }


@pytest.mark.parametrize(
    ("which", "nodes", "edges"),
    [
        (HODGKIN_HUXLEY, 32, 41),
        # counted with rates of amounts, and of the 6 species of the boundary too: 4,523 and 14,115. A rate of a
        # concentration is also divided by its compartment (706 edges), and a boundary does not move (6 nodes, 12 edges).
        (GALACTOSE, 4_517, 14_809),
    ],
)
def test_a_real_model_has_the_nodes_and_edges_that_were_counted(
    which: tuple[str, str], nodes: int, edges: int, packaged: Packaged
) -> None:
    graph = open_file(str(packaged(*which))).graph
    assert (len(graph.definitions), sum(map(len, graph.parents.values())), graph.implied) == (nodes, edges, [])


@pytest.mark.parametrize(
    "which",
    [HODGKIN_HUXLEY, REPRESSILATOR, FUNCTIONS, GLUCOSE, GALACTOSE],
    ids=lambda which: which[1].rpartition("/")[2],
)
def test_the_values_of_a_real_model_are_those_of_its_trees(which: tuple[str, str], packaged: Packaged, forward: Forward) -> None:
    path = packaged(*which)
    opened = open_file(str(path))
    graph = opened.graph
    ours = forward(graph).found
    theirs = _by_hand(path, list(ours))
    assert len(theirs) > 15
    sizes = {name: max(abs(ours[parent]) for parent in (name, *graph.parents[name])) for name in theirs if name in graph.parents}
    off = {
        name: (ours[name], value)
        for name, value in theirs.items()
        if not math.isclose(ours[name], value, rel_tol=1e-12, abs_tol=1e-12 * sizes.get(name, 0.0))
    }
    assert off == {}


def test_every_local_partial_of_a_real_model_passes_check(packaged: Packaged) -> None:
    with gradq.open(":memory:") as space:
        graph = space.load(packaged(*HODGKIN_HUXLEY), format="sbml")
        if not hasattr(graph, "check"):
            pytest.skip("gradq has no check yet")
        found = graph.check()
    assert found.ok and found.count("edge") == 41
