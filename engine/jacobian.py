"""Many derivatives in one answer: every output by every input, all of one revision of the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..store.errors import DatabaseError
from .replies import some_known

if TYPE_CHECKING:
    from .explorer import Explorer
    from .replies import Reply

_TRIES = 5


def jacobian(explorer: Explorer, graph: str, ofs: Sequence[str], wrts: Sequence[str], **options: Any) -> Reply:
    """Answer ∂of/∂wrt for every pair, row by row; `options` are those of `Explorer.derivatives`.

    What is not known, for a node is opaque, is named and leaves the others as they are; raises `Undefined` where nothing is
    known. Each output is a question of its own. Where the graph is changed between two of them all are asked again.
    """
    for _ in range(_TRIES):
        replies = [explorer.derivatives(graph, of, wrts, partly=True, **options) for of in ofs]
        if len({reply.revision for reply in replies}) == 1:
            return some_known(_joined(replies))
    raise DatabaseError(f"graph '{graph}' is changed faster than it can be read", hint="ask for fewer outputs at once")


def _joined(replies: Sequence[Reply]) -> Reply:
    return replies[0]._replace(
        answers=[answer for reply in replies for answer in reply.answers],
        reused=sum(reply.reused for reply in replies),
        computed=sum(reply.computed for reply in replies),
        kinks=list(dict.fromkeys(kink for reply in replies for kink in reply.kinks)),
        notes=list(dict.fromkeys(note for reply in replies for note in reply.notes)),
    )
