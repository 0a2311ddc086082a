"""SymPy to graphs and back, object by object: no expression ever becomes a text of SymPy's.

An expression is one node; a part that it uses more than once is a node too. Equations, dictionaries and pairs name their
nodes themselves, and so does what `cse` gives: each replacement is a node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..engine.algebra import to_sympy
from ..engine.algebra_back import from_sympy
from ..engine.expression import MINUS_ONE, Expr, Symbol, call, symbol
from ..engine.formula import parse_expression
from ..engine.graphfile import Definition
from ..engine.traverse import fold, names_of, rebuild
from ..store.errors import GradqError, InvalidGraph, UsageError
from .reading import Reading
from .sharing import definitions

if TYPE_CHECKING:
    from ..engine.browser import Surroundings

_HINT = "an expression, Eq(symbol, expression), a list of them, {name: expression}, or what cse gives"
_Named = Iterator[tuple[str, Any]]


def is_expressions(thing: object) -> bool:
    """Return whether a thing is SymPy's, or a collection that holds something of SymPy."""
    import sympy
    from sympy.matrices import MatrixBase

    ours: tuple[type, ...] = (sympy.Basic, MatrixBase)
    if isinstance(thing, ours):
        return True
    if isinstance(thing, Mapping):
        return any(isinstance(item, ours) for pair in thing.items() for item in pair)
    if not isinstance(thing, (list, tuple)):
        return False
    return any(isinstance(item, (*ours, tuple, list)) and (isinstance(item, ours) or is_expressions(item)) for item in thing)


def read_sympy(name: str, thing: object) -> Reading:
    """Return SymPy's objects as a graph; an expression that nothing names is called by the graph's name.

    Raises `UsageError` for what has no counterpart, `InvalidGraph` for a name that is given twice.
    """
    replacements, rest = _cse_parts(thing)
    pairs, others = list(_unique(_pairs(replacements))), list(_unique(_named(name, rest)))
    lines: list[Definition] = []
    given, roots = ({key: _converted(key, item) for key, item in found} for found in (pairs, others))
    if "pi" in {*given, *roots}.union(*map(names_of, [*given.values(), *roots.values()])):
        lines = [] if "pi" in {*given, *roots} else [Definition("pi")]
        given, roots = ({key: _without_pi(root) for key, root in found.items()} for found in (given, roots))
    twice = set(given).intersection(roots)
    if twice:
        raise InvalidGraph(f"'{min(twice)}' is defined twice")
    for key, root in roots.items():
        if root is symbol(key):
            raise InvalidGraph(f"'{key}' would be defined by itself", hint=f'name it: space.add("{name}", {{"y": expression}})')
    return Reading([*lines, *definitions(roots, given=given)])


def expressions(found: Surroundings) -> dict[str, Any]:
    """Return the formulas of a graph as SymPy expressions by node, parents before children."""
    return {
        node.name: to_sympy(parse_expression(node.formula, pi_is_node=found.graph.has_pi))
        for node in found.nodes
        if node.formula is not None
    }


def _cse_parts(thing: Any) -> tuple[Sequence[Any], Any]:
    """Return the replacements and the reduced expressions of what `cse` gave; of anything else no replacements."""
    import sympy

    if isinstance(thing, tuple) and len(thing) == 2 and all(isinstance(part, list) for part in thing):
        pairs = thing[0]
        if all(isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], sympy.Symbol) for pair in pairs):
            return pairs, thing[1]
    return [], thing


def _named(name: str, thing: Any) -> _Named:
    """Yield each expression with its name; those that nothing names are called `name`, or `name[0]`, `name[1]`."""
    import sympy
    from sympy.matrices import MatrixBase

    if isinstance(thing, Mapping):
        yield from _pairs(thing.items())
    elif isinstance(thing, sympy.Equality):
        yield _equation(thing)
    elif isinstance(thing, MatrixBase):
        yield from _matrix(name, thing)
    elif isinstance(thing, (list, tuple)):
        items = list(thing)
        for at, item in enumerate(items):
            if isinstance(item, (tuple, list)):
                yield from _pairs([item])
            else:
                yield from _named(name if len(items) == 1 else f"{name}[{at}]", item)
    else:
        yield name, thing


def _matrix(name: str, thing: Any) -> _Named:
    rows, columns = thing.shape
    for row in range(rows):
        for column in range(columns):
            index = f"{row},{column}" if rows > 1 and columns > 1 else str(max(row, column))
            yield f"{name}[{index}]", thing[row, column]


def _equation(item: Any) -> tuple[str, Any]:
    """Return an equation as the node that one of its sides names."""
    import sympy

    left, right = item.lhs, item.rhs
    if isinstance(left, sympy.Symbol):
        return left.name, right
    if isinstance(right, sympy.Symbol):
        return right.name, left
    raise UsageError(f"neither side of an equation is a symbol: {type(left).__name__} = {type(right).__name__}", hint=_HINT)


def _pairs(pairs: Any) -> _Named:
    import sympy

    for pair in pairs:
        if len(pair) != 2 or not isinstance(pair[0], (str, sympy.Symbol)):
            raise UsageError(f"a pair is (name, expression), not {type(pair).__name__} of {len(pair)}", hint=_HINT)
        yield pair[0] if isinstance(pair[0], str) else pair[0].name, pair[1]


def _unique(pairs: _Named) -> _Named:
    seen: set[str] = set()
    for name, item in pairs:
        if name in seen:
            raise InvalidGraph(f"'{name}' is defined twice")
        seen.add(name)
        yield name, item


def _without_pi(root: Expr) -> Expr:
    """Return an expression with the constant worked out, for where a node is called pi a formula has no other."""

    def rule(item: Expr, done: dict[Expr, Expr]) -> Expr:
        is_constant = isinstance(item, Symbol) and item.constant
        return call("acos", [MINUS_ONE]) if is_constant else rebuild(item, done)

    return fold(root, rule)


def _converted(name: str, item: Any) -> Expr:
    """Return an expression of SymPy as ours; its errors say which node it was to be."""
    import sympy

    try:
        if isinstance(item, (int, float)) and not isinstance(item, bool):
            item = sympy.Float(item) if isinstance(item, float) else sympy.Integer(item)
        return from_sympy(item)
    except GradqError as error:
        raise type(error)(f"'{name}': {error.message}", hint=error.hint) from None
