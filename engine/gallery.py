"""The graphs that gradq brings: small, well known, each with a question to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

ORDER = ("article", "colah", "black-scholes", "logistic", "mlp")  # as a newcomer may read them
_FOLDER = Path(__file__).resolve().parent / "examples"


class Example(NamedTuple):
    """A graph's name, what it is about, a command to begin with, and its `.gq` text."""

    name: str
    about: str
    ask: str
    text: str


def examples() -> dict[str, Example]:
    """Return all examples by name.

    >>> examples()["article"].ask
    'gradq d g --wrt b'
    """
    return {name: _read(name) for name in ORDER}


def _read(name: str) -> Example:
    text = (_FOLDER / f"{name}.gq").read_text(encoding="utf-8")
    about, ask, *_ = text.split("\n")
    return Example(name, about.removeprefix("# "), ask.removeprefix("# "), text)
