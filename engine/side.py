"""A side of a comparison: a graph of a database, or a file, in memory; and the cone above a node of it.

`mixed` makes a graph that lies between two: that of one side, in which some nodes are as they are in the other.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..store.errors import CycleError
from ..store.rows import Cone, EdgeRow, NodeRow
from .edit import Local, local_partials
from .graphfile import Definition, GraphText
from .network import levels

if TYPE_CHECKING:
    from .explorer import Explorer

Bindings = dict[str, float]


class Side(NamedTuple):
    """A graph as it is compared: `name` is that of the graph, or the file; `revision` is None for a file.

    `nodes` are by name; `edges` has those into each formula, of a file worked out when they are looked at.
    """

    name: str
    revision: int | None
    nodes: dict[str, NodeRow]
    edges: Mapping[str, list[Local]]
    pi_is_node: bool
    points: dict[str, Bindings]

    @property
    def is_file(self) -> bool:
        """Whether it was read from a file."""
        return self.revision is None

    @property
    def definitions(self) -> list[Definition]:
        """The nodes as the lines that they would be in a file."""
        return [definition(node) for node in self.nodes.values()]

    @property
    def levels(self) -> dict[str, int]:
        """The level of each node."""
        return {name: node.level for name, node in self.nodes.items()}


class _Derived(dict[str, list[Local]]):
    """The edges into formulas, each worked out when it is first looked at."""

    def __init__(self, formulas: dict[str, str], pi_is_node: bool) -> None:
        self._formulas, self._pi_is_node = formulas, pi_is_node

    def __missing__(self, name: str) -> list[Local]:
        found = self[name] = local_partials(self._formulas[name], pi_is_node=self._pi_is_node)
        return found


def side_of_graph(explorer: Explorer, graph: str) -> Side:
    """Return a graph of a database as a side. Reads only."""
    from .browser import points  # here, for two files need no database

    row, cone = explorer.rows(graph)
    _, named = points(explorer, graph)
    names = {node.id: node.name for node in cone.nodes}
    edges: dict[str, list[Local]] = {node.name: [] for node in cone.nodes if node.formula is not None}
    for edge in cone.edges:
        edges[names[edge.child]].append(Local(names[edge.parent], edge.partial, edge.digest))
    nodes = {node.name: node for node in sorted(cone.nodes, key=lambda node: (node.level, node.id))}
    return Side(row.name, row.revision, nodes, edges, row.has_pi, named)


def side_of_text(text: GraphText, name: str) -> Side:
    """Return a file that was read as a side; raises `CycleError`."""
    try:
        level = levels({line.name: text.parents.get(line.name, []) for line in text.definitions})
    except CycleError as error:
        raise text.placed(error) from None
    rows = [
        NodeRow(place, line.name, line.kind, line.formula, line.default, level[line.name], line.note)
        for place, line in enumerate(text.definitions, 1)
    ]
    nodes = {node.name: node for node in sorted(rows, key=lambda node: (node.level, node.id))}
    formulas = {line.name: line.formula for line in text.definitions if line.formula is not None}
    return Side(name, None, nodes, _Derived(formulas, text.defines_pi), text.defines_pi, {})


def definition(node: NodeRow) -> Definition:
    """Return a node as the line that it would be in a file."""
    return Definition(node.name, node.formula, node.default, node.note)


def mixed(base: Side, other: Side, taken: Collection[str], locals_: Mapping[str, list[Local]]) -> Side:
    """Return `base`, in which the nodes of the names in `taken` are as in `other`, or are gone if they are not there.

    `locals_` has the edges into those. What such a mixture has no meaning for (a loop, a name that no node has) is
    found when its cone is made.
    """
    nodes = dict(base.nodes)
    last = max((node.id for node in base.nodes.values()), default=0)
    for place, name in enumerate(taken, 1):
        if name not in other.nodes:
            del nodes[name]
            continue
        new = other.nodes[name]
        nodes[name] = new._replace(id=nodes[name].id if name in nodes else last + place)
    return base._replace(nodes=nodes, edges=over({name: locals_.get(name, []) for name in taken}, base.edges))


def cone_above(side: Side, of: str) -> Cone:
    """Return a node and all above it, with levels of their own; raises `CycleError`.

    >>> from .graphfile import read_graph
    >>> found = cone_above(side_of_text(read_graph("b = 2*a\\nc = 3*b\\nd = b"), "demo"), "c")
    >>> sorted(node.name for node in found.nodes)
    ['a', 'b', 'c']
    """
    above = _reached(side, [of])
    parents = {name: [edge.parent for edge in edges_into(side, name)] for name in above}
    level = levels(parents)
    nodes = {name: side.nodes[name]._replace(level=level[name]) for name in above}
    edges = [
        EdgeRow(nodes[name].id, nodes[edge.parent].id, edge.partial, edge.digest)
        for name in above
        for edge in edges_into(side, name)
    ]
    return Cone(sorted(nodes.values(), key=lambda node: (node.level, node.id)), edges)


def _reached(side: Side, names: Iterable[str]) -> dict[str, None]:
    """Return names and all above them."""
    seen = dict.fromkeys(names)
    stack = list(seen)
    while stack:
        for edge in edges_into(side, stack.pop()):
            if edge.parent not in seen:
                seen[edge.parent] = None
                stack.append(edge.parent)
    return seen


def edges_into(side: Side, name: str) -> list[Local]:
    """Return the edges into a node, none into one without a formula."""
    return side.edges[name] if side.nodes[name].formula is not None else []


def over(edges: Mapping[str, list[Local]], others: Mapping[str, list[Local]]) -> Mapping[str, list[Local]]:
    """Return edges, and others where there are none."""
    return ChainMap(dict(edges), others)  # type: ignore[arg-type]  # nothing is ever written into the others
