"""From what was read to what was worked out: the tape for numbers in bulk, else the rows of the cone."""

from __future__ import annotations

from . import answers
from .bulk import answer_bulk
from .replies import Read


def worked_out(read: Read, keep: int | None) -> answers.Found | None:
    """Work out what the memo does not have; None when it has everything, or when a tape cannot tell."""
    if read.bulk is not None:
        return answer_bulk(read, keep)
    wrts = [x.id for x in read.wrts]
    snapshot = answers.Snapshot(read.cone, read.of.id, wrts, read.graph.has_pi, read.formulas, read.numbers, read.values)
    if read.point is not None:
        return answers.numbers(snapshot, read.point, keep=keep)
    return answers.formulas(snapshot, keep=keep)
