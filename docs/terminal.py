"""What a terminal of 80 columns shows where the blocks of a page are run, from an empty folder and with no database.

In a console block, what stands below `$ command` is its output; `$ cat FILE` stands for writing that file. A sql block is
a query, and the text block after it is the answer.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from gradq.cli.app import main

_FENCE = re.compile(r"^```(console|sql|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
_SIZES = re.compile(r'(")[\d,]+( bytes before, )[\d,]+( after", "before": )\d+(, "after": )\d+')
_PYTHON = re.compile(r"\d+\.\d+\.\d+\S* on [^\"\n]+")
_MOST = 3  # answers of a JSON document that are shown whole; of more the first two


def shown(page: str) -> str:
    """Return a page with the output of its commands as it is now."""
    with tempfile.TemporaryDirectory() as folder, _newcomer(Path(folder).resolve()) as home:
        return _FENCE.sub(Terminal(home).fence, page)


@contextmanager
def _newcomer(folder: Path) -> Iterator[Path]:
    """Be somebody who has no database yet, in an empty folder, before a terminal of 80 columns without colour."""
    home = folder / "home" / "you"
    (home / "graphs").mkdir(parents=True)
    here = Path.cwd()
    settings = {"HOME": f"{home}", "XDG_DATA_HOME": f"{home}/.local/share", "XDG_STATE_HOME": f"{home}/.local/state"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRADQ_", "_GRADQ"))}
    try:
        with mock.patch.dict(os.environ, {**kept, **settings, "COLUMNS": "80", "NO_COLOR": "1"}, clear=True):
            os.chdir(home / "graphs")
            yield folder
    finally:
        os.chdir(here)


class Screen(io.StringIO):
    """What a terminal shows: standard output and errors in the order in which they come."""

    def isatty(self) -> bool:
        return True


class Terminal:
    """The terminal of one page: runs its blocks in order and remembers the exit code."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.code = folder, 0
        self.answer: str | None = None  # of the last query, until a text block shows it

    def fence(self, found: re.Match[str]) -> str:
        """Return a block with what its commands print."""
        kind, body = found[1], found[2]
        if kind == "console":
            body = self.console(body)
        elif kind == "sql":
            self.answer = self._gradq(["sql", "-"], body)
        elif self.answer is not None:
            body, self.answer = self.answer, None
        return f"```{kind}\n{body}```"

    def console(self, body: str) -> str:
        """Return a console block with what its commands print; comments and blank lines before a command stay."""
        out = ""
        for part in re.split(r"^(?=(?:\n?# [^\n]*\n)?\n?\$ )", body, flags=re.MULTILINE):
            before, dollar, rest = part.partition("$ ")
            line, _, shown = rest.partition("\n")
            out += f"{before}{dollar}{line}\n{self._run(line, shown)}" if dollar else part
        return out

    def _run(self, line: str, shown: str) -> str:
        match shlex.split(line):
            case ["cat", file]:
                Path(file).write_text(shown, encoding="utf-8")
                return shown
            case ["echo", "$?"]:
                return f"{self.code}\n"
            case ["echo", text, "|", "gradq", *words]:
                return self._gradq(words, text)
            case ["gradq", *words]:
                return self._gradq(words)
        raise SystemExit(f"no command of a page: {line}")

    def _gradq(self, words: Sequence[str], text: str = "") -> str:
        """Run a command in this process and return what a terminal shows of it."""
        screen, stdin = Screen(), io.TextIOWrapper(io.BytesIO(text.encode()))
        with redirect_stdout(screen), redirect_stderr(screen), mock.patch.object(sys, "stdin", stdin):
            self.code = main(words)
        return "".join(f"{_cut(line.rstrip())}\n" for line in self._masked(screen.getvalue()).splitlines())

    def _masked(self, text: str) -> str:
        """Return a text without what differs from run to run: the folder, the time, the versions."""
        text = _TIME.sub("2026-01-31T12:00:00+00:00", text.replace(str(self.folder), ""))
        text = _SIZES.sub(r"\g<1>200,704\g<2>139,264\g<3>200704\g<4>139264", text)  # they are those of one version of SQLite
        return _PYTHON.sub("3.12.3 on Linux x86_64", text)


def _cut(line: str) -> str:
    """Return a JSON document with a long list of answers cut at `…`; other lines as they are."""
    if not line.startswith('{"schema"'):
        return line
    document = json.loads(line)
    if len(document["answers"]) > _MOST:
        document["answers"][2:] = ["…"]
    return json.dumps(document, ensure_ascii=False).replace('"…"', "…")
