"""What a foreign file says of a node as the note that a node can have: one line, not too long, nothing unprintable."""

from __future__ import annotations

MOST = 200
_READ = 10 * MOST  # a description may be a page: its beginning is enough


def as_note(*parts: str) -> str | None:
    """Return the parts that are not empty as one line, or None.

    >>> as_note("mV", "", "the potential  of\\n the membrane"), as_note("")
    ('mV; the potential of the membrane', None)
    """
    lines = (" ".join(part[:_READ].split()) for part in parts)
    text = "; ".join(line for line in lines if line)
    text = "".join(letter for letter in text if letter.isprintable())
    return (text if len(text) <= MOST else f"{text[: MOST - 1]}…") or None
