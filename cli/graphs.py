"""The commands for whole graphs: load, save, ls, show, use, rm."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..store.errors import FileError, InvalidGraph, UsageError
from . import render
from .choice import choose, write_whole
from .session import Session, note, say


def load_command(
    session: Session,
    file: Annotated[str, typer.Argument(help="A .gq file, or - for standard input.")],
    replace: Annotated[bool, typer.Option("--replace", help="Apply the difference to the graph of that name.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse names that no line defines.")] = False,
) -> None:
    """Load a graph from a file and choose it: gradq load article.gq"""
    from ..engine import loader
    from ..engine.graphfile import read_graph
    from .questions import read_text

    if session.format not in ("text", "gq"):
        raise UsageError(f"no format '{session.format}' to load", hint="gradq reads .gq files")
    name = session.asked_graph or (Path(file).stem if file != "-" else "")
    if not name:
        raise UsageError("a graph from standard input needs a name", hint="gradq load - -g NAME")
    text = read_graph(read_text(file), source=None if file == "-" else file)
    if strict and text.implied:
        raise InvalidGraph(f"no line defines {_listed(text.implied)}", hint="without --strict these become inputs")
    change = loader.load(session.explorer, name, text, replace=replace)
    choose(session.explorer.url, name)
    say(f"loaded '{name}': {_counts(change)}; it is now the chosen graph")
    if text.implied:
        note(f"inputs that no line defines: {_listed(text.implied)}")


def save_command(
    session: Session,
    file: Annotated[str | None, typer.Argument(help="Where to; standard output if left out.")] = None,
) -> None:
    """Write a graph as .gq text: gradq save article.gq"""
    from ..engine.graphfile import Definition, write_graph

    if session.format not in ("text", "gq"):
        raise UsageError(f"no format '{session.format}' to save", hint="gradq writes .gq files")
    _, cone = session.explorer.rows(session.graph)
    nodes = sorted(cone.nodes, key=lambda node: (node.level, node.id))
    text = write_graph(Definition(node.name, node.formula, node.default, node.note) for node in nodes)
    if file is None or file == "-":
        sys.stdout.write(text)
        return
    try:
        write_whole(Path(file), text)
    except OSError as error:
        raise FileError(f"'{file}' cannot be written: {error.strerror}") from None


def ls_command(session: Session) -> None:
    """List the graphs: gradq ls"""
    rows = [(row.name, row.nodes, row.edges, row.revision, row.updated_at) for row in session.explorer.summaries()]
    render.rows(session.format, ["graph", "nodes", "edges", "revision", "updated"], rows)


def show_command(
    session: Session,
    node: Annotated[str | None, typer.Argument(help="Only this node.")] = None,
) -> None:
    """Show a graph's nodes, or one node: gradq show g"""
    if node is not None:
        session.check_format("text")
    row, cone = session.explorer.rows(session.graph)
    names = {item.id: item.name for item in cone.nodes}
    if node is None:
        rows = [(n.name, n.kind, _right(n.formula, n.default), n.note) for n in sorted(cone.nodes, key=_place)]
        render.rows(session.format, ["node", "kind", "formula", "note"], rows)
        return
    from ..engine.names import bare_name

    shown = session.explorer.node(row.name, bare_name(node))
    print(f"{shown.name} = {_right(shown.formula, shown.default) or shown.kind}")
    for edge in cone.edges:
        if edge.child == shown.id:
            print(f"  ∂{shown.name}/∂{names[edge.parent]} = {edge.partial or '(long)'}")
    children = [names[edge.child] for edge in cone.edges if edge.parent == shown.id]
    if children:
        print(f"  used by {', '.join(children)}")


def use_command(session: Session, graph_name: Annotated[str, typer.Argument(metavar="GRAPH")]) -> None:
    """Choose the graph that commands mean: gradq use article"""
    session.explorer.require(graph_name)
    choose(session.explorer.url, graph_name)
    say(f"'{graph_name}' is now the chosen graph of {session.explorer.url}")


def rm_command(session: Session, graph_name: Annotated[str, typer.Argument(metavar="GRAPH")]) -> None:
    """Remove a graph with all its rows: gradq rm article"""
    from ..engine import loader
    from .choice import chosen

    loader.remove_graph(session.explorer, graph_name)
    if chosen(session.explorer.url) == graph_name:
        choose(session.explorer.url, None)
    say(f"removed '{graph_name}'")


def _place(node: "object") -> tuple[int, int]:
    return node.level, node.id  # type: ignore[attr-defined]


def _right(formula: str | None, default: str | None) -> str | None:
    return formula if formula is not None else default


def _counts(change: "object") -> str:
    from ..engine.editor import Change

    assert isinstance(change, Change)
    parts = {"added": len(change.added), "changed": len(change.changed), "removed": len(change.removed)}
    return ", ".join(f"{count:,} {word}" for word, count in [*parts.items(), ("kept", change.kept)])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:20]) + (f" and {len(names) - 20:,} more" if len(names) > 20 else "")
