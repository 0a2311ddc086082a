"""What a database goes through in these tests: edits and questions as plain lists, drawn from a seed.

A child performs them one after the other, and the test performs the same in memory: so it knows what the database must
hold after each.
"""

import random
from collections.abc import Callable
from functools import cache

from gradq.engine import editor, loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_definition, read_graph
from tests.trust.audit import State, state

Operation = list[str]

DEMO = """
a = 0.5
b = 5 - 3*a
c = 2*b + 3
d = 5*b + 6
e = 7*c + d^2
f = 2*e
o
g = 3*f - o
"""
EXTRA = "x = 2\n" + "".join(f"y{i} = y{i - 1}*x + {i}\n" if i else "y0 = x\n" for i in range(6))
POINT = {"a": 0.25, "o": 1.0}
_LENGTH = 100


def perform(explorer: Explorer, operation: Operation) -> None:
    """Do one operation."""
    verb, *words = operation
    _VERBS[verb](explorer, *words)


@cache
def operations(seed: int) -> list[Operation]:
    """Return operations that can be done in this order on a database in which nothing is."""
    draw, extra, tail, renamed = random.Random(seed), False, False, False
    found: list[Operation] = [["load", "demo", DEMO]]
    while len(found) < _LENGTH:
        k, e = draw.randint(2, 9), "ee" if renamed else "e"
        verb = draw.choice(["graph", "set", "set", "default", "rename", "tail", "replace", "point", "clear", "ask", "ask", "ask"])
        match verb:
            case "graph":
                found.append(["rm", "extra"] if extra else ["load", "extra", EXTRA])
                extra = not extra
            case "set":
                found.append(["set", draw.choice([f"d = {k}*b + 6", f"c = {k}*b + d", f"d = {k}*b^2", f"b = {k} - 3*a"])])
            case "default":
                found.append(["set", f"a = 0.{k}"])
            case "rename":
                found.append(["rename", e, "e" if renamed else "ee"])
                renamed = not renamed
            case "tail":
                found.append(["rm-node", "tail"] if tail else ["set", f"tail = {k}*g"])
                tail = not tail
            case "replace":
                found.append(["replace", "demo", DEMO.replace("2*b + 3", f"{k}*b").replace("5*b", f"{k + 1}*b")])
                tail = renamed = False
            case "point":
                found.append(["point", f"p{k}"])
            case "clear":
                found.append(["clear"])
            case "ask":
                of, wrt = draw.choice([("g", "b"), ("g", "a"), (e, "a"), ("f", "c")])
                found.append([draw.choice(["d", "d at", "grad", "grad at"]), of, wrt])
    return found


@cache
def states(seed: int) -> list[State]:
    """Return what the database holds before each operation, and after the last one."""
    with Explorer(":memory:") as explorer:
        found = [state(explorer)]
        for operation in operations(seed):
            perform(explorer, operation)
            found.append(state(explorer))
    return found


def _set(explorer: Explorer, line: str) -> None:
    editor.set_node(explorer, "demo", read_definition(line))


def _load(explorer: Explorer, name: str, text: str) -> None:
    loader.load(explorer, name, read_graph(text))


def _replace(explorer: Explorer, name: str, text: str) -> None:
    loader.load(explorer, name, read_graph(text), replace=True)


_VERBS: dict[str, Callable[..., object]] = {
    "load": _load,
    "replace": _replace,
    "rm": loader.remove_graph,
    "set": _set,
    "rename": lambda explorer, old, new: editor.rename_node(explorer, "demo", old, new),
    "rm-node": lambda explorer, name: editor.remove_node(explorer, "demo", name),
    "point": lambda explorer, name: editor.name_point(explorer, "demo", name, [POINT]),
    "clear": lambda explorer: explorer.memo_clear("demo"),
    "d": lambda explorer, of, wrt: explorer.derivatives("demo", of, [wrt]),
    "d at": lambda explorer, of, wrt: explorer.derivatives("demo", of, [wrt], point=POINT),
    "grad": lambda explorer, of, wrt: explorer.derivatives("demo", of, None),
    "grad at": lambda explorer, of, wrt: explorer.derivatives("demo", of, None, point=POINT),
}
