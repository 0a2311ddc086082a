"""Rewriting a formula with SymPy, in a process of its own: what SymPy does with a formula has no bound in time or memory.

`rewrite` starts `python -m gradq.engine.rewriter`, hands it the formula as our text, and takes our text back. The child
reads it with our own parser, sets itself limits of memory and of processor time (so that it ends even if its parent
was killed), and answers `ok` or `no` with one line. Nothing that comes back is believed: the two forms are compared by
their values at random points.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from ..store.errors import GaveUp, GradqError, UsageError
from .evaluate import evaluate, steps_of_expression
from .expression import Expr, Number, Sum, Symbol
from .formula import parse_expression
from .layout import text_of
from .names import suggestion
from .steps import Failure, Steps
from .traverse import names_of, postorder

WAYS = ("simplify", "expand", "factor")
LONGEST = 100_000  # characters that are handed over, or taken back
_MEMORY = 2 << 30
_MASKS = hasattr(signal, "pthread_sigmask")  # not on Windows
_TOLERANCE = 1e-9
_POINTS = 200  # tried
_COMPARED = 60  # enough of them with a value
_FEWEST = 3  # fewer prove nothing


def rewrite(root: Expr, how: str, *, seconds: float = 5.0) -> tuple[Expr, str | None]:
    """Return `root` simplified, expanded or factored, and None; or `root` itself and a note that says why not.

    `how` is one of `WAYS`, else `UsageError`. The result is in canonical form, which multiplies a number into a single
    sum: `12*(5*d + 7)` is `60*d + 84`. Values agree at random points where `root` has one; at kinks they may differ.

    >>> rewrite(parse_expression("(a + b)^2"), "expand", seconds=60)
    (Expr(2*a*b + a^2 + b^2), None)
    """
    if how not in WAYS:
        raise UsageError(f"no rewriting is called '{how}'", hint=suggestion(how, list(WAYS)) or f"one of {', '.join(WAYS)}")
    if isinstance(root, Symbol) or not root.parts:
        return root, None
    names = names_of(root)
    if root.size > LONGEST:
        return root, _left(how, f"because the formula has {root.size:,} characters")
    if "pi" in names and any(isinstance(item, Symbol) and item.constant for item in postorder(root)):
        return root, _left(how, "because it has both the constant pi and a node of that name")
    done, text = _ask(how, text_of(root), "pi" in names, seconds)
    if not done:
        return root, _left(how, text)
    try:
        found = parse_expression(text, pi_is_node="pi" in names)
    except GradqError as error:
        return root, _left(how, f"because the result cannot be read ({error})")
    doubt = _doubt(root, found)
    return (root, _left(how, f"because {doubt}")) if doubt else (found, None)


def _left(how: str, reason: str) -> str:
    """Return the note on a formula that was left as it was."""
    return f"{how} was given up {reason}: the answer is as it was"


def _ask(how: str, text: str, pi_is_node: bool, seconds: float) -> tuple[bool, str]:
    """Return whether the child had an answer, and its text, or the reason why not."""
    # -P: no module of the current folder is imported unless we would import it ourselves
    command = [sys.executable, "-P", "-m", __name__ if __name__ != "__main__" else "gradq.engine.rewriter"]
    command += [how, str(ceil(seconds) + 1), "node" if pi_is_node else "constant"]
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    environment = os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": "0"}
    try:
        code, output = _ran(command, text.encode(), environment, seconds)
    except subprocess.TimeoutExpired:
        return False, f"after {seconds:.2g} s"
    except OSError as error:
        return False, f"because no process could be started ({error.strerror})"
    word, _, answer = output.decode(errors="replace").partition("\n")
    if code or word not in ("ok", "no"):
        return False, f"because the algebra system ended with code {code}"
    return word == "ok", answer.strip() if word == "ok" else f"because {answer.strip()}"


def _ran(command: list[str], given: bytes, environment: dict[str, str], seconds: float) -> tuple[int, bytes]:
    """Return a child's exit code and output; it is killed when time is up, and whenever we are interrupted."""
    process = None
    # an interrupt between the child's start and the moment in which we hold it would leave it behind
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM}) if _MASKS else set()
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        if _MASKS:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        output, _ = process.communicate(given, timeout=seconds)
        return process.returncode, output
    finally:
        if process is not None:
            process.kill()
            with process:  # which closes its pipes, and waits for it
                pass
        if _MASKS:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


# ----------------------------------------------------------------------------------- whether the two forms are equal


def _doubt(plain: Expr, found: Expr) -> str | None:
    """Return why `found` may not stand for `plain`, or None if their values agree."""
    if not names_of(found) <= names_of(plain):
        return "the result names other nodes"
    compared = 0
    for point, chance in _points(plain):
        try:
            expected = evaluate(plain, point)
        except Failure:
            continue
        try:
            value = evaluate(found, point)
        except Failure as failure:
            return f"the result has no value at {_shown(point)} ({failure})"
        size = max(abs(expected), abs(value))
        noise = 64 * (_noise(plain, point, expected, chance) + _noise(found, point, value, chance))
        if noise > 1e-6 * size and size:
            continue  # terms cancel here, so the digits say nothing
        if abs(expected - value) > _TOLERANCE * size + noise:
            return f"the result has another value at {_shown(point)} ({value!r}, not {expected!r})"
        compared += 1
        if compared == _COMPARED or not point:
            return None
    return None if compared >= _FEWEST else "too few points were found at which the result can be checked"


def _points(item: Expr) -> Iterator[tuple[dict[str, float], random.Random]]:
    """Yield points: small positive values, small ones of both signs, large ones, and by turns ones near its numbers.

    The last are for conditions such as `V > -40`, whose other side random values would hardly reach.
    """
    chance = random.Random(20_240_229)  # always the same, so that an answer does not change from run to run
    names, numbers = sorted(names_of(item)), _numbers(item)
    for turn in range(_POINTS):
        if turn % 4 == 3:
            yield {name: chance.choice(numbers) * chance.uniform(0.6, 1.5) for name in names}, chance
        else:
            low, high = ((0.05, 1.0), (-2.0, 3.0), (-60.0, 80.0))[turn % 4]
            yield {name: chance.uniform(low, high) for name in names}, chance


def _numbers(item: Expr) -> list[float]:
    """Return the numbers of an expression, smallest first; those that no double holds are left out."""
    found = {Fraction(1)}
    for part in postorder(item):
        if isinstance(part, Number):
            found.add(part.value)
        elif isinstance(part, Sum):
            found.update(coefficient for coefficient, _ in part.terms)
    return [float(value) for value in sorted(found) if abs(value) < 10**300]


def _noise(item: Expr, point: dict[str, float], value: float, chance: random.Random) -> float:
    """Return about how far rounding moves the value: by working it out again with every step off by a last digit."""
    steps = steps_of_expression(item)
    try:
        return max(abs(_shaken(steps, point, chance) - value) for _ in range(2))
    except (ValueError, ArithmeticError):  # in a branch that is not taken
        return 0.0


def _shaken(steps: Steps, point: dict[str, float], chance: random.Random) -> float:
    registers = [*(point[name] for name in steps.names), *steps.constants]
    for function, operands, _ in steps.code:
        result = function(*[registers[index] for index in operands])
        registers.append(result * (1 + chance.uniform(-1, 1) * 2**-52) if isinstance(result, float) else result)
    return float(registers[steps.root])


def _shown(point: dict[str, float]) -> str:
    return ", ".join(f"{name}={value:.4g}" for name, value in list(point.items())[:4]) + (", …" if len(point) > 4 else "")


# ------------------------------------------------------------------------------------------------------- the child


def main() -> None:
    """Rewrite the formula on standard input, as the arguments say, and print `ok` or `no` with a line."""
    how, seconds, pi = sys.argv[1:]
    _limit(int(seconds))
    try:
        word, answer = "ok", _rewritten(sys.stdin.buffer.read().decode(), how, pi == "node")
    except RecursionError:
        word, answer = "no", "the formula is nested too deeply for the algebra system"
    except MemoryError:
        word, answer = "no", "it needs too much memory"
    except GradqError as error:
        word, answer = "no", error.message
    except Exception as error:  # SymPy raises whatever it likes
        word, answer = "no", f"the algebra system failed ({type(error).__name__})"
    sys.stdout.buffer.write(f"{word}\n{answer}\n".encode())


def _rewritten(text: str, how: str, pi_is_node: bool) -> str:
    import sympy

    from .algebra import to_sympy
    from .algebra_back import from_sympy

    ways = {"simplify": sympy.simplify, "expand": sympy.expand, "factor": sympy.factor}
    rewritten = ways[how](to_sympy(parse_expression(text, pi_is_node=pi_is_node)).doit())
    if pi_is_node:  # the constant may come out, and its name is taken
        rewritten = rewritten.xreplace({sympy.pi: sympy.acos(-1, evaluate=False)})
    found = from_sympy(rewritten)
    if found.size > LONGEST:
        raise GaveUp(f"the result has {found.size:,} characters")
    return text_of(found)


def _limit(seconds: int) -> None:
    """Set limits that hold even if the parent is gone; where the system has none, the parent's clock is all."""
    try:
        import resource
    except ImportError:
        return
    for kind, limit in (("RLIMIT_AS", _MEMORY), ("RLIMIT_CPU", seconds), ("RLIMIT_CORE", 0)):
        try:
            resource.setrlimit(getattr(resource, kind), (limit, limit))
        except (AttributeError, ValueError, OSError):
            pass  # this system has no such limit, or a lower one is set already


if __name__ == "__main__":
    main()
