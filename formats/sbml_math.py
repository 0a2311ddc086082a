"""The mathematics of SBML as formulas: trees of libsbml, with calls of the model's own functions written out.

A call is replaced by the body of its function with the arguments in the place of the function's variables. They are
pieces and no text to search through, so that a variable that is called like a node never catches it. No function of
ours calls itself: trees are walked with a stack.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import libsbml

from ..engine.formula import MAX_LENGTH, parse
from ..store.errors import FormulaError
from . import texts
from .sbml_operators import FALSE, ONE, RULES, TRUE, ZERO
from .texts import Piece

MOST_WRITTEN_OUT = 250_000  # parts of functions, in all formulas of a model: a call may double what it is given, and so on
_SHALLOW = 300  # brackets, of which no formula can be nested too deeply
_AVOGADRO = Piece("6.02214179e23")  # as SBML fixes it


class Untranslatable(Exception):
    """Mathematics that the grammar has no words for; the text says why."""


class Translated(NamedTuple):
    """A formula with the nodes that it names."""

    piece: Piece
    names: frozenset[str]


Node = Any  # a libsbml.ASTNode
Bound = Mapping[str, Piece]
Resolve = Callable[[str], str]  # an identifier → its node; raises `Untranslatable`


class _Scope(NamedTuple):
    """What identifiers mean in a part of a tree, and the functions that are being written out around it."""

    bound: Bound
    inside: tuple[str, ...] = ()


class Mathematics:
    """Translates the trees of one model. `rate` gives the node of a symbol's rate, or None if it never changes."""

    def __init__(self, functions: Mapping[str, Node], time: str, pi_is_node: bool, rate: Callable[[str], str | None]) -> None:
        self.functions, self.time, self.rate = functions, time, rate
        self.written_out = 0
        self.pi = texts.number(math.pi) if pi_is_node else Piece("pi")

    def translate(self, tree: Node, resolve: Resolve) -> Translated:
        """Return a tree as a formula; raises `Untranslatable`."""
        if tree is None:
            raise Untranslatable("there is no mathematics")
        made = _Translation(self, resolve).run(tree)
        if made.piece.text.count("(") > _SHALLOW:
            _check_nesting(made.piece.text)
        return made


class _Translation:
    def __init__(self, mathematics: Mathematics, resolve: Resolve) -> None:
        self.mathematics, self.resolve = mathematics, resolve
        self.pieces: list[Piece] = []
        self.names: set[str] = set()
        self.tasks: list[Callable[[], None]] = []

    def run(self, tree: Node) -> Translated:
        self._later(tree, _Scope({}))
        while self.tasks:
            self.tasks.pop()()
            if self.pieces and len(self.pieces[-1].text) > MAX_LENGTH:
                raise Untranslatable("with its functions written out it is too long")
        return Translated(texts.value(self.pieces[0]), frozenset(self.names))

    def _later(self, node: Node, scope: _Scope) -> None:
        self.tasks.append(lambda: self._enter(node, scope))

    def _enter(self, node: Node, scope: _Scope) -> None:
        kind = node.getType()
        if scope.inside:
            self.mathematics.written_out += 1
            if self.mathematics.written_out > MOST_WRITTEN_OUT:
                raise Untranslatable("the functions of the model, written out, are too long")
        children = [node.getChild(at) for at in range(node.getNumChildren())]
        if kind in _LEAVES:
            self.pieces.append(_LEAVES[kind](self, node, scope))
        elif kind == libsbml.AST_FUNCTION_RATE_OF:
            self.pieces.append(self._rate(children))
        elif kind == libsbml.AST_FUNCTION:
            self.tasks.append(lambda: self._call(node.getName(), len(children), scope))
            self._children(children, scope)
        elif kind in RULES:
            self.tasks.append(lambda: self._apply(kind, len(children)))
            self._children(children, scope)
        else:
            raise Untranslatable(f"{_word(node)} is not read")

    def _children(self, children: Sequence[Node], scope: _Scope) -> None:
        for child in reversed(children):
            self._later(child, scope)

    def _taken(self, count: int) -> list[Piece]:
        start = len(self.pieces) - count
        taken = self.pieces[start:]
        del self.pieces[start:]
        return taken

    def _apply(self, kind: int, count: int) -> None:
        arguments = self._taken(count)
        try:
            self.pieces.append(RULES[kind](arguments))
        except (IndexError, ValueError):
            raise Untranslatable(f"an operator or a function has {count} arguments") from None

    def _call(self, function: str, count: int, scope: _Scope) -> None:
        arguments = self._taken(count)
        body = self.mathematics.functions.get(function)
        if body is None or function in scope.inside:
            raise Untranslatable(f"the function '{function}' {'is not defined' if body is None else 'calls itself'}")
        variables = [body.getChild(at).getName() for at in range(body.getNumChildren() - 1)]
        if len(variables) != count:
            raise Untranslatable(f"the function '{function}' takes {len(variables)} arguments, found {count}")
        bound = dict(zip(variables, arguments, strict=True))
        self._later(body.getChild(len(variables)), _Scope(bound, (*scope.inside, function)))

    def _named(self, node: Node, scope: _Scope) -> Piece:
        name = node.getName()
        if name in scope.bound:
            return scope.bound[name]
        if scope.inside:
            raise Untranslatable(f"the function '{scope.inside[-1]}' uses '{name}', which is none of its arguments")
        return self._node(self.resolve(name))

    def _time(self, node: Node, scope: _Scope) -> Piece:
        return self._node(self.mathematics.time)

    def _rate(self, children: Sequence[Node]) -> Piece:
        if len(children) != 1 or children[0].getType() != libsbml.AST_NAME:
            raise Untranslatable("rateOf takes one name")
        rate = self.mathematics.rate(self.resolve(children[0].getName()))
        return ZERO if rate is None else self._node(rate)

    def _node(self, name: str) -> Piece:
        self.names.add(name)
        return texts.name(name)

    def _pi(self, node: Node, scope: _Scope) -> Piece:
        return self.mathematics.pi


def _real(self: _Translation, node: Node, scope: _Scope) -> Piece:
    if not math.isfinite(node.getReal()):
        raise Untranslatable(f"{node.getReal()} is no finite number")
    if node.getType() == libsbml.AST_REAL_E:
        mantissa = texts.number(node.getMantissa())
        if "e" not in mantissa.text:  # as it is written: the product of mantissa and power of ten is rounded twice
            return Piece(f"{mantissa.text}e{node.getExponent()}", mantissa.binding)
    return texts.number(node.getReal())


def _rational(self: _Translation, node: Node, scope: _Scope) -> Piece:
    return texts.binary("/", texts.number(node.getNumerator()), texts.number(node.getDenominator()))


def _fixed(piece: Piece) -> Callable[[_Translation, Node, _Scope], Piece]:
    return lambda self, node, scope: piece


_LEAVES: dict[int, Callable[[_Translation, Node, _Scope], Piece]] = {
    libsbml.AST_INTEGER: lambda self, node, scope: texts.number(node.getInteger()),
    libsbml.AST_REAL: _real,
    libsbml.AST_REAL_E: _real,
    libsbml.AST_RATIONAL: _rational,
    libsbml.AST_NAME: _Translation._named,
    libsbml.AST_NAME_TIME: _Translation._time,
    libsbml.AST_NAME_AVOGADRO: _fixed(_AVOGADRO),
    libsbml.AST_CONSTANT_PI: _Translation._pi,
    libsbml.AST_CONSTANT_E: _fixed(texts.call("exp", [ONE])),
    libsbml.AST_CONSTANT_TRUE: _fixed(TRUE),
    libsbml.AST_CONSTANT_FALSE: _fixed(FALSE),
}


def _check_nesting(text: str) -> None:
    """Raise `Untranslatable` for a formula that would be refused later, when nobody knows whose it was."""
    try:
        parse(text)
    except FormulaError as error:
        raise Untranslatable(error.message) from None


def named(tree: Node, resolve: Resolve) -> list[str]:
    """Return the nodes that a tree names, each once: the parents of what cannot be read."""
    found: dict[str, None] = {}
    stack = [tree] if tree is not None else []
    while stack:
        node = stack.pop()
        stack.extend(node.getChild(at) for at in reversed(range(node.getNumChildren())))
        if node.getType() == libsbml.AST_NAME:
            try:
                found[resolve(node.getName())] = None
            except Untranslatable:
                pass  # it is no node: what is told of the formula says so
    return list(found)


def _word(node: Node) -> str:
    """Return what a part of a tree is called in the file, as far as libsbml knows."""
    return str(node.getName() or node.getOperatorName() or "a part of it")
