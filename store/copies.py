"""A graph copied inside the database: nodes, edges, points and the whole memo, which holds for the copy as well.

Every function is part of the caller's transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .graphs import add_graph
from .statements import execute

if TYPE_CHECKING:
    from sqlalchemy import Connection

# a row's counterpart is found by its name in the graph, and a point's by its key: both are unique there
_TWIN = "join node {0} on {0}.id = m.{1} join node {2} on {2}.graph_id = ? and {2}.name = {0}.name"
_OF, _WRT = _TWIN.format("y", "of_id", "y2"), _TWIN.format("x", "wrt_id", "x2")
_POINT = "join point p on p.id = m.point_id and p.graph_id = ? join point p2 on p2.graph_id = ? and p2.key = p.key"
_NODES = (
    "insert into node (graph_id, name, kind, formula, default_value, level, note) "
    "select cast(? as bigint), name, kind, formula, default_value, level, note from node where graph_id = ? order by id"
)
_EDGES = (
    "insert into edge (graph_id, child_id, parent_id, partial, digest) select c2.graph_id, c2.id, p2.id, m.partial, m.digest "
    f"from edge m {_TWIN.format('c', 'child_id', 'c2')} {_TWIN.format('p', 'parent_id', 'p2')} where m.graph_id = ?"
)
_GRADIENTS = (
    "insert into gradient (graph_id, of_id, wrt_id, expression, revision) select y2.graph_id, y2.id, x2.id, m.expression, 1 "
    f"from gradient m {_OF} {_WRT} where m.graph_id = ?"
)
_POINTS = "insert into point (graph_id, key, bindings) select cast(? as bigint), key, bindings from point where graph_id = ?"
_POINT_NAMES = f"insert into point_name (graph_id, name, point_id) select p2.graph_id, m.name, p2.id from point_name m {_POINT}"
_VALUES = (
    "insert into point_value (point_id, node_id, value, state) select p2.id, y2.id, m.value, m.state "
    f"from point_value m {_POINT} {_TWIN.format('y', 'node_id', 'y2')}"
)
_NUMBERS = (
    "insert into point_gradient (point_id, of_id, wrt_id, value, state) select p2.id, y2.id, x2.id, m.value, m.state "
    f"from point_gradient m {_POINT} {_OF} {_WRT}"
)


def copy_graph(conn: Connection, graph_id: int, name: str, note: str | None) -> int:
    """Copy a graph under a new name and return the copy's id."""
    new = add_graph(conn, name, note)
    execute(conn, _NODES, [new, graph_id])
    execute(conn, _EDGES, [new, new, graph_id])
    execute(conn, _GRADIENTS, [new, new, graph_id])
    execute(conn, _POINTS, [new, graph_id])
    execute(conn, _POINT_NAMES, [graph_id, new])
    execute(conn, _VALUES, [graph_id, new, new])
    execute(conn, _NUMBERS, [graph_id, new, new, new])
    return new
