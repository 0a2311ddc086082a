"""What the tests of the command line share: commands run in this process on a database of the test's own."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from gradq.cli.app import main
from gradq.engine.gallery import examples


class Result(NamedTuple):
    """What one command did."""

    code: int
    out: str
    err: str


Gradq = Callable[..., Result]
Load = Callable[..., Gradq]


@pytest.fixture
def gradq(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Gradq:
    """Run commands on this test's own database, in a folder and with a state directory of its own."""
    monkeypatch.setenv("GRADQ_DB", database)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("GRADQ_GRAPH", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*argv: str) -> Result:
        code = main(argv)
        return Result(code, *capsys.readouterr())

    return run


@pytest.fixture
def load(gradq: Gradq, tmp_path: Path) -> Load:
    """Load a text as a graph, and give commands on it."""

    def loaded(text: str, name: str = "article", *options: str) -> Gradq:
        (tmp_path / f"{name}.gq").write_text(text, encoding="utf-8")
        result = gradq("load", f"{name}.gq", *options)
        assert result.code == 0, result.err
        return gradq

    return loaded


@pytest.fixture
def article(load: Load) -> Gradq:
    """Commands on the article's graph."""
    return load(examples()["article"].text)
