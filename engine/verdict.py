"""Stored partials and gradients held against independent estimates at a point, and what is said of each.

agrees      the difference is small beside the number
fails       it is not, and neither rounding nor the estimate's own error explains it
kink        a kink is stood on, where the derivative is a convention
undefined   the formula, the stored derivative or the estimate has no value there
unsure      rounding, or the estimate's own error, is as large as the difference
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple
from zlib import crc32

from ..store.errors import FormulaError
from .edit import partial_of
from .evaluate import steps_of, steps_of_expression
from .nudge import Base, Totals, local_estimate, local_step, total_estimates, total_steps
from .richardson import NONE, SEEDS, Estimate
from .shaken import shaken
from .steps import Failure, shortest

BY_STEP = 1e-10  # differences that are allowed, beside a number or 1: by complex step,
BY_DIFFERENCES = 1e-6  # and by differences
_MANY = 8  # roundings may add up to so many times what moving every value by one of them shows


Again = Callable[[], list[tuple[Base, float | None]]]


class Row(NamedTuple):
    """What is stored: of an edge (`edge`) or of the memo (`formula`, `number`); None for a text too long to be stored."""

    kind: str
    of: str
    wrt: str
    stored: str | float | None


class Finding(NamedTuple):
    """What came of checking a row; `by` is how the estimate was made, `why` what there is to say."""

    row: Row
    verdict: str
    stored: float | None
    estimate: float | None
    difference: float | None
    by: str
    why: str


class Allowance:
    """How many nodes may still be worked out; a row that would take more is left out."""

    def __init__(self, nodes: int | None) -> None:
        self.nodes = nodes

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self.nodes == 0

    def grants(self, nodes: int) -> bool:
        """Return whether so many are left, and take them."""
        if self.nodes is None:
            return True
        if nodes > self.nodes:
            self.nodes //= 2  # to find that out is work as well, and a small one may still come
            return False
        self.nodes -= nodes
        return True


def check_edges(base: Base, rows: Iterable[Row]) -> list[Finding]:
    """Hold local partials against moving one parent, the others held still."""
    moved = _Moved(base)
    return [_edge(base, row, moved) for row in rows]


def check_gradients(base: Base, rows: Iterable[Row], allowance: Allowance) -> tuple[list[Finding], list[Row]]:
    """Hold total derivatives against moving a node and all that follows; returns also the rows that were left out."""
    by_wrt: dict[str, list[Row]] = {}
    for row in rows:
        by_wrt.setdefault(row.wrt, []).append(row)
    findings: list[Finding] = []
    left: list[Row] = []
    moved = _Moved(base)
    above: dict[frozenset[str], set[str]] = {}
    for wrt in sorted(by_wrt, key=lambda name: crc32(name.encode())):  # all over the graph, should it not be enough
        if allowance.spent:
            left += by_wrt[wrt]
            continue
        ofs = frozenset(row.of for row in by_wrt[wrt])
        if ofs not in above:
            above[ofs] = base.model.above(ofs)
        way = base.model.between(wrt, above[ofs])
        if allowance.grants(len(way)):
            findings += _gradients(base, wrt, by_wrt[wrt], way, moved)
        else:
            left += by_wrt[wrt]
    return findings, left


class _Moved:
    """The same point with every value moved by a rounding, in some ways; made when first asked for."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._bases: list[Base] = []

    def bases(self) -> list[Base]:
        if not self._bases:
            self._bases = [self._base.shaken(seed) for seed in SEEDS]
        return self._bases


def _edge(base: Base, row: Row, moved: _Moved) -> Finding:
    missing = _without_value(base, row.of, row.wrt)
    if missing:
        return _unsettled(row, "undefined", missing)
    if row.of not in base.model.reads or row.wrt not in base.model.reads[row.of][1]:
        return _unsettled(row, "fails", f"'{row.of}' does not depend on '{row.wrt}'")
    estimate, stepped = local_estimate(base, row.of, row.wrt)

    def again() -> list[tuple[Base, float | None]]:
        return [(at, local_step(at, row.of, row.wrt) if stepped else estimate.value) for at in moved.bases()]

    return _judged(base, row, estimate, stepped, base.kinked.get(row.of), again)


def _gradients(base: Base, wrt: str, rows: Sequence[Row], way: Sequence[str], moved: _Moved) -> list[Finding]:
    """Judge the rows of one `wrt`: one forward pass serves them all."""
    missing = {row.of: _without_value(base, row.of, wrt) for row in rows}
    ofs = {of for of, text in missing.items() if not text}
    found = total_estimates(base, wrt, ofs, way) if ofs else Totals({}, set(), {})
    passes: list[tuple[Base, Mapping[str, float]]] = []

    def again(of: str) -> list[tuple[Base, float | None]]:
        if of not in found.stepped:
            return [(at, found.estimates[of].value) for at in moved.bases()]
        if not passes:
            passes.extend((at, total_steps(at, wrt, way)) for at in moved.bases())
        return [(at, slopes.get(of)) for at, slopes in passes]

    findings = []
    for row in rows:
        if missing[row.of]:
            findings.append(_unsettled(row, "undefined", missing[row.of]))
            continue
        estimate = found.estimates.get(row.of, NONE)
        kink = found.kinks.get(row.of)
        findings.append(_judged(base, row, estimate, row.of in found.stepped, kink, partial(again, row.of)))
    return findings


def _judged(base: Base, row: Row, estimate: Estimate, stepped: bool, kink: str | None, again: Again) -> Finding:
    """Return the finding of a row whose estimate was made; `again` makes it where values are moved by a rounding."""
    by = "complex step" if stepped else "differences"
    try:
        stored = _stored(row, base)
    except FormulaError as error:
        return _unsettled(row, "fails", f"what is stored cannot be read: {error.message}")
    except KeyError as error:
        return _unsettled(row, "fails", f"what is stored names '{error.args[0]}', which has no value here")
    except Failure as failure:
        return _unsettled(row, "undefined", f"what is stored is not defined: {failure}")
    if kink:
        return _unsettled(row, "kink", kink)
    if math.isnan(estimate.value):
        return _unsettled(row, "undefined", "no estimate: it is not defined nearby")
    difference = abs(stored - estimate.value)
    finding = Finding(row, "agrees", stored, estimate.value, difference, by, "")
    if difference <= (BY_STEP if stepped else BY_DIFFERENCES) * max(1.0, abs(stored)):
        return finding
    doubt = _rounding(row, estimate.value, stored, again) + 10 * estimate.doubt
    if difference <= doubt:
        return finding._replace(verdict="unsure", why=f"rounding, or the estimate, may be off by {doubt:.1e}")
    return finding._replace(verdict="fails", difference=math.inf if math.isnan(difference) else difference)


def _rounding(row: Row, estimate: float, stored: float, again: Again) -> float:
    """Return how far both numbers may be off by rounding: how they move where all that leads to them is off by one."""
    spread = 0.0
    for moved, value in again():
        try:
            there = _stored(row, moved)
        except Failure:
            return math.inf  # rounding decides whether it is defined
        if value is None:
            return math.inf
        spread = max(spread, abs(value - estimate) + abs(there - stored))
    return _MANY * spread


def _stored(row: Row, base: Base) -> float:
    """Return what is stored as a number at the point; raises `Failure`, `FormulaError`, or `KeyError` with a name."""
    if isinstance(row.stored, float):
        return row.stored
    if row.stored is None:
        formula = base.model.nodes[row.of].formula or "0"
        steps = steps_of_expression(partial_of(formula, row.wrt, pi_is_node=base.model.pi_is_node))
        names = steps.names
    else:
        steps, names = steps_of(row.stored, pi_is_node=base.model.pi_is_node)
    values = [base.found[name] for name in names]
    return (shaken(steps, base.seed) if base.seed else steps).run(values)


def _without_value(base: Base, of: str, wrt: str) -> str:
    """Return why a node's formula or the value of another is undefined, or nothing."""
    return base.undefined.get(of, "") or ("" if wrt in base.found else base.undefined[wrt])


def _unsettled(row: Row, verdict: str, why: str) -> Finding:
    return Finding(row, verdict, None, None, None, "", why)


def said(finding: Finding) -> str:
    """Return a finding in words."""
    row = finding.row
    name = f"∂{row.of}/∂{row.wrt}" + (" on the edge" if row.kind == "edge" else "")
    numbers = (
        ""
        if finding.stored is None or finding.estimate is None
        else f" ({shortest(finding.stored)}, estimate {shortest(finding.estimate)})"
    )
    return f"{name}{numbers}: {finding.why}"
