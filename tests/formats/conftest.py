"""What the tests of formats share: a whole graph as a writer gets it, without a database."""

from collections.abc import Callable

import pytest

from gradq.engine.browser import Surroundings
from gradq.engine.edit import local_partials
from gradq.engine.graphfile import GraphText, read_graph
from gradq.engine.network import levels
from gradq.store.rows import GraphRow, NodeRow

Whole = Callable[[str | GraphText], Surroundings]


def _whole(graph: str | GraphText) -> Surroundings:
    text = read_graph(graph) if isinstance(graph, str) else graph
    parents = {d.name: text.parents.get(d.name, []) for d in text.definitions}
    level = levels(parents)
    rows = [NodeRow(at, d.name, d.kind, d.formula, d.default, level[d.name], d.note) for at, d in enumerate(text.definitions)]
    rows.sort(key=lambda row: (row.level, row.id))
    edges: dict[tuple[str, str], str | None] = {}
    for row in rows:
        found = local_partials(row.formula, pi_is_node=text.defines_pi) if row.formula else []
        edges |= {(row.name, edge.parent): edge.partial for edge in found}
    return Surroundings(GraphRow(1, "made", 1, None, text.defines_pi), rows, parents, [], edges)


@pytest.fixture(scope="session")
def whole() -> Whole:
    """Make a whole graph from `.gq` text, as it would come out of a database."""
    return _whole
