"""Keep every test, and every example in a docstring, away from the files of the user who runs it.

This stands at the top, and not in tests/, because the examples in gradq/ are collected from there.
"""

from importlib.util import find_spec
from pathlib import Path

import pytest

# examples are looked for in every module, and these can only be imported with their extra
collect_ignore_glob = [] if find_spec("libsbml") else ["gradq/formats/sbml*.py"]


@pytest.fixture(autouse=True)
def nobodys_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test an empty home and an empty current folder, with no database and no graph chosen."""
    for variable in ("GRADQ_DB", "GRADQ_GRAPH"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(_empty_folder(tmp_path / "home" / variable.lower())))
    monkeypatch.chdir(_empty_folder(tmp_path / "here"))


def _empty_folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path
