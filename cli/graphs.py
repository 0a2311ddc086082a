"""The commands for whole graphs: ls, use, new, rename-graph, rm, example."""

from pathlib import Path
from typing import Annotated

import typer

from ..store.errors import UsageError
from . import render
from .choice import choose, chosen
from .complete import complete_example, complete_graph
from .files import load_graph, write_file
from .session import DONE, TABLES, Session, say

GraphName = Annotated[str, typer.Argument(metavar="GRAPH", show_default=False, autocompletion=complete_graph)]
NewName = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]


def ls_command(session: Session) -> None:
    """List the graphs.

    \b
    gradq ls
    """
    session.check_format(*TABLES)
    if session.asked_graph:
        session.explorer.require(session.asked_graph)
    found = [row for row in session.explorer.summaries() if session.asked_graph in (None, row.name)]
    rows = [(row.name, row.nodes, row.edges, row.revision, row.updated_at) for row in found]
    render.records(session.format, "graph", ["graph", "nodes", "edges", "revision", "updated"], rows)
    if not rows:
        session.note(f"no graph in {session.explorer.url}; load one: gradq load FILE")


def use_command(session: Session, graph_name: GraphName) -> None:
    """Choose the graph that commands mean.

    \b
    gradq use article
    """
    session.check_format(*DONE)
    session.explorer.require(graph_name)
    choose(session.explorer.url, graph_name)
    session.done(f"'{graph_name}' is now the chosen graph of {session.explorer.url}", graph=graph_name)


def new_command(
    session: Session,
    name: NewName,
    copy: Annotated[
        str | None, typer.Option("--copy", metavar="GRAPH", help="Begin as a copy.", autocompletion=complete_graph)
    ] = None,
) -> None:
    """Make an empty graph, or a copy of one, and choose it.

    A copy is there to try a change on. It has what the memo knew of the graph, and goes its own way from there.

    \b
    gradq new draft
    gradq new what-if --copy article
    """
    from ..engine import loader

    session.check_format(*DONE)
    loader.new_graph(session.explorer, name, copy=copy)
    choose(session.explorer.url, name)
    copied = f" as a copy of '{copy}'" if copy else ""
    session.done(f"made '{name}'{copied}; it is now the chosen graph", graph=name, copy_of=copy)


def rename_graph_command(session: Session, old: GraphName, new: NewName) -> None:
    """Give a graph another name.

    \b
    gradq rename-graph article chapter1
    """
    from ..engine import loader

    session.check_format(*DONE)
    loader.rename_graph(session.explorer, old, new)
    if chosen(session.explorer.url) == old:
        choose(session.explorer.url, new)
    session.done(f"renamed graph '{old}' to '{new}'", graph=new, before=old)


def rm_command(session: Session, graph_name: GraphName) -> None:
    """Remove a graph with all its rows.

    \b
    gradq rm article
    """
    from ..engine import loader

    session.check_format(*DONE)
    loader.remove_graph(session.explorer, graph_name)
    if chosen(session.explorer.url) == graph_name:
        choose(session.explorer.url, None)
    session.done(f"removed '{graph_name}'", graph=graph_name)


def example_command(
    session: Session,
    name: Annotated[
        str | None, typer.Argument(help="Which; without it they are listed.", show_default=False, autocompletion=complete_example)
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over the file and the graph of that name.")] = False,
) -> None:
    """Write and load one of the graphs that gradq brings.

    \b
    gradq example
    gradq example article
    """
    from ..engine.gallery import examples
    from ..formats.files import open_text

    found = examples()
    if name is None:
        session.check_format(*TABLES)
        rows = [(example.name, example.about) for example in found.values()]
        render.records(session.format, "example", ["example", "about"], rows)
        return
    session.check_format(*DONE)
    if name not in found:
        from ..engine.names import suggestion

        hint = suggestion(name, list(found)) or f"one of: {', '.join(found)}"
        raise UsageError(f"no example '{name}'", hint=hint)
    path = Path(f"{name}.gq")
    if path.exists() and not replace and path.read_bytes() != found[name].text.encode():
        raise UsageError(f"'{path}' is there already and is another file", hint="--replace writes over it")
    graph = session.asked_graph or name
    again = replace or _is_loaded(session, graph, found[name].text)
    if not again and graph in session.explorer.names():
        raise UsageError(f"graph '{graph}' is there already, and is another", hint="--replace applies the difference")
    write_file(str(path), found[name].text)
    load_graph(session, graph, open_text(found[name].text, None), str(path), replace=again, strict=False)
    if session.format == "text":
        say(f"wrote {path}; try: {found[name].ask}")


def _is_loaded(session: Session, graph: str, text: str) -> bool:
    """Return whether a graph is there and is the one of this text, so that loading it again changes nothing."""
    from ..engine.graphfile import read_graph

    if graph not in session.explorer.names():
        return False
    nodes = session.explorer.rows(graph)[1].nodes
    there = {(node.name, node.formula, node.default) for node in nodes}
    return there == {(line.name, line.formula, line.default) for line in read_graph(text).definitions}
