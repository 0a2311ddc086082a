"""A process that is killed leaves an edit whole or absent, no wrong memo row, and nothing to be repaired."""

import random
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from gradq.engine.explorer import Explorer
from gradq.store.upgrade import SCHEMA
from tests.trust.audit import problems, state
from tests.trust.conftest import OLD
from tests.trust.nursery import Nursery, wait_until
from tests.trust.operations import operations, perform, states

_SEEDS = 2


def kill_at_work(nursery: Nursery, folder: Path, draw: random.Random) -> None:
    """Kill a child somewhere in its operations, and look at what it left; then go on where it stopped."""
    seed, file = draw.randrange(_SEEDS), folder / "killed.db"
    least = draw.choice([0, draw.randrange(60), draw.randrange(60)])
    child = nursery.start("tasks:busy", str(file), seed)
    wait_until(lambda: len(child.out()) >= least)
    time.sleep(draw.uniform(0.0, 0.15 if not least else 0.02))
    child.send(signal.SIGKILL)
    done = child.wait()
    assert done.code in (0, -signal.SIGKILL) and done.err == ""
    acknowledged, expected = len(done.out), states(seed)
    with Explorer(str(file)) as explorer:
        found = state(explorer)
        assert found in expected[acknowledged : acknowledged + 2], f"after {operations(seed)[:acknowledged][-1:]}"
        assert problems(explorer) == []
        at = acknowledged if found == expected[acknowledged] else acknowledged + 1
        for operation in operations(seed)[at : at + 3]:
            perform(explorer, operation)
        assert state(explorer) == expected[min(at + 3, len(expected) - 1)]


def kill_at_upgrade(nursery: Nursery, folder: Path, old: Path, draw: random.Random) -> None:
    """Kill a child while it brings a file to this schema; the next one that opens it does the rest."""
    file = folder / "old.db"
    shutil.copy(old, file)
    child = nursery.start("tasks:opened", str(file))
    time.sleep(draw.uniform(0.0, 0.12))
    child.send(signal.SIGKILL)
    assert child.wait().code in (0, -signal.SIGKILL)
    with Explorer(str(file)) as explorer:
        assert explorer.schema() == SCHEMA
        assert state(explorer) == states(0)[OLD]
        assert problems(explorer) == []
    copies = [*folder.glob("*.bak")]
    assert copies
    for copy in copies:
        with closing(sqlite3.connect(copy)) as conn:
            assert conn.execute("pragma integrity_check").fetchall() == [("ok",)]
            assert conn.execute("select version_num from alembic_version").fetchall() == [("0001",)]


def kill(nursery: Nursery, tmp_path: Path, old_file: Path, count: int, seed: int) -> None:
    """Kill so many children; the seed is in the message of a failure."""
    draw = random.Random(seed)
    for turn in range(count):
        folder = tmp_path / str(turn)
        folder.mkdir()
        try:
            if turn % 6:
                kill_at_work(nursery, folder, draw)
            else:
                kill_at_upgrade(nursery, folder, old_file, draw)
        except Exception as error:
            error.add_note(f"seed {seed}, turn {turn}")
            raise
        shutil.rmtree(folder)


def test_sixty_kills(nursery: Nursery, tmp_path: Path, old_file: Path) -> None:
    kill(nursery, tmp_path, old_file, 60, seed=2)
