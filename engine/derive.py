"""A derivative as a node: put into the graph, where anything can be asked of it, also its own derivatives.

The node has the rolled formula as it is now. It is a formula like any other: it follows every value, but not an edit
of the formulas that it was derived from; `replace` derives it anew.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..store.errors import UsageError
from . import browser, editor
from .expression import ONE, Expr, Number, Symbol, add, multiply, symbol
from .flow import Flow, flow
from .graphfile import Definition, read_definition
from .layout import quoted, text_of
from .names import checked
from .printing import LIMIT
from .settled import Moved, settled

if TYPE_CHECKING:
    from .explorer import Explorer

_MOST_STEPS = 100_000


class Derived(NamedTuple):
    """The nodes that were made, steps first and the derivative last; what was removed; and notes."""

    nodes: list[Definition]
    removed: list[str]
    notes: list[str]


def derive(explorer: Explorer, graph: str, of: str, wrt: str, name: str, *, replace: bool = False) -> Derived:
    """Put ∂of/∂wrt into the graph as the node `name`; a long one as steps `name.t1`, … before it. All or nothing.

    >>> from .space import open
    >>> with open(":memory:") as space:
    ...     _ = space.add("demo", "d = 5*b + 6\\ne = d^2")
    ...     derive(space._explorer, "demo", "e", "b", "de_db").nodes[-1].formula
    '10*d'
    """
    name = checked(name)
    if name in (of, wrt):
        raise UsageError(f"'{name}' cannot become the derivative of '{of}' with respect to '{wrt}'", hint="choose another name")

    def ask() -> Derived:
        reply = explorer.derivatives(graph, of, [wrt])
        (answer,) = reply.answers
        root, version = reply.root(answer), reply.version
        if root.size <= LIMIT:
            nodes = [definition(name, root, f"∂{of}/∂{wrt}")]
        else:
            between = flow(explorer, graph, of, wrt)
            nodes, version = steps(between, name), between.graph.version
        stale = _left_over(explorer, graph, name, {node.name for node in nodes}, replace)
        if not editor.set_nodes(explorer, graph, nodes, version=version, remove=stale):
            raise Moved
        return Derived(nodes, stale, [*answer.notes, *reply.notes])

    return settled(graph, ask)


def steps(between: Flow, name: str) -> list[Definition]:
    """Return the sweep over a flow as definitions, from the output to `name`, the derivative.

    A step is ∂of/∂node, in terms of the steps of its children: so each is as short as the formulas of the graph,
    which the whole, and above all its own derivatives, would not be.
    """
    out: dict[str, list[tuple[str, Expr]]] = {}
    for edge in between.edges:
        out.setdefault(edge.parent, []).append((edge.child, edge.partial))
    known: dict[str, Expr] = {between.of: ONE}
    found: list[Definition] = []
    for node in reversed(between.nodes[:-1]):
        total = add([multiply([known[child], partial]) for child, partial in out[node.name]])
        step = name if node.name == between.wrt else f"{name}.t{len(found) + 1}"
        is_short = isinstance(total, (Number, Symbol))
        known[node.name] = total if is_short else symbol(step)
        if step == name or not is_short:
            found.append(definition(step, total, f"∂{between.of}/∂{node.name}"))
    return found


def definition(name: str, root: Expr, note: str) -> Definition:
    """Return an expression as the definition of a node; a number makes a parameter.

    >>> from .formula import parse_expression
    >>> definition("dg_db", parse_expression("60*d + 84"), "∂g/∂b")[:4]
    ('dg_db', '60*d + 84', None, '∂g/∂b')
    """
    return read_definition(f"{quoted(name)} = {text_of(root)}")._replace(note=note)


def _left_over(explorer: Explorer, graph: str, name: str, new: set[str], replace: bool) -> list[str]:
    """Return the steps of an earlier derivation that go, last first; refuse to write over nodes unasked."""
    known = browser.names(explorer, graph, name, _MOST_STEPS)
    step = re.compile(re.escape(name) + r"\.t([0-9]+)")
    there = [other for other in known if other in new]
    if there and not replace:
        hint, shell = "another name, or replace=True derives it anew", "choose another --name, or --replace derives it anew"
        raise UsageError(f"there is a node '{there[0]}' already", hint=hint, shell=shell)
    if not replace:
        return []
    # what a person wrote is not written over: the note of a node says that it was made here
    derived = {node.name for node in explorer.rows(graph)[1].nodes if (node.note or "").startswith("∂")}
    written = next((other for other in there if other not in derived), None)
    if written is not None:
        raise UsageError(f"the node '{written}' was not derived: its note does not say of what", hint="choose another name")
    old = [(int(found[1]), other) for other in known if other in derived - new and (found := step.fullmatch(other))]
    return [other for _, other in sorted(old, reverse=True)]
