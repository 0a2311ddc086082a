"""The laws of `tests/trust` with large numbers: `pytest -m soak -n 0 -s tests/soak` prints the figures, for some hours.

GRADQ_SOAK=0.01 takes a hundredth of each number.
"""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gradq.engine.explorer import Explorer
from tests.trust.nursery import Nursery
from tests.trust.test_crowd import crowd
from tests.trust.test_kills import kill
from tests.trust.test_leaks import leaks
from tests.trust.test_memo import run as run_machine
from tests.trust.test_overtaken import Interrupted, force
from tests.trust.test_signals import signals

pytestmark = pytest.mark.soak
SHARE = float(os.environ.get("GRADQ_SOAK", "1"))
SEED = int(os.environ.get("GRADQ_SOAK_SEED", random.SystemRandom().randrange(10**6)))


def much(count: float) -> int:
    return max(10, round(count * SHARE))


@pytest.fixture
def say() -> Callable[[str], None]:
    """Print a figure, with the seed and the time since the test began."""
    began = time.monotonic()
    return lambda text: print(f"\n{text}; seed {SEED}, {time.monotonic() - began:.0f} s")


def test_a_thousand_kills(nursery: Nursery, tmp_path: Path, old_file: Path, say: Callable[[str], None]) -> None:
    kill(nursery, tmp_path, old_file, much(1000), seed=SEED)
    say(f"{much(1000)} kills: every edit whole or absent, no wrong row")


def test_a_process_that_ends_at_every_statement(nursery: Nursery, say: Callable[[str], None]) -> None:
    done = nursery.run("test_faults:end_everywhere")
    assert (done.code, done.err) == (0, "")
    say(f"{done.out.strip()} processes ended, one before each statement of each operation: nothing half done")


def test_five_thousand_runs_of_the_machine(say: Callable[[str], None]) -> None:
    run_machine(much(5000), 60)
    say(f"{much(5000)} runs of 60 edits and questions: no stale row, none dropped without need")


def test_two_thousand_interleavings(database: str, say: Callable[[str], None]) -> None:
    with Interrupted(database) as one, Explorer(database) as other:
        force(one, other, much(2000), seed=SEED)
    say(f"{much(2000)} interleavings on {database.split(':')[0]}: nothing of an older revision stored")


def test_ten_minutes_of_a_crowd(nursery: Nursery, database: str, say: Callable[[str], None]) -> None:
    people = 8 if database.startswith("sqlite") else 16
    edits, questions = crowd(nursery, database, people, turns=10**9, seconds=600 * SHARE)
    say(f"{people} processes on {database.split(':')[0]}: {edits} edits, {questions} questions, none lost, none of no revision")


def test_two_hundred_signals(nursery: Nursery, tmp_path: Path, say: Callable[[str], None]) -> None:
    met = signals(nursery, tmp_path, much(200), seed=SEED)
    say(f"{much(200)} signals, by exit code: {met}")


def test_ten_thousand_questions(nursery: Nursery, say: Callable[[str], None]) -> None:
    grown, files = leaks(nursery, much(10_000))
    say(f"{much(10_000)} questions: memory {100 * grown:+.1f} %, {files:+} files")
    assert grown < 0.05 and files == 0
