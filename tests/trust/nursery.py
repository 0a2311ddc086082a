"""A process that has gradq imported and forks children, so that a child begins in milliseconds and not in a second.

`Nursery` is the test's end: `start` gives a child that runs a function of this folder. `python -m
tests.trust.nursery` is the other end. A fork of the test's own process would copy pytest, and its threads' locks.
"""

import gc
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent


class Done(NamedTuple):
    """How a child ended: its exit code, or minus the number of the signal that killed it; what it printed."""

    code: int
    out: str
    err: str


class Child:
    """A child that was started; `wait` for it once."""

    def __init__(self, nursery: "Nursery", pid: int, folder: Path) -> None:
        self.nursery, self.pid, self.folder = nursery, pid, folder

    def send(self, number: int) -> None:
        """Send a signal; a child that has ended is not reaped before `wait`, so its number is nobody else's."""
        os.kill(self.pid, number)

    def out(self) -> str:
        """Return what it has printed so far."""
        return (self.folder / "out").read_text(encoding="utf-8")

    def wait(self) -> Done:
        """Wait until it ends."""
        code = int(self.nursery.ask({"wait": self.pid}))
        return Done(code, self.out(), (self.folder / "err").read_text(encoding="utf-8"))


class Nursery:
    """Starts children; close it at the end. `before` are words that start Python, such as `setpriv` with its options."""

    def __init__(self, folder: Path, *before: str) -> None:
        self.folder, self.count = folder, 0
        self.process = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.trust.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ask({})

    def start(self, task: str, *args: object, cwd: Path | None = None, **env: str) -> Child:
        """Start a function, "module:function" of this folder; what it returns is its exit code."""
        self.count += 1
        folder = self.folder / str(self.count)
        folder.mkdir()
        for name in ("out", "err"):
            (folder / name).touch()
        request = {
            "task": task,
            "args": args,
            "cwd": str(cwd or folder),
            "env": {"HOME": str(folder), **env},
            "folder": str(folder),
        }
        return Child(self, int(self.ask(request)), folder)

    def run(self, task: str, *args: object, cwd: Path | None = None, **env: str) -> Done:
        """Start a function and wait for its end."""
        return self.start(task, *args, cwd=cwd, **env).wait()

    def ask(self, request: dict[str, Any]) -> str:
        """Send one request and return the one line that comes back."""
        assert self.process.stdin is not None and self.process.stdout is not None
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return self.process.stdout.readline()

    def close(self) -> None:
        """End the process."""
        with self.process:
            assert self.process.stdin is not None
            self.process.stdin.close()


def wait_until(what: Any, seconds: float = 30.0) -> None:
    """Wait for a condition, which comes in milliseconds or never."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.0005)


def _serve() -> int:
    """Fork a child for each line of standard input, or wait for one."""
    _import_all()
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            answer = os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])
        elif "task" in request:
            answer = os.fork()
            if not answer:
                return _child(request)
        else:
            answer = 0
        print(answer, flush=True)
    return 0


def _child(request: dict[str, Any]) -> int:
    for number, name, flags in ((0, os.devnull, os.O_RDONLY), (1, "out", os.O_WRONLY), (2, "err", os.O_WRONLY)):
        os.dup2(os.open(Path(request["folder"]) / name, flags | os.O_APPEND), number)
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    module, function = request["task"].split(":")
    found = importlib.import_module(f"tests.trust.{module}")
    return int(getattr(found, function)(*request["args"]) or 0)


def _import_all() -> None:
    """Import whatever a command may import later."""
    for room in ("store", "engine", "cli"):
        package = importlib.import_module(f"gradq.{room}")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"gradq.{room}.{module.name}")
    for name in ("gradq.__main__", "alembic.command", "alembic.runtime.migration", "tests.trust.tasks", "platformdirs.unix"):
        importlib.import_module(name)
    gc.freeze()


if __name__ == "__main__":
    sys.exit(_serve())
