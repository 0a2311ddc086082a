"""The one door between the mathematics and the database: read once, compute, write once.

A question reads the revision, the cone and the memo rows in one snapshot; computes with no transaction open; and
writes back under a lock only if the revision is still the one that was read. An edit is one write transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..store import graphs, memo
from ..store.connect import is_there, reading, writing
from ..store.errors import DatabaseError, InvalidGraph, UnknownGraph, UnknownNode, UnknownPoint
from ..store.rows import Cone, GraphRow, GraphSummary, NodeRow
from ..store.triggers import settle
from ..store.upgrade import check_schema
from .collector import collector_paused
from .database import Database
from .names import check_text, composed, suggestion
from .replies import Read, Reply, above, no_unrolled_value, reply, some_known

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .answers import Found
    from .values import Point

    At = Mapping[str, float] | Sequence[Mapping[str, float] | str]

_TRIES = 5
MAX_ROWS = 10_000  # memo rows that one question stores besides those that were asked


class Explorer(Database):
    """Questions and rows of one database. Close it, or use it as a context manager."""

    # ------------------------------------------------------------------------------------ transactions

    @contextmanager
    def reading(self, graph: str) -> Iterator[tuple[Connection, GraphRow]]:
        """Give a snapshot of a graph; one that was changed by hand in SQL is derived anew before. Reads only, else."""
        for _ in range(_TRIES):
            with reading(self.engine) as conn:
                row = self.graph(conn, graph)
                if not row.by_hand:
                    yield conn, row
                    return
            self._mend(graph)
        raise DatabaseError(f"graph '{graph}' is changed by hand faster than it can be read", hint="try again")

    @contextmanager
    def editing(self, graph: str, *, strict: bool = False) -> Iterator[tuple[Connection, GraphRow]]:
        """Give a write transaction in which a graph is locked, committed at the end. All or nothing.

        A graph that was changed by hand is derived anew before; if that cannot be, it keeps its mark, for the edit may be
        what sets it right, but with `strict` it is an error.
        """
        with writing(self.engine) as conn:
            row, said = self.mended(conn, self.graph(conn, graph, lock=True), strict=strict)
            yield conn, row
            settle(conn, row.id)
        if said:
            self.tell(said)

    def mended(self, conn: Connection, row: GraphRow, *, strict: bool) -> tuple[GraphRow, str | None]:
        """Return the row of a locked graph, derived anew if it was changed by hand, and then what there is to say."""
        if not row.by_hand:
            return row, None
        from .mend import mend

        try:
            said = mend(conn, row)
        except InvalidGraph:
            if strict:
                raise
            return row, None
        return self.graph(conn, row.name), said

    def _mend(self, graph: str) -> None:
        try:
            with self.editing(graph, strict=True):
                pass
        except DatabaseError as error:
            why = f"graph '{graph}' was changed by hand in SQL, and its rows cannot be derived anew here: {error.message}"
            raise DatabaseError(why, hint="ask it once where the database may be written") from error

    # ------------------------------------------------------------------------------------------- looking

    def summaries(self) -> list[GraphSummary]:
        """Return all graphs. Reads only."""
        if not is_there(self.engine):
            return []
        with reading(self.engine) as conn:
            return graphs.list_graphs(conn) if check_schema(conn) else []

    def names(self) -> list[str]:
        """Return the names of all graphs. Reads only."""
        if not is_there(self.engine):
            return []
        with reading(self.engine) as conn:
            return graphs.graph_names(conn) if check_schema(conn) else []

    def rows(self, graph: str) -> tuple[GraphRow, Cone]:
        """Return a whole graph. Reads only."""
        with self.reading(graph) as (conn, row):
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

    def has_node(self, graph: str, name: str) -> bool:
        """Return whether a graph has a node of that name. Reads only."""
        with reading(self.engine) as conn:
            return bool(graphs.nodes_by_name(conn, self.graph(conn, graph).id, [name]))

    def graph(self, conn: Connection, name: str, *, lock: bool = False) -> GraphRow:
        """Return a graph's row; raises `UnknownGraph`. An editor locks it."""
        check_text(name)
        row = graphs.get_graph(conn, name, lock=lock) if check_schema(conn) else None
        if row is None:
            known = graphs.graph_names(conn) if check_schema(conn) else []
            near = suggestion(name, known)
            hint = near or ("list(space) has their names" if known else "load one: space.load(path)")
            shell = near or ("see: gradq ls" if known else "load one: gradq load FILE")
            raise UnknownGraph(f"no graph '{name}' in {self.url}", hint=hint, shell=shell)
        return row

    def nodes(self, conn: Connection, graph: GraphRow, names: Sequence[str]) -> list[NodeRow]:
        """Return nodes by name, in that order; raises `UnknownNode`."""
        for name in names:
            check_text(name)
        found = graphs.nodes_by_name(conn, graph.id, list(dict.fromkeys(names)))
        for name in names:
            if name not in found:
                near = suggestion(name, graphs.all_names(conn, graph.id))
                hint, shell = near or "list(graph) has their names", near or f"see: gradq nodes -g {graph.name}"
                raise UnknownNode(f"no node '{name}' in graph '{graph.name}'", hint=hint, shell=shell)
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
        partly: bool = False,
    ) -> Reply:
        """Answer ∂of/∂wrt for each of `wrts`; None is every node above `of`, and with `inputs` those without a formula.

        For None and with `partly` an answer that is not known, for a node is opaque, has its error; else that is raised.

        `point` is a mapping of names to numbers, a list of mappings and names of stored points where the later wins,
        or None for formulas; `frontier` unrolls the formulas down to these names. Stores what it computed; all or nothing.
        """
        if point is not None and frontier is not None:
            raise no_unrolled_value()
        with collector_paused():
            read = self._read(graph, of, wrts, point, use_memo, frontier)
            if wrts is None:
                read = read._replace(wrts=above(read, inputs))
            keep = None if store_all else MAX_ROWS
            partly = partly or wrts is None
            found = self._compute(read, keep, partly)
            if found is None and read.bulk is not None:
                read = self._read(graph, of, wrts, point, use_memo, frontier, by_rows=True)
                found = self._compute(read, keep, partly)
        notes: list[str] = []
        if use_memo and found is not None and found.computed:
            from .writeback import write_back

            notes += write_back(self.engine, read, found, keep)
        answered = reply(read, found, frontier, notes)
        return some_known(answered) if wrts is None else answered

    def _read(
        self,
        graph: str,
        of: str,
        wrts: Sequence[str] | None,
        point: At | None,
        use_memo: bool,
        frontier: Sequence[str] | None,
        *,
        by_rows: bool = False,
    ) -> Read:
        """Read the revision, the memo rows and the cone in one snapshot; a memo hit reads no cone.

        Numbers on a large cone come from the packed tape, unless its rows are asked for (`by_rows`).
        """
        with self.reading(graph) as (conn, row):
            y, *xs = self.nodes(conn, row, [of, *(wrts or [])])
            self.check_frontier(conn, row, frontier)
            bound, stored = self.point(conn, row, point)
            ids = [xs[0].id] if len(xs) == 1 else None
            texts, numbers = _stored(conn, y, bound, stored, ids) if use_memo else ({}, {})
            if xs and frontier is None and all(x.id == y.id or x.id in texts or x.id in numbers for x in xs):
                return Read(row, y, xs, Cone([], []), texts, numbers, {}, bound)
            bulk = None
            if bound is not None and xs and not by_rows:
                from .bulk import read_bulk

                bulk = read_bulk(conn, row, y, bound)
            if bulk is not None:
                cone = Cone([], [])
            elif bound is not None or frontier is not None or ids is None:
                cone = graphs.upstream(conn, row.id, [y.id])
            else:
                cone = graphs.between(conn, row.id, y.id, ids[0])
            if use_memo and ids is not None and not texts and not numbers:
                texts, numbers = _stored(conn, y, bound, stored, None)
            values = memo.point_values(conn, stored) if use_memo and stored is not None else {}
            return Read(row, y, xs, cone, texts, numbers, values, bound, bulk)

    def check_frontier(self, conn: Connection, graph: GraphRow, frontier: Sequence[str] | None) -> None:
        """Raise `UnknownNode` for a name of a frontier that is no node; `inputs` stands for all the way up."""
        self.nodes(conn, graph, [name for name in frontier or () if name != "inputs"])

    def point(self, conn: Connection, graph: GraphRow, point: At | None) -> tuple[Point | None, int | None]:
        """Return the bindings of a point and the id of its row, if it has one."""
        if point is None:
            return None, None
        from .values import point_key

        bound = self.bindings(conn, graph, [point] if isinstance(point, Mapping) else point)
        return bound, memo.point_id(conn, graph.id, point_key(bound))

    def bindings(self, conn: Connection, graph: GraphRow, parts: Sequence[Mapping[str, float] | str]) -> dict[str, float]:
        """Return what mappings and names of stored points bind together, the later over the earlier."""
        bound: dict[str, float] = {}
        for part in parts:
            bound.update(part if isinstance(part, Mapping) else self._named(conn, graph, part))
        self.nodes(conn, graph, list(bound))
        return bound

    def _named(self, conn: Connection, graph: GraphRow, name: str) -> dict[str, float]:
        check_text(name)
        found = memo.named_point(conn, graph.id, composed(name))
        if found is None and name != "default":
            raise self.unknown_point(conn, graph, name)
        return {} if found is None else memo.read_bindings(found[1])

    def unknown_point(self, conn: Connection, graph: GraphRow, name: str) -> UnknownPoint:
        """Return the error for a point that is not there, with the name that is closest."""
        known = ["default", *(label for point in memo.points(conn, graph.id) for label in point[3])]
        near = suggestion(name, known)
        hint, shell = near or 'bind values: {"a": 0.5}', near or "bind values: --at a=0.5"
        return UnknownPoint(f"no point '{name}' in graph '{graph.name}'", hint=hint, shell=shell)

    def _compute(self, read: Read, keep: int | None, partly: bool) -> Found | None:
        if read.bulk is None and not read.cone.nodes:
            return None
        from .compute import worked_out

        return worked_out(read, keep, partly=partly)

    def memo_counts(self, graph: str) -> dict[str, int]:
        """Return the number of rows of each memo table. Reads only."""
        with reading(self.engine) as conn:
            return memo.counts(conn, self.graph(conn, graph).id)

    def memo_clear(self, graph: str) -> dict[str, int]:
        """Drop every memo row of a graph; returns how many. All or nothing."""
        with writing(self.engine) as conn:
            # locked, for a write-back under way may count on a point that goes here
            return memo.clear(conn, self.graph(conn, graph, lock=True).id)


def _stored(
    conn: Connection, y: NodeRow, bound: Mapping[str, float] | None, stored: int | None, ids: list[int] | None
) -> tuple[dict[int, str], dict[int, float]]:
    """Return what the memo has of a node, by the nodes of `ids` or by all: formulas, or numbers at a stored point."""
    if bound is None:
        return memo.gradients_of(conn, y.id, ids), {}
    return {}, memo.point_gradients(conn, stored, y.id, ids) if stored is not None else {}
