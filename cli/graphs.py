"""The commands for whole graphs: load, save, ls, use, new, rename-graph, rm, example."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..store.errors import FileError, InvalidGraph, UsageError
from . import render
from .choice import choose, chosen, write_whole
from .complete import complete_example, complete_graph
from .session import DONE, TABLES, Session, clean, read_text, say

if TYPE_CHECKING:
    from ..engine.editor import Change
    from ..engine.graphfile import GraphText

GraphName = Annotated[str, typer.Argument(metavar="GRAPH", show_default=False, autocompletion=complete_graph)]
NewName = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]


def load_command(
    session: Session,
    file: Annotated[str, typer.Argument(help="A .gq file, or - for standard input.", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Apply the difference to the graph of that name.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse names that no line defines.")] = False,
    max_memory: Annotated[
        float | None,
        typer.Option("--max-memory", min=0.0, metavar="GB", help="Memory that it may take; else 80% of what is free."),
    ] = None,
) -> None:
    """Load a graph from a file and choose it.

    \b
    gradq load article.gq
    gradq load article.gq -g draft
    gradq load article.gq --replace
    """
    session.check_format(*DONE, "gq")
    name = session.asked_graph or (Path(file).stem if file != "-" else "")
    if not name:
        raise UsageError("a graph from standard input needs a name", hint="gradq load - -g NAME")
    from ..engine.guard import allowed

    with allowed(max_memory):
        _load(session, name, read_text(file), None if file == "-" else file, replace=replace, strict=strict)


def save_command(
    session: Session,
    file: Annotated[str | None, typer.Argument(help="Where to; standard output if left out.", show_default=False)] = None,
) -> None:
    """Write a graph as .gq text.

    \b
    gradq save
    gradq save copy.gq
    """
    from ..engine.graphfile import Definition, write_graph

    session.check_format(*DONE, "gq")
    row, cone = session.explorer.rows(session.graph)
    nodes = sorted(cone.nodes, key=lambda node: (node.level, node.id))
    text = write_graph(Definition(node.name, node.formula, node.default, node.note) for node in nodes)
    if file not in (None, "-"):
        write_file(str(file), text)
        session.done(f"wrote {file}", graph=row.name, file=file)
    elif session.format == "json":
        render.document("text", [{"graph": row.name, "text": text}], graph=row.name, revision=row.revision)
    else:
        sys.stdout.write(clean(text) if sys.stdout.isatty() else text)


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
    if not again and graph in [row.name for row in session.explorer.summaries()]:
        raise UsageError(f"graph '{graph}' is there already, and is another", hint="--replace applies the difference")
    write_file(str(path), found[name].text)
    _load(session, graph, found[name].text, str(path), replace=again, strict=False)
    if session.format == "text":
        say(f"wrote {path}; try: {found[name].ask}")


def _is_loaded(session: Session, graph: str, text: str) -> bool:
    """Return whether a graph is there and is the one of this text, so that loading it again changes nothing."""
    from ..engine.graphfile import read_graph

    if graph not in [row.name for row in session.explorer.summaries()]:
        return False
    nodes = session.explorer.rows(graph)[1].nodes
    there = {(node.name, node.formula, node.default) for node in nodes}
    return there == {(line.name, line.formula, line.default) for line in read_graph(text).definitions}


def _load(session: Session, name: str, text: str, source: str | None, *, replace: bool, strict: bool) -> None:
    """Load a text as a graph, choose it, and say what was done."""
    from ..engine import loader
    from ..engine.graphfile import read_graph

    read = read_graph(text, source=source)
    if strict and read.implied:
        place = f"{source}: " if source else ""
        raise InvalidGraph(f"{place}no line defines {_users(read)}", hint="without --strict these become inputs")
    change = loader.load(session.explorer, name, read, replace=replace)
    choose(session.explorer.url, name)
    facts = {"added": change.added, "changed": change.changed, "removed": change.removed, "kept": change.kept}
    session.done(f"loaded '{name}': {_counts(change)}; it is now the chosen graph", graph=name, **facts, inputs=read.implied)
    if read.implied:
        session.note(f"inputs that no line defines: {_listed(read.implied)}")


def write_file(file: str, content: str | bytes) -> None:
    """Write a file whole or not at all; raises `FileError`."""
    try:
        write_whole(Path(file), content)
    except OSError as error:
        raise FileError(f"'{file}' cannot be written: {error.strerror}") from None


def _counts(change: "Change") -> str:
    parts = {"added": len(change.added), "changed": len(change.changed), "removed": len(change.removed)}
    return ", ".join(f"{count:,} {word}" for word, count in [*parts.items(), ("kept", change.kept)])


def _users(read: "GraphText") -> str:
    """Return names that no line defines, each with the first line that uses it."""
    lines = {definition.name: definition.line for definition in read.definitions}
    first = {name: min(lines[child] for child, names in read.parents.items() if name in names) for name in read.implied[:20]}
    return _listed([f"'{name}' (line {line} uses it)" for name, line in first.items()] + read.implied[20:])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:20]) + (f" and {len(names) - 20:,} more" if len(names) > 20 else "")
