"""A graph as a module of Python that needs nothing but `math`: `f` works out the outputs, `grad` their derivatives.

Both take the inputs and parameters as arguments. Names are kept in texts; identifiers are made of them (`spelling`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..engine.edit import partial_of
from ..engine.expression import ZERO, Expr
from ..engine.formula import parse, parse_expression
from ..engine.functions import OPAQUE
from ..engine.layout import text_of
from ..engine.lettering import clean
from ..engine.opaque import is_opaque
from ..engine.values import default_value
from ..store.errors import InvalidGraph
from .sharing import definitions
from .spelling import expression, helpers, identifiers, number

if TYPE_CHECKING:
    from ..engine.browser import Surroundings
    from ..store.rows import NodeRow

_SHORT = 40  # characters of a local partial that is written where it is used
_HEAD = '''\
"""A model as two functions, f and grad: written by gradq, and in need of nothing but this file.

f(…)     the outputs by name
grad(…)  the derivatives: grad(…)[output][argument], by name
"""

import math

'''
_TOTALS = '''\
def _totals(of, edges):
    """Return the derivative of one node by all above it: edges are (child, parent, local partial), parents first."""
    found = {of: 1.0}
    for child, parent, partial in reversed(edges):
        if child in found:
            found[parent] = found.get(parent, 0.0) + found[child] * partial
    return found


'''


def write(found: Surroundings) -> str:
    """Return a graph as a module; raises `InvalidGraph` for an opaque node, which Python could not work out either."""
    for node in found.nodes:
        if node.formula and OPAQUE in node.formula and is_opaque(parse_expression(node.formula, pi_is_node=found.graph.has_pi)):
            hint, shell = (f"give it a formula or a number first: {how}" for how in (f"graph[{node.name!r}] = …", "gradq set"))
            raise InvalidGraph(f"'{node.name}' is opaque, so there is no Python for it", hint=hint, shell=shell)
    module = _Module(found)
    code = f"{module.function()}\n\n{module.gradient()}"
    return f"{_HEAD}\n{helpers(code)}{_TOTALS}{code}"


class _Module:
    def __init__(self, found: Surroundings) -> None:
        self.nodes, self.pi = found.nodes, found.graph.has_pi
        self.parents, self.partials = found.parents, found.partials
        used = {parent for parents in found.parents.values() for parent in parents}
        self.outputs = [node.name for node in found.nodes if node.formula is not None and node.name not in used]
        self.given = [node for node in found.nodes if node.formula is None]
        self.prefix = "step"
        while any(node.name.startswith(self.prefix) for node in found.nodes):
            self.prefix += "_"
        self.names = identifiers(node.name for node in found.nodes)

    def function(self) -> str:
        """Return the function that works out the outputs."""
        return "\n".join(
            [
                f"def f({self._arguments()}):",
                '    """Return the outputs by name."""',
                *self._comments(),
                *self._values(),
                *_listed("return {", (f"{name!r}: {self.names[name]}," for name in self.outputs), "}"),
                "",
            ]
        )

    def gradient(self) -> str:
        """Return the function that works out the derivatives."""
        steps, edges = self._edges()
        given = (f"{node.name!r}," for node in self.given)
        return "\n".join(
            [
                f"def grad({self._arguments()}):",
                '    """Return the derivatives by name: of each output, by each argument."""',
                *self._values(),
                *steps,
                *_listed("_edges = [  # child, parent, local partial", edges, "]"),
                *_listed("_given = [", given, "]"),
                *_listed("_outputs = [", (f"{name!r}," for name in self.outputs), "]"),
                "    _found = {of: _totals(of, _edges) for of in _outputs}",
                "    return {of: {name: _found[of].get(name, 0.0) for name in _given} for of in _outputs}",
                "",
            ]
        )

    def _arguments(self) -> str:
        values = {node.name: default_value(node) for node in self.given}
        first = [self.names[name] for name, value in values.items() if value is None]
        return ", ".join(
            [*first, *(f"{self.names[name]}={number(value)}" for name, value in values.items() if value is not None)]
        )

    def _comments(self) -> Iterator[str]:
        for node in self.given:
            if node.note or self.names[node.name] != node.name:
                shown = f" is {node.name!r}" if self.names[node.name] != node.name else ""
                yield f"    # {self.names[node.name]}{shown}{f': {_said(node.note)}' if node.note else ''}"

    def _values(self) -> Iterator[str]:
        for node in self.nodes:
            if node.formula is not None:
                note = f"  # {_said(node.note)}" if node.note else ""
                yield f"    {self.names[node.name]} = {self._spelled(node.formula, self.names)}{note}"

    def _edges(self) -> tuple[list[str], list[str]]:
        """Return the lines of the steps that the local partials share, and of the edges."""
        partials = [(node, *pair) for node in self.nodes if node.formula is not None for pair in self._partials(node)]
        long = dict.fromkeys(partial for *_, partial in partials if partial.size > _SHORT)
        roots = {f"{self.prefix}{at}": partial for at, partial in enumerate(long)}
        called = {partial: name for name, partial in roots.items()}
        lines = definitions(roots, avoid=[node.name for node in self.nodes])
        names = self.names | {line.name: f"_{line.name}" for line in lines}
        steps = [f"    {names[line.name]} = {self._spelled(line.formula or line.default or '', names)}" for line in lines]
        edges = []
        for node, parent, partial in partials:
            shown = names[called[partial]] if partial in called else self._spelled(text_of(partial), names)
            edges.append(f"({node.name!r}, {parent!r}, {shown}),")
        return steps, edges

    def _partials(self, node: NodeRow) -> list[tuple[str, Expr]]:
        found = [(parent, self.partials[node.name, parent]) for parent in self.parents[node.name]]
        read = [
            (parent, partial_of(node, parent, pi_is_node=self.pi) if text is None else parse_expression(text, pi_is_node=self.pi))
            for parent, text in found
            if text != "0"
        ]
        return [(parent, partial) for parent, partial in read if partial is not ZERO]

    def _spelled(self, formula: str, names: Mapping[str, str]) -> str:
        return expression(parse(formula, pi_is_node=self.pi), names)


def _listed(begin: str, lines: Iterable[str], end: str) -> list[str]:
    found = list(lines)
    return [f"    {begin}", *(f"        {line}" for line in found), f"    {end}"]


def _said(text: str) -> str:
    """Return a text for a comment: on one line, and with nothing that hides or turns what follows."""
    return clean(text).strip()
