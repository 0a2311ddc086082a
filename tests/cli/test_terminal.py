"""On a terminal: tables that fit it, numbers below each other, no colour where none is wanted; in a pipe nothing of it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from gradq.cli.terminal import aligned, is_numeric
from gradq.engine import loader
from gradq.engine.explorer import Explorer
from gradq.engine.gallery import examples
from gradq.engine.graphfile import read_graph

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "gradq.db"
    with Explorer(f"sqlite:///{path}") as explorer:
        loader.load(explorer, "bs", read_graph(examples()["black-scholes"].text))
        long = "y = " + " + ".join(f"coefficient_{i}*variable_{i}" for i in range(12)) + "  # \x1b[31mred\n'[bold]x' = 1\n"
        loader.load(explorer, "wide", read_graph(long))
    return path


def terminal(database: Path, *words: str, width: int = 80, extra: dict[str, str] | None = None) -> str:
    """Run a command on a terminal of that width and return what it shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    known = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "TERM")}
    environment = known | {"TERM": "xterm-256color"} | (extra or {})
    command = [sys.executable, "-m", "gradq", "--db", str(database), *words]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait(60) == 0
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("words", [["nodes", "-g", "bs"], ["nodes", "-g", "wide"], ["deps", "call", "-g", "bs"], ["views"]])
def test_a_table_fits_the_terminal_and_loses_nothing(database: Path, words: list[str], width: int) -> None:
    shown = ANSI.sub("", terminal(database, *words, width=width))
    assert max(len(line) for line in shown.splitlines()) <= width
    piped = subprocess.run(
        [sys.executable, "-m", "gradq", "--db", str(database), *words], capture_output=True, text=True, timeout=60, check=True
    )
    if width == 200:  # in a narrow one words are folded too
        assert set(piped.stdout.replace("\x1b", "\\x1b").split()) <= set(shown.split())


def test_numbers_stand_with_their_points_below_each_other(database: Path) -> None:
    shown = ANSI.sub("", terminal(database, "grad", "call", "--inputs", "--at", "default", "-g", "bs"))
    places = {line.index(".") for line in shown.splitlines() if "." in line}
    assert len(shown.splitlines()) == 5 and len(places) == 1


def test_a_jacobian_is_a_table(database: Path) -> None:
    shown = ANSI.sub("", terminal(database, "jac", "--of", "call,put", "--wrt", "S,K", "-g", "bs", "--at", "default"))
    heading, call, put = (line.split() for line in shown.splitlines())
    assert (heading[1:], call[0], put[0], len(call)) == (["S", "K"], "call", "put", 3)


def test_a_jacobian_that_does_not_fit_is_a_line_for_each_pair(database: Path) -> None:
    words = ["jac", "--of", "call,put", "--wrt", "S,K,r,sigma,T", "-g", "bs", "--at", "default"]
    shown = ANSI.sub("", terminal(database, *words, width=60))
    assert len(shown.splitlines()) == 11 and shown.splitlines()[1].split()[:2] == ["call", "S"]


def test_a_pipe_that_is_closed_is_no_failure(database: Path) -> None:
    command = f"{sys.executable} -m gradq --db {database} -g wide nodes --json | head -c 20; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.stdout[20:], done.stderr) == ("0\n", "")


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_none_is_wanted(database: Path, environment: dict[str, str]) -> None:
    assert "\x1b" in terminal(database, "nodes", "-g", "bs")
    assert "\x1b" not in terminal(database, "nodes", "-g", "bs", extra=environment)


@pytest.mark.parametrize("form", ["text", "csv", "md"])
def test_what_a_person_wrote_never_steers_the_terminal(database: Path, form: str) -> None:
    shown = terminal(database, "nodes", "-g", "wide", "-f", form, extra={"NO_COLOR": "1"})
    assert "\x1b" not in shown and "[bold]x" in shown
    assert "\x1b" not in terminal(database, "save", "-g", "wide", extra={"NO_COLOR": "1"})


def test_numeric_columns_are_those_with_numbers_alone() -> None:
    assert is_numeric([1, 2.5, None]) and not is_numeric([1, "2"]) and not is_numeric([None]) and not is_numeric([True])
    assert aligned(["1", "-22.75", "1e+22"]) == ["1   ", "-22.75", "1e+22   "]
