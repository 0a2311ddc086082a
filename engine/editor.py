"""The editing leaf of the door: load, set, remove and rename, each one write transaction, all or nothing.

In the transaction that changes a node, memo rows go by the rule of `edit.py`, and no others. Every change raises the
graph's revision, first of all: that locks the graph's row against a write-back that is under way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..store import graphs, memo
from ..store.connect import writing
from ..store.errors import InvalidGraph, UnknownNode, UsageError
from ..store.rows import Cone, GraphRow, NodeRow
from .edit import (
    Local,
    Plan,
    changed_parents,
    check_pi,
    local,
    local_partials,
    plan,
    relevel,
    renamed_text,
    stale_pairs,
)
from .graphfile import Definition, GraphText, renamed
from .names import checked, suggestion
from .network import levels, loop_error
from .values import point_key

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .explorer import Explorer


class Change(NamedTuple):
    """What an edit did: names added, changed and removed, the count kept, and the names that became inputs."""

    added: list[str]
    changed: list[str]
    removed: list[str]
    kept: int
    implied: list[str]


def load(explorer: Explorer, name: str, text: GraphText, *, replace: bool = False, note: str | None = None) -> Change:
    """Store a graph under a name; `replace` applies the difference to the one that is there. All or nothing."""
    name = checked(name)
    parents = {definition.name: text.parents.get(definition.name, []) for definition in text.definitions}
    level = levels(parents)
    explorer.prepare()
    with writing(explorer.engine) as conn:
        row = graphs.get_graph(conn, name)
        if row is not None and not replace:
            raise UsageError(f"graph '{name}' is there already", hint="--replace applies the difference; -g names another")
        graph_id = row.id if row is not None else graphs.add_graph(conn, name, note)
        if row is not None:
            graphs.touch(conn, graph_id)
        old = graphs.whole(conn, graph_id) if row is not None else Cone([], [])
        had_pi = row is not None and row.has_pi
        reparse = had_pi != text.defines_pi and row is not None
        difference = plan(text.definitions, old, level, reparse=reparse, pi=text.defines_pi)
        _apply(conn, graph_id, {d.name: d for d in text.definitions}, old, difference)
    return Change(difference.added, difference.changed, difference.removed, difference.kept, text.implied)


def set_node(explorer: Explorer, graph: str, definition: Definition, *, new_inputs: bool = False) -> Change:
    """Make or change one node; names on the right must be there unless `new_inputs`. All or nothing."""
    with writing(explorer.engine) as conn:
        row = explorer.graph(conn, graph)
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
    return Change(added, [definition.name] if before else [], [], 0, implied)


def remove_node(explorer: Explorer, graph: str, name: str) -> Change:
    """Remove a node that no formula uses; points that bind it go too, but not named ones. All or nothing."""
    with writing(explorer.engine) as conn:
        row = explorer.graph(conn, graph)
        node = explorer.nodes(conn, row, [name])[0]
        children = graphs.nodes_by_id(conn, [edge.child for edge in graphs.children_of(conn, [node.id])])
        if children:
            users = sorted(child.name for child in children.values())
            raise InvalidGraph(f"'{name}' is used by '{users[0]}'" + (f" and {len(users) - 1} more" if users[1:] else ""))
        bound = [point for point in memo.points(conn, row.id) if name in json.loads(point[2])]
        named = [label for point in bound for label in point[3]]
        if named:
            raise InvalidGraph(f"the point '{named[0]}' binds '{name}'", hint="remove the point first")
        graphs.touch(conn, row.id)
        memo.remove_points(conn, [point[0] for point in bound])
        graphs.remove_nodes(conn, [node.id])
    return Change([], [], [name], 0, [])


def rename_node(explorer: Explorer, graph: str, old: str, new: str) -> None:
    """Give a node another name, in every formula, partial, memo row and point that has it. All or nothing."""
    new = checked(new)
    with writing(explorer.engine) as conn:
        row = explorer.graph(conn, graph)
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


def remove_graph(explorer: Explorer, graph: str) -> None:
    """Remove a graph with all its rows. All or nothing."""
    with writing(explorer.engine) as conn:
        graphs.remove_graph(conn, explorer.graph(conn, graph).id)


# ------------------------------------------------------------------------------------------------- one node


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
        _drop_numbers(conn, row.id, before, new, below)


def _edge_rows(child: int, found: Iterable[Local], known: dict[str, NodeRow]) -> list[tuple[int, int, str | None, str]]:
    return [(child, known[edge.parent].id, edge.partial, edge.digest) for edge in found]


def _relevel(conn: Connection, below: list[int]) -> None:
    edges = [(edge.child, edge.parent) for edge in graphs.parents_of(conn, below)]
    rows = graphs.nodes_by_id(conn, list({*below, *(parent for _, parent in edges)}))
    moved = relevel(below, edges, {node: row.level for node, row in rows.items()})
    graphs.set_levels(conn, list(moved.items()))


def _drop_numbers(conn: Connection, graph_id: int, before: NodeRow, new: Definition, below: list[int]) -> None:
    """Drop values and numeric rows at and below a node; for a new default, only at points that leave it unbound."""
    if before.formula is not None or new.formula is not None:
        memo.drop_numeric(conn, below, None)
        return
    free = [point[0] for point in memo.points(conn, graph_id) if before.name not in json.loads(point[2])]
    memo.drop_numeric(conn, below, free)


def _same(before: NodeRow, new: Definition) -> bool:
    same = (before.kind, before.formula, before.default) == (new.kind, new.formula, new.default)
    return same and (new.note is None or new.note == before.note)


def _unknown(conn: Connection, row: GraphRow, name: str, child: str) -> UnknownNode:
    hint = suggestion(name, graphs.all_names(conn, row.id)) or "--new-inputs makes it an input"
    return UnknownNode(f"no node '{name}', which the formula of '{child}' uses", hint=hint)


def _loop(conn: Connection, row: GraphRow, node: NodeRow, parents: Sequence[NodeRow]) -> Exception:
    cone = graphs.upstream(conn, row.id, [parent.id for parent in parents])
    names = {item.id: item.name for item in cone.nodes}
    above: dict[str, list[str]] = {name: [] for name in names.values()}
    for edge in cone.edges:
        if edge.child != node.id:
            above[names[edge.child]].append(names[edge.parent])
    above[node.name] = [parent.name for parent in parents]
    return loop_error(above, set(above))


# ---------------------------------------------------------------------------------------------- whole graphs


def _apply(conn: Connection, graph_id: int, new: dict[str, Definition], old: Cone, difference: Plan) -> None:
    """Write the difference between two graphs, and drop the memo rows that it makes stale."""
    before = {node.name: node for node in old.nodes}
    pairs = memo.memo_pairs(conn, graph_id) if old.nodes else []
    _drop_removed_points(conn, graph_id, difference.removed)
    _drop_numbers_of(conn, graph_id, [before[name] for name in [*difference.changed, *difference.removed]], new)
    digests = {(edge.child, edge.parent): edge.digest for edge in old.edges}
    _write_nodes(conn, graph_id, new, before, difference)
    ids = {name: node.id for name, node in before.items()}
    ids |= {name: node.id for name, node in graphs.nodes_by_name(conn, graph_id, difference.added).items()}
    fresh = {ids[name]: found for name, found in difference.locals.items()}
    was = {pair: digest for pair, digest in digests.items() if pair[0] in fresh}
    gone_nodes = {before[name].id for name in difference.removed}
    was |= {pair: digest for pair, digest in digests.items() if pair[0] in gone_nodes}
    now = {(child, ids[edge.parent]): edge for child, found in fresh.items() for edge in found}
    changed = {pair for pair in {*was, *now} if pair not in was or pair not in now or was[pair] != now[pair].digest}
    graphs.remove_edges(conn, [pair for pair in was if pair in changed and pair[0] not in gone_nodes])
    graphs.insert_edges(conn, graph_id, [(c, p, e.partial, e.digest) for (c, p), e in now.items() if (c, p) in changed])
    graphs.remove_nodes(conn, list(gone_nodes))
    if pairs and changed:
        edges = {pair for pair in digests if pair not in changed or pair not in was} | set(now)
        level = {ids[name]: value for name, value in difference.levels.items()}
        stale = stale_pairs(pairs, digests, changed, {node.id: node.level for node in old.nodes})
        memo.drop_pairs(conn, list(stale | stale_pairs(pairs, edges, changed, level)))
    _drop_numbers_of(conn, graph_id, [before[name] for name in difference.changed], new)


def _write_nodes(
    conn: Connection, graph_id: int, new: dict[str, Definition], before: dict[str, NodeRow], difference: Plan
) -> None:
    level = difference.levels
    graphs.insert_nodes(
        conn,
        graph_id,
        [(n, new[n].kind, new[n].formula, new[n].default, level[n], new[n].note) for n in difference.added],
    )
    wanted = {
        name: NodeRow(old.id, name, new[name].kind, new[name].formula, new[name].default, level[name], new[name].note)
        for name, old in before.items()
        if name in new
    }
    graphs.update_nodes(conn, [row for name, row in wanted.items() if row != before[name]])


def _drop_numbers_of(conn: Connection, graph_id: int, nodes: list[NodeRow], new: dict[str, Definition]) -> None:
    """Drop the numbers at and below changed nodes, in the graph as it stands in the database now."""
    points = [(point[0], json.loads(point[2])) for point in memo.points(conn, graph_id)] if nodes else []
    if not points:
        return
    bound = {name for _, bindings in points for name in bindings}
    free = [n for n in nodes if n.name in bound and n.name in new and n.formula is None and new[n.name].formula is None]
    apart = {node.id for node in free}
    memo.drop_numeric(conn, graphs.downstream_ids(conn, [node.id for node in nodes if node.id not in apart]), None)
    for node in free:
        _drop_numbers(conn, graph_id, node, new[node.name], graphs.downstream_ids(conn, [node.id]))


def _drop_removed_points(conn: Connection, graph_id: int, removed: list[str]) -> None:
    gone = set(removed)
    bound = [point for point in memo.points(conn, graph_id) if gone & set(json.loads(point[2]))] if gone else []
    for point in bound:
        if point[3]:
            raise InvalidGraph(f"the point '{point[3][0]}' binds a node that would go", hint="remove the point first")
    memo.remove_points(conn, [point[0] for point in bound])


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
    fresh = []
    for child, text in texts.items():
        found = {edge.parent: edge for edge in local_partials(text, pi_is_node=pi or new == "pi")}
        fresh += [(child, e.parent, *found[parents[e.parent].name][1:]) for e in into if e.child == child]
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
        bound = json.loads(text)
        if old in bound:
            bound = dict(sorted((new if name == old else name, value) for name, value in bound.items()))
            memo.rekey_point(conn, point, point_key(bound), json.dumps(bound, ensure_ascii=False))
