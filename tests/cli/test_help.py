"""Every command has a help text with examples, and the examples work."""

from __future__ import annotations

import io
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gradq.cli.app import COMMANDS, GROUPS, main
from gradq.cli.session import JOINED
from gradq.engine.gallery import examples

if TYPE_CHECKING:
    from tests.cli.conftest import Result

WORDS = [word for name in COMMANDS for word in ([f"{name} {sub}" for sub in GROUPS[name]] if name in GROUPS else [name])]
LOAD = "gradq load article.gq"
BEFORE = {"load": [], "example": [], "point rm": [LOAD, "gradq point set start a=0.5"]}  # what comes before the examples


def _run(capsys: pytest.CaptureFixture[str], *argv: str) -> Result:
    code = main(argv)
    out, err = capsys.readouterr()
    return code, out, err  # type: ignore[return-value]


def _examples(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith(("gradq ", "echo ")) and "Usage" not in line]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a database of its own and the article's file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADQ_DB", str(tmp_path / "gradq.db"))
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "article.gq").write_text(examples()["article"].text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("words", WORDS)
def test_the_examples_in_a_commands_help_work(
    words: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, text, err = _run(capsys, *words.split(), "--help")
    assert (code, err) == (0, "")
    found = _examples(text)
    assert found and any(f"gradq {words}" in line for line in found), text
    for line in BEFORE.get(words, [LOAD]) + found:
        command, piped = line, ""
        if line.startswith("echo "):
            echo, command = line.split(" | ")
            piped = shlex.split(echo)[1] + "\n"
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(piped.encode())))
        code, out, err = _run(capsys, *shlex.split(command)[1:])
        assert code == 0, f"{line}: {err}"
        assert '"error"' not in out, out


def test_the_list_of_commands_fits_a_narrow_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, text, _ = _run(capsys, "--help")
    commands = text.split("Commands:\n")[1]
    assert code == 0 and "..." not in commands
    assert [line.split()[0] for line in commands.splitlines()] == list(COMMANDS)


@pytest.mark.parametrize(("typed", "meant"), [("gard", "grad"), ("nodez", "nodes"), ("rename_graph", "rename-graph")])
def test_a_misspelt_command_is_told_the_right_one(typed: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(capsys, typed)[::2] == (2, f"error: no command '{typed}'\nhint: did you mean '{meant}'?\n")


def test_a_question_without_wrt_is_told_of_grad(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(capsys, "load", "article.gq")[0] == 0
    code, _, err = _run(capsys, "d", "g")
    assert code == 2 and err.endswith("hint: --wrt NODE, or: gradq grad g\n")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["point", "sett"], "error: no command 'point sett'\nhint: did you mean 'set'?\n"),
        (["d", "g", "--wrtt", "b"], "error: no option '--wrtt' here\nhint: did you mean '--wrt'?\n"),
        (["d", "--of", "g"], "error: no option '--of' here\nhint: it stands alone: gradq d OF\n"),
        (["paths", "g", "--wrt", "b"], "error: no option '--wrt' here\nhint: it stands alone: gradq paths OF WRT\n"),
        (["why", "g", "b", "--zz", "1"], "error: no option '--zz' here\nhint: see: gradq why --help\n"),
        (["grad", "g", "--wrt", "b"], "error: no option '--wrt' here\nhint: by some nodes: gradq d OF --wrt NODE\n"),
        (["nodes", "g"], "error: 'nodes' has no place for: g\nhint: see: gradq nodes --help\n"),
        (["d", "g", "b"], "error: 'd' has no place for: b\nhint: did you mean --wrt b?\n"),
        (["jac", "g", "--wrt", "b"], "error: 'jac' has no place for: g\nhint: did you mean --of g?\n"),
        (["grad", "g", "--at", "a=1", "o=2"], f"error: 'grad' has no place for: o=2\nhint: {JOINED}\n"),
        (["steps", "g"], "error: no command 'steps'\nhint: it is an option: gradq d … --steps\n"),
        (["d"], "error: Missing argument 'of'\nhint: see: gradq d --help\n"),
    ],
)
def test_slips_of_the_command_line_are_told_in_one_voice(
    words: list[str], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(capsys, *words) == (2, "", error)
