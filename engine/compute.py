"""From what was read to what was worked out: the tape for numbers in bulk, else the rows of the cone."""

from __future__ import annotations

from . import answers
from .bulk import answer_bulk
from .gaps import Gaps, gaps_of
from .replies import Read


def worked_out(read: Read, keep: int | None, *, partly: bool) -> answers.Found | None:
    """Work out what the memo does not have; None when it has everything, or when a tape cannot tell.

    `partly` leaves out what is not known because a node is opaque; else that is an error.
    """
    if read.bulk is not None:
        return answer_bulk(read, keep)
    wrts = [x.id for x in read.wrts]
    snapshot = answers.Snapshot(read.cone, read.of.id, wrts, read.graph.has_pi, read.formulas, read.numbers, read.values)
    gaps: Gaps = gaps_of(snapshot, read.point) if partly else {}
    snapshot = snapshot._replace(wrts=[node for node in wrts if node not in gaps])
    if read.point is not None:
        return answers.numbers(snapshot, read.point, keep=keep)._replace(gaps=gaps)
    return answers.formulas(snapshot, keep=keep)._replace(gaps=gaps)
