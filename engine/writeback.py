"""The door, for what was worked out: rows are written back under a lock, and only to the revision that was read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..store import graphs, memo, tapes
from ..store.connect import writing
from ..store.errors import DatabaseError
from .answers import storable
from .values import point_key

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from .answers import Found
    from .replies import Read

CUT = "more partials were worked out than are stored by default"


def write_back(engine: Engine, read: Read, found: Found, keep: int | None) -> list[str]:
    """Write rows back if the revision is still the one that was read. All or nothing; returns notes."""
    wrts = [x.id for x in read.wrts]
    texts, cut = storable(found, wrts, keep=keep) if read.point is None else ([], found.computed > len(found.rows) + found.kinked)
    try:
        with writing(engine) as conn:
            if graphs.locked_revision(conn, read.graph.id) != read.graph.revision:
                return ["the graph was changed meanwhile: the answer is that of the older revision, not stored"]
            if read.point is None:
                rows = [(read.of.id, node, text) for node, text in texts]
                memo.store_gradients(conn, read.graph.id, read.graph.revision, rows)
            else:
                _store_numbers(conn, read, found)
                if found.tape is not None:
                    tapes.store_tape(conn, read.graph.id, read.graph.revision, found.tape)
    except DatabaseError as error:
        return [f"nothing was stored: {error.message}"]
    return [CUT] if cut else []


def _store_numbers(conn: Connection, read: Read, found: Found) -> None:
    bound = dict(sorted((read.point or {}).items()))
    point = memo.ensure_point(conn, read.graph.id, point_key(bound), json.dumps(bound, ensure_ascii=False))
    rows = [(read.of.id, node, value) for node, value in found.rows if isinstance(value, float)]
    memo.store_point_gradients(conn, point, rows)
    memo.store_point_values(conn, point, list(found.values))
