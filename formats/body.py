"""The statements of a Python function as nodes: each assignment is one, and a name that is bound again gets a number.

Inside a branch of an `if` nothing becomes a node: what is only worked out there may have no value elsewhere. So the
formulas are put into one another, and where the branches meet stands `if(condition, one, other)`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from ..store.errors import InvalidGraph
from . import plain, texts
from .phrases import TRACE, Phrases, Unreadable, names_read
from .reading import Reading
from .scope import Readable, Scope
from .texts import Piece
from .variables import Names, Value, Variables

_DEEPEST = 20  # calls of functions within functions


class Result(NamedTuple):
    """What a block came to: the names after it, and what it returned, if it did on every way."""

    names: Names
    returned: Value | None


class Body(Variables):
    """One function being read."""

    def __init__(self, function: Readable, name: str, source: str | None) -> None:
        super().__init__(source)
        self.function, self.name = function, name
        self.hid = ""  # the node that was made last for what is not read
        self.branches = 0  # how deep in branches, where nothing becomes a node
        self.calls: list[ast.FunctionDef] = [function.node]
        bound = {node.id for node in ast.walk(function.node) if isinstance(node, ast.Name)}
        is_node = "pi" in bound | {argument.arg for argument in _arguments(function.node)} and not function.scope.meaning("pi")
        self.pi = texts.call("acos", [texts.number(-1)]) if is_node else texts.name("pi")  # a node called so hides the constant

    def read(self) -> Reading:
        """Return the function as definitions."""
        node = self.function.node
        if node.args.vararg or node.args.kwarg:
            raise InvalidGraph(f"'{self.name}' takes any number of arguments", hint="give each one a name")
        names: Names = {argument.arg: self.input(argument.arg, default) for argument, default in _defaults(node)}
        if node.decorator_list:
            self.notes.append(f"what the decorators of '{self.name}' do is not looked at")
        returned = self.run(node.body, names, self.function.scope).returned
        if returned is None or returned == ():
            raise InvalidGraph(f"'{self.name}' returns nothing on some way", hint="a graph needs what is returned")
        self.output(returned, self.name)
        return self.reading()

    def input(self, name: str, default: ast.expr | None) -> Piece:
        """Make a parameter of the function a node, with its default if that is a number."""
        number = None if default is None else Phrases(self, {}, self.function.scope).constant(default)
        if default is not None and number is None:
            self.refuse(name, default, f"its default {ast.unparse(default)[:40]} is no number")
        return self.put(self.fresh(name), number.text if number else None)

    # --------------------------------------------------------------------------------------------- statements

    def run(self, statements: Sequence[ast.stmt], names: Names, scope: Scope) -> Result:
        """Read statements one after the other."""
        declarations = [s for s in statements if isinstance(s, (ast.Import, ast.ImportFrom, ast.FunctionDef))]
        if declarations:
            scope = scope.with_imports(declarations, bound_names(self.calls[-1]))
        for at, statement in enumerate(statements):
            if isinstance(statement, ast.Return):
                return Result(names, self.returned(statement, names, scope))
            if isinstance(statement, ast.If):
                result = self.branch(statement, statements[at + 1 :], names, scope)
                if result.returned is not None:
                    return result
                names = result.names
            elif isinstance(statement, ast.Raise):
                self.notes.append(f"line {statement.lineno} raises an error: what leads there is left out")
                return Result({}, ())
            else:
                names = self.statement(statement, names, scope)
        return Result(names, None)

    def returned(self, statement: ast.Return, names: Names, scope: Scope) -> Value:
        if statement.value is None:
            raise InvalidGraph(f"line {statement.lineno} of '{self.name}' returns nothing")
        return self.value(statement.value, names, scope, self.name if len(self.calls) == 1 else "result")

    def statement(self, statement: ast.stmt, names: Names, scope: Scope) -> Names:
        """Return the names after a statement that neither branches nor returns."""
        match statement:
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.Expr(value=ast.Constant()):
                return names
            case ast.Assert():
                self.notes.append(f"the assert of line {statement.lineno} is left out")
                return names
            case ast.Assign(targets=targets, value=value):
                held = self.value(value, names, scope, _first_name(targets))
                for target in targets:
                    names = self.bind(target, held, names, statement)
                return names
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                return self.bind(target, self.value(value, names, scope, _first_name([target])), names, statement)
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                whole = ast.copy_location(ast.BinOp(ast.Name(name, ast.Load()), op, value), statement)
                return self.bind(target, self.value(whole, names, scope, name), names, statement)
        return self.unread(statement, names)

    def unread(self, statement: ast.stmt, names: Names) -> Names:
        """Return the names after a statement that is not read: what it may bind is opaque."""
        kind = type(statement).__name__
        bound = [node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        if any(isinstance(node, ast.Return) for node in ast.walk(statement)):
            raise InvalidGraph(f"line {statement.lineno} of '{self.name}' returns out of a {kind}", hint=f"unroll it, or {TRACE}")
        bound += _changed(statement, names)
        if not bound:
            self.refuse(kind, statement, "a statement that binds no name")
        hint = f"a loop: {TRACE}" if kind in ("For", "While") else f"{kind} is not read"
        return names | {name: self.hidden(name, statement, hint, names) for name in dict.fromkeys(bound)}

    def hidden(self, name: str, node: ast.AST, reason: str, names: Names) -> Piece:
        """Return what stands for something that is not read: an opaque node, in a branch `opaque(…)` itself."""
        parents = names_read(node, names)
        if not self.branches:
            made = self.opaque(self.fresh(name), node, reason, parents)
            self.hid = made.text
            return made
        self.refuse(name, node, reason)
        return Piece(plain.opaque(parents))

    def binds(self, name: str) -> bool:
        return name in bound_names(self.calls[-1])

    def bind(self, target: ast.expr, value: Value, names: Names, statement: ast.stmt) -> Names:
        """Return the names with a target bound; on the way a formula becomes a node."""
        if isinstance(target, ast.Name):
            return names | {target.id: self.node(target.id, value)}
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, Piece):
            parts = [self.member(value, f"[{at}]") for at in range(len(target.elts))]
            value = tuple(part for part in parts if part is not None) if None not in parts else value
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, tuple) and len(value) == len(target.elts):
            for part, item in zip(target.elts, value, strict=True):
                names = self.bind(part, item, names, statement)
            return names
        return self.unread(statement, names)

    def node(self, name: str, value: Value) -> Value:
        """Return a value as a node of a name; in a branch it stays as it is, and a variable keeps its own node."""
        if isinstance(value, tuple):
            return tuple(self.node(f"{name}[{at}]", item) for at, item in enumerate(value))
        if isinstance(value, dict) or self.branches or value.text == self.hid:
            return value  # what is not read has the name already
        made = self.fresh(name)
        self.put(made, texts.value(value).text, None)
        return texts.name(made)

    def value(self, node: ast.expr, names: Names, scope: Scope, wanted: str) -> Value:
        """Return the value of an expression; one that cannot be read is an opaque node called `wanted`."""
        try:
            return Phrases(self, names, scope).value(node)
        except Unreadable as error:
            return self.hidden(wanted, node, str(error), names)

    # ----------------------------------------------------------------------------------------------- branches

    def branch(self, statement: ast.If, rest: Sequence[ast.stmt], names: Names, scope: Scope) -> Result:
        """Return what an `if` comes to, with what follows it where one of its ways returns."""
        try:
            test = texts.condition(Phrases(self, names, scope).piece(statement.test))
        except Unreadable as error:
            test = texts.condition(self.hidden("condition", statement.test, str(error), names))
        yes, no = (self.inside(side, dict(names), scope) for side in (statement.body, statement.orelse))
        if () in (yes.returned, no.returned):  # that way raises an error: the other is the only one
            return no if yes.returned == () else yes
        if yes.returned is None and no.returned is None:
            return Result(self.merged(test, yes.names, no.names, names), None)
        yes, no = (side if side.returned is not None else self.inside(rest, side.names, scope) for side in (yes, no))
        if () in (yes.returned, no.returned):
            return no if yes.returned == () else yes
        if yes.returned is None or no.returned is None:
            raise InvalidGraph(f"'{self.name}' returns nothing on some way after line {statement.lineno}")
        return Result(names, _joined(test, yes.returned, no.returned, self.name))

    def inside(self, statements: Sequence[ast.stmt], names: Names, scope: Scope) -> Result:
        """Read statements of which nothing becomes a node."""
        self.branches += 1
        if self.branches > _DEEPEST:
            raise InvalidGraph(f"'{self.name}' has more than {_DEEPEST} branches within branches")
        try:
            return self.run(statements, names, scope)
        finally:
            self.branches -= 1

    def merged(self, test: Piece, yes: Names, no: Names, before: Names) -> Names:
        """Return the names after both branches; what differs is `if(test, one, other)`, what only one binds is gone."""
        found = dict(before)
        for name in yes:
            if name in no and yes[name] != no[name]:
                found[name] = self.node(name, _joined(test, yes[name], no[name], name))
            elif name in no and yes[name] != before.get(name):
                found[name] = self.node(name, yes[name])
        return found

    def called(self, function: Readable, arguments: Sequence[Value], keywords: dict[str, Value]) -> Value:
        """Return what a function that can be read gives for arguments; its variables get its name before theirs."""
        node = function.node
        if node in self.calls or len(self.calls) > _DEEPEST or node.args.vararg or node.args.kwarg:
            raise Unreadable(f"the call of {node.name} is not read")
        if len(arguments) > len(node.args.posonlyargs) + len(node.args.args):
            raise Unreadable(f"the call of {node.name} has too many arguments")
        given: Names = dict(zip((argument.arg for argument in _arguments(node)), arguments, strict=False)) | keywords
        before, self.prefix = self.prefix, f"{node.name}."
        self.calls.append(node)
        try:
            names = {argument.arg: self.argument(node, argument, default, given) for argument, default in _defaults(node)}
            returned = self.run(node.body, names, function.scope).returned
        finally:
            self.prefix = before
            self.calls.pop()
        if returned is None or returned == ():
            raise Unreadable(f"{node.name} returns nothing")
        return returned

    def argument(self, node: ast.FunctionDef, argument: ast.arg, default: ast.expr | None, given: Names) -> Value:
        """Return the value of a function's argument; a formula becomes a node, for it may be used more than once."""
        if argument.arg in given:
            value = given[argument.arg]
            return self.node(argument.arg, value) if isinstance(value, Piece) and value.text not in self.found else value
        constant = None if default is None else Phrases(self, {}, self.function.scope).constant(default)
        if constant is None:
            raise Unreadable(f"the call of {node.name} has no {argument.arg}")
        return self.node(argument.arg, constant)


def _joined(test: Piece, yes: Value, no: Value, name: str) -> Value:
    if isinstance(yes, tuple) and isinstance(no, tuple) and len(yes) == len(no):
        return tuple(_joined(test, one, other, name) for one, other in zip(yes, no, strict=True))
    if isinstance(yes, dict) and isinstance(no, dict) and yes.keys() == no.keys():
        return {key: _joined(test, yes[key], no[key], name) for key in yes}
    if isinstance(yes, Piece) and isinstance(no, Piece):
        return yes if yes == no else texts.choice(test, yes, no)
    raise InvalidGraph(f"the branches of '{name}' give values of different shapes")


def bound_names(node: ast.FunctionDef) -> set[str]:
    """Return the names that a function binds: its parameters and variables."""
    stored = {item.id for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, (ast.Store, ast.Del))}
    return stored | {argument.arg for argument in _arguments(node)}


def _changed(statement: ast.stmt, names: Names) -> list[str]:
    """Return the names of what a statement may change in place: what it stores into, calls a method of, or a list in it."""
    touched = [names[item.id] for item in ast.walk(statement) if isinstance(item, ast.Name) and item.id in names]
    mutable: list[Value] = [value for value in touched if not isinstance(value, Piece)]
    for item in ast.walk(statement):
        is_stored = isinstance(item, (ast.Subscript, ast.Attribute)) and isinstance(item.ctx, ast.Store)
        is_called = isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute)
        owner = item.value if is_stored else item.func.value if is_called else None  # type: ignore[attr-defined]
        while isinstance(owner, (ast.Subscript, ast.Attribute)):
            owner = owner.value
        if isinstance(owner, ast.Name) and owner.id in names:
            mutable.append(names[owner.id])
    return [name for name, value in names.items() if any(value is other for other in mutable)]


def _first_name(targets: Sequence[ast.expr]) -> str:
    return next((target.id for target in targets if isinstance(target, ast.Name)), "value")


def _arguments(node: ast.FunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _defaults(node: ast.FunctionDef) -> list[tuple[ast.arg, ast.expr | None]]:
    """Return the parameters of a function with their defaults."""
    plain_ = [*node.args.posonlyargs, *node.args.args]
    missing: list[ast.expr | None] = [None] * (len(plain_) - len(node.args.defaults))
    found = list(zip(plain_, [*missing, *node.args.defaults], strict=True))
    return found + list(zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True))
