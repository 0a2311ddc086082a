"""Ctrl-C and SIGTERM at any moment: the documented exit code, no traceback, and a database as after a kill."""

import random
import shutil
import signal
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from gradq.engine.explorer import Explorer
from tests.trust import operations
from tests.trust.audit import State, problems, state
from tests.trust.nursery import Child, Nursery, wait_until

COMMANDS = [
    ["d", "g", "--wrt", "b"],
    ["d", "g", "--wrt", "a", "--at", "a=2,o=1", "--json"],
    ["grad", "g"],
    ["set", "d = 4*b^2"],
    ["rename", "d", "dd"],
    ["load", "large.gq"],
    ["load", "demo.gq", "--replace"],
    ["save", "copy.gq"],
    ["rm", "demo"],
    ["memo", "clear"],
    ["db", "backup", "copy.db"],
    ["sql", "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"],
]
LARGE = "x0\n" + "".join(f"x{i} = x{i - 1}*{i} + x{i // 2}\n" for i in range(1, 300))
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


class Finished(NamedTuple):
    """What a command does that is let alone."""

    seconds: float
    left: State


def interrupt(nursery: Nursery, folder: Path, draw: random.Random, finished: dict[str, Finished]) -> int:
    """Send a signal to a command at some moment, and look at what it said and left; returns its exit code.

    `finished` keeps how long each command takes when nobody interrupts it, and what it leaves.
    """
    words, number = draw.choice(COMMANDS), draw.choice(list(CODES))
    before = _prepare(folder / "first")
    key = " ".join(words)
    if key not in finished and words[0] != "sql":
        began = time.monotonic()
        assert _start(nursery, words, folder / "first").wait().code == 0
        finished[key] = Finished(time.monotonic() - began, _look(folder / "first"))
    _prepare(folder / "second")
    child = _start(nursery, words, folder / "second")
    wait_until(lambda: (child.folder / "begun").exists())
    seconds, whole = finished.get(key, Finished(0.3, before))
    time.sleep(draw.uniform(0.0, 1.1 * seconds))
    child.send(number)
    done = child.wait()
    # after its last line of Python a process ends by the signal itself, which a shell shows as the same code
    assert done.code in (0, CODES[number], -number), (words, done)
    assert "Traceback" not in done.err and "Exception" not in done.err, (words, done)
    after = _look(folder / "second")
    assert after == whole or (after == before and done.code), (words, done)
    left = {path.name.removesuffix("-wal").removesuffix("-shm") for path in (folder / "second").iterdir()}
    assert left <= {"x.db", "demo.gq", "large.gq", "copy.gq", "copy.db"}, (words, done)
    return done.code


def _prepare(folder: Path) -> State:
    folder.mkdir()
    (folder / "large.gq").write_text(LARGE)
    (folder / "demo.gq").write_text(operations.DEMO.replace("5*b", "4*b"))
    with Explorer(str(folder / "x.db")) as explorer:
        operations.perform(explorer, ["load", "demo", operations.DEMO])
        operations.perform(explorer, ["d", "g", "c"])
        return state(explorer)


def _start(nursery: Nursery, words: list[str], folder: Path) -> Child:
    chosen = [] if words[0] in ("load", "rm") else ["-g", "demo"]
    return nursery.start("tasks:command", *chosen, "--db", "x.db", *words, cwd=folder)


def _look(folder: Path) -> State:
    with Explorer(str(folder / "x.db")) as explorer:
        assert problems(explorer) == []
        return state(explorer)


def signals(nursery: Nursery, tmp_path: Path, count: int, seed: int) -> dict[int, int]:
    """Send so many signals; returns how often each exit code was met."""
    draw, finished, met = random.Random(seed), dict[str, Finished](), Counter[int]()
    for turn in range(count):
        folder = tmp_path / str(turn)
        folder.mkdir()
        try:
            met[interrupt(nursery, folder, draw, finished)] += 1
        except Exception as error:
            error.add_note(f"seed {seed}, turn {turn}")
            raise
        shutil.rmtree(folder)
    return dict(met)


def test_forty_signals(nursery: Nursery, tmp_path: Path) -> None:
    met = signals(nursery, tmp_path, 40, seed=1)
    assert len(met) > 1, "no signal came in time"
