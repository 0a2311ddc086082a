"""Speed to begin with, as ratios against named peers in the same run: python benchmarks/speed.py

Every figure is the median of several runs; nothing here passes or fails. Peers: for the command line, the bare
import of what it is built on; for formulas, SymPy on the same chain, given `SYMPY_SECONDS` to finish.
"""

import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import gradq
from gradq.engine.explorer import Explorer

RUNS = 7
SYMPY_SECONDS = 10.0
TEN = "x0 = 2\n" + "".join(f"x{k} = x{k - 1}*sin(x{k - 1}) + {k}\n" for k in range(1, 10))


def main() -> None:
    """Print every figure."""
    with tempfile.TemporaryDirectory() as folder:
        command_line(Path(folder))
    growing_products()
    long_chain()
    diamonds(100_000)


def command_line(folder: Path) -> None:
    """A memo hit and a miss on ten nodes, each a cold process, against the bare imports."""
    database = str(folder / "speed.db")
    with gradq.open(database) as space:
        space.add("ten", TEN)
    ask = [sys.executable, "-m", "gradq", "--db", database, "-g", "ten", "d", "x9", "--wrt", "x0"]
    clear = [sys.executable, "-m", "gradq", "--db", database, "-g", "ten", "memo", "clear"]
    process(ask)  # writes the bytecode
    hits, misses, floors, floors_nx = [], [], [], []
    for _ in range(RUNS):
        process(clear)
        misses.append(process(ask))
        floors_nx.append(process([sys.executable, "-c", "import typer, sqlalchemy, networkx"]))
        hits.append(process(ask))
        floors.append(process([sys.executable, "-c", "import typer, sqlalchemy"]))
    ratio("memo hit, cold process", hits, floors, "import typer, sqlalchemy")
    ratio("miss on ten nodes, rows written", misses, floors_nx, "import typer, sqlalchemy, networkx")


def growing_products() -> None:
    """x_k = x_{k-1}*x_{k-2} + 1: the last of 103 nodes by the first, printed in named steps; SymPy on the same."""
    text = "x0\nx1\n" + "".join(f"x{k} = x{k - 1}*x{k - 2} + 1\n" for k in range(2, 103))
    seconds, answer = asked(text, "x102", "x0")
    print(f"103 products: {seconds * 1000:.0f} ms, {answer.count(chr(10)) + 1} steps; ", end="")
    peer = multiprocessing.get_context("spawn").Process(target=sympy_products)
    started = time.perf_counter()
    peer.start()
    peer.join(SYMPY_SECONDS)
    done = not peer.is_alive()
    peer.kill()
    spent = time.perf_counter() - started
    print(f"SymPy: {f'{spent:.1f} s, ratio {seconds / spent:.3f}' if done else f'not done after {SYMPY_SECONDS:.0f} s'}")


def sympy_products() -> None:
    """Do the same with SymPy: expressions substituted, differentiated and printed."""
    import sympy

    first, second = sympy.symbols("x0 x1")
    before, last = first, second
    for _ in range(101):
        before, last = last, last * before + 1
    str(sympy.diff(last, first))


def long_chain() -> None:
    """A chain of 2,000 nodes x + sin(x), symbolically."""
    text = "x0\n" + "".join(f"x{k} = x{k - 1} + sin(x{k - 1})\n" for k in range(1, 2001))
    seconds, answer = asked(text, "x2000", "x0")
    print(f"chain of 2,000 x + sin(x): {seconds:.2f} s, {len(answer):,} characters")


def diamonds(count: int) -> None:
    """The derivative through `count` diamonds in a row at a point, the graph being read from the database."""
    lines = ["x0 = 1"]
    for k in range(count):
        lines += [f"l{k} = 0.5*x{k}", f"r{k} = sin(x{k})*0.5", f"x{k + 1} = l{k} + r{k}"]
    with tempfile.TemporaryDirectory() as folder, gradq.open(Path(folder) / "diamonds.db") as space:
        started = time.perf_counter()
        graph = space.add("diamonds", "\n".join(lines))
        loaded = time.perf_counter() - started
        started = time.perf_counter()
        value = graph.d(f"x{count}", wrt="x0").at()
        seconds = time.perf_counter() - started
        print(f"{count:,} diamonds (2^{count} paths): {seconds:.2f} s at a point (loading them: {loaded:.1f} s), {value!r}")


def asked(text: str, of: str, wrt: str) -> tuple[float, str]:
    """Return the median seconds of a symbolic question in the process without the memo, and its answer."""
    with gradq.open(":memory:") as space:
        space.add("bench", text)
        explorer: Explorer = space._explorer
        question: Callable[[], object] = lambda: explorer.derivatives("bench", of, [wrt], use_memo=False)  # noqa: E731
        times, answer = [], ""
        for _ in range(3):
            started = time.perf_counter()
            answer = str(question().answers[0].expression)  # type: ignore[attr-defined]
            times.append(time.perf_counter() - started)
        return statistics.median(times), answer


def process(command: list[str]) -> float:
    """Return the seconds that a whole process takes, its bytecode compiled before, as that of an installed program is."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - started


def ratio(what: str, ours: list[float], theirs: list[float], peer: str) -> None:
    """Print a median, the peer's, and the median of the ratios run by run."""
    pairs = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(f"{what}: {statistics.median(ours):.3f} s, {pairs:.2f} × `{peer}` ({statistics.median(theirs):.3f} s)")


if __name__ == "__main__":
    main()
