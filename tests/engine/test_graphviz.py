"""Running Graphviz: found or not, ended when its time is up, its complaints told."""

import sys
from pathlib import Path

import pytest

from gradq.engine import graphviz
from gradq.store.errors import GaveUp


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Put a program called `dot` first in the path."""
    path = folder / "dot"
    path.write_text(f"#!{sys.executable}\n{code}\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_a_picture_is_what_the_program_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, "import sys; print(sys.argv[1:], sys.stdin.buffer.read().decode())")
    assert graphviz.is_there() and graphviz.render("∂ $(x); y", "svg").decode() == "['-Tsvg'] ∂ $(x); y\n"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import time; time.sleep(60)", "not done after 0.3 s"),
        ("import sys; sys.exit('syntax error in line 1')", "syntax error in line 1"),
        ("", "exit code 0"),
    ],
)
def test_a_program_that_does_not_draw_is_given_up(code: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, code)
    with pytest.raises(GaveUp, match=said):
        graphviz.render("digraph {}", "svg", seconds=0.3 if "sleep" in code else 20)


def test_without_the_program_the_library_draws_and_without_either_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(graphviz, "find_spec", lambda name: None)
    assert not graphviz.is_there()
    monkeypatch.undo()
    monkeypatch.setenv("PATH", str(tmp_path))
    pytest.importorskip("pygraphviz")
    assert graphviz.render('digraph { "∂" -> b }', "png").startswith(b"\x89PNG")
