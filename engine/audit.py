"""The door, for a look at every row: is each what it should be, worked out again from the formulas?

`check` asks whether a derivative is right, by an estimate that uses no partial. This asks whether what is stored is what
gradq would store now: edges, levels and kinds as the formulas make them, the memo's rows as a question without a memo
answers them. Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..store import graphs
from ..store.connect import reading
from ..store.errors import DatabaseError, InvalidGraph, UnknownGraph
from ..store.memo import decode, encode, read_bindings
from ..store.rows import Cone, EdgeRow, GraphRow, NodeRow
from ..store.triggers import missing_triggers
from ..store.upgrade import check_schema
from ..store.upkeep import damage, stored
from .mend import derived
from .recompute import Recomputed, same
from .tape import packed, tape_of
from .values import point_key

if TYPE_CHECKING:
    from .explorer import Explorer

NO_TRIGGER = "it is not there, or turned off: changes by hand are not noticed; gradq db upgrade makes it again"
Rows = list[tuple[Any, ...]]


class Finding(NamedTuple):
    """A row that is not what it should be: in which graph ("" for none), of which table, which row, and why."""

    graph: str
    table: str
    row: str
    why: str


class Audit(NamedTuple):
    """What came of a look at every row: how many there are of each table, what is wrong, and notes."""

    counts: dict[str, int]
    findings: list[Finding]
    notes: list[str]


def audit(explorer: Explorer, graph: str | None = None) -> Audit:
    """Compare every row of a graph, or of all, with what it should be. Reads only.

    >>> from .space import open
    >>> with open(":memory:") as space:
    ...     text = str(space.add("demo", "m = x^2\\ny = x*m").d("y", wrt="x"))
    ...     found = audit(space._explorer)
    >>> found.findings, found.counts["edge"], found.counts["gradient"]
    ([], 3, 2)
    """
    with reading(explorer.engine) as conn:
        if check_schema(conn) is None and graph is None:
            return Audit({}, [], [])
        findings = [Finding("", "database", "", text) for text in damage(conn)]
        if findings:
            return Audit({}, findings, ["what lies in the database was not looked at: restore it from a backup"])
        findings = [Finding("", "trigger", name, NO_TRIGGER) for name in missing_triggers(conn)]
        names = [graph] if graph is not None else graphs.graph_names(conn)
    counts: Counter[str] = Counter()
    notes = []
    for name in names:
        try:
            with reading(explorer.engine) as conn:
                row = explorer.graph(conn, name)
                cone, rows = graphs.whole(conn, row.id), stored(conn, row.id)
        except UnknownGraph:
            if graph is not None:
                raise
            continue  # somebody has removed it since
        counts.update({"node": len(cone.nodes)} | {table: len(found) for table, found in rows.items()})
        if row.by_hand:
            notes.append(
                f"graph '{name}' was changed by hand in SQL: its next question derives its edges anew and drops its memo"
            )
        findings += [Finding(name, *found) for found in _graph(row, cone, rows)]
    return Audit(dict(counts), findings, notes)


def _graph(row: GraphRow, cone: Cone, rows: dict[str, Rows]) -> Iterable[tuple[str, str, str]]:
    """Yield (table, row, why) for what is wrong in a graph."""
    try:
        nodes, locals_ = derived(cone.nodes)
    except InvalidGraph as error:
        yield "node", "", error.message
        return
    before = {node.id: node for node in cone.nodes}
    yield from (("node", node.name, _node_why(before[node.id], node)) for node in nodes if node != before[node.id])
    ids = {node.name: node.id for node in nodes}
    right = {
        (ids[name], ids[edge.parent]): (row.id, edge.partial, edge.digest) for name, found in locals_.items() for edge in found
    }
    yield from _edges(right, rows["edge"], {node.id: node.name for node in nodes})
    edges = [EdgeRow(child, parent, partial, digest) for (child, parent), (_, partial, digest) in right.items()]
    again = Recomputed(Cone(nodes, edges), row.has_pi)
    yield from _formulas(again, rows["gradient"])
    yield from _points(again, rows)
    for revision, data in rows["tape"]:
        if revision > row.revision or (revision == row.revision and data != packed(tape_of(again.cone, row.has_pi))):
            yield "tape", f"of revision {revision}", "it is not what the rows make"


def _node_why(found: NodeRow, right: NodeRow) -> str:
    columns = [name for name, one, other in zip(NodeRow._fields, found, right, strict=True) if one != other]
    return "; ".join(f"{name} is {getattr(found, name)!r}, and should be {getattr(right, name)!r}" for name in columns)


def _edges(right: dict[tuple[int, int], tuple[Any, ...]], rows: Rows, names: dict[int, str]) -> Iterable[tuple[str, str, str]]:
    there = {(child, parent): (graph, partial, digest) for graph, child, parent, partial, digest in rows}
    for child, parent in sorted({*right, *there}):
        one, other = there.get((child, parent)), right.get((child, parent))
        name = f"{names.get(parent, f'node {parent}')} → {names.get(child, f'node {child}')}"
        if one is None:
            yield "edge", name, "it is missing"
        elif other is None:
            yield "edge", name, "no formula makes it"
        elif one != other:
            yield (
                "edge",
                name,
                f"its partial is {one[1]!r}, and should be {other[1]!r}" if one[1] != other[1] else "its digest is wrong",
            )


def _formulas(again: Recomputed, rows: Rows) -> Iterable[tuple[str, str, str]]:
    by_of: dict[int, dict[int, str]] = {}
    for of, wrt, text in rows:
        by_of.setdefault(of, {})[wrt] = text
    for of, found in by_of.items():
        right = again.formulas(of, list(found))
        for wrt, text in found.items():
            if right.get(wrt) != text:
                why = f"should be {right[wrt]}" if wrt in right else "should not be there: no path leads from one to the other"
                yield "gradient", again.pair(of, wrt), f"{text}, and {why}"


def _points(again: Recomputed, rows: dict[str, Rows]) -> Iterable[tuple[str, str, str]]:
    numbers: dict[int, Rows] = {}
    values: dict[int, Rows] = {}
    for point, *rest in rows["point_gradient"]:
        numbers.setdefault(point, []).append(tuple(rest))
    for point, *rest in rows["point_value"]:
        values.setdefault(point, []).append(tuple(rest))
    for point, key, text in rows["point"]:
        try:
            bound = read_bindings(text)
        except DatabaseError:
            yield "point", text, "its bindings are not an object of names and numbers"
            continue
        bad = [name for name in bound if name not in again.ids]
        if bad or key != point_key(bound):
            yield (
                "point",
                text,
                f"'{bad[0]}' is no node" if bad else "its key is not that of its bindings",
            )
            continue
        yield from (
            (table, f"{name} at {text}", why)
            for table, name, why in _at(again, bound, numbers.get(point, []), values.get(point, []))
        )


def _at(again: Recomputed, bound: dict[str, float], numbers: Rows, values: Rows) -> Iterable[tuple[str, str, str]]:
    right = again.values(bound, [node for node, *_ in values])
    for node, *cells in values:
        yield from _number("point_value", again.name(node), cells, right.get(node), 0.0)
    by_of: dict[int, dict[int, Any]] = {}
    for of, wrt, *cells in numbers:
        by_of.setdefault(of, {})[wrt] = cells
    for of, found in by_of.items():
        for wrt, (value, allowed) in again.numbers(bound, of, list(found)).items():
            yield from _number("point_gradient", again.pair(of, wrt), found[wrt], value, allowed)


def _number(table: str, name: str, cells: Any, right: float | str | None, allowed: float) -> Iterable[tuple[str, str, str]]:
    """Yield what is wrong with a number as it is stored; `right` is the number, or why there is none."""
    try:
        number = decode(*cells)
        as_stored = encode(number) == tuple(cells)
    except DatabaseError:
        as_stored = False
    if not as_stored:
        yield table, name, f"value {cells[0]!r} with state {cells[1]!r} is no number"
    elif not isinstance(right, float):
        yield table, name, f"{number!r}, and should not be there: {right}"
    elif not same(number, right, allowed):
        yield table, name, f"{number!r}, and should be {right!r}"
