"""The door, for whole graphs: load, replace, copy, rename and remove, each one write transaction, all or nothing.

A replacement applies the difference: nodes that did not change keep their ids and memo rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..store import graphs, memo
from ..store.connect import writing
from ..store.copies import copy_graph
from ..store.errors import CycleError, InvalidGraph, UsageError
from ..store.rows import Cone, NodeRow
from ..store.triggers import settle, unwatched
from .bulk import store_tape_of
from .collector import collector_paused
from .edit import Plan, plan, stale_pairs
from .editor import Change, drop_numbers
from .graphfile import Definition, GraphText
from .names import checked
from .network import levels

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .explorer import Explorer


@collector_paused()
def load(explorer: Explorer, name: str, text: GraphText, *, replace: bool = False, note: str | None = None) -> Change:
    """Store a graph under a name; `replace` applies the difference to the one that is there. All or nothing."""
    name = checked(name)
    parents = {definition.name: text.parents.get(definition.name, []) for definition in text.definitions}
    try:
        level = levels(parents)
    except CycleError as error:
        raise text.placed(error) from None
    explorer.prepare()
    with writing(explorer.engine) as conn:
        graphs.hold_name(conn, name)
        graphs.check_nodes(conn, len(text.definitions))
        row = graphs.get_graph(conn, name, lock=True)
        if row is not None and not replace:
            hint, shell = "replace=True applies the difference", "--replace applies the difference; -g names another"
            raise UsageError(f"graph '{name}' is there already", hint=hint, shell=shell)
        said = None
        if row is not None:
            row, said = explorer.mended(conn, row, strict=False)
        graph_id = row.id if row is not None else graphs.add_graph(conn, name, note)
        old = graphs.whole(conn, graph_id) if row is not None else Cone([], [])
        had_pi = row is not None and row.has_pi
        reparse = had_pi != text.defines_pi and row is not None
        difference = plan(text.definitions, old, level, reparse=reparse, pi=text.defines_pi)
        if row is not None and _changes(difference, old, text):
            graphs.touch(conn, graph_id)
        with unwatched(conn, len(difference.added)):
            _apply(conn, graph_id, {d.name: d for d in text.definitions}, old, difference)
        store_tape_of(conn, graph_id, int(graphs.locked_revision(conn, graph_id) or 0), pi_is_node=text.defines_pi)
        settle(conn, graph_id)
    if said:
        explorer.tell(said)
    return Change(difference.added, difference.changed, difference.removed, difference.kept, text.implied)


def new_graph(explorer: Explorer, name: str, *, copy: str | None = None) -> None:
    """Make an empty graph, or a copy of one with all that its memo holds. All or nothing."""
    name = checked(name)
    explorer.prepare()
    with writing(explorer.engine) as conn:
        graphs.hold_name(conn, name)
        source = explorer.graph(conn, copy, lock=True) if copy is not None else None
        _check_free(conn, name)
        said = None
        if source is None:
            graph_id = graphs.add_graph(conn, name, None)
        else:
            source, said = explorer.mended(conn, source, strict=True)
            graph_id = copy_graph(conn, source.id, name, source.note)
            settle(conn, source.id)
        settle(conn, graph_id)
    if said:
        explorer.tell(said)


def rename_graph(explorer: Explorer, old: str, new: str) -> None:
    """Give a graph another name. All or nothing."""
    new = checked(new)
    with writing(explorer.engine) as conn:
        graphs.hold_name(conn, new)
        row = explorer.graph(conn, old, lock=True)
        if old == new:
            return
        _check_free(conn, new)
        graphs.touch(conn, row.id)
        graphs.rename_graph(conn, row.id, new)
        settle(conn, row.id)


def remove_graph(explorer: Explorer, graph: str) -> None:
    """Remove a graph with all its rows. All or nothing."""
    with writing(explorer.engine) as conn:
        graphs.remove_graph(conn, explorer.graph(conn, graph, lock=True).id)


def _check_free(conn: Connection, name: str) -> None:
    if graphs.get_graph(conn, name) is not None:
        raise UsageError(
            f"graph '{name}' is there already", hint="choose another name", shell="choose another name; see: gradq ls"
        )


def _changes(difference: Plan, old: Cone, new: GraphText) -> bool:
    """Return whether a replacement changes anything, be it a note."""
    notes = {node.name: node.note for node in old.nodes}
    renoted = (notes[d.name] != d.note for d in new.definitions if d.name in notes)
    return bool(difference.added or difference.changed or difference.removed) or any(renoted)


def _apply(conn: Connection, graph_id: int, new: dict[str, Definition], old: Cone, difference: Plan) -> None:
    """Write the difference between two graphs, and drop the memo rows that it makes stale."""
    before = {node.name: node for node in old.nodes}
    pairs = memo.memo_pairs(conn, graph_id) if old.nodes else []
    _drop_removed_points(conn, graph_id, difference.removed)
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
    # what was below a changed node before is below the last changed node on that way now
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
    points = [(point[0], memo.read_bindings(point[2])) for point in memo.points(conn, graph_id)] if nodes else []
    if not points:
        return
    bound = {name for _, bindings in points for name in bindings}
    free = [n for n in nodes if n.name in bound and n.name in new and n.formula is None and new[n.name].formula is None]
    apart = {node.id for node in free}
    memo.drop_numeric(conn, graphs.downstream_ids(conn, [node.id for node in nodes if node.id not in apart]), None)
    for node in free:
        drop_numbers(conn, graph_id, node, new[node.name], graphs.downstream_ids(conn, [node.id]))


def _drop_removed_points(conn: Connection, graph_id: int, removed: list[str]) -> None:
    gone = set(removed)
    bound = [point for point in memo.points(conn, graph_id) if gone & set(memo.read_bindings(point[2]))] if gone else []
    for point in bound:
        if point[3]:
            raise InvalidGraph(f"the point '{point[3][0]}' binds a node that would go", hint="remove the point first")
    memo.remove_points(conn, [point[0] for point in bound])
