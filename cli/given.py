"""What a question of `ask` gives by its words: names, points, numbers, each looked at before it is used."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..store.errors import UsageError

if TYPE_CHECKING:
    from ..engine.ledger import Stop

Question = Mapping[str, Any]
FORM = 'a line such as {"ask": "d", "of": "g", "wrt": "b", "at": {"a": 0.5}}'
KINDS: dict[str, tuple[Any, str]] = {
    "of": ((str, list), "a name or a list of names"),
    "wrt": ((str, list), "a name or a list of names"),
    "in": ((str, list), "a name or a list of names"),
    "at": ((dict, str, list, type(None)), "an object of bindings, the name of a point, or a list of these"),
    "graph": ((str, type(None)), "a name"),
    "rewrite": ((str, type(None)), "simplify, expand or factor"),
    "scale": ((str, type(None)), "value, elasticity or percent"),
    "through": ((str, list), "a node, or a list of nodes and of edges [U, V]"),
    "avoid": ((str, list), "a node, or a list of nodes and of edges [U, V]"),
    "sigma": (dict, "an object of names and numbers"),
    "from": ((int, float, str), "a number"),
    "to": ((int, float, str), "a number"),
    "n": (int, "a whole number, 2 or more"),
    "top": (int, "a whole number, 0 or more"),
    "edits": (int, "a whole number, 0 or more"),
    "order": (int, "1 or 2"),
    "a": (str, "the name of a graph"),
    "b": (str, "the name of a graph"),
    "inputs": (bool, "true or false"),
    "no_memo": (bool, "true or false"),
    "blocks": (bool, "true or false"),
    "steps": (bool, "true or false"),
    "all": (bool, "true or false"),
    "strict": (bool, "true or false"),
}
_RANGES = {"n": range(2, 2**31), "top": range(2**31), "edits": range(2**31), "order": range(1, 3)}


def check_kind(word: str, value: Any) -> None:
    """Raise `UsageError` if the value of a word is not of its kind, or out of its range."""
    if word not in KINDS:
        return
    kinds, said = KINDS[word]
    taken = isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool))
    if not taken or (word in _RANGES and value not in _RANGES[word]):
        raise UsageError(f"the value of '{word}' is {said}, not {clipped(repr(value))}", hint=FORM)


def names(question: Question, word: str) -> list[str]:
    """Return the names that a word gives: one, or a list; each is taken bare."""
    given = question.get(word)
    found = [given] if isinstance(given, str) else given
    if not found or not all(isinstance(name, str) for name in found):
        raise UsageError(f"'{question['ask']}' needs '{word}': a name or a list of names", hint=FORM)
    return list(dict.fromkeys(found))


def one(question: Question, word: str) -> str:
    """Return the one name that a word gives."""
    (name, *more) = names(question, word)
    if more:
        raise UsageError(f"'{question['ask']}' takes one node as '{word}'", hint="several outputs: ask 'jac'")
    return name


def some(question: Question, word: str) -> list[str] | None:
    """Return the names that a word gives, None where it does not stand in the question."""
    return names(question, word) if word in question else None


def point(question: Question) -> Any:
    """Return the point of a question: an object of bindings, the name of a stored point, or a list of these."""
    given = question.get("at")
    if given is None:
        return None
    parts = given if isinstance(given, list) else [given]
    return [_part(part) for part in parts]


def sigmas(question: Question) -> dict[str, float]:
    """Return the standard deviations of a question."""
    from ..engine.points import checked_point

    return checked_point(question.get("sigma") or {})


def number(question: Question, word: str) -> float:
    """Return the number that a word gives."""
    from ..engine.points import constant

    if word not in question:
        raise UsageError(f"'{question['ask']}' needs '{word}': a number", hint=FORM)
    given = question[word]
    return constant(given if isinstance(given, str) else repr(given), word)


def stops(question: Question, word: str) -> "list[Stop]":
    """Return the nodes and edges that a word gives."""
    given = question.get(word, [])
    found: list[Stop] = []
    for item in [given] if isinstance(given, str) else given:
        match item:
            case str():
                found.append(item)
            case [str() as parent, str() as child]:
                found.append((parent, child))
            case _:
                raise UsageError(f"'{word}' has neither a node nor an edge: {clipped(repr(item))}", hint=KINDS[word][1])
    return found


def clipped(text: str) -> str:
    """Return a text for a message, not longer than a line."""
    return text if len(text) <= 80 else f"{text[:79]}…"


def _part(part: Any) -> Any:
    from ..engine.points import checked_point, parse_bindings

    if isinstance(part, str):
        return parse_bindings(part) if "=" in part else part
    if not isinstance(part, dict):
        raise UsageError("'at' is an object of bindings, the name of a point, or a list of these", hint=FORM)
    return checked_point(part)
