"""README shows what a reader's terminal shows, word by word: every console, bash, Python and SQL block.

`tests/docs/test_docs.py` compares all its console and SQL blocks with their output, on a terminal, in one process. Here
the first ones run as a newcomer runs them: by the installed command, by another Python.
"""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gradq.cli.app import main
from gradq.cli.doctor import EXTRAS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PARTS = [
    "gradq",
    "Install it, or work on it",
    "Ten things to ask",
    "How to write a .gq",
    "Bring your own graph",
    "Python in ten lines",
    "SQL in five",
    "Where things are",
]


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def _output(*command: str, stdin: str = "") -> str:
    """Run a program and return what a terminal shows: standard output and errors in the order in which they come."""
    run = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=60)
    assert run.returncode == 0, f"{shlex.join(command)} ended with {run.returncode}:\n{run.stdout}"
    return run.stdout


def _gradq(line: str, stdin: str = "") -> str:
    """Run a line of a session by the installed command."""
    program, *words = shlex.split(line)
    assert program == "gradq", f"a session is made of gradq commands, not of {program}"
    script = Path(sys.executable).with_name("gradq")
    return _output(*([str(script)] if script.exists() else [sys.executable, "-m", "gradq"]), *words, stdin=stdin)


@pytest.fixture(autouse=True)
def in_the_order_of_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have both streams written at once, so that their order is that of a terminal."""
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")


def test_the_session_prints_what_readme_says() -> None:
    session = _blocks("console")[0]
    commands = [line for line in session.splitlines() if line.startswith("$ ")]
    assert len(commands) >= 5
    assert "".join(f"{line}\n{_gradq(line[2:])}" for line in commands) == session


def test_the_commands_after_the_installation_lead_to_the_article_s_answer() -> None:
    install, *commands = _blocks("bash")[0].splitlines()
    assert "pip install ." in install
    assert [_gradq(line) for line in commands][-1] == "60*d + 84\n"
    assert "pip install -e" in _blocks("bash")[1] and "pytest" in _blocks("bash")[1]


def test_python_prints_what_its_comments_say() -> None:
    main(["example", "article"])
    (block,) = _blocks("python")
    said = re.findall(r"^ +print\(.*\n +# (.*)$", block, re.MULTILINE)
    assert len(said) == block.count("print(") > 0
    assert _output(sys.executable, "-W", "error", "-", stdin=block).splitlines() == said


def test_sql_answers_what_stands_below_it() -> None:
    main(["example", "article"])
    main(["grad", "g"])
    (query,), (table,) = _blocks("sql"), _blocks("text")
    assert len(query.splitlines()) == 5
    _, *rows = table.splitlines()
    assert [line.split("\t") for line in _gradq("gradq sql -", query).splitlines()] == [re.split("  +", row) for row in rows]


def test_nothing_that_readme_shows_is_an_error() -> None:
    assert not re.findall(r"^(?:error|hint): .*", README, re.MULTILINE)


def test_readme_has_its_parts_in_order_and_stays_short() -> None:
    assert re.findall(r"^##? (.+)$", re.sub(r"^```.*?^```$", "", README, flags=re.DOTALL | re.MULTILINE), re.MULTILINE) == PARTS
    assert len(README.split()) <= 1500  # five minutes


def test_readme_names_every_extra_and_so_does_doctor() -> None:
    known = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"])
    (named,) = re.findall(r"^Extras, (.*?)\n\n", README, re.DOTALL | re.MULTILINE)
    assert set(re.findall(r"`([a-z]+)`", named)) == set(EXTRAS) == known - {"test"}


def test_there_are_ten_things_to_ask() -> None:
    numbers = re.findall(r"^# (\d+)  ", _blocks("console")[1], re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 11)]
