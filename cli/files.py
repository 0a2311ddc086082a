"""The commands that move graphs between files and the database: load and save."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..store.errors import FileError, InvalidGraph, UsageError
from ..store.whole import write_whole
from . import render
from .choice import choose
from .session import Session, clean, read_text

if TYPE_CHECKING:
    from ..engine.editor import Change
    from ..engine.graphfile import GraphText
    from ..formats.files import Opened
    from ..formats.registry import Format
    from ..store.rows import GraphRow


def load_command(
    session: Session,
    file: Annotated[str, typer.Argument(help="A file of any format that is read, or - for standard input.", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Apply the difference to the graph of that name.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse names that no line defines.")] = False,
    max_memory: Annotated[
        float | None,
        typer.Option("--max-memory", min=0.0, metavar="GB", help="Memory that it may take; else 80% of what is free."),
    ] = None,
) -> None:
    """Load a graph from a file and choose it.

    The ending says what the file is, or -f does; docs/formats.md has the list. What could not be taken is named.

    \b
    gradq load article.gq
    gradq load article.gq -g draft
    gradq load article.gq --replace

    Others: model.json, model.graphml, nodes.csv, model.dot, book.xlsx, model.sbml, cell.mmt, and model.py:area, a function
    of a Python file, which is read and not run.
    """
    from ..engine.guard import allowed

    with allowed(max_memory):
        opened = opened_file(session, file)
        name = session.asked_graph or opened.name
        if not name:
            raise UsageError("a graph from standard input needs a name", hint="gradq load - -g NAME")
        load_graph(session, name, opened, None if file == "-" else file, replace=replace, strict=strict)


def save_command(
    session: Session,
    file: Annotated[str | None, typer.Argument(help="Where to; standard output if left out.", show_default=False)] = None,
) -> None:
    """Write a graph as .gq text, or in another format.

    The file's ending says in which, or -f: gq, node-link (JSON), graphml, csv (nodes), edges, gradients (what the memo
    has), dot, mermaid, latex, md, and python: a module with f and grad that needs nothing but itself.

    \b
    gradq save
    gradq save copy.gq
    gradq save article.json
    gradq save article.py
    gradq save -f latex
    """
    to_file = file not in (None, "-")
    row, known, text = _written(session, file if to_file else None)
    if to_file:
        write_file(str(file), text)
        session.done(f"wrote {file}", graph=row.name, file=file, format=known.name)
    elif session.format == "json":
        render.document("text", [{"graph": row.name, "text": text}], graph=row.name, revision=row.revision)
    else:
        sys.stdout.write(clean(text) if sys.stdout.isatty() else text)


def _written(session: Session, file: str | None) -> "tuple[GraphRow, Format, str]":
    """Return the graph that is meant, and what is to be written of it."""
    from ..engine import browser
    from ..formats.files import written
    from ..formats.registry import format_of, writer

    name = session.file_format()
    known = format_of(file or "", name, writing=True)
    if known is not None and known.of == "gradients":
        row = browser.glance(session.explorer, session.graph)[0]
        return row, known, writer(known)(_stored(session, row.name))
    found = browser.whole(session.explorer, session.graph)
    return found.graph, *written(found, file, name)


def _stored(session: Session, graph: str) -> list[list[str | None]]:
    """Return what the memo has of a graph: formulas, then numbers with the bindings of their point."""
    formulas = session.explorer.sql('select graph, "of", wrt, null, expression from v_gradient order by 2, 3')[1]
    numbers = session.explorer.sql('select graph, "of", wrt, bindings, value, state from v_sensitivity order by 4, 2, 3')[1]
    rows = [[*row[1:4], row[4]] for row in formulas if row[0] == graph]
    rows += [[*row[1:4], row[4] if row[4] is not None else row[5]] for row in numbers if row[0] == graph]
    return [[None if cell is None else render.cell_text(cell) for cell in row] for row in rows]


def opened_file(session: Session, file: str) -> "Opened":
    """Return the graph of a file, or of standard input for `-`, in the format that -f or the ending says."""
    from ..formats.files import open_file, open_text

    name = session.file_format()
    return open_text(read_text("-"), name) if file == "-" else open_file(file, name)


def load_graph(session: Session, name: str, opened: "Opened", source: str | None, *, replace: bool, strict: bool) -> None:
    """Load what was opened as a graph, choose it, and say what was done."""
    from ..engine import loader

    read = opened.graph
    if strict and read.implied:
        place = f"{source}: " if source else ""
        raise InvalidGraph(f"{place}no line defines {_users(read)}", hint="without --strict these become inputs")
    change = loader.load(session.explorer, name, read, replace=replace)
    choose(session.explorer.url, name)
    facts = {"added": change.added, "changed": change.changed, "removed": change.removed, "kept": change.kept}
    lines = opened.lines(rest="; --json names them")
    if opened.reading is not None:
        facts |= {"format": opened.known.name, "refused": [item._asdict() for item in opened.reading.refused], "notes": lines}
    session.done(f"loaded '{name}': {_counts(change)}; it is now the chosen graph", graph=name, **facts, inputs=read.implied)
    if read.implied:
        session.note(f"inputs that no line defines: {_listed(_pointed(read))}")
    for line in lines:
        session.note(line)


def write_file(file: str, content: str | bytes) -> None:
    """Write a file whole or not at all; raises `FileError`."""
    try:
        write_whole(Path(file), content)
    except OSError as error:
        raise FileError(f"'{file}' cannot be written: {error.strerror}") from None


def _counts(change: "Change") -> str:
    parts = {"added": len(change.added), "changed": len(change.changed), "removed": len(change.removed)}
    return ", ".join(f"{count:,} {word}" for word, count in [*parts.items(), ("kept", change.kept)])


def _pointed(read: "GraphText") -> list[str]:
    """Return the names that no line defines; one that a section has points there, for it may be meant."""
    from ..engine.names import elsewhere

    implied = set(read.implied)
    defined = [definition.name for definition in read.definitions if definition.name not in implied]
    found = {name: elsewhere(name, defined) for name in read.implied[:20]}
    pointed = [f"{name} (did you mean '{near[0]}'?)" if near else name for name, near in found.items()]
    return pointed + read.implied[20:]


def _users(read: "GraphText") -> str:
    """Return names that no line defines, each with the first line that uses it."""
    lines = {definition.name: definition.line for definition in read.definitions}
    users = {name: [child for child, names in read.parents.items() if name in names] for name in read.implied[:20]}
    first = {name: min(children, key=lambda child: lines[child]) for name, children in users.items()}
    where = {name: f"line {lines[child]}" if lines[child] else f"'{child}'" for name, child in first.items()}
    return _listed([f"'{name}' ({place} uses it)" for name, place in where.items()] + read.implied[20:])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:20]) + (f" and {len(names) - 20:,} more" if len(names) > 20 else "")
