"""What the shell is offered: commands, graphs, nodes and points, of the database that the words so far mean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load


def offered(line: str) -> list[str]:
    """Return what bash is offered at the end of a line."""
    words = line.split(" ")
    environment = {"_GRADQ_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-m", "gradq"], env=os.environ | environment, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.fixture
def two(load: Load) -> Gradq:
    """A database with two graphs and a named point; the second is chosen."""
    load("big1 = 1\nbig2 = 2*big1\nother = big2\n'P&L $x' = 3\n", "first")
    gradq = load("b = 5 - 3*a\nc = 2*b\n", "second")
    gradq("point", "set", "start", "a=1")
    return gradq


def test_the_shell_is_offered_what_fits(two: Gradq) -> None:
    assert offered("gradq gr") == ["grad"]
    assert offered("gradq point ") == ["set", "ls", "rm"]
    assert offered("gradq use ") == ["first", "second"]
    assert offered("gradq d ") == ["a", "b", "c"]
    assert offered("gradq -g first d b") == ["big1", "big2"]
    assert offered("gradq d other -g first --wrt big1,big") == ["big1,big1", "big1,big2"]
    assert offered("gradq d c --wrt b --at s") == ["start"]
    assert offered("gradq d c --wrt b --at a=1,b") == ["a=1,b="]
    assert offered("gradq new x --copy f") == ["first"]
    assert offered("gradq point rm ") == ["start"]
    assert offered("gradq point set p b=2,") == ["b=2,a=", "b=2,b=", "b=2,c="]
    assert offered("gradq example b") == ["black-scholes"]


def test_names_that_a_shell_would_run_are_not_offered(two: Gradq) -> None:
    assert offered("gradq -g first d P") == []


def test_a_database_that_is_not_there_offers_nothing(gradq: Gradq, tmp_path: object) -> None:
    assert offered(f"gradq --db {tmp_path}/nothing.db d ") == []


def test_completion_imports_no_mathematics(two: Gradq) -> None:
    code = (
        "import sys, json\nfrom gradq.cli.app import main\n"
        "try:\n    main([])\nexcept SystemExit:\n    pass\n"
        "print(json.dumps([m for m in ('networkx', 'sympy', 'numpy', 'alembic', 'mpmath') if m in sys.modules]))"
    )
    environment = {"_GRADQ_COMPLETE": "complete_bash", "COMP_WORDS": "gradq d b", "COMP_CWORD": "2"}
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, timeout=60)
    first, last = done.stdout.splitlines()
    assert first == "b" and json.loads(last) == []
