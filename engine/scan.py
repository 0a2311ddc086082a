"""A node along a line: its value and its derivative while one other node is moved and the rest stays at a point.

Where it is undefined there is no value, and a note says why; the other points of the line have theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ..store.errors import Undefined, UsageError
from .answers import Snapshot, numbers
from .reach import Reach, reach

if TYPE_CHECKING:
    from .explorer import At, Explorer
    from .steps import Kink

MOST = 100_000  # points of a line


class Sample(NamedTuple):
    """One point of a line: the node's value and derivative there, None where they are undefined; and notes."""

    x: float
    value: float | None
    derivative: float | None
    notes: list[str]
    kinks: Sequence[Kink] = ()


class Scan(NamedTuple):
    """A node along a line; `at` has the bindings that hold all along it."""

    graph: str
    revision: int
    of: str
    wrt: str
    at: dict[str, float]
    samples: list[Sample]
    notes: list[str]

    def _repr_html_(self) -> str:
        from .tables import cell_or_nothing, html_table  # for a notebook alone

        rows = [(*(cell_or_nothing(cell) for cell in sample[:3]), "; ".join(sample.notes)) for sample in self.samples]
        return html_table([self.wrt, self.of, f"∂{self.of}/∂{self.wrt}", "note"], rows)


def scan(
    explorer: Explorer,
    graph: str,
    of: str,
    wrt: str,
    *,
    start: float,
    stop: float,
    count: int = 31,
    point: At | None = None,
    store: bool = False,
) -> Scan:
    """Answer value and derivative at `count` places from `start` to `stop`. Reads only, unless `store`.

    >>> from .space import open
    >>> with open(":memory:") as space:
    ...     _ = space.add("demo", "y = sqrt(x)")
    ...     found = scan(space._explorer, "demo", "y", "x", start=-1, stop=4, count=6)
    >>> [(sample.x, sample.value, sample.derivative) for sample in found.samples][::5]
    [(-1.0, None, None), (4.0, 2.0, 0.25)]
    """
    found = reach(explorer, graph, [of], others=[wrt], point=point or [])
    held = {name: value for name, value in (found.at or {}).items() if name != wrt}
    samples = [_sample(found, held, x) for x in places(start, stop, count)]
    if store:
        for sample in samples:
            if sample.derivative is not None:
                explorer.derivatives(graph, of, [wrt], point={**held, wrt: sample.x}, store_all=True)
    above = found.others[0].id in {node.id for node in found.cone.nodes}
    notes = [] if above else [f"'{wrt}' is not upstream of '{of}': the derivative is exactly 0"]
    return Scan(found.graph.name, found.graph.revision, of, wrt, held, samples, notes)


def places(start: float, stop: float, count: int) -> list[float]:
    """Return numbers at equal distances, both ends included, each rounded once.

    >>> places(0, 0.3, 4)
    [0.0, 0.1, 0.2, 0.3]
    """
    if count < 2 or start == stop:
        raise UsageError(f"a line of {count} points from {start} to {stop}", hint="two or more points, from one to another")
    if count > MOST:
        raise UsageError(f"a line of {count:,} points is too long", hint=f"up to {MOST:,} points")
    # the decimals that a person wrote, so that a third of 0.3 is 0.1
    first = Fraction(repr(float(start)))
    width = Fraction(repr(float(stop))) - first
    return [float(first + width * index / (count - 1)) for index in range(count)]


def _sample(found: Reach, held: dict[str, float], x: float) -> Sample:
    """Return one point of the line."""
    of, wrt = found.tops[0], found.others[0]
    bound = {**held, wrt.name: x}
    notes: list[str] = []
    value = derivative = None
    kinks: Sequence[Kink] = ()
    try:
        values = found.values_at(bound)
        values.need([of.name])
        value = values.found[of.name]
        snapshot = Snapshot(found.cone, of.id, [wrt.id], found.graph.has_pi, values=_by_id(found, values.found, bound))
        answer = numbers(snapshot, bound, keep=0)
        notes += answer.notes
        kinks = answer.kinks
        slope = 1.0 if wrt.id == of.id else answer.answers.get(wrt.id, 0.0)
        assert isinstance(slope, float)
        derivative = slope
    except Undefined as error:
        notes.append(error.message)
    return Sample(x, value, derivative, notes, kinks)


def _by_id(found: Reach, values: dict[str, float], bound: dict[str, float]) -> dict[int, float]:
    """Return values by node id, but those of the point: what it binds is no value of a formula."""
    return {node.id: values[node.name] for node in found.cone.nodes if node.name in values and node.name not in bound}
