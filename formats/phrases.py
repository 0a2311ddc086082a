"""The expressions of a Python function as formulas: arithmetic, comparisons, `if … else`, calls of known functions."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import calls, texts
from .scope import Library, Meaning, Module, Readable, Scope
from .texts import Piece

if TYPE_CHECKING:
    from .variables import Names, Value, Variables

_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^"}
_CALLED = {ast.Mod: "mod", ast.FloorDiv: "floor_divide", ast.BitAnd: "logical_and", ast.BitOr: "logical_or"}
_COMPARED = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_GATHERS = frozenset({"array", "asarray", "tuple", "list", "stack"})  # calls that give back the items of a list
_LARGEST = 2.0**53
TRACE = 'gradq.trace(f, "x") runs it'


class Unreadable(Exception):
    """An expression that has no formula; the text says why."""


class Phrases:
    """Reads expressions where names have these values."""

    def __init__(self, body: Variables, names: Names, scope: Scope) -> None:
        self.body, self.names, self.scope = body, names, scope

    def constant(self, node: ast.expr) -> Piece | None:
        """Return an expression that is a number, such as -2 or 1e-3, as a piece; None for another."""
        sign = 1
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            sign, node = -1, node.operand
        if not isinstance(node, ast.Constant):
            return None
        try:
            made = self._literal(node)
        except Unreadable:
            return None
        return made if sign > 0 else texts.negative(made)

    def piece(self, node: ast.expr) -> Piece:
        """Return an expression as one formula."""
        found = self.value(node)
        if not isinstance(found, Piece):
            raise Unreadable(f"{_shown(node)} is not one number")
        return found

    def value(self, node: ast.expr) -> Value:
        """Return an expression as a formula, or as a tuple or dictionary of them; raises `Unreadable`."""
        rule: Callable[[Phrases, Any], Value] | None = _RULES.get(type(node))
        if rule is None:
            loops = isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp))
            raise Unreadable(f"a loop: {TRACE}" if loops else f"{type(node).__name__} is not read")
        return rule(self, node)

    def _literal(self, node: ast.Constant) -> Piece:
        value = node.value
        if isinstance(value, bool):
            return texts.compare("==", texts.number(int(value)), texts.number(1))
        if isinstance(value, int) and abs(value) < 10**300:
            return texts.number(value)
        if isinstance(value, float) and math.isfinite(value):
            return texts.number(value)
        raise Unreadable(f"{_shown(node)} is no number")

    def _name(self, node: ast.Name) -> Value:
        if node.id in self.names:
            return self.names[node.id]
        if self.body.binds(node.id):
            raise Unreadable(f"{node.id} may have no value here")
        meaning = self.scope.meaning(node.id)
        if isinstance(meaning, float):
            return self.body.outside(node.id, meaning)
        return self._constant_of(meaning, node)

    def _constant_of(self, meaning: Meaning, node: ast.expr) -> Piece:
        if isinstance(meaning, Library) and meaning.module in ("math", "numpy") and meaning.name in calls.CONSTANTS:
            text = calls.CONSTANTS[meaning.name]
            return self.body.pi if text == "pi" else calls.filled(text.replace("pi", "p"), {"p": self.body.pi})
        raise Unreadable(f"{_shown(node)} is not known")

    def _attribute(self, node: ast.Attribute) -> Value:
        meaning = self._meaning(node)
        if meaning is not None:
            return self._constant_of(meaning, node)
        owner = self.value(node.value)
        made = self.body.member(owner, f".{node.attr}") if isinstance(owner, Piece) else None
        if made is None:
            raise Unreadable(f"{_shown(node)} is not known")
        return made

    def _meaning(self, node: ast.expr) -> Meaning:
        """Return what a dotted name stands for."""
        if isinstance(node, ast.Name):
            is_local = node.id in self.names or (self.body.binds(node.id) and not self.scope.is_declared(node.id))
            return None if is_local else self.scope.meaning(node.id)
        if not isinstance(node, ast.Attribute):
            return None
        owner = self._meaning(node.value)
        if not isinstance(owner, Module):
            return None
        full = f"{owner.name}.{node.attr}"
        return Module(full) if full in ("scipy.special",) else Library(owner.name, node.attr)

    def _binary(self, node: ast.BinOp) -> Piece:
        # the left spine of a long sum is walked, not entered
        spine: list[ast.BinOp] = [node]
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        total = self.piece(spine[-1].left)
        for item in reversed(spine):
            total = self._operated(item, total, self.piece(item.right))
        return total

    def _operated(self, node: ast.BinOp, left: Piece, right: Piece) -> Piece:
        kind = type(node.op)
        if kind in _BINARY:
            return texts.binary(_BINARY[kind], left, right)
        made = calls.known(_CALLED[kind], [left, right]) if kind in _CALLED else None
        if made is None or (kind in (ast.BitAnd, ast.BitOr) and not (left.condition and right.condition)):
            raise Unreadable(f"{kind.__name__} is not read")
        return made

    def _unary(self, node: ast.UnaryOp) -> Piece:
        inner = self.piece(node.operand)
        if isinstance(node.op, ast.USub):
            return texts.negative(inner)
        if isinstance(node.op, ast.UAdd):
            return texts.value(inner)
        if isinstance(node.op, ast.Not) or inner.condition:
            return texts.inverse(inner)
        raise Unreadable("~ is not read")

    def _compare(self, node: ast.Compare) -> Piece:
        sides = [self.piece(side) for side in (node.left, *node.comparators)]
        parts = []
        for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if type(operator) not in _COMPARED:
                raise Unreadable(f"{type(operator).__name__} is not read")
            parts.append(texts.compare(_COMPARED[type(operator)], left, right))
        return parts[0] if len(parts) == 1 else texts.join("and", parts)

    def _logic(self, node: ast.BoolOp) -> Piece:
        pieces = [self.piece(value) for value in node.values]
        if not all(piece.condition for piece in pieces):
            raise Unreadable("and, or of numbers are not read")  # they give back one of the numbers
        return texts.join("and" if isinstance(node.op, ast.And) else "or", pieces)

    def _choice(self, node: ast.IfExp) -> Piece:
        return texts.choice(self.piece(node.test), self.piece(node.body), self.piece(node.orelse))

    def _tuple(self, node: ast.Tuple | ast.List) -> Value:
        return tuple(self.value(item) for item in node.elts)

    def _dict(self, node: ast.Dict) -> Value:
        found: dict[str, Value] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise Unreadable("a dictionary with keys that are no texts is not read")
            found[key.value] = self.value(item)
        return found

    def _subscript(self, node: ast.Subscript) -> Value:
        owner, index = self.value(node.value), _index(node.slice)
        if isinstance(owner, tuple) and isinstance(index, int) and -len(owner) <= index < len(owner):
            return owner[index]
        if isinstance(owner, dict) and isinstance(index, str) and index in owner:
            return owner[index]
        made = None
        if isinstance(owner, Piece) and index is not None and (not isinstance(index, int) or index >= 0):
            made = self.body.member(owner, f".{index}" if isinstance(index, str) else f"[{_listed(index)}]")
        if made is None:
            raise Unreadable(f"{_shown(node)} is not read")
        return made

    def _call(self, node: ast.Call) -> Value:
        if any(isinstance(argument, ast.Starred) for argument in node.args) or any(word.arg is None for word in node.keywords):
            raise Unreadable("arguments with a star are not read")
        meaning = self._meaning(node.func)
        arguments = [self.value(argument) for argument in node.args]
        keywords = {str(word.arg): self.value(word.value) for word in node.keywords}
        if isinstance(meaning, Readable):
            return self.body.called(meaning, arguments, keywords)
        if isinstance(meaning, Library) and meaning.module in (*calls.MODULES, "builtins") and not keywords:
            made = self._library(meaning, arguments)
            if made is not None:
                return made
        raise Unreadable(f"{_shown(node.func)} is not a function that can be read")

    def _library(self, meaning: Library, arguments: Sequence[Value]) -> Value | None:
        if len(arguments) == 1 and isinstance(arguments[0], tuple):
            items = arguments[0]
            if meaning.name in _GATHERS:
                return items
            pieces = [item for item in items if isinstance(item, Piece)]
            if len(pieces) < len(items) or not pieces:
                return None
            if meaning.name in ("sum", "fsum"):
                return _total(pieces)
            return calls.known(meaning.name, pieces, module="builtins") if meaning.name in ("min", "max") else None
        pieces = [argument for argument in arguments if isinstance(argument, Piece)]
        return calls.known(meaning.name, pieces, module=meaning.module) if len(pieces) == len(arguments) else None


def names_read(node: ast.AST, names: Mapping[str, object]) -> list[str]:
    """Return the nodes whose names an expression or a statement reads, each once."""
    read = [item.id for item in ast.walk(node) if isinstance(item, ast.Name) and item.id in names]
    return list(dict.fromkeys(node for name in read for node in _nodes(names[name])))


def _nodes(value: Any) -> list[str]:
    """Return the nodes in a value."""
    if isinstance(value, Piece):
        from ..engine.shapes import formula_names

        return formula_names(texts.value(value).text, pi_is_node=False)
    items = value.values() if isinstance(value, dict) else value
    return [node for item in items for node in _nodes(item)]


def _total(pieces: Sequence[Piece]) -> Piece:
    total = pieces[0]
    for piece in pieces[1:]:
        total = texts.binary("+", total, piece)
    return total


def _index(node: ast.expr) -> int | str | tuple[int, ...] | None:
    """Return a constant index."""
    if isinstance(node, ast.Tuple):
        found = [_index(item) for item in node.elts]
        whole = [item for item in found if isinstance(item, int) and item >= 0]
        return tuple(whole) if whole and len(whole) == len(found) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _index(node.operand)
        return -inner if isinstance(inner, int) else None
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, str)) and not isinstance(node.value, bool):
        return node.value
    return None


def _listed(index: int | tuple[int, ...]) -> str:
    return str(index) if isinstance(index, int) else ",".join(map(str, index))


def _shown(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:59]}…"


_RULES: dict[type[ast.expr], Callable[[Phrases, Any], Any]] = {
    ast.Constant: Phrases._literal,
    ast.Name: Phrases._name,
    ast.Attribute: Phrases._attribute,
    ast.BinOp: Phrases._binary,
    ast.UnaryOp: Phrases._unary,
    ast.Compare: Phrases._compare,
    ast.BoolOp: Phrases._logic,
    ast.IfExp: Phrases._choice,
    ast.Tuple: Phrases._tuple,
    ast.List: Phrases._tuple,
    ast.Dict: Phrases._dict,
    ast.Subscript: Phrases._subscript,
    ast.Call: Phrases._call,
}
