"""A side of a comparison: a graph of a database, or a file, in memory; and the cone above a node of it.

`mixed` makes a graph that lies between two: that of one side, in which some nodes are as they are in the other.
"""

from __future__ import annotations

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

    `nodes` are by name. `edges` has those into each node, of a file only where they were asked for (`with_edges`).
    """

    name: str
    revision: int | None
    nodes: dict[str, NodeRow]
    edges: dict[str, list[Local]]
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

    def with_edges(self) -> Side:
        """Return the side with the edges into every node."""
        if not self.is_file:
            return self
        found = {
            name: local_partials(node.formula, pi_is_node=self.pi_is_node)
            for name, node in self.nodes.items()
            if node.formula is not None
        }
        return self._replace(edges=found)


def side_of_graph(explorer: Explorer, graph: str) -> Side:
    """Return a graph of a database as a side. Reads only."""
    from .browser import points  # here, for two files need no database

    row, cone = explorer.rows(graph)
    _, named = points(explorer, graph)
    names = {node.id: node.name for node in cone.nodes}
    edges: dict[str, list[Local]] = {}
    for edge in cone.edges:
        edges.setdefault(names[edge.child], []).append(Local(names[edge.parent], edge.partial, edge.digest))
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
    return Side(name, None, nodes, {}, text.defines_pi, {})


def definition(node: NodeRow) -> Definition:
    """Return a node as the line that it would be in a file."""
    return Definition(node.name, node.formula, node.default, node.note)


def mixed(base: Side, other: Side, taken: Collection[str], locals_: Mapping[str, list[Local]]) -> Side:
    """Return `base`, in which the nodes of the names in `taken` are as in `other`, or are gone if they are not there.

    `locals_` has the edges into those. What such a mixture has no meaning for (a loop, a name that no node has) is
    found when its cone is made.
    """
    nodes, edges = dict(base.nodes), dict(base.edges)
    last = max((node.id for node in base.nodes.values()), default=0)
    for place, name in enumerate(taken, 1):
        if name not in other.nodes:
            del nodes[name]
            continue
        new = other.nodes[name]
        nodes[name] = new._replace(id=nodes[name].id if name in nodes else last + place)
        edges[name] = locals_.get(name, [])
    return base._replace(nodes=nodes, edges=edges)


def cone_above(side: Side, of: str) -> Cone:
    """Return a node and all above it, with levels of their own; raises `CycleError`.

    >>> from .graphfile import read_graph
    >>> found = cone_above(side_of_text(read_graph("b = 2*a\\nc = 3*b\\nd = b"), "demo").with_edges(), "c")
    >>> sorted(node.name for node in found.nodes)
    ['a', 'b', 'c']
    """
    above = _reached(side, [of])
    parents = {name: [edge.parent for edge in _into(side, name)] for name in above}
    level = levels(parents)
    nodes = {name: side.nodes[name]._replace(level=level[name]) for name in above}
    edges = [
        EdgeRow(nodes[name].id, nodes[edge.parent].id, edge.partial, edge.digest) for name in above for edge in _into(side, name)
    ]
    return Cone(sorted(nodes.values(), key=lambda node: (node.level, node.id)), edges)


def _reached(side: Side, names: Iterable[str]) -> dict[str, None]:
    """Return names and all above them."""
    seen = dict.fromkeys(names)
    stack = list(seen)
    while stack:
        for edge in _into(side, stack.pop()):
            if edge.parent not in seen:
                seen[edge.parent] = None
                stack.append(edge.parent)
    return seen


def _into(side: Side, name: str) -> list[Local]:
    return side.edges.get(name, []) if side.nodes[name].formula is not None else []
