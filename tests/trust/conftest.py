"""Tests of trust: crashes, crowds, faults and signals. They mirror no room, for each looks at the whole program.

Each law has two sizes. Here is the small one; `tests/soak` asks for the same with larger numbers (`pytest -m soak`).
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradq.engine.explorer import Explorer
from gradq.store.upgrade import downgrade
from tests.trust.nursery import Nursery
from tests.trust.operations import operations, perform

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a thousand commits wait for a disk a minute
OLD = 40  # operations of seed 0 that are in the old file


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder in memory where the system has one."""
    with tempfile.TemporaryDirectory(prefix="gradq-test-", dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """A process that forks children with gradq imported."""
    with tempfile.TemporaryDirectory(prefix="gradq-nursery-", dir=MEMORY) as folder:
        found = Nursery(Path(folder))
        yield found
        found.close()


@pytest.fixture(scope="session")
def old_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the first schema, with rows in every table."""
    file = tmp_path_factory.mktemp("old") / "old.db"
    with Explorer(str(file)) as explorer:
        for operation in operations(0)[:OLD]:
            perform(explorer, operation)
        downgrade(explorer.engine, "0001")
    return file
