"""Derivatives by moving a node and looking what follows: by a forward pass over the formulas, never by partials.

`Model` is a graph read once, `Base` its values at a point. A node that the point binds keeps its bound value, and moves
by as much as its formula does. Nothing here reads an edge or a stored derivative, so that these can be compared with it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from ..store.rows import NodeRow
from .complexes import Lifts, step_of
from .evaluate import steps_of
from .richardson import NONE, Estimate, differences
from .shaken import off_by, shaken
from .steps import Failure, Steps
from .values import Point, Read, default_value


class Model:
    """The formulas of a graph, read once: nodes in topological order, with their steps, parents and children."""

    def __init__(self, nodes: Iterable[NodeRow], pi_is_node: bool) -> None:
        self.pi_is_node = pi_is_node
        self.nodes = {node.name: node for node in sorted(nodes, key=lambda node: (node.level, node.id))}
        self.place = {name: index for index, name in enumerate(self.nodes)}
        self.reads: dict[str, Read] = {}
        self.children: dict[str, list[str]] = {name: [] for name in self.nodes}
        self.lifts = Lifts()
        for name, node in self.nodes.items():
            if node.formula is not None:
                self.reads[name] = steps_of(node.formula, pi_is_node=pi_is_node)
                for parent in self.reads[name][1]:
                    self.children[parent].append(name)

    def below(self, name: str) -> set[str]:
        """Return a node and all downstream of it."""
        return _reached([name], self.children)

    def above(self, names: Iterable[str]) -> set[str]:
        """Return nodes and all upstream of them."""
        return _reached(names, {name: read[1] for name, read in self.reads.items()})

    def between(self, wrt: str, above: Collection[str]) -> list[str]:
        """Return what is downstream of a node and in `above`, in topological order, without the node."""
        return sorted((name for name in self.below(wrt) if name in above and name != wrt), key=self.place.__getitem__)


class Base(NamedTuple):
    """The values of a model's nodes at a point; of those without one `undefined` says why. `kinked` stand on a kink."""

    model: Model
    point: Point
    found: dict[str, float]
    undefined: dict[str, str]
    first: list[str]  # undefined by their own formula, and not because of a node above
    kinked: dict[str, str]
    seed: int = 0  # of the roundings by which formulas are shaken, 0 for none

    def shaken(self, seed: int) -> Base:
        """Return the same point with every value, and every step of a formula, off by a rounding."""
        moved = {name: value * off_by(name, seed) for name, value in self.found.items()}
        return self._replace(found=moved, seed=seed)


def base_at(model: Model, point: Point) -> Base:
    """Return the values at a point that binds or has defaults for every input; nothing is raised for an undefined one."""
    base = Base(model, point, dict(point), {}, [], {})
    for name, node in model.nodes.items():
        if name not in model.reads:
            if name not in base.found:
                value = default_value(node)
                base.found[name] = math.nan if value is None else value
            continue
        _work_out(base, name)
    return base


def _work_out(base: Base, name: str) -> None:
    steps, parents = base.model.reads[name]
    without = next((parent for parent in parents if parent in base.undefined and parent not in base.point), None)
    if without is not None:
        base.undefined[name] = base.undefined[without]
        return
    values = [base.found[parent] for parent in parents]
    try:
        value = steps.run(values)
    except Failure as failure:
        base.undefined[name] = f"'{name}' = {base.model.nodes[name].formula}: {failure}"
        base.first.append(name)
        return
    if steps.delicate:
        for kink in steps.probe(values)[1]:
            base.kinked[name] = kink._replace(node=name).note
    base.found.setdefault(name, value)


# --------------------------------------------------------------------------------------------- one edge


def local_estimate(base: Base, child: str, parent: str) -> tuple[Estimate, bool]:
    """Return ∂child/∂parent with the other parents held still, and whether by complex step (else by differences)."""
    stepped = local_step(base, child, parent)
    if stepped is not None:
        return Estimate(stepped, 0.0), True
    steps, names = base.model.reads[child]
    at, values = names.index(parent), [base.found[name] for name in names]

    def moved(x: float, seed: int) -> list[float]:
        try:
            return [_with_seed(steps, seed).run([*values[:at], x, *values[at + 1 :]])]
        except Failure:
            return [math.nan]

    return differences(moved, values[at])[0], False


def local_step(base: Base, child: str, parent: str) -> float | None:
    """Return ∂child/∂parent by complex step, None where that cannot be taken."""
    steps, names = base.model.reads[child]
    values = [base.found[name] for name in names]
    h = step_of(base.found[parent])
    try:
        args = [complex(v, h) if n == parent else v for n, v in zip(names, values, strict=True)]
        found = base.model.lifts.run(steps, args, base.seed)
    except (ValueError, ArithmeticError):
        return None
    return found.imag / h


# ------------------------------------------------------------------------------------------- all that follows


class Totals(NamedTuple):
    """Estimates of ∂of/∂wrt by `of`, which of them are by complex step, and the kinks on the way to each."""

    estimates: dict[str, Estimate]
    stepped: set[str]
    kinks: dict[str, str]


def total_estimates(base: Base, wrt: str, ofs: Collection[str], way: Sequence[str]) -> Totals:
    """Return ∂of/∂wrt for each of `ofs`; `way` has what lies between, in topological order."""
    slopes = total_steps(base, wrt, way)
    estimates = {of: Estimate(slopes[of], 0.0) for of in ofs if of in slopes}
    rest = [of for of in ofs if of not in slopes]
    if rest:
        above = base.model.above(rest)
        estimates |= _total_differences(base, wrt, rest, [name for name in way if name in above])
    return Totals(estimates, set(slopes).intersection(ofs), _kinks_on(base, wrt, way))


def total_steps(base: Base, wrt: str, way: Sequence[str]) -> dict[str, float]:
    """Return ∂node/∂wrt by one complex forward pass, for the nodes of `way` where it can be taken."""
    reads, found, run, seed = base.model.reads, base.found, base.model.lifts.run, base.seed
    h = step_of(found[wrt])
    moved: dict[str, complex] = {wrt: complex(found[wrt], h)}
    lost: set[str] = set()
    for name in way:
        steps, names = reads[name]
        if name not in found or (lost and not lost.isdisjoint(names)):
            lost.add(name)
            continue
        try:
            value = run(steps, [moved[parent] if parent in moved else found[parent] for parent in names], seed)
        except (ValueError, ArithmeticError, KeyError):
            lost.add(name)
            continue
        moved[name] = complex(found[name], value.imag)
    return {name: moved[name].imag / h for name in way if name in moved}


def _total_differences(base: Base, wrt: str, ofs: Sequence[str], way: Sequence[str]) -> dict[str, Estimate]:
    """Return ∂of/∂wrt by forward passes at places around the value of `wrt`."""
    still = {name: value for name in way if name in base.point and (value := _own_value(base, name)) is not None}

    def passed(x: float, seed: int) -> list[float]:
        moved = {wrt: x}
        for name in way:
            steps, names = base.model.reads[name]
            try:
                value = _with_seed(steps, seed).run([moved.get(parent, base.found.get(parent, math.nan)) for parent in names])
            except Failure:
                value = math.nan
            moved[name] = value if name not in base.point else base.found[name] + value - still.get(name, math.nan)
        return [moved.get(of, math.nan) for of in ofs]

    if not math.isfinite(base.found.get(wrt, math.nan)):
        return dict.fromkeys(ofs, NONE)
    return dict(zip(ofs, differences(passed, base.found[wrt], len(ofs)), strict=True))


def _with_seed(steps: Steps, seed: int) -> Steps:
    return shaken(steps, seed) if seed else steps


def _own_value(base: Base, name: str) -> float | None:
    """Return what a bound node's formula gives at the point, None where it gives nothing."""
    steps, names = base.model.reads[name]
    try:
        return steps.run([base.found.get(parent, math.nan) for parent in names])
    except Failure:
        return None


def _kinks_on(base: Base, wrt: str, way: Iterable[str]) -> dict[str, str]:
    """Return for each node of `way` a kink that is stood on between `wrt` and it."""
    kinks: dict[str, str] = {}
    if base.kinked:
        for name in way:
            own = base.kinked.get(name)
            said = own or next((kinks[parent] for parent in base.model.reads[name][1] if parent in kinks), None)
            if said is not None:
                kinks[name] = said
    return kinks


def _reached(names: Iterable[str], arrows: Mapping[str, Iterable[str]]) -> set[str]:
    seen = set(names)
    stack = list(seen)
    while stack:
        for name in arrows.get(stack.pop(), ()):
            if name not in seen:
                seen.add(name)
                stack.append(name)
    return seen
