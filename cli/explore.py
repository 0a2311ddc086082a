"""The commands that look around in a graph: nodes, deps, rdeps, why, lint."""

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import render
from .complete import complete_node
from .session import TABLES, Session, node_name

if TYPE_CHECKING:
    from ..engine.browser import Surroundings
    from ..store.rows import NodeRow

Node = Annotated[str, typer.Argument(help="A node.", show_default=False, autocompletion=complete_node)]
Limit = Annotated[int, typer.Option("--limit", min=1, help="List this many, the nearest.")]
LIMIT = 1000
Depth = Annotated[int | None, typer.Option("--depth", min=1, help="At most this many edges away.")]


def nodes_command(
    session: Session,
    select: Annotated[str | None, typer.Option("--select", help="Which: '+g', 'b+1', 'w*', 'a b', 'a,b'; see above.")] = None,
) -> None:
    """List nodes: all, or a selection.

    +x is x and everything upstream, x+ everything downstream; a number says how far: 2+g+1. In names * and ? stand for
    any letters. A space joins selections, a comma keeps what is in both.

    \b
    gradq nodes
    gradq nodes --select '+e,b+'
    gradq nodes --select '1+g f'
    """
    from ..engine import browser

    session.check_format(*TABLES)
    found = browser.whole(session.explorer, session.graph)
    nodes = found.nodes
    if select is not None:
        from ..engine.select import select as selected

        chosen = set(selected(select, found.parents))
        nodes = [node for node in nodes if node.name in chosen]
    rows = [(node.name, node.kind, right_side(node), node.level, node.note) for node in nodes]
    _records(session, found, "node", ["node", "kind", "definition", "level", "note"], rows)


def deps_command(session: Session, node: Node, depth: Depth = None, limit: Limit = LIMIT) -> None:
    """List what a node depends on, nearest first.

    Of a large graph the nearest 1,000, unless --limit says another number.

    \b
    gradq deps g
    gradq deps g --depth 2
    """
    from ..engine import browser, select

    session.check_format(*TABLES)
    found = browser.upstream(session.explorer, session.graph, [node_name(node)])
    _distances(session, found, select.upstream(found.parents, node_name(node), depth), limit)


def rdeps_command(session: Session, node: Node, depth: Depth = None, limit: Limit = LIMIT) -> None:
    """List what depends on a node, nearest first.

    Of a large graph the nearest 1,000, unless --limit says another number.

    \b
    gradq rdeps b
    gradq rdeps b --depth 1
    """
    from ..engine import browser, select

    session.check_format(*TABLES)
    found = browser.downstream(session.explorer, session.graph, [node_name(node)])
    _distances(session, found, select.downstream(found.parents, node_name(node), depth), limit)


def why_command(
    session: Session,
    of: Annotated[str, typer.Argument(help="The node that depends.", show_default=False, autocompletion=complete_node)],
    wrt: Annotated[str, typer.Argument(help="What it depends on.", show_default=False, autocompletion=complete_node)],
) -> None:
    """Show a shortest route from one node to another.

    Each edge stands with its local partial.

    \b
    gradq why g b
    """
    from ..engine import browser
    from ..engine.network import route

    session.check_format(*TABLES)
    of, wrt = node_name(of), node_name(wrt)
    found = browser.between(session.explorer, session.graph, of, wrt)
    names = route(found.parents, of, wrt)
    edges = [(parent, child, found.partials[child, parent]) for parent, child in pairwise(names)]
    if not names:
        session.note(f"'{wrt}' is not upstream of '{of}'")
    elif not edges:
        session.note(f"'{of}' is the node itself")
    if session.format == "json":
        steps = [{"from": parent, "to": child, "partial": partial} for parent, child, partial in edges]
        routes = [{"of": of, "wrt": wrt, "nodes": names, "edges": steps}] if names else []
        render.document("route", routes, graph=found.graph.name, revision=found.graph.revision)
        return
    if edges or session.format != "text":
        render.table(session.format, ["from", "to", "partial"], edges)


def lint_command(session: Session) -> None:
    """Look for what is probably a slip.

    Unused inputs, names that look alike, formulas that depend on nothing. Exit code 1 if something is found.

    \b
    gradq lint
    """
    from ..engine import browser
    from ..engine.lint import lint

    session.check_format(*TABLES)
    found = browser.whole(session.explorer, session.graph)
    findings = lint(found.nodes, found.parents, found.zero_edges)
    if findings or session.format != "text":
        _records(session, found, "finding", ["kind", "node", "message"], [tuple(finding) for finding in findings])
    if findings:
        raise typer.Exit(1)
    session.note("nothing looks like a slip")


def right_side(node: "NodeRow") -> str | None:
    """Return what stands after a node's `=`: its formula, its default, or nothing."""
    return node.formula if node.formula is not None else node.default


def _distances(session: Session, found: "Surroundings", distances: dict[str, int], limit: int) -> None:
    nodes = {node.name: node for node in found.nodes}
    rows = [(name, far, nodes[name].kind, right_side(nodes[name])) for name, far in distances.items() if far]
    cut = len(rows) > limit
    _records(session, found, "dependency", ["node", "distance", "kind", "definition"], rows[:limit], truncated=cut)
    if cut:
        session.note(f"the nearest {limit:,} of {len(rows):,}: --limit lists more, --depth N goes no further")


def _records(
    session: Session, found: "Surroundings", noun: str, columns: list[str], rows: list[tuple[Any, ...]], **more: Any
) -> None:
    render.records(session.format, noun, columns, rows, graph=found.graph.name, revision=found.graph.revision, **more)
