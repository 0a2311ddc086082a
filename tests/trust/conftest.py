"""Tests of trust: crashes, crowds, faults and signals. They mirror no room, for each looks at the whole program.

Each law has two sizes. Here is the small one; `tests/soak` asks for the same with larger numbers (`pytest -m soak`).
"""

from collections.abc import Iterator

import pytest

from tests.trust.nursery import Nursery


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """A process that forks children with gradq imported."""
    found = Nursery(tmp_path_factory.mktemp("nursery"))
    yield found
    found.close()
