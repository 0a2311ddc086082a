"""Look at a whole database: is the file sound, are edges those of the formulas, is every memo row what recomputation gives.

`gradq.engine` works every row out again with the memo left aside; this module only compares.
"""

import json
import math
from collections import defaultdict
from typing import Any

import networkx as nx

from gradq.engine.edit import local_partials
from gradq.engine.explorer import Explorer
from gradq.engine.values import Values, point_key
from gradq.store.memo import decode

State = dict[str, list[tuple[Any, ...]]]  # of each graph its nodes and named points


def state(explorer: Explorer) -> State:
    """Return what people made, and nothing that was worked out: an edit is whole or absent by this."""
    found: State = {}
    if explorer.schema() is None:
        return found
    for name in [row.name for row in explorer.summaries()]:
        of = f"from graph g join {{}} on graph_id = g.id where g.name = '{name}'"
        nodes = _ask(explorer, "select n.name, kind, formula, default_value, n.note, level " + of.format("node n"))
        points = _ask(explorer, f"select name, bindings from v_point where graph = '{name}' and name is not null")
        found[name] = sorted(nodes + points, key=repr)
    return found


def problems(explorer: Explorer) -> list[str]:
    """Return everything that is wrong with a database; nothing for a sound one, or one without tables."""
    found = _unsound(explorer)
    if not found and explorer.schema() is not None:
        for row in explorer.summaries():
            found += [f"{row.name}: {problem}" for problem in [*_structure(explorer, row.name), *_memo(explorer, row.name)]]
    return found


def _ask(explorer: Explorer, sql: str) -> list[tuple[Any, ...]]:
    with explorer.engine.connect() as conn:
        return [tuple(row) for row in conn.exec_driver_sql(sql)]


def _unsound(explorer: Explorer) -> list[str]:
    if explorer.engine.dialect.name != "sqlite" or explorer.schema() is None:
        return []
    found = [str(row[0]) for row in _ask(explorer, "pragma integrity_check") if row[0] != "ok"]
    return found + [f"a foreign key of {row}" for row in _ask(explorer, "pragma foreign_key_check")]


def _structure(explorer: Explorer, graph: str) -> list[str]:
    """Look whether edges, partials and levels are those of the formulas."""
    row, cone = explorer.rows(graph)
    names = {node.id: node.name for node in cone.nodes}
    wanted = {
        (node.name, edge.parent, edge.partial, edge.digest)
        for node in cone.nodes
        if node.formula is not None
        for edge in local_partials(node.formula, pi_is_node=row.has_pi)
    }
    there = {(names[edge.child], names[edge.parent], edge.partial, edge.digest) for edge in cone.edges}
    found = [f"the edge {edge}" for edge in wanted ^ there]
    digraph = nx.DiGraph([(names[edge.parent], names[edge.child]) for edge in cone.edges])
    digraph.add_nodes_from(names.values())
    level = {node: at for at, nodes in enumerate(nx.topological_generations(digraph)) for node in nodes}
    return found + [f"the level of '{node.name}'" for node in cone.nodes if node.level != level[node.name]]


def _memo(explorer: Explorer, graph: str) -> list[str]:
    """Compare every stored formula, number and value with recomputation."""
    row, cone = explorer.rows(graph)
    names = {node.id: node.name for node in cone.nodes}
    formulas: dict[int, dict[str, str]] = defaultdict(dict)
    numbers: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    for of, wrt, text in _ask(explorer, f"select of_id, wrt_id, expression from gradient where graph_id = {row.id}"):
        formulas[of][names[wrt]] = text
    ours = f"from {{}} join point p on p.id = point_id where p.graph_id = {row.id}"
    for point, of, wrt, value, sign in _ask(
        explorer, "select point_id, of_id, wrt_id, value, state " + ours.format("point_gradient")
    ):
        numbers[point, of][names[wrt]] = decode(value, sign)
    points = {
        point: (key, json.loads(bindings))
        for point, key, bindings in _ask(explorer, f"select id, key, bindings from point where graph_id = {row.id}")
    }
    found = [
        f"the key of {bound}"
        for key, bound in points.values()
        if key != point_key(bound) or not bound.keys() <= {*names.values()}
    ]
    for of, texts in formulas.items():
        fresh = explorer.derivatives(graph, names[of], list(texts), use_memo=False)
        found += [f"∂{a.of}/∂{a.wrt} = {texts[a.wrt]}" for a in fresh.answers if a.expression != texts[a.wrt]]
    for (point, of), values in numbers.items():
        fresh = explorer.derivatives(graph, names[of], list(values), point=points[point][1], use_memo=False)
        found += [f"∂{a.of}/∂{a.wrt} at {points[point][1]}" for a in fresh.answers if not _near(a.value, values[a.wrt])]
    nodes = {node.name: node for node in cone.nodes}
    for point, node, value, sign in _ask(explorer, "select point_id, node_id, value, state " + ours.format("point_value")):
        again = Values(nodes, points[point][1], {}, row.has_pi)
        again.need([names[node]])
        if again.found[names[node]] != decode(value, sign):
            found.append(f"the value of '{names[node]}' at {points[point][1]}")
    return found


def _near(one: float | None, other: float) -> bool:
    """Compare two numbers of small graphs with friendly numbers: what is stale there is far off."""
    return one is not None and math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
