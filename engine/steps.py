"""Formulas as steps over registers, and how they run: nothing is ever compiled to Python code.

A step that has no finite value leaves a `Failure` that says which part of the formula has none; an `if` may ignore
one in the branch that it does not take.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .functions import FUNCTIONS


class Failure(Exception):
    """A part of a formula has no finite value; the text says which and why."""


class Kink(NamedTuple):
    """A kink or jump that is stood on, with the slopes of the function there: left, right, and the one that is used.

    An `if` on the border of its condition has no slopes of its own; its `text` is the comparison, with its numbers.
    """

    node: str
    function: str
    left: float | None
    right: float | None
    used: float | None
    text: str

    @property
    def note(self) -> str:
        """What a person is told."""
        if self.left is None or self.right is None or self.used is None:
            return f"{self.function} at node {self.node} stands on its border ({self.text}): the branch that is taken counts"
        what = "jump" if self.left == self.right else "kink"
        slopes = f"left {shortest(self.left)}, right {shortest(self.right)}, used {shortest(self.used)}"
        return f"{self.function} at node {self.node} stands on its {what} ({slopes})"


class Unknown:
    """Stands in a register whose value depends on a name without a value."""


UNKNOWN = Unknown()
_COMPARISONS = {"<", "<=", ">", ">=", "==", "!="}


class Step(NamedTuple):
    """Write `function(*registers)` to the next register. `name` is the word of the formula that it came from."""

    function: Callable[..., Any]
    registers: tuple[int, ...]
    name: str


class Steps(NamedTuple):
    """A formula ready to run: registers begin with the names, then the constants, then one for each step."""

    names: tuple[str, ...]
    constants: tuple[float, ...]
    code: tuple[Step, ...]
    root: int
    delicate: bool  # has a part that may be undefined, or a kink
    quick: Callable[[Sequence[float]], Any] | None = None  # the whole as one function, where that is worth it

    def run(self, values: Sequence[float]) -> float:
        """Return the value; raises `Failure`."""
        try:
            found = self.walked(values) if self.quick is None else self.quick(values)
        except (ValueError, ArithmeticError):
            found = self.trace(values)[self.root]  # an undefined part may lie in a branch that is not taken
        if isinstance(found, Failure):
            raise found
        if not math.isfinite(found):
            raise Failure("the result overflows" if math.isinf(found) else "the result is not a number")
        return float(found)

    def walked(self, values: Sequence[Any]) -> Any:
        """Return what the steps give, register by register, with no look at it."""
        registers: list[Any] = [*values, *self.constants]
        for function, operands, _ in self.code:
            registers.append(function(*[registers[index] for index in operands]))
        return registers[self.root]

    def trace(self, values: Sequence[Any]) -> list[Any]:
        """Return all registers, where what is undefined holds its `Failure` and what is not known `UNKNOWN`."""
        registers: list[Any] = [*values, *self.constants]
        for step in self.code:
            registers.append(_guarded(step, [registers[index] for index in step.registers]))
        return registers

    def may_bend(self) -> bool:
        """Return whether there is a function with kinks or jumps in it, or a condition."""
        return any(step.name in _COMPARISONS or (step.name in FUNCTIONS and FUNCTIONS[step.name].kink) for step in self.code)

    def probe(self, values: Sequence[Any]) -> tuple[list[Failure], list[Kink]]:
        """Return what is undefined and which kinks are met at these values, in the branches that are taken."""
        registers, failures, kinks = self.trace(values), [], []
        stack, seen, first = [self.root], set(), len(self.names) + len(self.constants)
        while stack:
            index = stack.pop()
            if index < first or index in seen:
                continue
            seen.add(index)
            step = self.code[index - first]
            args = [registers[operand] for operand in step.registers]
            stack.extend(_taken(step, args))
            if any(isinstance(arg, (Failure, Unknown)) for arg in args):
                continue
            if isinstance(registers[index], Failure):
                failures.append(registers[index])
            else:
                kinks += _kinks(step, args)
        return failures, kinks


def _guarded(step: Step, args: list[Any]) -> Any:
    """Run one step where arguments may be undefined or unknown; only `if` may ignore such a one."""
    if step.name == "if" and not isinstance(args[0], (Failure, Unknown)):
        return args[1] if args[0] else args[2]
    if _is_settled(step, args):
        return args[0]
    for kind in (Failure, Unknown):
        for arg in args:
            if isinstance(arg, kind):
                return arg
    try:
        return step.function(*args)
    except OverflowError:
        return Failure(f"{_shown(step.name, args)} overflows")
    except ZeroDivisionError:
        return Failure(f"{_shown(step.name, args)} divides by zero")
    except ValueError:
        hint = "; a real cube root is cbrt(x)" if step.name == "^" and args[0] < 0 else ""
        return Failure(f"{_shown(step.name, args)} is not defined{hint}")


def _is_settled(step: Step, args: list[Any]) -> bool:
    """Return whether the left side of an `and` or `or` settles it, so that the right side is not looked at."""
    settles = step.name in ("and", "or") and not isinstance(args[0], (Failure, Unknown))
    return settles and bool(args[0]) == (step.name == "or")


def _taken(step: Step, args: list[Any]) -> list[int]:
    """Return the registers that matter for a step: of an `if`, the condition and the branch that is taken."""
    condition = step.registers[:1]
    if _is_settled(step, args):
        return list(condition)
    if step.name != "if":
        return list(step.registers)
    if isinstance(args[0], (Failure, Unknown)):
        return list(condition)
    return [*condition, step.registers[1] if args[0] else step.registers[2]]


def _kinks(step: Step, args: list[Any]) -> list[Kink]:
    """Return the kink that a step stands on at these arguments, if there is one."""
    if step.name in _COMPARISONS:
        # a comparison stands in a condition: where its sides are equal the next branch begins
        return [Kink("", "if", None, None, None, _shown(f" {step.name} ", args))] if args[0] == args[1] else []
    entry = FUNCTIONS.get(step.name)
    bend = None if entry is None else entry.kink
    if bend is None or not bend.met(*args):
        return []
    used = 1 / args.count(step.function(*args)) if bend.used is None else float(bend.used)
    return [Kink("", step.name, float(bend.left), float(bend.right), used, _shown(step.name, args))]


def _shown(name: str, args: Sequence[float]) -> str:
    """Return a step with its numbers, such as `log(-1)` or `1/0`."""
    texts = [shortest(arg) for arg in args]
    if name.isalnum():
        return f"{name}({', '.join(texts)})"
    return name.join(f"({text})" if text.startswith("-") else text for text in texts)


def shortest(value: float) -> str:
    """Return the shortest text that reads back as the same double, without a trailing `.0`.

    >>> shortest(282.0), shortest(0.1), shortest(1e22)
    ('282', '0.1', '1e+22')
    """
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text
