"""What the rooms below the command line say to a person in Python names no option and no command of the shell.

`hint` is Python's and `shell` the command line's; texts are read from the source, so that one that is seldom said counts.
"""

import ast
import re
from collections.abc import Iterator

from tests.test_layout import MODULES, TREES

_SHELL = re.compile(
    r"(?<![\w-])--[a-z]{2}|\bgradq (?!db (?:upgrade|check))(load|save|set|ls|nodes|views|deps|paths|db|rm)\b"
    r"|(?<![\w-])-[fg] [a-zA-Z]"
)
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Raise, ast.Return, ast.Expr)  # statements without others inside
_ROOMS = ("gradq.engine.", "gradq.store.", "gradq.formats.")
_BELOW = [name for name, path in MODULES.items() if name.startswith(_ROOMS) and _SHELL.search(path.read_text(encoding="utf-8"))]
_MEANT = {
    "--db names another",  # in a table with a column for the shell
    *("--host", "--port", "--username", "--format=custom", "--file=gradq.dump"),  # of pg_dump
    ": --all (whole=True in Python) shows them",  # says both
}


def test_what_names_an_option_is_said_in_the_shell_alone() -> None:
    assert [f"{name}: {text}" for name in _BELOW for text in _said(name)] == []


def _said(module: str) -> Iterator[str]:
    """Yield the texts of a module that name what only a shell knows, but those of a statement that has words for both."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, _SIMPLE) and "shell" not in ast.unparse(node).lower():
            yield from (text for text in _texts(node) if _SHELL.search(text) and text not in _MEANT)


def _texts(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
