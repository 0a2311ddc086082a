"""The views for people: names instead of ids, and the graph's name first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

_CHECKED = {
    "checked_at": "UTC, when `check` last looked at it; NULL if never since it was written",
    "checked_point": "where: the bound values as JSON, the rest are defaults; NULL if that point has gone",
    "check_error": "how far it was from an independent estimate there; inf if they cannot be compared",
}

VIEWS: dict[str, tuple[str, dict[str, str]]] = {
    "v_graph": (
        "select g.name as graph, g.revision, g.note, g.created_at, g.updated_at, g.by_hand from graph g",
        {
            "graph": "name of the graph",
            "revision": "raised by every change",
            "note": "what the graph is about",
            "created_at": "UTC",
            "updated_at": "UTC",
            "by_hand": "1 after a change in SQL, until the next question derives edges and levels anew; else 0",
        },
    ),
    "v_node": (
        "select g.name as graph, n.name, n.kind, n.formula, n.default_value, n.level, n.note "
        "from node n join graph g on g.id = n.graph_id",
        {
            "graph": "name of the graph",
            "name": "name of the node",
            "kind": "input, parameter or formula",
            "formula": "the formula as it was written",
            "default_value": "the exact default of a parameter",
            "level": "longest distance from an input",
            "note": "the comment on its line",
        },
    ),
    "v_edge": (
        "select g.name as graph, c.name as child, p.name as parent, e.partial, "
        "e.checked_at, w.bindings as checked_point, e.check_error from edge e "
        "join node c on c.id = e.child_id join node p on p.id = e.parent_id join graph g on g.id = e.graph_id "
        "left join point w on w.id = e.checked_point_id",
        {
            "graph": "name of the graph",
            "child": "the node whose formula names the parent",
            "parent": "a name in the child's formula",
            "partial": "local partial of child by parent, other parents held still; NULL if very long",
            **_CHECKED,
        },
    ),
    "v_gradient": (
        'select g.name as graph, y.name as "of", x.name as wrt, m.expression, m.revision, '
        "m.checked_at, w.bindings as checked_point, m.check_error from gradient m "
        "join node y on y.id = m.of_id join node x on x.id = m.wrt_id join graph g on g.id = m.graph_id "
        "left join point w on w.id = m.checked_point_id",
        {
            "graph": "name of the graph",
            "of": "the node that is differentiated",
            "wrt": "with respect to this node",
            "expression": "the total derivative, rolled",
            "revision": "revision of the graph when it was worked out",
            **_CHECKED,
        },
    ),
    "v_point": (
        "select g.name as graph, p.id as point, n.name, p.bindings from point p "
        "join graph g on g.id = p.graph_id left join point_name n on n.point_id = p.id",
        {
            "graph": "name of the graph",
            "point": "number of the point",
            "name": "its name, if it has one",
            "bindings": "the bound values as JSON; the rest are defaults",
        },
    ),
    "v_sensitivity": (
        'select g.name as graph, p.id as point, y.name as "of", x.name as wrt, m.value, m.state, p.bindings, '
        "m.checked_at, m.check_error from point_gradient m join point p on p.id = m.point_id join graph g on g.id = p.graph_id "
        "join node y on y.id = m.of_id join node x on x.id = m.wrt_id",
        {
            "graph": "name of the graph",
            "point": "number of the point",
            "of": "the node that is differentiated",
            "wrt": "with respect to this node",
            "value": "the total derivative at the point",
            "state": "nan, inf, -inf or -0 where value cannot say it",
            "bindings": "the point as JSON",
            "checked_at": _CHECKED["checked_at"],
            "check_error": _CHECKED["check_error"],
        },
    ),
    "v_memo": (
        "select g.name as graph, (select count(*) from gradient m where m.graph_id = g.id) as formulas, "
        "(select count(*) from point p where p.graph_id = g.id) as points, "
        "(select count(*) from point_gradient m join point p on p.id = m.point_id where p.graph_id = g.id) as numbers "
        "from graph g",
        {
            "graph": "name of the graph",
            "formulas": "rows of the symbolic memo",
            "points": "points that have rows",
            "numbers": "rows of the numeric memo",
        },
    ),
}
_HELP = {
    "graph": "always *: these rows hold for every graph",
    "view": "a view",
    "column_name": "one of its columns",
    "help": "what the column means",
}


def create_views(conn: Connection) -> None:
    """Make every view. Part of the caller's transaction."""
    for name, (select, _) in VIEWS.items():
        conn.exec_driver_sql(f"create view {name} as {select}")
    conn.exec_driver_sql(f"create view v_help as {_help_select()}")


def drop_views(conn: Connection) -> None:
    """Drop every view that is there. Part of the caller's transaction."""
    for name in [*VIEWS, "v_help"]:
        conn.exec_driver_sql(f"drop view if exists {name}")


def columns() -> dict[str, list[str]]:
    """Return the columns of every view, and of every table."""
    from .tables import metadata

    views = {name: list(found) for name, (_, found) in VIEWS.items()} | {"v_help": list(_HELP)}
    return views | {table.name: [column.name for column in table.columns] for table in metadata.sorted_tables}


def _help_select() -> str:
    columns = {name: columns for name, (_, columns) in VIEWS.items()} | {"v_help": _HELP}
    rows = [(view, column, text) for view, found in columns.items() for column, text in found.items()]
    values = " union all ".join(
        "select {}, {}, {}, {}".format(*(f"cast('{cell.replace(chr(39), chr(39) * 2)}' as text)" for cell in ("*", *row)))
        for row in rows
    )
    return f"with help(graph, view, column_name, help) as ({values}) select graph, view, column_name, help from help"
