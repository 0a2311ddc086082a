"""What the tests of formats share: a whole graph as a writer gets it, without a database; values; models of packages."""

import importlib.metadata
from collections.abc import Callable
from pathlib import Path

import pytest

from gradq.engine.browser import Surroundings
from gradq.engine.edit import local_partials
from gradq.engine.graphfile import GraphText, read_graph
from gradq.engine.network import levels
from gradq.engine.values import Values
from gradq.store.rows import GraphRow, NodeRow

Whole = Callable[[str | GraphText], Surroundings]
Forward = Callable[[GraphText], Values]
Packaged = Callable[[str, str], Path]


def _rows(text: GraphText) -> list[NodeRow]:
    parents = {d.name: text.parents.get(d.name, []) for d in text.definitions}
    level = levels(parents)
    rows = [NodeRow(at, d.name, d.kind, d.formula, d.default, level[d.name], d.note) for at, d in enumerate(text.definitions)]
    return sorted(rows, key=lambda row: (row.level, row.id))


def _whole(graph: str | GraphText) -> Surroundings:
    text = read_graph(graph) if isinstance(graph, str) else graph
    rows = _rows(text)
    parents = {d.name: text.parents.get(d.name, []) for d in text.definitions}
    edges: dict[tuple[str, str], str | None] = {}
    for row in rows:
        found = local_partials(row.formula, pi_is_node=text.defines_pi) if row.formula else []
        edges |= {(row.name, edge.parent): edge.partial for edge in found}
    return Surroundings(GraphRow(1, "made", 1, None, text.defines_pi), rows, parents, [], edges)


@pytest.fixture(scope="session")
def whole() -> Whole:
    """Make a whole graph from `.gq` text, as it would come out of a database."""
    return _whole


def _forward(graph: GraphText) -> Values:
    values = Values({row.name: row for row in _rows(graph)}, {}, {}, graph.defines_pi)
    values.need([definition.name for definition in graph.definitions])
    return values


@pytest.fixture(scope="session")
def forward() -> Forward:
    """Work out the values of all nodes at the defaults."""
    return _forward


def _packaged(distribution: str, ending: str) -> Path:
    try:
        files = importlib.metadata.files(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{distribution} is not installed: pip install --no-deps {distribution}")
    for file in files:
        if file.as_posix().endswith(ending):
            return Path(str(file.locate()))
    pytest.skip(f"{distribution} has no {ending}")


@pytest.fixture(scope="session")
def packaged() -> Packaged:
    """Find a file of an installed package by the end of its path; without it the test is skipped, and says why."""
    return _packaged
