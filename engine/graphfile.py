"""The `.gq` text of a graph: one line a node, read to definitions and written back from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NamedTuple, TypeVar

from ..store.errors import CycleError, FormulaError, InvalidGraph
from .collector import collector_paused
from .formula import parse
from .guard import guarded
from .layout import quoted
from .lexer import literal, tokens
from .names import PLAIN, WORDS, checked, composed, is_text
from .shapes import formula_names

_LINE = re.compile(rf"\s*({PLAIN}|'(?:[^']|'')*')\s*(=(?!=)|$)")
_SECTION = re.compile(r"\s*\[([^\]]*)\]\s*")
_NUMBER = re.compile(r"-?\s*((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")

_BODY = re.compile(rf"(?:{PLAIN}|'(?:[^']|'')*+'|[^#])*+")  # a line up to its comment

T = TypeVar("T")


class Definition(NamedTuple):
    """What one line says of a node: a formula, a default, or neither. `line` is 0 where no line says anything."""

    name: str
    formula: str | None = None
    default: str | None = None
    note: str | None = None
    line: int = 0
    column: int = 1

    @property
    def kind(self) -> str:
        """The kind of the node: input, parameter or formula."""
        return "formula" if self.formula is not None else "input" if self.default is None else "parameter"


class GraphText(NamedTuple):
    """A graph as its text gives it; `implied` are the names that formulas use and no line defines.

    `parents` has the names in each formula. `defines_pi`: a node is called `pi`, so that the name is not the constant.
    """

    definitions: list[Definition]
    implied: list[str]
    parents: dict[str, list[str]]
    defines_pi: bool
    source: str | None = None

    def placed(self, error: CycleError) -> CycleError:
        """Return the error of a loop with the line of its first node before it."""
        lines = {definition.name: definition.line for definition in self.definitions}
        line = min((lines[name] for name in error.names if lines.get(name)), default=None)
        return CycleError(_at(self.source, line) + error.message, hint=error.hint, names=error.names)


@collector_paused()
def read_graph(text: str, *, source: str | None = None) -> GraphText:
    """Read a `.gq` text; raises `FormulaError` or `InvalidGraph` with file, line and column.

    >>> read_graph("b = 5 - 3*a").implied
    ['a']
    """
    _check_text(text, source)
    lines = list(guarded(_raw_lines(composed(text), source), "lines"))
    sections: dict[str, set[str]] = {}
    for section, definition in lines:
        sections.setdefault(section, set()).add(definition.name)
    found: dict[str, Definition] = {}
    written: dict[str, str | None] = {}
    for section, definition in lines:
        name = f"{section}.{definition.name}" if section else definition.name
        if name in found:
            raise InvalidGraph(
                f"{_at(source, definition.line)}'{name}' is defined twice",
                hint=f"the first definition is on line {found[name].line}",
            )
        formula = written[name] = definition.formula
        if formula is not None and section:
            formula = _placed(definition, source, partial(_full_names, formula, section, sections[section]))
        found[name] = definition._replace(name=_placed(definition, source, partial(checked, name)), formula=formula)
    return graph_text(found.values(), source=source, written=written)


def graph_text(
    definitions: Iterable[Definition], *, source: str | None = None, written: Mapping[str, str | None] | None = None
) -> GraphText:
    """Return definitions of different names as a graph; raises `FormulaError` or `InvalidGraph`.

    `written` has the formulas as they stand in the file, where a section has made their names longer since.
    """
    written = written or {}
    found = {definition.name: definition for definition in definitions}
    pi = "pi" in found
    parents = _parents(found, written, source, pi)
    if not pi and any("pi" in names for names in parents.values()):
        pi = True  # a formula has 'pi' in quotes: that is a node, and then pi is no constant anywhere
        parents = _parents(found, written, source, pi)
    if not found:
        raise InvalidGraph(f"{_at(source, None)}no node is defined", hint="write a line such as: b = 5 - 3*a")
    implied = list(dict.fromkeys(name for names in parents.values() for name in names if name not in found))
    return GraphText([*found.values(), *(Definition(name) for name in implied)], implied, parents, pi, source)


def read_definition(text: str) -> Definition:
    """Read one line such as `d = 5*b + 7`, as `set` takes it."""
    if not is_text(text):
        raise FormulaError("not text: it has a NUL or half a pair of surrogates")
    if "\n" in text.strip():
        raise FormulaError("more than one line", hint="set takes one definition; load takes a file")
    found = list(_raw_lines(composed(text), None))
    if len(found) != 1:
        raise FormulaError("no definition", hint="write: d = 5*b + 7")
    definition = found[0][1]._replace(line=0)
    return definition._replace(name=checked(definition.name))


def write_graph(definitions: Iterable[Definition]) -> str:
    """Return the canonical text: one line each, in the order given, with full names."""
    return "".join(write_definition(definition) + "\n" for definition in definitions)


def write_definition(definition: Definition) -> str:
    """Return the line of one node."""
    right = definition.formula if definition.formula is not None else definition.default
    line = quoted(definition.name) + (f" = {right}" if right is not None else "")
    return line + (f"  # {_one_line(definition.note)}" if definition.note else "")


def _one_line(note: str) -> str:
    """Return a note as one line: what somebody wrote in SQL may have more, and the second would be a node."""
    return str(note).translate({0: " ", 10: " ", 13: " "})


def renamed(formula: str, old: str, new: str) -> str:
    """Return a formula with one name exchanged, the rest of its text as it was."""
    return _with_names(formula, lambda name: new if name == old else name)


def _check_text(text: str, source: str | None) -> None:
    if not is_text(text):
        number = next(number for number, line in enumerate(text.split("\n"), 1) if not is_text(line))
        raise InvalidGraph(f"{_at(source, number)}not text: it has a NUL or half a pair of surrogates")


def _raw_lines(text: str, source: str | None) -> Iterable[tuple[str, Definition]]:
    """Yield `(section, definition)` for each line that has one, names still as they stand."""
    section = ""
    for number, line in enumerate(text.splitlines() if "\r" in text else text.split("\n"), 1):
        body, note = _comment_split(line)
        if not body.strip():
            continue
        header = _SECTION.fullmatch(body)
        if header is not None:
            section = _unquoted(header[1].strip())
            continue
        yield section, _definition(body, note, number, source)


def _definition(body: str, note: str | None, number: int, source: str | None) -> Definition:
    match = _LINE.match(body)
    if match is None or match[1] in WORDS:
        raise _bad_left_side(body, number, source)
    name, column, right = _unquoted(match[1]), match.end() + 1, body[match.end() :].strip()
    column += len(body[match.end() :]) - len(body[match.end() :].lstrip())
    if match[2] != "=":
        return Definition(name, note=note, line=number)
    if not right:
        raise FormulaError("nothing after '='", hint="a bare name is an input", line=number, column=column, source=source)
    plain = _NUMBER.fullmatch(right)
    if plain is None:
        return Definition(name, formula=right, note=note, line=number, column=column)
    bare = Definition(name, default="".join(right.split()), note=note, line=number, column=column)
    _placed(bare, source, lambda: literal(plain[1]))
    return bare


def _bad_left_side(body: str, number: int, source: str | None) -> FormulaError:
    left = body.split("=")[0].strip()
    column = len(body) - len(body.lstrip()) + 1
    shown = left if len(left) <= 40 else left[:37] + "..."
    found, hint = f"expected 'name = formula', found '{shown}'", _left_hint(body.strip(), shown)
    return FormulaError(found, hint=hint, line=number, column=column, source=source)


def _left_hint(body: str, left: str) -> str:
    """Return what to try where a line does not begin as a definition."""
    name = left.rstrip(" :")
    if body.startswith("["):
        return "a section is a name in brackets, alone on its line: [cell]"
    if body[0] in "+-*/^),<>=":
        return "a definition stands on one line: join this one with the line before"
    if re.fullmatch(PLAIN, name) and name not in WORDS and "=" in body:
        return f"write one '=' after the name: {name} = …"
    if call := re.match(rf"({PLAIN})\s*\(.*\)$", left):
        return f"write {call[1]} = …"
    example = f"{quoted(left)} = …" if "=" in body and "'" not in left else "'P&L' = a - b"
    return f"a name that is not plain stands in single quotes: {example}"


def _comment_split(line: str) -> tuple[str, str | None]:
    """Return the line before its comment, and the comment; a `#` inside quotes begins none.

    A `'` after a name is a prime and opens nothing.
    """
    match = _BODY.match(line)
    assert match is not None
    note = line[match.end() + 1 :].strip()
    return match[0], note or None


def _parents(
    found: dict[str, Definition], written: Mapping[str, str | None], source: str | None, pi_is_node: bool
) -> dict[str, list[str]]:
    """Return the names in each formula."""
    parents: dict[str, list[str]] = {}
    for name, definition in found.items():
        if definition.formula is not None:
            action = partial(_names, definition.formula, written.get(name), pi_is_node)
            parents[name] = _placed(definition, source, action)
    return parents


def _names(formula: str, written: str | None, pi_is_node: bool) -> list[str]:
    try:
        return formula_names(formula, pi_is_node=pi_is_node)
    except FormulaError:
        if written is not None and written != formula:
            parse(written, pi_is_node=pi_is_node)  # a section made names longer: the place counts in the line as it is
        raise


def _unquoted(name: str) -> str:
    return name[1:-1].replace("''", "'") if name[:1] == "'" else name


def _full_names(formula: str, section: str, members: set[str]) -> str:
    return _with_names(formula, lambda name: f"{section}.{name}" if name in members else name)


def _with_names(formula: str, change: Callable[[str], str]) -> str:
    """Return the text with `change(name)` for each name; what is not changed stays as it was written."""
    out, position = [], 0
    stream = list(tokens(formula))
    for index, token in enumerate(stream):
        called = index + 1 < len(stream) and stream[index + 1].text == "("
        if token.kind not in ("name", "quoted") or (token.kind == "name" and (called or token.text in WORDS)):
            continue
        name = _unquoted(token.text)
        full = change(name)
        if full != name:
            out += [formula[position : token.column - 1], quoted(full)]
            position = token.column - 1 + len(token.text)
    return "".join([*out, formula[position:]])


def _placed(definition: Definition, source: str | None, action: Callable[[], T]) -> T:
    """Run an action on a line's text; its errors get the place of the line."""
    try:
        return action()
    except FormulaError as error:
        if not definition.line:
            raise
        raise error.at(source=source, line=definition.line, shift=definition.column - 1) from None
    except InvalidGraph as error:
        raise InvalidGraph(_at(source, definition.line) + error.message, hint=error.hint) from None


def _at(source: str | None, line: int | None) -> str:
    place = [source] if source else []
    if line:
        place.append(f"{line}" if source else f"line {line}")
    return ":".join(place) + ": " if place else ""
