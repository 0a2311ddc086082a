"""Names of nodes: which stand plain in a formula, which need quotes, which are refused, and lists of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from keyword import iskeyword
from typing import TypeGuard

from ..store.errors import InvalidGraph, UsageError

MAX_NAME = 200
LETTER = r"[^\W\d_]"
AFTER_LETTER = rf"\w*(?:\.{LETTER}\w*)*(?:\[[0-9]+(?:,[0-9]+)*\])?'*"
PLAIN = LETTER + AFTER_LETTER
WORDS = frozenset({"and", "or", "not", "if"})  # words of the grammar; a node of that name stands in quotes
_PLAIN = re.compile(PLAIN)
_COUNT = re.compile("[0-9]+")
_WIDE = 20  # digits; longer numbers compare as texts


def is_plain(name: str) -> bool:
    """Return whether a name may stand in a formula without quotes.

    >>> is_plain("x[0]'"), is_plain("dot(V)"), is_plain("2x")
    (True, False, False)
    """
    return _PLAIN.fullmatch(name) is not None and name not in WORDS and not has_odd_digits(name)


def has_odd_digits(name: str) -> bool:
    """Return whether a name has digits that are powers or fractions to the eye, such as `²`."""
    return not name.isascii() and any(unicodedata.category(letter) == "No" for letter in name)


def composed(text: str) -> str:
    """Return a text in normal form (NFC): a letter and its accent that came as two characters are one."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def checked(name: str) -> str:
    """Return a name of a graph, node or point in normal form (NFC): 1–200 characters, none of them a control.

    Raises `UsageError` for what is no text at all, else `InvalidGraph`.
    """
    check_text(name)
    name = composed(name)
    if not 1 <= len(name) <= MAX_NAME:
        raise InvalidGraph(f"a name has {len(name)} characters", hint=f"names have 1 to {MAX_NAME} characters")
    if any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in name):
        raise InvalidGraph(f"the name {name!a} has a control character")
    return name


def check_text(name: object) -> None:
    """Raise `UsageError` for what cannot be the name of anything: no text, or text that no file can hold."""
    if not isinstance(name, str):
        raise UsageError(f"a name is text, not {type(name).__name__}: {str(name)[:80]}")
    if not is_text(name):
        raise UsageError(f"the name {name[:80]!a} has a NUL or a lone surrogate, which no file can hold")


def is_text(text: str) -> bool:
    """Return whether every file and database can hold a text: no NUL and no half of a pair of surrogates.

    >>> is_text("∂ and a tab\\t"), is_text("\\ud800")
    (True, False)
    """
    return "\0" not in text and (text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text))


def is_name(name: object) -> TypeGuard[str]:
    """Return whether something could be a name at all.

    >>> is_name("P&L!B20"), is_name(""), is_name(3)
    (True, False, False)
    """
    try:
        return isinstance(name, str) and bool(checked(name))
    except (InvalidGraph, UsageError):
        return False


def counted(name: str) -> tuple[str, str]:
    """Return what to sort names by, so that the numbers in them count: w[2] stands before w[10].

    >>> sorted(["w[10,0]", "w[2,11]", "w[2,3]", "v"], key=counted)
    ['v', 'w[2,3]', 'w[2,11]', 'w[10,0]']
    """
    return _COUNT.sub(_padded, name), name


def _padded(digits: re.Match[str]) -> str:
    """Return a number as wide as any index is: texts compare four times faster than lists of parts."""
    return digits[0].rjust(_WIDE, "0")


def suggestion(name: str, known: list[str]) -> str | None:
    """Return a hint with the known name that `name` is closest to, or None.

    A name that is a known one but for its section or sheet comes before names that are spelled like it.

    >>> suggestion("dod", ["dot", "battery.dod"]), suggestion("B6", ["Plan!B6"])
    ("did you mean 'battery.dod'?", "did you mean 'Plan!B6'?")
    """
    from difflib import get_close_matches

    folded = {other.casefold(): other for other in known}
    close = [folded[name.casefold()]] if name.casefold() in folded else elsewhere(name, known)
    close = close or get_close_matches(name, known, 1, 0.5)
    return f"did you mean '{close[0]}'?" if close else None


def elsewhere(name: str, known: Iterable[str]) -> list[str]:
    """Return the known names that are `name` in a section or on a sheet.

    >>> elsewhere("S", ["array.S", "Plan!S", "eclipseS"])
    ['array.S', 'Plan!S']
    """
    return [other for other in known if other.endswith(name) and other[: -len(name)].endswith((".", "!"))]


def as_keywords(names: Sequence[str]) -> str:
    """Return how Python binds names that are to have a value.

    >>> as_keywords(["a", "b"]), as_keywords(["P&L"])
    ('a=…, b=…', '{"P&L": …}')
    """
    if all(name.isidentifier() and not iskeyword(name) for name in names):
        return ", ".join(f"{name}=…" for name in names)
    return "{" + ", ".join(f'"{name}": …' for name in names) + "}"


def split_list(text: str) -> list[str]:
    """Split at commas outside brackets and quotes.

    >>> split_list("a,w[0,1],'P&L, net'")
    ['a', 'w[0,1]', "'P&L, net'"]
    """
    parts, start, depth, quoted = [], 0, 0, False
    for index, letter in enumerate(text):
        if letter == "'" and (quoted or not text[start:index].strip() or text[index - 1] in "([,="):
            quoted = not quoted
        elif not quoted:
            depth += (letter in "([") - (letter in ")]")
            if letter == "," and depth == 0:
                parts.append(text[start:index])
                start = index + 1
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def bare_name(text: str) -> str:
    """Return a name without the quotes that it may stand in."""
    text = text.strip()
    if len(text) > 2 and text[0] == text[-1] == "'":
        text = text[1:-1].replace("''", "'")
    return checked(text)
