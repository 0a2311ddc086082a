"""The nodes that a Python function becomes: parameters, variables, numbers from around it, and what it returns."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from ..engine.formula import MAX_LENGTH
from ..engine.graphfile import Definition, read_definition
from ..engine.layout import quoted
from ..engine.names import checked
from ..engine.shapes import formula_names
from ..store.errors import InvalidGraph
from . import plain, texts
from .reading import Reading, Refused
from .scope import Readable
from .texts import Piece

Value: TypeAlias = "Piece | tuple[Value, ...] | dict[str, Value]"
Names: TypeAlias = "dict[str, Value]"
_LONGEST_NOTE = 200


class Variables(ABC):
    """Collects definitions, what is refused, and notes; `source` is the file, or None for a function object."""

    pi: Piece  # the constant, as it is written here

    def __init__(self, source: str | None) -> None:
        self.source = source
        self.found: dict[str, Definition] = {}
        self.refused: list[Refused] = []
        self.notes: list[str] = []
        self.taken: set[str] = set()
        self.owners: set[str] = set()  # parameters of which members are nodes
        self.prefix = ""

    def reading(self) -> Reading:
        """Return what was collected; a parameter of which only members are used is no node."""
        used = {name for line in self.found.values() if line.formula for name in formula_names(line.formula, pi_is_node=True)}
        for owner in sorted(self.owners.intersection(used)):
            self.notes.append(f"'{owner}' is used as a whole and by its members: each is an input of its own")
        kept = [line for name, line in self.found.items() if name not in self.owners or name in used]
        return Reading(kept, tuple(self.refused), tuple(dict.fromkeys(self.notes)))

    def put(self, name: str, right: str | None, note: str | None = None) -> Piece:
        """Make a node, and return the piece of its name."""
        if right is not None and len(right) > MAX_LENGTH:
            raise InvalidGraph(f"the formula of '{name}' has {len(right):,} characters", hint="fewer branches within branches")
        line = Definition(name) if right is None else read_definition(f"{quoted(name)} = {right}")
        self.taken.add(name)
        self.found[name] = line._replace(name=name, note=note)
        return texts.name(name)

    def fresh(self, name: str) -> str:
        """Return a name that no node has: the name itself, then name_2, name_3."""
        full, count = checked(f"{self.prefix}{name}"), 1
        made = full
        while made in self.taken:
            count += 1
            made = f"{full}_{count}"
        self.taken.add(made)
        return made

    @abstractmethod
    def called(self, function: Readable, arguments: Sequence[Value], keywords: dict[str, Value]) -> Value:
        """Return what a function that can be read gives for arguments."""

    @abstractmethod
    def binds(self, name: str) -> bool:
        """Return whether the function that is read binds a name itself, so that it is no name from around it."""

    def member(self, owner: Piece, key: str) -> Piece | None:
        """Return the node of a member of an input, such as x[0] or p.rate, made when it is first met."""
        known = self.found.get(owner.text)
        if known is None or known.kind != "input":
            return None
        self.owners.add(owner.text)
        name = checked(f"{owner.text}{key}")
        return texts.name(name) if name in self.found else self.put(name, None)

    def outside(self, name: str, number: float) -> Piece:
        """Return the node of a number from around the function."""
        if name in self.found:
            return texts.name(name)
        return self.put(name, texts.number(number).text, "a number from around the function")

    def opaque(self, name: str, node: ast.AST, reason: str, parents: Iterable[str]) -> Piece:
        """Make what cannot be read an opaque node, and name it with its line."""
        self.refuse(name, node, reason)
        return self.put(name, plain.opaque(parents), " ".join(ast.unparse(node).split())[:_LONGEST_NOTE])

    def refuse(self, name: str, node: ast.AST, reason: str) -> None:
        """Tell what was not taken, and on which line it stands."""
        line = getattr(node, "lineno", 0)
        self.refused.append(Refused(name, f"{self.source}:{line}" if self.source else f"line {line}", reason))

    def output(self, value: Value, name: str) -> None:
        """Make what is returned nodes: a variable is one already, what has no name gets the function's."""
        if isinstance(value, tuple):
            for at, item in enumerate(value):
                self.output(item, f"{name}[{at}]")
        elif isinstance(value, dict):
            for key, item in value.items():
                self.output(item, f"{name}.{key}" if key in self.taken else key)
        elif value.text.strip("'").replace("''", "'") not in self.found:
            self.put(self.fresh(name), texts.value(value).text)
