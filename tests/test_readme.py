"""README's session is what a reader's terminal shows, word by word."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def article() -> Path:
    """Write the graph file that README's first commands write, into the test's own folder."""
    text = re.search(r"cat > article\.gq <<'END'\n(.*?)^END$", README, re.DOTALL | re.MULTILINE)
    assert text, "README's first commands no longer write article.gq"
    path = Path("article.gq")
    path.write_text(text[1], encoding="utf-8")
    return path


def test_the_session_prints_what_readme_says(article: Path) -> None:
    _output("gradq", "load", str(article))
    session = _session()
    commands = [line for line in session.splitlines() if line.startswith("$ ")]
    assert "".join(f"{line}\n{_output(*shlex.split(line[2:]))}" for line in commands) == session


def _session() -> str:
    """Return the console blocks under README's heading "A session", as one."""
    section = re.search(r"^## A session$(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^```console\n(.*?)^```$", section[1] if section else "", re.DOTALL | re.MULTILINE)
    assert blocks, "README has no session"
    return "".join(blocks)


def _output(program: str, *arguments: str) -> str:
    """Run the installed command and return what it prints to stdout."""
    assert program == "gradq", f"a session is made of gradq commands, not of {program}"
    run = subprocess.run([*_gradq(), *arguments], capture_output=True, encoding="utf-8", timeout=60)
    assert run.returncode == 0, f"gradq {shlex.join(arguments)} ended with {run.returncode}:\n{run.stderr}"
    return run.stdout


def _gradq() -> list[str]:
    script = Path(sys.executable).with_name("gradq")
    return [str(script)] if script.exists() else [sys.executable, "-m", "gradq"]
