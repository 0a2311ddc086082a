"""What the edits between two graphs do to a node: its value and derivatives before and after, and each edit's own part.

An edit is a node that was added, removed or changed (`alone.py` says what it is alone). What all edits do together, less
what they do one by one, is the rest: they do it jointly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..store.errors import EvaluationError, UnknownNode, UnknownPoint
from ..store.rows import Cone
from .alone import Edit, Trial, alone, can_be_mixed, importance, relevant
from .edit import Local
from .measured import Measured, Wanted, measured
from .names import suggestion
from .side import Side, cone_above, over

if TYPE_CHECKING:
    from .changes import NodeChange
    from .steps import Kink

_ROUNDING = 16 * 2.0**-52  # for each edge of a longest path: so far apart may two ways to one sum be
_APART = "the edits are not taken apart: 'pi' is a node in one graph and the constant in the other"


class Question(NamedTuple):
    """What is asked: a node, the nodes to differentiate by (None: all above), the parts of a point, how many edits."""

    of: str
    wrt: list[str] | None
    point: list[Mapping[str, float] | str]
    most: int


class Quantity(NamedTuple):
    """The value of the node (`wrt` is None), or a derivative of it, in both graphs; None where there is none.

    `alone` has what each edit changes by itself, None where it cannot stand alone, and `rest` what is left of the change.
    In these a derivative by a node that is not there is 0.
    """

    wrt: str | None
    before: float | None
    after: float | None
    change: float | None
    alone: tuple[float | None, ...]
    rest: float | None


class Effect(NamedTuple):
    """What the edits do to a node at a point: derivatives by the size of their change, edits by that of their effect.

    `truncated` says that there are more edits; what these do is in the rest.
    """

    of: str
    at: dict[str, float]
    value: Quantity
    derivatives: list[Quantity]
    edits: list[Edit]
    truncated: bool
    notes: list[str]
    kinks: tuple[list[Kink], list[Kink]]  # before and after


def effect_of(
    before: Side, after: Side, changes: Sequence[NodeChange], locals_: Mapping[str, list[Local]], question: Question
) -> Effect:
    """Answer what the changes between two graphs do to a node; `locals_` has the edges into the nodes that changed."""
    of = question.of
    _check_there(of, before, after)
    at, notes = _bindings(before, after, question.point)
    before, after = _sharing(before, after, locals_)
    mixable = can_be_mixed(before, after)
    base = before._replace(pi_is_node=before.pi_is_node or after.pi_is_node) if mixable else before
    cones = cone_above(before, of), cone_above(after, of)
    wrts = _wrts(before, after, question, cones)
    wanted = Wanted(of, question.wrt, at)
    old, new = (_measured_in(side, cone, wanted) for side, cone in zip((base, after), cones, strict=True))
    edits = relevant(changes, cones)
    apart = sum(change.is_edit for change in changes) - len(edits)
    if edits and not mixable:
        edits, notes = [], [*notes, _APART]
    chosen = edits[: question.most]
    trial = Trial(base, after, locals_, wanted, old)
    tried = sorted((alone(trial, change) for change in chosen), key=lambda pair: importance(pair[1], old))
    parts = [part for _, part in tried]
    rounding = _ROUNDING * max(node.level for cone in cones for node in cone.nodes)
    value = _value(old, new, parts, rounding)
    slopes = [_slope(name, (before, after), (old, new), parts, rounding) for name in wrts]
    slopes.sort(key=lambda slope: -abs(slope.change or 0.0))
    notes += _notes((before, after), (old, new), apart, of)
    return Effect(of, at, value, slopes, [edit for edit, _ in tried], len(edits) > len(chosen), notes, (old.kinks, new.kinks))


def called(side: Side) -> str:
    """Return how a side is called in a sentence."""
    if side.is_file and side.name == "-":
        return "standard input"
    return f"the {'file' if side.is_file else 'graph'} '{side.name}'"


# -------------------------------------------------------------------------------------------- the question


def _sharing(before: Side, after: Side, locals_: Mapping[str, list[Local]]) -> tuple[Side, Side]:
    """Return the sides with one set of edges for the formulas that both have: to derive those of a file takes time."""
    if after.is_file:
        return before, after._replace(edges=over(locals_, before.edges))
    if before.is_file:
        same = {n: edges for n, edges in after.edges.items() if n not in locals_}
        return before._replace(edges=over(same, before.edges)), after
    return before, after


def _check_there(of: str, before: Side, after: Side) -> None:
    for side, other in ((before, after), (after, before)):
        if of not in side.nodes:
            only = f"it is only in {called(other)}" if of in other.nodes else None
            raise UnknownNode(f"no node '{of}' in {called(side)}", hint=only or suggestion(of, list(side.nodes)))


def _bindings(before: Side, after: Side, parts: Sequence[Mapping[str, float] | str]) -> tuple[dict[str, float], list[str]]:
    """Return what the parts of a point bind together, the later over the earlier; a name is looked up before, then after."""
    bound: dict[str, float] = {}
    notes: list[str] = []
    for part in parts:
        if not isinstance(part, str):
            bound.update(part)
            continue
        found = before.points.get(part, after.points.get(part, {} if part == "default" else None))
        if found is None:
            near = suggestion(part, ["default", *before.points, *after.points])
            hint, shell = near or 'bind values: {"a": 0.5}', near or "bind values: --at a=0.5"
            raise UnknownPoint(f"no point '{part}' in {called(before)} or {called(after)}", hint=hint, shell=shell)
        if part in before.points and after.points.get(part, found) != found:
            notes.append(f"the point '{part}' is that of {called(before)}")
        bound.update(found)
    _check_known(before, after, bound)
    return bound, notes


def _check_known(before: Side, after: Side, names: Mapping[str, object] | Sequence[str]) -> None:
    for name in names:
        if name not in before.nodes and name not in after.nodes:
            hint = suggestion(name, [*before.nodes, *after.nodes])
            raise UnknownNode(f"no node '{name}' in {called(before)} or {called(after)}", hint=hint)


def _wrts(before: Side, after: Side, question: Question, cones: tuple[Cone, Cone]) -> list[str]:
    """Return the nodes to differentiate by: those that were asked for, or all above the node in either graph."""
    if question.wrt is not None:
        _check_known(before, after, question.wrt)
        return question.wrt
    level = {node.name: node.level for cone in reversed(cones) for node in cone.nodes if node.name != question.of}
    return sorted(level, key=lambda name: (-level[name], name))


def _measured_in(side: Side, cone: Cone, wanted: Wanted) -> Measured:
    """Measure a whole side; an error says in which."""
    try:
        return measured(cone, wanted, pi_is_node=side.pi_is_node)
    except EvaluationError as error:
        raise type(error)(f"in {called(side)}: {error.message}", hint=error.hint, shell=error.shell) from None


# ---------------------------------------------------------------------------------------------- quantities


def _value(old: Measured, new: Measured, parts: Sequence[Measured | None], rounding: float) -> Quantity:
    """Return the value of the node; without one in both graphs nothing is said of the edits."""
    if old.value is None or new.value is None:
        return Quantity(None, old.value, new.value, None, (None,) * len(parts), None)
    alone = [None if part is None or part.value is None else part.value - old.value for part in parts]
    change = new.value - old.value
    return Quantity(None, old.value, new.value, change, tuple(alone), _rest(old.value, new.value, alone, rounding))


def _slope(
    wrt: str, sides: tuple[Side, Side], both: tuple[Measured, Measured], parts: Sequence[Measured | None], rounding: float
) -> Quantity:
    """Return the derivative by a node: None in a graph that does not have it, 0 in one where it is not upstream."""
    before, after = (found.slopes.get(wrt, 0.0) for found in both)
    alone = [None if part is None else part.slopes.get(wrt, 0.0) - before for part in parts]
    first, last = (value if wrt in side.nodes else None for value, side in zip((before, after), sides, strict=True))
    return Quantity(wrt, first, last, after - before, tuple(alone), _rest(before, after, alone, rounding))


def _rest(before: float, after: float, alone: Sequence[float | None], rounding: float) -> float | None:
    """Return the change less what the edits do alone; 0 where it is no more than rounding, None where no edit was tried."""
    if not alone:
        return None
    known = [part for part in alone if part is not None]
    terms = [after, -before, *(-part for part in known)]
    if not all(map(math.isfinite, terms)):
        return None
    rest = math.fsum(terms)
    return 0.0 if abs(rest) <= rounding * max(map(abs, terms)) else rest


def _notes(sides: tuple[Side, Side], both: tuple[Measured, Measured], apart: int, of: str) -> list[str]:
    notes: list[str] = []
    for side, found in zip(sides, both, strict=True):
        if found.why is not None:
            notes.append(f"'{of}' has no value in {called(side)}: {found.why}")
        notes += [f"in {called(side)}: {note}" for note in dict.fromkeys(kink.note for kink in found.kinks)]
    if apart:
        notes.append(f"{apart:,} {'edit is' if apart == 1 else 'edits are'} not upstream of '{of}' in either graph")
    return notes
