"""The door, for a graph that somebody changed by hand in SQL: what is derived from its formulas is derived anew.

The formulas and defaults hold, whatever edges and levels say: these are made to agree, and the memo goes. A graph that
can no longer be taken is one error that names the node, and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ..store import graphs, memo, tapes
from ..store.errors import CycleError, FormulaError, GradqError, InvalidGraph
from ..store.rows import Cone, NodeRow
from .edit import Local, local_partials
from .graphfile import read_definition
from .layout import quoted
from .lettering import clipped
from .names import checked, suggestion
from .network import levels

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ..store.rows import GraphRow

T = TypeVar("T")
Derived = tuple[list[NodeRow], dict[str, list[Local]]]
HINT, SHELL = 'set it right in SQL, or: graph["d"] = "5*b + 7"', "set it right in SQL, or: gradq set"


def mend(conn: Connection, graph: GraphRow) -> str:
    """Derive edges and levels of a locked graph anew and drop its memo; returns what there is to say of it.

    Raises `InvalidGraph` before anything is written. Part of the caller's transaction.
    """
    start = f"graph '{graph.name}' was changed by hand in SQL"
    old = graphs.whole(conn, graph.id)
    try:
        nodes, edges = derived(old.nodes)
    except CycleError as error:
        raise CycleError(f"{start}: {error.message}", hint=error.hint, names=error.names) from None
    except InvalidGraph as error:
        raise InvalidGraph(f"{start}: {error.message}", hint=error.hint or HINT, shell=error.shell or SHELL) from None
    graphs.touch(conn, graph.id)
    before = {node.id: node for node in old.nodes}
    graphs.update_nodes(conn, [node for node in nodes if node != before[node.id]])
    _write_edges(conn, graph.id, old, nodes, edges)
    dropped = memo.clear(conn, graph.id)
    tapes.drop_tape(conn, graph.id)
    graphs.unmark(conn, graph.id)
    rows = f"{dropped['gradient']:,} formulas and {dropped['point_gradient']:,} numbers"
    return f"{start}: its edges and levels are derived anew, and its memo ({rows}) is dropped"


def derived(nodes: list[NodeRow]) -> Derived:
    """Return nodes as their formulas and defaults make them, and the edges into each; raises `InvalidGraph`."""
    read = [_checked(node, _read) for node in nodes]
    pi_is_node = any(node.name == "pi" for node in read)
    edges = {node.name: _checked(node, lambda node: _edges(node, pi_is_node)) for node in read}
    for name, found in edges.items():
        for edge in found:
            if edge.parent not in edges:
                near = suggestion(edge.parent, list(edges))
                raise InvalidGraph(f"the formula of '{name}' uses '{edge.parent}', which is no node", hint=near)
    level = levels({name: [edge.parent for edge in found] for name, found in edges.items()})
    return [node._replace(level=level[node.name]) for node in read], edges


def _checked(node: NodeRow, look: Callable[[NodeRow], T]) -> T:
    """Look at a node; an error names it."""
    try:
        return look(node)
    except FormulaError as error:
        raise InvalidGraph(f"the node '{node.name}' cannot be read: {error.bare}", hint=error.hint) from None
    except GradqError as error:
        raise InvalidGraph(f"the node {str(node.name)!r} cannot be taken: {error.message}", hint=error.hint) from None


def _read(node: NodeRow) -> NodeRow:
    """Return a node as its columns make it: `kind` follows what is there, a formula or a default or neither."""
    if not all(isinstance(text, str) for text in (node.formula or "", node.default or "", node.note or "")):
        raise InvalidGraph("one of its columns holds no text")
    if checked(node.name) != node.name:
        raise InvalidGraph("its name is not in normal form (NFC)")
    if node.formula is not None and node.default is not None:
        raise InvalidGraph("it has a formula and a default", hint="one of them is to be NULL")
    right = node.formula if node.formula is not None else node.default
    if right is None:
        return node._replace(kind="input")
    if "\r" in right:
        raise FormulaError("more than one line")
    found = read_definition(f"{quoted(node.name)} = {right}")
    if node.formula is None and found.default is None:
        raise InvalidGraph(f"its default is not a number: '{clipped(right)}'")
    return node._replace(kind=found.kind, formula=found.formula, default=found.default, note=found.note or node.note)


def _edges(node: NodeRow, pi_is_node: bool) -> list[Local]:
    return [] if node.formula is None else local_partials(node.formula, pi_is_node=pi_is_node)


def _write_edges(conn: Connection, graph_id: int, old: Cone, nodes: list[NodeRow], edges: dict[str, list[Local]]) -> None:
    """Write the difference between the edges that are there and those that are right, which keep their checks."""
    ids = {node.name: node.id for node in nodes}
    right = {(ids[name], ids[edge.parent]): (edge.partial, edge.digest) for name, found in edges.items() for edge in found}
    there = {(edge.child, edge.parent): (edge.partial, edge.digest) for edge in old.edges}
    graphs.remove_strays(conn, graph_id)
    graphs.remove_edges(conn, [pair for pair, what in there.items() if right.get(pair) != what])
    graphs.insert_edges(conn, graph_id, [(*pair, *what) for pair, what in right.items() if there.get(pair) != what])
