"""Names and formulas as a picture or a message can show them: without what cannot be printed, cut to a width, measured."""

from __future__ import annotations

import re
import unicodedata

# Controls, marks that turn the direction of writing, and what XML does not allow.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return a text without what cannot be printed; a line's end or a tab is a space.

    >>> clean("two\\nlines\\x1b")
    'two lines'
    """
    return _UNPRINTABLE.sub("", re.sub(r"\s", " ", text))


def clipped(text: str, most: int = 120) -> str:
    """Return a text cut to so many letters, with a sign that it was.

    >>> clipped("7*c + d^2", 6)
    '7*c +…'
    """
    text = clean(text[: 4 * most])
    if letters(text) <= most:
        return text
    while letters(text) >= most:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, most: int) -> list[str]:
    """Return a text as lines of at most so many characters, cut between words where there are some.

    >>> wrapped("what was left out", 9)
    ['what was', 'left out']
    """
    return [line.rstrip() for line in re.findall(rf".{{1,{most}}}(?:\s+|$)|.{{1,{most}}}", clean(text))]


def letters(text: str) -> int:
    """Return how many letters wide a text is: East Asian ones are two, marks on others none.

    >>> letters("b"), letters("名")
    (1, 2)
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(t) else 2 if unicodedata.east_asian_width(t) in "WF" else 1 for t in text)
