"""Choosing nodes by a few words, in dbt's grammar: `select` for the whole, `upstream` and `downstream` for one node.

g            one node                        +g     g and everything upstream of it
ina.*        a glob: * and ?                 g+     g and everything downstream of it
'P&L!B20'    any name, in quotes             2+g+1  two steps up and one step down
+g d+        a space: in one or the other    +g,d+  a comma: in both
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, NoReturn, TypeAlias

from ..store.errors import UnknownNode, UsageError
from .names import suggestion

Parents: TypeAlias = Mapping[str, Sequence[str]]

HINT = "write a name or a glob with steps up and down: 2+g+1"
# A name with brackets may have commas and plus signs inside them, and primes anywhere but at its beginning.
_TERM = re.compile(
    r"(?:(?P<up>[0-9]*)(?P<rise>\+))?"
    r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>(?![0-9'])(?:[^\s,+\[\]]|\[[^\]\s]*\])+))"
    r"(?:(?P<fall>\+)(?P<down>[0-9]*))?(?P<then>,(?=[^\s,])|\s+|$)"
)
_FAR = 9  # digits: more steps than any graph has


class Term(NamedTuple):
    """One term of a selection: a name or a glob, and how many steps up and down (0: none, None: all)."""

    name: str
    quoted: bool
    up: int | None
    down: int | None


def select(text: str, parents: Parents) -> list[str]:
    """Return the nodes that a selection chooses, in the order of `parents`, which maps every node to its parents.

    A text that is a node's name as it stands is that node, and a name that is there wins over a glob. Raises
    `UnknownNode` for a term that matches nothing and `UsageError` for a text that cannot be read. The nodes of terms
    that have nothing in common are an empty list.

    >>> graph = {"a": [], "b": ["a"], "o": [], "g": ["b", "o"]}
    >>> select("1+g", graph), select("+g,a+", graph)
    (['b', 'o', 'g'], ['a', 'b', 'g'])
    """
    text = unicodedata.normalize("NFC", text)
    if text in parents:
        return [text]
    groups = parse_selection(text)
    above, below = parents, _children(parents) if any(term.down != 0 for group in groups for term in group) else {}
    chosen: set[str] = set()
    for group in groups:
        chosen |= set.intersection(*(_members(term, above, below) for term in group))
    return [name for name in parents if name in chosen]


def parse_selection(text: str) -> list[list[Term]]:
    """Return the terms of a selection: a union of intersections.

    >>> [[term.name for term in group] for group in parse_selection("+g,d+ 'P&L, net'")]
    [['g', 'd'], ['P&L, net']]
    """
    groups: list[list[Term]] = []
    position, joined = len(text) - len(text.lstrip()), False
    if position == len(text):
        raise UsageError("the selection is empty", hint=HINT)
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            _refuse(text[position:].split(maxsplit=1)[0])
        if not joined:
            groups.append([])
        groups[-1].append(_term(match))
        position, joined = match.end(), match["then"] == ","
    return groups


def upstream(parents: Parents, name: str, depth: int | None = None) -> dict[str, int]:
    """Return what `name` depends on, nearest first, each with its distance; `name` itself stands first, at 0.

    >>> upstream({"a": [], "b": ["a"], "g": ["b", "a"]}, "g")
    {'g': 0, 'b': 1, 'a': 1}
    """
    return _walk(parents, [_known(name, parents)], depth)


def downstream(parents: Parents, name: str, depth: int | None = None) -> dict[str, int]:
    """Return what depends on `name`, nearest first, each with its distance; `name` itself stands first, at 0.

    >>> downstream({"a": [], "b": ["a"], "g": ["b"]}, "a", depth=1)
    {'a': 0, 'b': 1}
    """
    return _walk(_children(parents), [_known(name, parents)], depth)


def _term(match: re.Match[str]) -> Term:
    quoted = match["quoted"]
    name = match["plain"] if quoted is None else quoted.replace("''", "'")
    return Term(name, quoted is not None, _steps(match["rise"], match["up"]), _steps(match["fall"], match["down"]))


def _steps(plus: str | None, digits: str | None) -> int | None:
    if not plus:
        return 0
    digits = digits and (digits.lstrip("0") or "0")
    return int(digits) if digits and len(digits) <= _FAR else None


def _refuse(word: str) -> NoReturn:
    """Raise the error for a word that no term can be read from."""
    shown = word if len(word) <= 40 else word[:37] + "..."
    if re.search("^,|,,|,$", word):
        raise UsageError(f"in '{shown}' a comma has no term on one side", hint="a comma without spaces: +g,d+")
    if word.count("'") % 2:
        raise UsageError(f"a quote that does not end in the selection: {shown}", hint="'' is a quote inside quotes")
    raise UsageError(f"the selection cannot be read at '{shown}'", hint=HINT)


def _members(term: Term, above: Parents, below: Parents) -> set[str]:
    """Return the nodes of one term: what its name or glob matches, and so many steps around."""
    start = _matching(term, above)
    return set(start).union(
        _walk(above, start, term.up) if term.up != 0 else (),
        _walk(below, start, term.down) if term.down != 0 else (),
    )


def _matching(term: Term, parents: Parents) -> list[str]:
    if term.name in parents or term.quoted or not re.search("[*?]", term.name):
        return [_known(term.name, parents)]
    fits = _glob(term.name)
    found = [name for name in parents if fits.fullmatch(name)]
    if not found:
        raise UnknownNode(f"no node matches '{term.name}'", hint="* is any text, ? one character; in quotes they are themselves")
    return found


def _known(name: str, parents: Parents) -> str:
    if name not in parents:
        raise UnknownNode(f"no node '{name}'", hint=suggestion(name, list(parents)))
    return name


def _glob(text: str) -> re.Pattern[str]:
    """Return a glob as a pattern; a piece between stars is taken where it first fits, so it never tries twice."""
    first, *rest = ("".join("." if letter == "?" else re.escape(letter) for letter in piece) for piece in text.split("*"))
    middle = "".join(f"(?>.*?{piece})" for piece in rest[:-1])
    return re.compile(first + middle + (f".*{rest[-1]}" if rest else ""), re.DOTALL)


def _children(parents: Parents) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in parents}
    for name, above in parents.items():
        for parent in above:
            found.setdefault(parent, []).append(name)
    return found


def _walk(neighbours: Parents, start: Iterable[str], depth: int | None) -> dict[str, int]:
    """Return each node within `depth` steps with its distance, breadth first."""
    found = dict.fromkeys(start, 0)
    queue = list(found)
    for name in queue:
        steps = found[name] + 1
        if depth is not None and steps > depth:
            break
        for other in neighbours.get(name, ()):
            if other not in found:
                found[other] = steps
                queue.append(other)
    return found
