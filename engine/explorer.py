"""The one door between the mathematics and the database: read once, compute, write once.

A question reads the revision, the cone and the memo rows in one snapshot; computes with no transaction open; and
writes back under a lock only if the revision is still the one that was read. An edit is one write transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..store import graphs, memo
from ..store.connect import is_there, locate, open_engine, reading, safe_url, writing
from ..store.errors import DatabaseError, UnknownGraph, UnknownNode, UnknownPoint, UsageError
from ..store.rows import Cone, GraphRow, GraphSummary, NodeRow
from ..store.upgrade import check_schema, ensure_schema, upgrade
from .collector import collector_paused
from .names import suggestion
from .replies import Read, Reply, above, reply

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from .answers import Found
    from .expression import Expr
    from .values import Point

    At = Mapping[str, float] | Sequence[Mapping[str, float] | str]

MAX_ROWS = 10_000  # memo rows that one question stores besides those that were asked


class Explorer:
    """Questions and rows of one database. Close it, or use it as a context manager."""

    def __init__(self, where: str | None = None) -> None:
        self.location = locate(where)
        self.engine: Engine = open_engine(self.location.url)

    def __enter__(self) -> Explorer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def prepare(self) -> None:
        """Make the tables if the database is new. All or nothing."""
        ensure_schema(self.engine)

    @property
    def url(self) -> str:
        """The database's URL, without a password."""
        return safe_url(self.location.url)

    # ------------------------------------------------------------------------------------------- looking

    def summaries(self) -> list[GraphSummary]:
        """Return all graphs. Reads only."""
        if not is_there(self.engine):
            return []
        with reading(self.engine) as conn:
            return graphs.list_graphs(conn) if check_schema(conn) else []

    def rows(self, graph: str) -> tuple[GraphRow, Cone]:
        """Return a whole graph. Reads only."""
        with reading(self.engine) as conn:
            row = self.graph(conn, graph)
            return row, graphs.whole(conn, row.id)

    def require(self, graph: str) -> None:
        """Raise `UnknownGraph` unless the graph is there. Reads only."""
        with reading(self.engine) as conn:
            self.graph(conn, graph)

    def node(self, graph: str, name: str) -> NodeRow:
        """Return one node. Reads only."""
        with reading(self.engine) as conn:
            row = self.graph(conn, graph)
            return self.nodes(conn, row, [name])[0]

    def formulas(
        self, graph: str, names: Sequence[str], point: At | None = None
    ) -> tuple[GraphRow, Cone, dict[int, float], Point]:
        """Return nodes with everything above them, the stored values and the point. Reads only."""
        with reading(self.engine) as conn:
            row = self.graph(conn, graph)
            found = self.nodes(conn, row, names)
            bound, stored = self._point(conn, row, point)
            cone = graphs.upstream(conn, row.id, [node.id for node in found])
            return row, cone, memo.point_values(conn, stored) if stored is not None else {}, bound or {}

    def graph(self, conn: Connection, name: str, *, lock: bool = False) -> GraphRow:
        """Return a graph's row; raises `UnknownGraph`. An editor locks it."""
        row = graphs.get_graph(conn, name, lock=lock) if check_schema(conn) else None
        if row is None:
            known = [summary.name for summary in graphs.list_graphs(conn)] if check_schema(conn) else []
            hint = suggestion(name, known) or ("see: gradq ls" if known else "load one: gradq load FILE")
            raise UnknownGraph(f"no graph '{name}' in {self.url}", hint=hint)
        return row

    def nodes(self, conn: Connection, graph: GraphRow, names: Sequence[str]) -> list[NodeRow]:
        """Return nodes by name, in that order; raises `UnknownNode`."""
        found = graphs.nodes_by_name(conn, graph.id, list(dict.fromkeys(names)))
        for name in names:
            if name not in found:
                hint = suggestion(name, graphs.all_names(conn, graph.id)) or f"see: gradq show -g {graph.name}"
                raise UnknownNode(f"no node '{name}' in graph '{graph.name}'", hint=hint)
        return [found[name] for name in names]

    # ------------------------------------------------------------------------------------------- questions

    def derivatives(
        self,
        graph: str,
        of: str,
        wrts: Sequence[str] | None,
        *,
        point: At | None = None,
        frontier: Sequence[str] | None = None,
        use_memo: bool = True,
        store_all: bool = False,
        inputs: bool = False,
    ) -> Reply:
        """Answer ∂of/∂wrt for each of `wrts`, or for every node above `of` when None
        (`inputs`: only those without a formula).

        `point` is a mapping of names to numbers, a list of mappings and names of stored points where the later wins,
        or None for formulas; `frontier`
        unrolls the formulas down to these names. Stores what it computed; all or nothing.
        """
        if point is not None and frontier is not None:
            raise UsageError("a value at a point has no unrolled form", hint="give --in or --at, not both")
        with collector_paused():
            read = self._read(graph, of, wrts, point, use_memo, frontier is not None)
            if wrts is None:
                read = read._replace(wrts=above(read, inputs))
            found = self._compute(read, None if store_all else MAX_ROWS)
        notes: list[str] = []
        if use_memo and found is not None and found.computed:
            notes += self._store(read, found, None if store_all else MAX_ROWS)
        return reply(read, found, frontier, notes)

    def _read(self, graph: str, of: str, wrts: Sequence[str] | None, point: At | None, use_memo: bool, unrolled: bool) -> Read:
        """Read the revision, the memo rows and the cone in one snapshot; a memo hit reads no cone."""
        with reading(self.engine) as conn:
            row = self.graph(conn, graph)
            y, *xs = self.nodes(conn, row, [of, *(wrts or [])])
            bound, stored = self._point(conn, row, point)
            ids = None if wrts is None or len(xs) > 1 else [xs[0].id]
            texts: dict[int, str] = {}
            numbers: dict[int, float] = {}
            values: dict[int, float] = {}
            if use_memo and bound is None:
                texts = memo.gradients_of(conn, y.id, ids)
            elif use_memo and stored is not None:
                numbers = memo.point_gradients(conn, stored, y.id, ids)
            known: Mapping[int, object] = texts if bound is None else numbers
            if xs and all(x.id == y.id or x.id in known for x in xs) and not unrolled:
                return Read(row, y, xs, Cone([], []), texts, numbers, values, bound)
            if bound is not None or unrolled or len(xs) != 1:
                cone = graphs.upstream(conn, row.id, [y.id])
            else:
                cone = graphs.between(conn, row.id, y.id, xs[0].id)
            if use_memo and ids is not None and bound is None and not texts:
                texts = memo.gradients_of(conn, y.id, None)
            if use_memo and stored is not None:
                numbers = numbers or memo.point_gradients(conn, stored, y.id, None)
                values = memo.point_values(conn, stored)
            return Read(row, y, xs, cone, texts, numbers, values, bound)

    def _point(self, conn: Connection, graph: GraphRow, point: At | None) -> tuple[Point | None, int | None]:
        """Return the bindings of a point and the id of its row, if it has one."""
        if point is None:
            return None, None
        from .values import point_key

        if isinstance(point, Mapping):
            point = [point]
        bound: dict[str, float] = {}
        for part in point:
            bound.update(part if isinstance(part, Mapping) else self._named(conn, graph, part))
        self.nodes(conn, graph, list(bound))
        return bound, memo.point_id(conn, graph.id, point_key(bound))

    def _named(self, conn: Connection, graph: GraphRow, name: str) -> dict[str, float]:
        found = memo.named_point(conn, graph.id, name)
        if found is None and name != "default":
            raise UnknownPoint(f"no point '{name}' in graph '{graph.name}'", hint="bind values: --at a=0.5")
        return {} if found is None else json.loads(found[1])

    def _compute(self, read: Read, keep: int | None) -> Found | None:
        """Work out what the memo does not have; None when it has everything."""
        if not read.cone.nodes:
            return None
        from . import answers

        wrts = [x.id for x in read.wrts]
        snapshot = answers.Snapshot(read.cone, read.of.id, wrts, read.graph.has_pi, read.formulas, read.numbers, read.values)
        if read.point is not None:
            return answers.numbers(snapshot, read.point, keep=keep)
        return answers.formulas(snapshot, keep=keep)

    def _store(self, read: Read, found: Found, keep: int | None) -> list[str]:
        """Write rows back if the revision is still the one that was read. All or nothing; returns notes."""
        from .answers import storable

        wrts = [x.id for x in read.wrts]
        texts, cut = storable(found, wrts, keep=keep) if read.point is None else ([], found.computed > len(found.rows))
        try:
            with writing(self.engine) as conn:
                if graphs.locked_revision(conn, read.graph.id) != read.graph.revision:
                    return ["the graph was changed meanwhile: the answer is that of the older revision, not stored"]
                if read.point is None:
                    rows = [(read.of.id, node, text) for node, text in texts]
                    memo.store_gradients(conn, read.graph.id, read.graph.revision, rows)
                else:
                    self._store_numbers(conn, read, found)
        except DatabaseError as error:
            return [f"nothing was stored: {error.message}"]
        return ["more partials were worked out than are stored by default (--store all keeps them)"] if cut else []

    def _store_numbers(self, conn: Connection, read: Read, found: Found) -> None:
        from .values import point_key

        bound = dict(sorted((read.point or {}).items()))
        point = memo.ensure_point(conn, read.graph.id, point_key(bound), json.dumps(bound, ensure_ascii=False))
        rows = [(read.of.id, node, value) for node, value in found.rows if isinstance(value, float)]
        memo.store_point_gradients(conn, point, rows)
        memo.store_point_values(conn, point, list(found.values))

    def evaluate(self, graph: str, names: Sequence[str], point: At | None) -> tuple[GraphRow, dict[str, float]]:
        """Return the values of nodes at a point. Reads only."""
        from .values import Values

        row, cone, stored, bound = self.formulas(graph, names, {} if point is None else point)
        by_id = {node.id: node.name for node in cone.nodes}
        known = {by_id[node]: value for node, value in stored.items() if node in by_id}
        values = Values({node.name: node for node in cone.nodes}, bound, known, row.has_pi)
        values.need(names)
        return row, {name: values.found[name] for name in names}

    def formula(self, graph: str, name: str, frontier: Sequence[str] | None) -> tuple[Expr, list[str]]:
        """Return a node's own formula, canonical, unrolled down to `frontier`, and notes. Reads only."""
        from .expression import symbol
        from .formula import parse_expression
        from .replies import unrolled

        row, cone, _, _ = self.formulas(graph, [name])
        node = next(node for node in cone.nodes if node.name == name)
        if node.formula is None:
            return symbol(name), [f"'{name}' is {'an input' if node.kind == 'input' else 'a parameter'}"]
        root = parse_expression(node.formula, pi_is_node=row.has_pi)
        return unrolled(root, cone.nodes, frontier, row.has_pi) if frontier is not None else (root, [])

    # ------------------------------------------------------------------------------------------- the memo

    def memo_counts(self, graph: str) -> dict[str, int]:
        """Return the number of rows of each memo table. Reads only."""
        with reading(self.engine) as conn:
            return memo.counts(conn, self.graph(conn, graph).id)

    # --------------------------------------------------------------------------------------- the database

    def sql(self, text: str, *, seconds: float = 30.0) -> tuple[list[str], list[tuple[object, ...]]]:
        """Run one SELECT; returns column names and rows. Reads only, whatever the text says."""
        from ..store.sql import run_sql

        return run_sql(self.location.url, text, seconds=seconds)

    def upgrade(self) -> tuple[str | None, str | None]:
        """Bring the database to this gradq's schema; returns the old and the new one. All or nothing."""
        return upgrade(self.engine)

    def schema(self) -> str | None:
        """Return the schema of the database, None if it has none. Reads only."""
        if not is_there(self.engine):
            return None
        with reading(self.engine) as conn:
            return check_schema(conn)

    def memo_clear(self, graph: str) -> dict[str, int]:
        """Drop every memo row of a graph; returns how many. All or nothing."""
        with writing(self.engine) as conn:
            # locked, for a write-back under way may count on a point that goes here
            return memo.clear(conn, self.graph(conn, graph, lock=True).id)
