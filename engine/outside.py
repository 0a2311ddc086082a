"""What stands above the engine and is handed down to it: the formats of other programs, for `Space` and `Graph`.

Imports go from the formats to the engine and never back. So `gradq` says here how they are imported, when they are
first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .browser import Surroundings
    from .graphfile import GraphText


class Outside(Protocol):
    """The formats, as a space and a graph use them."""

    def load(self, path: str | Path, format_: str | None) -> tuple[str, GraphText]:
        """Return what to call the graph of a file where nobody says, and the graph."""

    def take(self, name: str, thing: object) -> GraphText | None:
        """Return what is to be added under a name as a graph, None for a kind of thing that the formats do not know."""

    def save(self, found: Surroundings, path: str | Path, format_: str | None) -> None:
        """Write a graph as a file, whole or not at all."""

    def sympy(self, found: Surroundings) -> dict[str, Any]:
        """Return the formulas of a graph as SymPy expressions."""


def _nobody() -> Any:
    raise ImportError("import gradq first: it says where the formats are")


bring: Callable[[], Any] = _nobody  # `gradq` sets it


def outside() -> Outside:
    """Return the formats, imported now if nobody asked before."""
    found: Outside = bring()
    return found
