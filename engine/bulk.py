"""The door, for numbers on a large cone: the packed tape is read, or made from the rows where it is of an older revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..store import graphs, tapes
from ..store.rows import Cone
from .tape import Bulk, Tape, packed, tape_of, unpacked
from .taped import Question, taped_numbers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ..store.rows import GraphRow, NodeRow
    from .answers import Found
    from .replies import Read
    from .values import Point

FROM = 20_000  # nodes above a question's output from which the tape is quicker than their rows


def read_bulk(conn: Connection, graph: GraphRow, of: NodeRow, point: Point) -> Bulk | None:
    """Return what a question on a large cone needs; None for one that is quicker from its rows."""
    if not graphs.is_large(conn, graph.id, FROM) or not graphs.is_above(conn, of.id, FROM):
        return None
    most = graphs.node_limit(conn)
    if most is not None and graphs.is_above(conn, of.id, most):
        graphs.check_nodes(conn, len(graphs.upstream_ids(conn, [of.id])))
    data = tapes.tape(conn, graph.id, graph.revision)
    if data is None and not graphs.is_above(conn, of.id, graphs.count_nodes(conn, graph.id) // 4):
        return None  # a small part of a very large graph: its rows are read sooner than all
    bound = {node.id: point[name] for name, node in graphs.nodes_by_name(conn, graph.id, point).items()}
    return Bulk(data, Cone([], []) if data is not None else graphs.whole(conn, graph.id), bound)


def answer_bulk(read: Read, keep: int | None) -> Found | None:
    """Return the numbers of a question, with the tape if it is new; None where the rows must answer."""
    bulk, pi = read.bulk, read.graph.has_pi
    assert bulk is not None
    tape: Tape | None = unpacked(bulk.data) if bulk.data is not None else tape_of(bulk.whole, pi)
    if tape is None:
        return None
    question = Question(read.of.id, [x.id for x in read.wrts], bulk.bound, read.numbers, read.values, pi)
    found = taped_numbers(tape, question, keep=keep)
    return found if found is None or bulk.data is not None else found._replace(tape=packed(tape))


def store_tape_of(conn: Connection, graph_id: int, revision: int, *, pi_is_node: bool) -> None:
    """Make the tape of a graph that has just been loaded, if it is a large one. Part of the caller's transaction."""
    if graphs.is_large(conn, graph_id, FROM):
        data = packed(tape_of(graphs.whole(conn, graph_id), pi_is_node))
        tapes.store_tape(conn, graph_id, revision, data)
