"""The door, for edits of a node: set, remove and rename, each one write transaction, all or nothing.

In the transaction that changes a node, memo rows go by the rule of `edit.py`, and no others. Every change raises the
graph's revision, first of all: that locks the graph's row against a write-back that is under way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..store import graphs, memo
from ..store.errors import InvalidGraph, UnknownNode, UsageError
from ..store.rows import GraphRow, NodeRow, Version
from .edit import (
    Local,
    changed_parents,
    check_pi,
    local,
    local_partials,
    relevel,
    renamed_text,
)
from .graphfile import Definition, renamed
from .meant import NUMBERS
from .names import checked, suggestion
from .network import loop_error
from .values import point_key

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .explorer import Explorer


class Change(NamedTuple):
    """What an edit did: names added, changed and removed, the count kept, and the names that became inputs.

    `lost` is the formula or default that a node had before it became an input.
    """

    added: list[str]
    changed: list[str]
    removed: list[str]
    kept: int
    implied: list[str]
    lost: str | None = None


def set_node(explorer: Explorer, graph: str, definition: Definition, *, new_inputs: bool = False) -> Change:
    """Make or change one node; names on the right must be there unless `new_inputs`. All or nothing."""
    with explorer.editing(graph) as (conn, row):
        return _set_checked(conn, row, definition, new_inputs)


def set_nodes(
    explorer: Explorer, graph: str, definitions: Sequence[Definition], *, version: Version, remove: Sequence[str] = ()
) -> bool:
    """Make or change several nodes, parents first, then remove some, if the graph is still what it was.

    Returns whether it was. All or nothing.
    """
    with explorer.editing(graph) as (conn, row):
        if row.version != version:
            return False
        for definition in definitions:
            _set_checked(conn, row, definition, False)
        for name in remove:
            _remove(conn, row, explorer.nodes(conn, row, [name])[0])
    return True


def remove_node(explorer: Explorer, graph: str, name: str) -> Change:
    """Remove a node that no formula uses; points that bind it go too, but not named ones. All or nothing."""
    with explorer.editing(graph) as (conn, row):
        _remove(conn, row, explorer.nodes(conn, row, [name])[0])
    return Change([], [], [name], 0, [])


def rename_node(explorer: Explorer, graph: str, old: str, new: str) -> None:
    """Give a node another name, in every formula, partial, memo row and point that has it. All or nothing."""
    new = checked(new)
    with explorer.editing(graph, strict=True) as (conn, row):
        node = explorer.nodes(conn, row, [old])[0]
        if old == new:
            return
        if graphs.nodes_by_name(conn, row.id, [new]):
            raise UsageError(f"there is a node '{new}' already in graph '{graph}'")
        if new == "pi":
            check_pi(new, ((other.name, other.formula) for other in graphs.whole(conn, row.id).nodes))
        graphs.touch(conn, row.id)
        graphs.update_nodes(conn, [node._replace(name=new)])
        _rename_below(conn, row, node, new)
        _rename_points(conn, row.id, old, new)


def name_point(explorer: Explorer, graph: str, name: str, parts: Sequence[Mapping[str, float] | str]) -> dict[str, float]:
    """Give a point a name, which moves there if it was another point's; returns the bindings. All or nothing."""
    if name == "default":
        raise UsageError("'default' is the point of the defaults alone", hint="choose another name")
    with explorer.editing(graph) as (conn, row):
        bound = explorer.bindings(conn, row, parts)
        stored = dict(sorted(bound.items()))
        point = memo.ensure_point(conn, row.id, point_key(stored), json.dumps(stored, ensure_ascii=False))
        memo.name_point(conn, row.id, checked(name), point)
    return bound


def unname_point(explorer: Explorer, graph: str, name: str) -> None:
    """Take a point's name away. All or nothing."""
    with explorer.editing(graph) as (conn, row):
        if not memo.unname_point(conn, row.id, name):
            raise explorer.unknown_point(conn, row, name)


# ------------------------------------------------------------------------------------------------- one node


def _set_checked(conn: Connection, row: GraphRow, definition: Definition, new_inputs: bool) -> Change:
    """Make or change one node of a graph that is locked."""
    pi = row.has_pi or definition.name == "pi"
    if definition.name == "pi" and not row.has_pi:
        check_pi("pi", ((node.name, node.formula) for node in graphs.whole(conn, row.id).nodes))
    found = [] if definition.formula is None else local_partials(definition.formula, pi_is_node=pi)
    names = [edge.parent for edge in found]
    known = graphs.nodes_by_name(conn, row.id, [definition.name, *names])
    before = known.get(definition.name)
    if definition.name in names:
        raise loop_error({definition.name: [definition.name]}, {definition.name})
    implied = [name for name in names if name not in known]
    if implied and not new_inputs:
        raise _unknown(conn, row, implied[0], definition.name)
    if before is not None and _same(before, definition):
        return Change([], [], [], 1, [])
    graphs.touch(conn, row.id)
    if implied:
        graphs.insert_nodes(conn, row.id, [(name, "input", None, None, 0, None) for name in implied])
        known |= graphs.nodes_by_name(conn, row.id, implied)
    _set(conn, row, definition, before, found, known)
    added = [*([] if before else [definition.name]), *implied]
    lost = (before.formula or before.default) if before and definition.kind == "input" else None
    return Change(added, [definition.name] if before else [], [], 0, implied, lost)


def _set(
    conn: Connection,
    row: GraphRow,
    new: Definition,
    before: NodeRow | None,
    found: list[Local],
    known: dict[str, NodeRow],
) -> None:
    """Write one node, its edges and levels, and drop the memo rows that the rule names."""
    parents = [known[edge.parent] for edge in found]
    level = max((parent.level + 1 for parent in parents), default=0)
    note = new.note if new.note is not None or before is None else before.note
    if before is None:
        graphs.insert_nodes(conn, row.id, [(new.name, new.kind, new.formula, new.default, level, note)])
        node = graphs.nodes_by_name(conn, row.id, [new.name])[new.name]
        graphs.insert_edges(conn, row.id, _edge_rows(node.id, found, known))
        return
    above = graphs.upstream_ids(conn, [parent.id for parent in parents])
    if before.id in above:
        raise _loop(conn, row, before, parents)
    edges = graphs.parents_of(conn, [before.id])
    was = [(edge.parent, edge.digest) for edge in edges]
    moved = changed_parents(((str(p), d) for p, d in was), ((str(known[e.parent].id), e.digest) for e in found))
    graphs.update_nodes(conn, [before._replace(kind=new.kind, formula=new.formula, default=new.default, note=note)])
    graphs.remove_edges(conn, [(before.id, parent) for parent, _ in was])
    graphs.insert_edges(conn, row.id, _edge_rows(before.id, found, known))
    below = graphs.downstream_ids(conn, [before.id])
    if level != before.level:
        _relevel(conn, below)
    if moved:
        memo.drop_gradients(conn, below, graphs.upstream_ids(conn, [int(parent) for parent in moved]))
    if (before.kind, before.formula, before.default) != (new.kind, new.formula, new.default):
        drop_numbers(conn, row.id, before, new, below)


def _remove(conn: Connection, row: GraphRow, node: NodeRow) -> None:
    """Remove one node of a graph that is locked, and the points that bind it."""
    children = graphs.nodes_by_id(conn, [edge.child for edge in graphs.children_of(conn, [node.id])])
    if children:
        users = sorted(child.name for child in children.values())
        more = f" and {len(users) - 1} more" if users[1:] else ""
        raise InvalidGraph(f"'{node.name}' is used by '{users[0]}'{more}", hint="change or remove what uses it first")
    bound = [point for point in memo.points(conn, row.id) if node.name in memo.read_bindings(point[2])]
    named = [label for point in bound for label in point[3]]
    if named:
        raise InvalidGraph(f"the point '{named[0]}' binds '{node.name}'", hint="remove the point first")
    graphs.touch(conn, row.id)
    memo.remove_points(conn, [point[0] for point in bound])
    graphs.remove_nodes(conn, [node.id])


def _edge_rows(child: int, found: Iterable[Local], known: dict[str, NodeRow]) -> list[tuple[int, int, str | None, str]]:
    return [(child, known[edge.parent].id, edge.partial, edge.digest) for edge in found]


def _relevel(conn: Connection, below: list[int]) -> None:
    edges = [(edge.child, edge.parent) for edge in graphs.parents_of(conn, below)]
    rows = graphs.nodes_by_id(conn, list({*below, *(parent for _, parent in edges)}))
    moved = relevel(below, edges, {node: row.level for node, row in rows.items()})
    graphs.set_levels(conn, list(moved.items()))


def drop_numbers(conn: Connection, graph_id: int, before: NodeRow, new: Definition, below: list[int]) -> None:
    """Drop values and numeric rows at and below a node; for a new default, only at points that leave it unbound."""
    if before.formula is not None or new.formula is not None:
        memo.drop_numeric(conn, below, None)
        return
    free = [point[0] for point in memo.points(conn, graph_id) if before.name not in memo.read_bindings(point[2])]
    memo.drop_numeric(conn, below, free)


def _same(before: NodeRow, new: Definition) -> bool:
    same = (before.kind, before.formula, before.default) == (new.kind, new.formula, new.default)
    return same and (new.note is None or new.note == before.note)


def _unknown(conn: Connection, row: GraphRow, name: str, child: str) -> UnknownNode:
    near = NUMBERS.get(name) or suggestion(name, graphs.all_names(conn, row.id))
    start = f"{near} else " if near else ""
    hint, shell = f"{start}graph[{name!r}] = None makes it an input", f"{start}--new-inputs makes it an input"
    return UnknownNode(f"no node '{name}', which the formula of '{child}' uses", hint=hint, shell=shell)


def _loop(conn: Connection, row: GraphRow, node: NodeRow, parents: Sequence[NodeRow]) -> Exception:
    cone = graphs.upstream(conn, row.id, [parent.id for parent in parents])
    names = {item.id: item.name for item in cone.nodes}
    above: dict[str, list[str]] = {name: [] for name in names.values()}
    for edge in cone.edges:
        if edge.child != node.id:
            above[names[edge.child]].append(names[edge.parent])
    above[node.name] = [parent.name for parent in parents]
    return loop_error(above, set(above))


# -------------------------------------------------------------------------------------------------- renaming


def _rename_below(conn: Connection, row: GraphRow, node: NodeRow, new: str) -> None:
    """Write the new name into the formulas and partials of the children, and the memo rows at and below them."""
    edges = graphs.children_of(conn, [node.id])
    children = graphs.nodes_by_id(conn, [edge.child for edge in edges])
    if not children:
        return
    pi = row.has_pi
    texts = {child.id: renamed(child.formula or "", node.name, new) for child in children.values()}
    graphs.update_nodes(conn, [child._replace(formula=texts[child.id]) for child in children.values()])
    into = graphs.parents_of(conn, list(children))
    parents = graphs.nodes_by_id(conn, [edge.parent for edge in into])
    found = {
        (child, edge.parent): edge for child, text in texts.items() for edge in local_partials(text, pi_is_node=pi or new == "pi")
    }
    fresh = [(e.child, e.parent, *found[e.child, parents[e.parent].name][1:]) for e in into]
    graphs.remove_edges(conn, [(edge.child, edge.parent) for edge in into])
    graphs.insert_edges(conn, row.id, fresh)
    rows = []
    for of, wrt, text in memo.gradient_rows(conn, graphs.downstream_ids(conn, list(children))):
        if node.name in text.replace("''", "'"):
            partial = local("", renamed_text(text, node.name, new, pi_is_node=pi)).partial
            rows.append((partial, of, wrt))
    memo.update_gradient_text(conn, [(text, of, wrt) for text, of, wrt in rows if text is not None])
    memo.drop_pairs(conn, [(of, wrt) for text, of, wrt in rows if text is None])


def _rename_points(conn: Connection, graph_id: int, old: str, new: str) -> None:
    for point, _, text, _ in memo.points(conn, graph_id):
        bound = memo.read_bindings(text)
        if old in bound:
            bound = dict(sorted((new if name == old else name, value) for name, value in bound.items()))
            memo.rekey_point(conn, point, point_key(bound), json.dumps(bound, ensure_ascii=False))
