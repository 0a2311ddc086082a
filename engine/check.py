"""The door, for checking: what is stored is read once, held against independent estimates, and what came of it written.

Local partials and formulas of the memo are checked at the point that is given, or at points that are picked inside the
domain; numbers of the memo at that point, or each at its own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..store import checks, graphs, memo
from ..store.connect import writing
from ..store.errors import DatabaseError
from ..store.rows import Cone, GraphRow
from .collector import collector_paused
from .interior import interior
from .nudge import Base, Model
from .steps import shortest
from .values import Point, point_key
from .verdict import Allowance, Finding, Row, check_edges, check_gradients

if TYPE_CHECKING:
    from .explorer import At, Explorer

NODES = 1_000_000  # nodes that are worked out for total derivatives, at most, unless all are asked for
_POINTS = 3  # points that are picked, at most
_SETTLED = ("agrees", "fails")
KINDS = {"edge": "local partial", "formula": "formula", "number": "number"}  # of rows, and how they are called


@dataclass(frozen=True, slots=True)
class Place:
    """A point at which rows were checked; `filled` has the values that were picked for what it did not bind."""

    point: Point
    filled: Point
    findings: list[Finding]


@dataclass(frozen=True, slots=True, repr=False)
class Check:
    """What came of a check: the places where it was made, how many rows were left out, and notes.

    `findings` has every row once, `failures` those that fail, `unsettled` those of which nothing can be said.
    """

    graph: str
    revision: int
    places: list[Place]
    left_out: int
    notes: list[str]

    def __repr__(self) -> str:
        return f"<gradq check of {self.graph!r}: {self}>"

    def __str__(self) -> str:
        """Return a line that says how it went: counts, and the worst."""
        counts = ", ".join(_counted(self.count(kind), word) for kind, word in KINDS.items())
        line = f"{len(self.failures):,} FAIL; {counts} agree" if self.failures else f"{counts} agree"
        worst = self.worst
        if worst is None or worst.difference is None:
            return line
        edge = " on the edge" if worst.row.kind == "edge" else ""
        off = shortest(float(f"{worst.difference:.2g}"))
        if worst.difference and worst.stored is not None and abs(worst.stored) > 1:  # 1e+264 may be a rounding of 1e+280
            off += f" in {shortest(float(f'{worst.stored:.2g}'))}"
        return f"{line}; worst: ∂{worst.row.of}/∂{worst.row.wrt}{edge}, off by {off} ({worst.by})"

    @property
    def findings(self) -> list[Finding]:
        return [finding for place in self.places for finding in place.findings]

    @property
    def failures(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.verdict == "fails"]

    @property
    def unsettled(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.verdict not in _SETTLED]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.failures

    @property
    def worst(self) -> Finding | None:
        """The finding that is farthest off, beside its number or 1."""
        found = [item for item in self.findings if item.difference is not None and item.verdict in _SETTLED]
        return max(found, key=lambda item: _off(item), default=None)

    def count(self, kind: str) -> int:
        """Return how many rows of a kind agree."""
        return sum(finding.row.kind == kind and finding.verdict == "agrees" for finding in self.findings)


class _Read(NamedTuple):
    graph: GraphRow
    cone: Cone
    edges: list[Row]
    formulas: list[Row]
    numbers: list[tuple[Point, list[Row]]]
    at: Point | None


def check(explorer: Explorer, graph: str, *, point: At | None = None, whole: bool = False) -> Check:
    """Check every local partial and every stored gradient of a graph; `whole` lifts the limit on the work.

    What came of it is stored with the rows. All or nothing.

    >>> from .space import open
    >>> with open(":memory:") as space:
    ...     demo = space.add("demo", "m = x^2\\ny = x*m")
    ...     text = str(demo.d("y", wrt="x"))
    ...     found = check(space._explorer, "demo", point={"x": 3.0})
    >>> found.ok, found.count("edge"), found.count("formula")
    (True, 3, 2)
    """
    with collector_paused():
        read = _read(explorer, graph, point)
        model = Model(read.cone.nodes, read.graph.has_pi)
        allowance = Allowance(None if whole else NODES)
        places, left = _checked(model, read, allowance)
    notes = _write(explorer, read, places)
    return Check(read.graph.name, read.graph.revision, places, left, notes)


def _read(explorer: Explorer, graph: str, point: At | None) -> _Read:
    """Read a whole graph and its memo in one snapshot; with a point, of the numbers only those at it."""
    with explorer.reading(graph) as (conn, row):
        bound, stored = explorer.point(conn, row, point)
        cone = graphs.whole(conn, row.id)
        formulas, numbers = checks.formulas(conn, row.id), checks.numbers(conn, row.id)
        points: dict[int, Point] = {
            key: memo.read_bindings(bindings) for key, _, bindings, _ in memo.points(conn, row.id) if key in numbers
        }
    names = {node.id: node.name for node in cone.nodes}
    edges = [Row("edge", names[edge.child], names[edge.parent], edge.partial) for edge in cone.edges]
    rows = [Row("formula", names[of], names[wrt], text) for (of, wrt), text in formulas.items()]
    by_point = [
        (points[key], [Row("number", names[of], names[wrt], value) for (of, wrt), value in found.items()])
        for key, found in sorted(numbers.items())
        if bound is None or key == stored
    ]
    return _Read(row, cone, edges, rows, by_point, bound)


def _checked(model: Model, read: _Read, allowance: Allowance) -> tuple[list[Place], int]:
    """Return the places with their findings, and how many rows were left out."""
    left = 0
    places: list[Place] = []
    edges, formulas = read.edges, read.formulas
    for seed in range(1 if read.at is not None else _POINTS):
        base = interior(model, read.at or {}, seed=seed * 100, wanted=_wanted(model, [*edges, *formulas]) if seed else None)
        local = check_edges(base, edges)
        total, skipped = check_gradients(base, formulas, allowance)
        left += len(skipped)
        last = seed == _POINTS - 1 or read.at is not None
        kept = [finding for finding in [*local, *total] if last or finding.verdict in _SETTLED]
        open_ = [finding for finding in [*local, *total] if finding.verdict not in _SETTLED]
        places.append(_place(read.at or {}, base, kept))
        edges = [finding.row for finding in open_ if finding.row.kind == "edge"]
        formulas = [finding.row for finding in open_ if finding.row.kind == "formula"]
        if not open_:
            break
    for point, rows in read.numbers:
        base = interior(model, point, keep_defaults=True)  # as they were, even on a kink, when it was worked out
        found, skipped = check_gradients(base, rows, allowance)
        left += len(skipped)
        places.append(_place(point, base, found))
    return [place for place in places if place.findings], left


def _wanted(model: Model, rows: Iterable[Row]) -> set[str]:
    """Return the nodes that must have a value, and no kink, for some rows to be settled."""
    return model.above(row.of for row in rows)


def _place(point: Point, base: Base, findings: list[Finding]) -> Place:
    filled = {name: value for name, value in base.point.items() if name not in point}
    return Place(dict(point), filled, findings)


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _off(finding: Finding) -> float:
    assert finding.difference is not None and finding.stored is not None
    off = finding.difference / max(1.0, abs(finding.stored))
    return math.inf if math.isnan(off) else off


def _write(explorer: Explorer, read: _Read, places: Sequence[Place]) -> list[str]:
    """Write when, where and how far off, if the revision is still the one that was read; returns notes."""
    ids = {node.name: node.id for node in read.cone.nodes}

    def errors(place: Place, kind: str) -> list[tuple[tuple[int, int], float]]:
        found = [finding for finding in place.findings if finding.row.kind == kind and finding.verdict in _SETTLED]
        return [((ids[f.row.of], ids[f.row.wrt]), math.inf if f.difference is None else f.difference) for f in found]

    try:
        with writing(explorer.engine) as conn:
            if graphs.locked_revision(conn, read.graph.id) != read.graph.revision:
                return ["the graph was changed meanwhile: nothing was stored, and the answer is that of the older revision"]
            for place in places:
                number, edge, formula = (errors(place, kind) for kind in ("number", "edge", "formula"))
                bound = dict(sorted((place.point if number else {**place.point, **place.filled}).items()))
                point = memo.ensure_point(conn, read.graph.id, point_key(bound), json.dumps(bound, ensure_ascii=False))
                checks.store_number_checks(conn, point, number)
                checks.store_edge_checks(conn, point, edge)
                checks.store_formula_checks(conn, point, formula)
    except DatabaseError as error:
        return [f"nothing was stored: {error.message}"]
    return []
