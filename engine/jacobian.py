"""Many derivatives in one answer: every output by every input, all of one revision of the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .replies import some_known
from .settled import Moved, settled

if TYPE_CHECKING:
    from .explorer import Explorer
    from .replies import Reply


def jacobian(explorer: Explorer, graph: str, ofs: Sequence[str], wrts: Sequence[str], **options: Any) -> Reply:
    """Answer ∂of/∂wrt for every pair, row by row; `options` are those of `Explorer.derivatives`.

    What is not known, for a node is opaque, is named and leaves the others as they are; raises `Undefined` where nothing is
    known. Each output is a question of its own. Where the graph is changed between two of them all are asked again.
    """

    def ask() -> Reply:
        replies = [explorer.derivatives(graph, of, wrts, partly=True, **options) for of in ofs]
        if len({reply.version for reply in replies}) > 1:
            raise Moved
        return some_known(_joined(replies))

    return settled(graph, ask)


def _joined(replies: Sequence[Reply]) -> Reply:
    return replies[0]._replace(
        answers=[answer for reply in replies for answer in reply.answers],
        reused=sum(reply.reused for reply in replies),
        computed=sum(reply.computed for reply in replies),
        kinks=list(dict.fromkeys(kink for reply in replies for kink in reply.kinks)),
        notes=list(dict.fromkeys(note for reply in replies for note in reply.notes)),
    )
