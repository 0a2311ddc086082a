"""A process that asks for hours grows no larger and keeps no file open."""

import gc
import os
from pathlib import Path

from gradq.engine import editor, loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_definition, read_graph
from gradq.engine.nodes import evaluate
from tests.trust import operations
from tests.trust.nursery import Nursery


def ask_many(count: int) -> None:
    """Ask so many questions, and print memory and open files when a quarter and when all have been asked."""
    for at in range(count):
        if at % 250 == 0:
            loaded = Explorer("leaks.db")
            loader.load(loaded, "demo", read_graph(operations.DEMO), replace=True)
        _ask(loaded, at)
        if at % 250 == 249:
            loaded.close()
        if at + 1 in (count // 4, count):
            gc.collect()
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            print(pages * os.sysconf("SC_PAGESIZE"), len(os.listdir("/proc/self/fd")))


def _ask(explorer: Explorer, at: int) -> None:
    """Ask the next question; each is new to the memo.

    But there are only a hundred formulas: of these the process remembers how to run them, up to some thousands.
    """
    match at % 5:
        case 0:
            editor.set_node(explorer, "demo", read_definition(f"d = {at % 500}*b^2 + {at % 500 + 1}"))
        case 1:
            explorer.derivatives("demo", "g", ["a"])
        case 2:
            explorer.derivatives("demo", "g", None, point={"a": at / 7, "o": 1.0})
        case 3:
            explorer.derivatives("demo", "g", ["a"], frontier=["inputs"], use_memo=False)
        case 4:
            evaluate(explorer, "demo", ["g"], [{"a": at / 3, "o": 2.0}])


def leaks(nursery: Nursery, count: int) -> tuple[float, int]:
    """Return by what part memory grew after the first quarter of so many questions, and how many files more are open."""
    done = nursery.run("test_leaks:ask_many", count)
    assert (done.code, done.err) == (0, "")
    (memory, files), (memory_then, files_then) = (map(int, line.split()) for line in done.out.splitlines())
    return memory_then / memory - 1, files_then - files


def test_two_thousand_questions_leave_memory_and_files_as_they_were(nursery: Nursery) -> None:
    grown, files = leaks(nursery, 2000)
    assert grown < 0.05 and files == 0, (grown, files)
