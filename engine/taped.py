"""Numbers from the packed tape: the forward pass and the sweep over flat lists, for a cone of any size.

It answers what is plain. Where a value is missing, a part is undefined, a kink is stood on or a partial has no text, it
gives None, and the rows answer, which can say what there is to say. Both give the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .answers import Found, found_numbers
from .evaluate import steps_of
from .steps import UNKNOWN, Failure, Steps
from .sweep import float_sweep
from .tape import Tape


class Question(NamedTuple):
    """∂of/∂wrts at a point, by ids: what is bound, and what the memo has of derivatives of `of` and of values there."""

    of: int
    wrts: list[int]
    bound: Mapping[int, float]
    numbers: Mapping[int, float]
    values: Mapping[int, float]
    pi_is_node: bool


def taped_numbers(tape: Tape, question: Question, *, keep: int | None) -> Found | None:
    """Return the derivatives, or None where the rows must answer."""
    place = _Places(tape.ids, question)
    of, wrts = place(question.of), [place(wrt) for wrt in question.wrts]
    above = _above(tape, of)
    numbers = {place(node): value for node, value in question.numbers.items()}
    seen, leads = _reached(tape, above, of, [wrt for wrt in wrts if above[wrt]], numbers)
    order = [node for node in range(of + 1) if seen[node]]
    edges = [(tape.parent[e], child, e) for child in order for e in _links(tape, child) if leads[tape.parent[e]]]
    if any(tape.partial[e] < 0 for _, _, e in edges):
        return None
    run = _Run(tape, question, place)
    if not run.need({node for _, _, e in edges for node in tape.slots[tape.slot[e] : tape.slot[e + 1]]}):
        return None
    partials = run.partials([e for _, _, e in edges])
    if partials is None or run.delicate(dict.fromkeys(child for _, child, _ in edges)):
        return None
    flat = [(-parent, child, number) for (parent, child, _), number in zip(edges, partials, strict=True)]
    reused = {node for node in order if node in numbers}
    flat += [(-node, of, numbers[node]) for node in reused]
    flat.sort()
    adjoint = float_sweep(of + 1, of, [(-parent, child, number) for parent, child, number in flat]) if order else []
    if not all(map(math.isfinite, adjoint)):
        return None
    results = {tape.ids[node]: adjoint[node] for node in order}
    taken = {tape.ids[node] for node in reused}
    values = ((tape.ids[node], run.value[node]) for node in run.computed)
    return found_numbers(question.of, question.wrts, results, taken, values, keep=keep)


class _Places:
    """The places of ids: looked up one by one, through one table once there are many."""

    def __init__(self, ids: Sequence[int], question: Question) -> None:
        asked = {question.of, *question.wrts, *question.bound, *question.numbers, *question.values}
        self.of = {node: index for index, node in enumerate(ids) if node in asked}

    def __call__(self, node: int) -> int:
        return self.of[node]


def _links(tape: Tape, child: int) -> range:
    return range(tape.edges[child], tape.edges[child + 1])


def _above(tape: Tape, of: int) -> bytearray:
    """Return a mark for each place from which `of` is reached, `of` included."""
    start, args = tape.start, tape.args
    marks = bytearray(len(tape.ids))
    marks[of] = 1
    for node in range(of, -1, -1):
        if marks[node]:
            for parent in args[start[node] : start[node + 1]]:
                marks[parent] = 1
    return marks


def _reached(tape: Tape, above: bytearray, of: int, wrts: list[int], known: Mapping[int, float]) -> tuple[bytearray, bytearray]:
    """Return marks of the places that are met on the way from `wrts` to `of`, and of those that the way goes on from."""
    start, args = tape.start, tape.args
    seen, leads = bytearray(len(tape.ids)), bytearray(len(tape.ids))
    for wrt in wrts:
        seen[wrt] = 1
        leads[wrt] = wrt != of and wrt not in known
    for node in range(min(wrts, default=of + 1), of + 1):
        if above[node] and any([leads[parent] for parent in args[start[node] : start[node + 1]]]):
            seen[node] = 1
            leads[node] = node != of and node not in known
    return seen, leads


class _Run:
    """The forward pass over the places that are needed."""

    def __init__(self, tape: Tape, question: Question, place: _Places) -> None:
        self.tape, self.pi_is_node = tape, question.pi_is_node
        self.value: list[Any] = [UNKNOWN] * len(tape.ids)
        for given in (question.values, question.bound):
            for node, value in given.items():
                self.value[place(node)] = value
        self.computed: list[int] = []
        self.ready: list[Steps | None] = [None] * len(tape.shapes)

    def steps(self, kind: int) -> Steps:
        found = self.ready[kind]
        if found is None:
            found = self.ready[kind] = steps_of(self.tape.shapes[kind], pi_is_node=self.pi_is_node)[0]
        return found

    def need(self, places: set[int]) -> bool:
        """Work out the values at these places; returns False where one has none."""
        tape, value = self.tape, self.value
        start, args, shape = tape.start, tape.args, tape.shape
        marks = bytearray(len(value))
        last = max(places, default=-1)
        for node in places:
            marks[node] = value[node] is UNKNOWN
        for node in range(last, -1, -1):
            if marks[node]:
                for parent in args[start[node] : start[node + 1]]:
                    marks[parent] = value[parent] is UNKNOWN
        calls: dict[int, Callable[[Sequence[float]], Any]] = {}
        computed = self.computed
        for node in range(last + 1):
            if not marks[node]:
                continue
            kind = shape[node]
            if kind < 0:
                number = value[node] = tape.defaults[node]
                if number != number:
                    return False
                continue
            call = calls.get(kind)
            if call is None:
                call = calls[kind] = self._call(kind)
            found = call([value[parent] for parent in args[start[node] : start[node + 1]]])
            if found is None:
                return False
            value[node] = found
            computed.append(node)
        return True

    def partials(self, edges: list[int]) -> list[float] | None:
        """Return the local partials of edges, whose names have values; None where one has none."""
        tape, value = self.tape, self.value
        constants: dict[int, float] = {}
        calls: dict[int, Callable[[Sequence[float]], Any]] = {}
        out = []
        for edge in edges:
            kind = tape.partial[edge]
            number = constants.get(kind)
            if number is None:
                call = calls.get(kind)
                if call is None:
                    call = calls[kind] = self._call(kind)
                places = tape.slots[tape.slot[edge] : tape.slot[edge + 1]]
                number = call([value[place] for place in places])
                if number is None:
                    return None
                if not places:
                    constants[kind] = number
            out.append(number)
        return out

    def delicate(self, children: Mapping[int, None]) -> bool:
        """Return whether a formula on the way is undefined or stands on a kink, or may do so at a value that nobody needed."""
        tape = self.tape
        edgy = {kind: steps for kind in {tape.shape[node] for node in children} if (steps := self.steps(kind)).delicate}
        bends = {kind for kind, steps in edgy.items() if steps.may_bend()}
        for node in children if edgy else ():
            kind = tape.shape[node]
            if kind in edgy:
                values = [self._available(place) for place in tape.args[tape.start[node] : tape.start[node + 1]]]
                failures, kinks = edgy[kind].probe(values)
                if failures or kinks or (kind in bends and UNKNOWN in values):
                    return True
        return False

    def _available(self, place: int) -> Any:
        found, default = self.value[place], self.tape.defaults[place]
        return default if found is UNKNOWN and default == default else found

    def _call(self, kind: int) -> Callable[[Sequence[float]], float | None]:
        """Return a shape as a function of its arguments that gives None where there is no finite value."""
        steps = self.steps(kind)
        quick, run = steps.quick, steps.run
        if quick is None:
            return lambda values: _safely(run, values)

        def call(values: Sequence[float]) -> float | None:
            try:
                found = quick(values)
            except (ValueError, ArithmeticError):
                return _safely(run, values)  # an undefined part may lie in a branch that is not taken
            return found if found.__class__ is float and found - found == 0 else _safely(run, values)

        return call


def _safely(run: Callable[[Sequence[float]], float], values: Sequence[float]) -> float | None:
    try:
        return run(values)
    except Failure:
        return None
