"""Frozen rows: what crosses the border between the store and the engine."""

from __future__ import annotations

from typing import NamedTuple


class Version(NamedTuple):
    """One state of one graph. A graph that was removed and made again under its name is another one, of any revision."""

    graph_id: int
    revision: int


class GraphRow(NamedTuple):
    """A graph; `has_pi` says that one of its nodes is called `pi`, so that the name is not the constant.

    `by_hand` says that somebody changed its rows in SQL, and that nothing was derived from its formulas since.
    """

    id: int
    name: str
    revision: int
    note: str | None
    has_pi: bool
    by_hand: bool = False

    @property
    def version(self) -> Version:
        """Which state of which graph this is."""
        return Version(self.id, self.revision)


class NodeRow(NamedTuple):
    """A node; `kind` is input, parameter or formula, `level` its longest distance from an input."""

    id: int
    name: str
    kind: str
    formula: str | None
    default: str | None
    level: int
    note: str | None


class EdgeRow(NamedTuple):
    """An edge by node ids; `partial` is None above the size limit, `digest` names its content."""

    child: int
    parent: int
    partial: str | None
    digest: str


class Cone(NamedTuple):
    """Some nodes and the edges among them."""

    nodes: list[NodeRow]
    edges: list[EdgeRow]


class GraphSummary(NamedTuple):
    """A line of `gradq ls`."""

    name: str
    revision: int
    nodes: int
    edges: int
    note: str | None
    updated_at: str


class GraphOutline(NamedTuple):
    """A graph at a glance: nodes by kind, edges, the largest level, and the names of its ends.

    `outputs` are the nodes that no formula uses.
    """

    kinds: dict[str, int]
    edges: int
    depth: int
    inputs: list[str]
    parameters: list[str]
    outputs: list[str]


class MemoCount(NamedTuple):
    """What the memo has about a node: formulas of it, formulas with respect to it, numbers of it at how many points."""

    of: int
    wrt: int
    numbers: int
    points: int
