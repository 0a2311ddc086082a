"""gradq's own text, as it is written; `engine.graphfile` reads it, with the line of whatever is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..engine.graphfile import Definition, write_graph

if TYPE_CHECKING:
    from ..engine.browser import Surroundings


def write(found: Surroundings) -> str:
    """Return a graph as `.gq` text; loading it gives the same graph."""
    return write_graph(Definition(node.name, node.formula, node.default, node.note) for node in found.nodes)
