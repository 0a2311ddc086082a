"""Graphs, nodes and edges: read as frozen rows, written in bulk. Every function is part of the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .errors import GaveUp
from .rows import Cone, EdgeRow, GraphRow, GraphSummary, NodeRow
from .statements import CHUNK, by_index, execute, execute_in, execute_many, now, select, select_in
from .triggers import own

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NODE = "n.id, n.name, n.kind, n.formula, n.default_value, n.level, n.note"
_EDGE = "e.child_id, e.parent_id, e.partial, e.digest"
_NAMES_SHOWN = 100_000  # names that a did-you-mean looks at
# the nodes on some path from x to y: down from x and up from y, each no further than the other's level
_BETWEEN = """
with recursive down(id) as (
    select cast(? as bigint)
    union select e.child_id from down join edge e on e.parent_id = down.id join node n on n.id = e.child_id
    where n.level <= ?
), up(id) as (
    select cast(? as bigint)
    union select e.parent_id from up join edge e on e.child_id = up.id join node n on n.id = e.parent_id
    where n.level >= ?
)
select id from down intersect select id from up
"""
_UP = """with recursive reach(id) as (
    select id from node where id in (??) union select e.parent_id from reach join edge e on e.child_id = reach.id
)"""
_DOWN = """with recursive reach(id) as (
    select id from node where id in (??) union select e.child_id from reach join edge e on e.parent_id = reach.id
)"""


def get_graph(conn: Connection, name: str, *, lock: bool = False) -> GraphRow | None:
    """Return a graph by name; an editor locks it before it reads anything else of it."""
    if lock and conn.dialect.name == "postgresql":
        select(conn, "select id from graph where name = ? for update", [name])
    rows = select(
        conn,
        "select g.id, g.name, g.revision, g.note, "
        "exists (select 1 from node n where n.graph_id = g.id and n.name = 'pi'), g.by_hand from graph g where g.name = ?",
        [name],
    )
    return GraphRow._make((*rows[0][:4], bool(rows[0][4]), bool(rows[0][5]))) if rows else None


def hold_name(conn: Connection, name: str) -> None:
    """Wait for others that load a graph of this name: on PostgreSQL there is no row to lock before it is there."""
    if conn.dialect.name == "postgresql":
        select(conn, "select pg_advisory_xact_lock(71420614, hashtext(?))", [name])


def list_graphs(conn: Connection) -> list[GraphSummary]:
    """Return all graphs by name."""
    rows = select(
        conn,
        "select g.name, g.revision, (select count(*) from node n where n.graph_id = g.id), "
        "(select count(*) from edge e where e.graph_id = g.id), g.note, g.updated_at from graph g",
    )
    return sorted(GraphSummary(*row) for row in rows)


def graph_names(conn: Connection) -> list[str]:
    """Return the names of all graphs, sorted."""
    return sorted(row[0] for row in select(conn, "select name from graph"))


def add_graph(conn: Connection, name: str, note: str | None) -> int:
    """Add an empty graph and return its id."""
    time = now()
    sql = "insert into graph (name, revision, note, created_at, updated_at) values (?, 1, ?, ?, ?)"
    execute(conn, sql, [name, note, time, time])
    graph_id = int(select(conn, "select id from graph where name = ?", [name])[0][0])
    own(conn, graph_id)
    return graph_id


def remove_graph(conn: Connection, graph_id: int) -> None:
    """Remove a graph with everything that belongs to it."""
    own(conn, graph_id)
    # by hand, the many first: a cascade from node would look up each row on its own
    for table in ("gradient", "edge", "point_name"):
        execute(conn, f"delete from {table} where graph_id = ?", [graph_id])
    for table in ("point_value", "point_gradient"):
        execute(conn, f"delete from {table} where point_id in (select id from point where graph_id = ?)", [graph_id])
    for table in ("point", "node"):
        execute(conn, f"delete from {table} where graph_id = ?", [graph_id])
    execute(conn, "delete from graph where id = ?", [graph_id])


def rename_graph(conn: Connection, graph_id: int, name: str) -> None:
    """Give a graph another name."""
    execute(conn, "update graph set name = ? where id = ?", [name, graph_id])


def touch(conn: Connection, graph_id: int) -> int:
    """Raise a graph's revision and return it; an editor does this first, for it locks the row."""
    execute(conn, "update graph set revision = revision + 1, updated_at = ? where id = ?", [now(), graph_id])
    own(conn, graph_id)
    return int(select(conn, "select revision from graph where id = ?", [graph_id])[0][0])


def locked_revision(conn: Connection, graph_id: int) -> int | None:
    """Return the revision, held still until the transaction ends; None if the graph has gone."""
    share = " for share" if conn.dialect.name == "postgresql" else ""
    rows = select(conn, f"select revision from graph where id = ?{share}", [graph_id])
    return int(rows[0][0]) if rows else None


def remove_strays(conn: Connection, graph_id: int) -> None:
    """Remove edges into a graph's nodes that say that they are another graph's, and edges out of the graph."""
    inside = "in (select id from node where graph_id = ?)"
    execute(conn, f"delete from edge where graph_id <> ? and child_id {inside}", [graph_id, graph_id])
    execute(conn, f"delete from edge where parent_id {inside} and child_id not {inside}", [graph_id, graph_id])


def unmark(conn: Connection, graph_id: int) -> None:
    """Take away the mark of a graph that was changed by hand, for all that is derived was derived anew."""
    execute(conn, "update graph set by_hand = 0 where id = ?", [graph_id])


def all_names(conn: Connection, graph_id: int) -> list[str]:
    """Return the names of a graph's nodes, up to 100,000."""
    return [row[0] for row in select(conn, "select name from node where graph_id = ? limit ?", [graph_id, _NAMES_SHOWN])]


def nodes_by_name(conn: Connection, graph_id: int, names: Iterable[str]) -> dict[str, NodeRow]:
    """Return those of the named nodes that are there."""
    rows = select_in(conn, f"select {_NODE} from node n where n.graph_id = ? and n.name in (??)", names, [graph_id])
    return {row[1]: NodeRow._make(row) for row in rows}


def nodes_by_id(conn: Connection, ids: Iterable[int]) -> dict[int, NodeRow]:
    """Return nodes by id."""
    rows = select_in(conn, f"select {_NODE} from node n where n.id in (??)", set(ids))
    return {row[0]: NodeRow._make(row) for row in rows}


def whole(conn: Connection, graph_id: int) -> Cone:
    """Return all nodes and edges of a graph."""
    if node_limit(conn) is not None:
        check_nodes(conn, count_nodes(conn, graph_id))
    nodes = select(conn, f"select {_NODE} from node n where n.graph_id = ?", [graph_id])
    edges = select(conn, f"select {_EDGE} from edge e where e.graph_id = ?", [graph_id])
    return Cone(list(map(NodeRow._make, nodes)), list(map(EdgeRow._make, edges)))


def between(conn: Connection, graph_id: int, of: int, wrt: int) -> Cone:
    """Return the nodes on some path from `wrt` to `of`, both included, and the edges among them."""
    level = {row[0]: row[1] for row in select(conn, "select id, level from node where id in (?, ?)", [of, wrt])}
    with by_index(conn):
        ids = [row[0] for row in select(conn, _BETWEEN, [wrt, level[of], of, level[wrt]])]
    if of not in ids or wrt not in ids:
        return Cone([], [])
    return _cone(conn, graph_id, ids)


def upstream(conn: Connection, graph_id: int, ids: Sequence[int]) -> Cone:
    """Return nodes and everything above them, and the edges among these."""
    return _cone(conn, graph_id, upstream_ids(conn, ids))


def downstream(conn: Connection, graph_id: int, ids: Sequence[int]) -> Cone:
    """Return nodes and everything below them, and the edges among these."""
    return _cone(conn, graph_id, downstream_ids(conn, ids))


def upstream_ids(conn: Connection, ids: Iterable[int]) -> list[int]:
    """Return nodes and everything above them."""
    with by_index(conn):
        return sorted({row[0] for row in select_in(conn, f"{_UP} select id from reach", ids)})


def is_above(conn: Connection, node: int, limit: int) -> bool:
    """Return whether a node and those that lead to it are more than `limit`; the walk stops there."""
    with by_index(conn):
        sql = f"{_UP.replace('??', '?')} select count(*) from (select id from reach limit ?) met"
        found = select(conn, sql, [node, limit + 1])
    return int(found[0][0]) > limit


def is_large(conn: Connection, graph_id: int, limit: int) -> bool:
    """Return whether a graph has more than `limit` nodes; no more than these are looked at."""
    return bool(select(conn, "select 1 from node where graph_id = ? limit 1 offset ?", [graph_id, limit]))


def count_nodes(conn: Connection, graph_id: int) -> int:
    """Return the number of nodes of a graph."""
    return int(select(conn, "select count(*) from node where graph_id = ?", [graph_id])[0][0])


def downstream_ids(conn: Connection, ids: Iterable[int]) -> list[int]:
    """Return nodes and everything below them."""
    with by_index(conn):
        return sorted({row[0] for row in select_in(conn, f"{_DOWN} select id from reach", ids)})


def children_of(conn: Connection, ids: Iterable[int]) -> list[EdgeRow]:
    """Return the edges out of nodes."""
    return list(map(EdgeRow._make, select_in(conn, f"select {_EDGE} from edge e where e.parent_id in (??)", ids)))


def parents_of(conn: Connection, ids: Iterable[int]) -> list[EdgeRow]:
    """Return the edges into nodes."""
    return list(map(EdgeRow._make, select_in(conn, f"select {_EDGE} from edge e where e.child_id in (??)", ids)))


def insert_nodes(
    conn: Connection, graph_id: int, rows: Iterable[tuple[str, str, str | None, str | None, int, str | None]]
) -> None:
    """Add nodes: (name, kind, formula, default, level, note)."""
    sql = "insert into node (graph_id, name, kind, formula, default_value, level, note) values (?, ?, ?, ?, ?, ?, ?)"
    execute_many(conn, sql, [(graph_id, *row) for row in rows])


def insert_edges(conn: Connection, graph_id: int, rows: Iterable[tuple[int, int, str | None, str]]) -> None:
    """Add edges: (child, parent, partial, digest)."""
    sql = "insert into edge (graph_id, child_id, parent_id, partial, digest) values (?, ?, ?, ?, ?)"
    execute_many(conn, sql, [(graph_id, *row) for row in rows])


def update_nodes(conn: Connection, rows: Iterable[NodeRow]) -> None:
    """Write nodes that are there."""
    sql = "update node set name = ?, kind = ?, formula = ?, default_value = ?, level = ?, note = ? where id = ?"
    execute_many(conn, sql, [(*row[1:], row.id) for row in rows])


def set_levels(conn: Connection, levels: Iterable[tuple[int, int]]) -> None:
    """Write (node, level) pairs."""
    execute_many(conn, "update node set level = ? where id = ?", [(level, node) for node, level in levels])


def remove_nodes(conn: Connection, ids: Iterable[int]) -> None:
    """Remove nodes, with their edges and memo rows."""
    execute_in(conn, "delete from node where id in (??)", ids)


def remove_edges(conn: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Remove (child, parent) edges."""
    execute_many(conn, "delete from edge where child_id = ? and parent_id = ?", list(pairs))


def node_limit(conn: Connection) -> int | None:
    """Return how many nodes a question may need; None for any number."""
    found = conn.get_execution_options().get("gradq_max_nodes")
    return found if isinstance(found, int) else None


def check_nodes(conn: Connection, count: int) -> None:
    """Raise `GaveUp` if these are more nodes than a question may need."""
    most = node_limit(conn)
    if most is not None and count > most:
        raise GaveUp(
            f"this needs {count:,} nodes, and {most:,} are allowed",
            hint="limit_nodes(None) lifts the limit",
            shell="--max-nodes allows more",
        )


def _cone(conn: Connection, graph_id: int, ids: Sequence[int]) -> Cone:
    """Return nodes by id, and the edges among them; a large part of a graph is read in one scan and sifted."""
    inside = set(ids)
    check_nodes(conn, len(ids))
    if len(ids) > CHUNK:
        every = whole(conn, graph_id)
        if len(every.nodes) == len(inside):
            return every
        nodes = [node for node in every.nodes if node.id in inside]
        return Cone(nodes, [edge for edge in every.edges if edge.child in inside and edge.parent in inside])
    edges = [edge for edge in parents_of(conn, ids) if edge.parent in inside]
    return Cone(list(nodes_by_id(conn, ids).values()), edges)
