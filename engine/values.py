"""Values at a point: the forward pass, and the local partials as numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

from ..store.errors import MissingValue, Undefined
from ..store.rows import NodeRow
from .evaluate import as_double, steps_of
from .lettering import clipped
from .lexer import literal
from .names import as_keywords, counted
from .opaque import is_opaque_node, opaque_error
from .steps import UNKNOWN, Failure, Kink, Opaque, Steps, shortest

Point = Mapping[str, float]
Read = tuple[Steps, tuple[str, ...]]  # a formula ready to run, and the names that it takes
_DELICATE = re.compile(r"[/^]|\*\*|\w\s*\(")


def point_key(point: Point) -> str:
    """Return the name of a point's content: SHA-256 of its sorted (name, repr) pairs."""
    return sha256(repr(sorted((name, repr(value)) for name, value in point.items())).encode()).hexdigest()


def default_value(node: NodeRow) -> float | None:
    """Return a parameter's default as a double, or None."""
    if node.default is None:
        return None
    sign, text = (-1, node.default[1:]) if node.default.startswith("-") else (1, node.default)
    mantissa, shift = literal(text)
    value = as_double(mantissa, shift)
    return -value if sign < 0 else value


class Values:
    """The values of nodes at a point, worked out as they are asked for, each once.

    `nodes` are by name; `known` holds values that were stored before. `computed` collects the new ones.
    """

    def __init__(self, nodes: Mapping[str, NodeRow], point: Point, known: Mapping[str, float], pi_is_node: bool) -> None:
        self.nodes, self.pi_is_node = nodes, pi_is_node
        self.found: dict[str, float] = {**known, **point}
        self.computed: dict[str, float] = {}
        self._read: dict[str, Read] = {}

    def need(self, names: Iterable[str]) -> None:
        """Work out the values of these names; raises `MissingValue` or `Undefined`."""
        found, computed = self.found, self.computed
        missing = self._missing(names)
        self._check_given([name for name, read in missing if read is None])
        for name, read in missing:
            if read is None:
                found[name] = self._default(self.nodes[name])
                continue
            steps, parents = read
            try:
                found[name] = computed[name] = steps.run([found[parent] for parent in parents])
            except Failure as failure:
                raise self._failed(name, parents, [found[parent] for parent in parents], failure) from None

    def need_possible(self, names: Iterable[str]) -> None:
        """Work out those of these names that have all they need and are defined; the others are left without a value."""
        lost: set[str] = set()
        for name, read in self._missing(names):
            value: Any = self.available(name) if read is None else UNKNOWN
            if read is not None and lost.isdisjoint(read[1]):
                try:
                    value = self.computed[name] = read[0].run([self.found[parent] for parent in read[1]])
                except Failure:
                    value = UNKNOWN
            if value is UNKNOWN:
                lost.add(name)
            else:
                self.found[name] = value

    def unknown_bends(self, node: NodeRow) -> list[str]:
        """Return the names without a value in a formula that may have a kink, which its partials may not show: floor(h)."""
        if node.formula is None or _DELICATE.search(node.formula) is None:
            return []
        steps, names = self.steps(node.formula)
        unknown = [name for name in names if name not in self.found]
        return unknown if unknown and steps.delicate and steps.may_bend() else []

    def available(self, name: str) -> Any:
        """Return the value of a name if it is bound, stored, worked out already or a default, else `UNKNOWN`."""
        if name in self.found:
            return self.found[name]
        value = default_value(self.nodes[name]) if name in self.nodes else None
        return UNKNOWN if value is None or math.isinf(value) else value

    def number(self, text: str) -> float:
        """Return the value of a formula over names that were needed before; raises `Failure`."""
        steps, names = self.steps(text)
        found = self.found
        return steps.run([found[name] for name in names])

    def undefined(self, text: str, what: str, failure: Failure) -> Undefined:
        """Return the error of a formula that has no value: `what` it is, and the values in it."""
        names = self.names(text)
        return _undefined(lambda: what, names, [self.found[name] for name in names], failure)

    def smooth(self) -> set[str]:
        """Return the formulas that are known to be defined everywhere and without a kink; of others nobody has looked."""
        return {text for text, (steps, _) in self._read.items() if not steps.delicate}

    def names(self, text: str) -> Sequence[str]:
        """Return the names of a formula."""
        return self.steps(text)[1]

    def steps(self, text: str) -> Read:
        """Return the steps of a formula and its names; each text is looked at once."""
        found = self._read.get(text)
        if found is None:
            found = self._read[text] = steps_of(text, pi_is_node=self.pi_is_node)
        return found

    def probe(self, node: NodeRow) -> list[Kink]:
        """Return the kinks of a node's formula at this point; raises `Undefined` where it has no value.

        Only what the available values decide is looked at: `log(x) + z` is refused at x = −1, whatever z is.
        """
        assert node.formula is not None
        if _DELICATE.search(node.formula) is None:
            return []  # sums and products of names: not worth a look at their shape
        steps, names = self.steps(node.formula)
        if not steps.delicate:
            return []
        values = [self.available(name) for name in names]
        failures, kinks = steps.probe(values)
        failures = [failure for failure in failures if not isinstance(failure, Opaque)]  # a value nobody knows is no wrong one
        if failures:
            raise self._failed(node.name, names, values, failures[0])
        return [kink._replace(node=node.name) for kink in kinks]

    def _missing(self, names: Iterable[str]) -> list[tuple[str, Read | None]]:
        """Return what must be worked out, with its steps, in an order in which it can be: by level."""
        nodes, found, wanted = self.nodes, self.found, dict[str, Read | None]()
        stack = [name for name in names if name not in found]
        while stack:
            name = stack.pop()
            if name in wanted:
                continue
            formula = nodes[name].formula
            if formula is None:
                wanted[name] = None
                continue
            if is_opaque_node(nodes[name]):
                raise opaque_error(nodes[name])  # first of all: no value of its parents would help
            read = wanted[name] = self.steps(formula)
            for parent in read[1]:
                if parent not in wanted and parent not in found:
                    stack.append(parent)
        return sorted(wanted.items(), key=lambda item: nodes[item[0]].level)

    def _check_given(self, names: Sequence[str]) -> None:
        """Raise `MissingValue` with all the names that have no default."""
        lacking = sorted((name for name in names if self.nodes[name].default is None), key=counted)
        hint = f"bind {'it' if len(lacking) == 1 else 'them'}: {as_keywords(lacking[:2])}"
        if len(lacking) == 1:
            raise MissingValue(f"a value for '{lacking[0]}' is needed", hint=hint, shell=f"give it: --at {lacking[0]}=…")
        if lacking:
            shown = ", ".join(f"'{name}'" for name in lacking[:5]) + (f" and {len(lacking) - 5} more" if lacking[5:] else "")
            shell = f"give them: --at {lacking[0]}=…,{lacking[1]}=…"
            raise MissingValue(f"values for {shown} are needed", hint=hint, shell=shell)

    def _default(self, node: NodeRow) -> float:
        value = default_value(node)
        assert value is not None  # `_check_given` has looked
        if math.isinf(value):
            raise Undefined(f"the default of '{node.name}' is too large for a double: {clipped(str(node.default), 40)}")
        return value

    def _failed(self, name: str, parents: Sequence[str], values: Sequence[Any], failure: Failure) -> Undefined:
        if isinstance(failure, Opaque):
            return opaque_error(self.nodes[name])
        return _undefined(partial(self._line, name), parents, values, failure)

    def _line(self, name: str) -> str:
        return f"'{name}' = {clipped(self.nodes[name].formula or '')}"


def run(steps: Steps, names: Sequence[str], values: Sequence[float], what: Callable[[], str]) -> float:
    """Run steps; a failure becomes `Undefined` that shows the formula and the values."""
    try:
        return steps.run(values)
    except Failure as failure:
        raise _undefined(what, names, values, failure) from None


def _undefined(what: Callable[[], str], names: Sequence[str], values: Sequence[Any], failure: Failure) -> Undefined:
    shown = ", ".join(
        f"{name} = {shortest(value)}" for name, value in zip(names[:6], values, strict=False) if value is not UNKNOWN
    )
    return Undefined(f"{what()} is not defined{' at ' + shown if shown else ''}: {failure}")
