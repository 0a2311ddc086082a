"""Running Graphviz: the program `dot`, or the library that the extra `draw` brings.

Either runs as a process of its own, never through a shell, and is ended when its time is up.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec

from ..store.errors import GaveUp

SECONDS = 20.0
_LIBRARY = """\
import sys, pygraphviz
text = sys.stdin.buffer.read().decode()
sys.stdout.buffer.write(pygraphviz.AGraph(string=text).draw(prog="dot", format=sys.argv[1]))
"""


def is_there() -> bool:
    """Return whether Graphviz can be run.

    >>> is_there() in (True, False)
    True
    """
    return bool(_command("svg"))


def render(text: str, kind: str, *, seconds: float = SECONDS) -> bytes:
    """Return what Graphviz makes of a DOT text, as svg, png or json; raises `GaveUp`."""
    command = _command(kind)
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        hint, shell = "draw less: a selection, or what lies between two nodes", "draw less: --select, or --of and --wrt"
        raise GaveUp(f"Graphviz was not done after {seconds:g} s", hint=hint, shell=shell) from None
    except OSError as error:
        raise GaveUp(f"Graphviz does not run: {error.strerror}") from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise GaveUp(f"Graphviz failed: {said[-1] if said else f'exit code {done.returncode}'}")
    return done.stdout


def _command(kind: str) -> list[str]:
    """Return the words of a command that reads DOT and writes a picture; nothing where there is no Graphviz."""
    program = shutil.which("dot")
    if program is not None:
        return [program, f"-T{kind}"]
    if sys.executable and find_spec("pygraphviz") is not None:
        return [sys.executable, "-P", "-c", _LIBRARY, kind]  # -P: nothing is imported from the current folder
    return []
