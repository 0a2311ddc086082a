"""Answers of several questions, all of one version of the graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..store.errors import DatabaseError
from .reach import Reach, reach

if TYPE_CHECKING:
    from .explorer import Explorer
    from .replies import Reply

_TRIES = 5
Answer = TypeVar("Answer")


class Moved(Exception):
    """The graph was changed between two questions of one answer."""


def settled(graph: str, ask: Callable[[], Answer]) -> Answer:
    """Return an answer; where asking raises `Moved` it is asked again, five times at the most."""
    for _ in range(_TRIES):
        try:
            return ask()
        except Moved:
            continue
    raise DatabaseError(f"graph '{graph}' is changed faster than it can be read", hint="ask again when it is at rest")


def with_reach(explorer: Explorer, graph: str, of: str, wrts: Sequence[str] | None, **options: Any) -> tuple[Reply, Reach]:
    """Answer derivatives of a node, and what is above it at their point; `options` are those of `Explorer.derivatives`."""

    def ask() -> tuple[Reply, Reach]:
        reply = explorer.derivatives(graph, of, wrts, **options)
        found = reach(explorer, graph, [of], point=options["point"])
        if found.graph.version != reply.version:
            raise Moved
        return reply, found

    return settled(graph, ask)
