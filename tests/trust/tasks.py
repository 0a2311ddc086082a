"""What a child of the nursery does; each function returns its exit code."""

import os
import signal
import sys
from pathlib import Path

from gradq import __main__ as program
from gradq.engine.explorer import Explorer
from tests.trust import operations


def command(*words: str) -> int:
    """Run the command line."""
    sys.argv = ["gradq", *words]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    Path(os.environ["HOME"], "begun").touch()
    return program.main()


def busy(url: str, seed: int) -> int:
    """Do operation after operation, and print a letter after each that is done."""
    with Explorer(url) as explorer:
        for operation in operations.operations(seed):
            operations.perform(explorer, operation)
            os.write(1, b".")
    return 0


def opened(url: str) -> int:
    """Open a database, which upgrades an older file, and count its graphs."""
    with Explorer(url) as explorer:
        return len(explorer.summaries()) != 1
