"""The command that compares: diff."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..store.errors import FileError, UnknownGraph, UsageError
from . import render
from .complete import complete_graph, complete_node
from .points import PointOption, read_point
from .session import TABLES, Session, names_of_list, node_name, read_text

if TYPE_CHECKING:
    from ..engine.diff import Diff
    from ..engine.difftext import Table
    from ..engine.side import Side

EDITS, TOP = 20, 100  # edits that are looked at one by one, derivatives that are listed
_SHOWN = 200  # changes that a person is shown
_SIDE = "A graph, a file of any format that is read, or - for standard input."


def diff_command(
    session: Session,
    a: Annotated[str, typer.Argument(metavar="A", help=_SIDE, show_default=False, autocompletion=complete_graph)],
    b: Annotated[str, typer.Argument(metavar="B", help=_SIDE, show_default=False, autocompletion=complete_graph)],
    of: Annotated[
        str | None, typer.Option("--of", help="What the change does to this node.", autocompletion=complete_node)
    ] = None,
    wrt: Annotated[
        list[str] | None, typer.Option("--wrt", help="Its derivatives by these nodes.", autocompletion=complete_node)
    ] = None,
    at: PointOption = None,
    edits: Annotated[int, typer.Option("--edits", min=0, help="Look at this many edits one by one.")] = EDITS,
    top: Annotated[int, typer.Option("--top", min=0, help="List this many derivatives.")] = TOP,
    file_format: Annotated[
        str | None, typer.Option("--file-format", metavar="FORMAT", help="What the files are, where their endings do not tell.")
    ] = None,
) -> None:
    """Say what changed from one graph to another.

    Nodes of A and B that were added, removed or changed. Files are read as load reads them. A word that has a / is a
    file, and so is one that ends as files do (.gq, .xlsx, .json …) if that file is there; another is a graph, or a file
    where there is no such graph.

    With --of, what that does to a node: its value and derivatives before and after, the largest change first; what each
    edit does alone, applied to A with the added nodes that it needs; and the rest, which they do jointly. Without --at the
    point is that of the defaults. Nothing is stored.

    \b
    gradq diff article article.gq
    gradq diff article article.gq --of g --at a=0.5,o=1
    """
    from ..engine.diff import diff

    _check_format(session)
    if session.asked_graph:
        raise UsageError("diff takes its graphs as words, not by -g", hint=f"gradq diff {session.asked_graph} OTHER")
    if a == b == "-":
        raise UsageError("standard input is one graph, not two", hint="gradq diff OLD.gq -")
    wrts, point = names_of_list(wrt) if wrt else None, read_point(at)
    check_effect(of, wrts, point)
    (before, notes), (after, more) = _side(session, a, file_format), _side(session, b, file_format)
    found = diff(before, after, of=None if of is None else node_name(of), wrt=wrts, point=point, most=edits)
    _print(session, found._replace(notes=[*notes, *more, *found.notes]), top)


def check_effect(of: str | None, wrts: list[str] | None, point: object) -> None:
    """Refuse what is about a derivative where no node was named."""
    if of is None and (wrts or point):
        raise UsageError("which derivative? wrt and at are of a node", hint="--of NODE says which")


def _check_format(session: Session) -> None:
    from ..formats.registry import BY_NAME

    if session.format in BY_NAME and session.format not in TABLES:
        hint = f"-f says how the answer is printed; --file-format {session.format} says what the files are"
        raise UsageError(f"no format '{session.format}' here", hint=hint)
    session.check_format(*TABLES)


def _side(session: Session, word: str, file_format: str | None) -> "tuple[Side, list[str]]":
    """Return the graph or the file that a word names, and what there is to say about the file."""
    from ..engine.side import side_of_graph
    from ..formats.files import file_of

    file, known = file_of(word)
    if word == "-" or "/" in word or os.sep in word or (known and Path(file).exists()):
        return _side_of_file(word, file_format)
    try:
        return side_of_graph(session.explorer, word), []
    except UnknownGraph:
        if Path(file).is_file():
            return _side_of_file(word, file_format)
        if known:
            raise FileError(f"'{file}' is not there", hint="nor is there a graph of that name; see: gradq ls") from None
        raise


def _side_of_file(word: str, file_format: str | None) -> "tuple[Side, list[str]]":
    from ..engine.side import side_of_text
    from ..formats.files import open_file, open_text

    opened = open_text(read_text(word), file_format) if word == "-" else open_file(word, file_format)
    return side_of_text(opened.graph, word), [f"{word}: {line}" for line in opened.lines()]


def _print(session: Session, found: "Diff", top: int) -> None:
    from ..engine import difftext

    if session.format == "json":
        from .diffed import diff_document

        print(render.json_line(diff_document(found, top)))
        return
    effect = found.effect
    tables: list[Table] = []
    if effect is None or session.format != "csv":
        tables.append(difftext.change_table(found.changes))
    cut = 0
    if effect is not None:
        cut = len(effect.derivatives) - top
        effect = effect._replace(derivatives=effect.derivatives[:top])
        tables.append(difftext.quantity_table(effect, alone=session.format == "csv"))
        if effect.edits and session.format != "csv":
            tables.append(difftext.edit_table(effect))
    _print_tables(session, [table for table in tables if table.rows or session.format == "csv"])
    _print_notes(session, found, cut)


def _print_tables(session: Session, tables: "list[Table]") -> None:
    """Print tables with a line between; a person sees no more than so many changes."""
    for place, (columns, rows) in enumerate(tables):
        if place:
            print()
        shown = rows[:_SHOWN] if session.format == "text" and columns[0] == "change" else rows
        render.table(session.format, columns, shown)
        if len(shown) < len(rows):
            session.note(f"the first {len(shown):,} of {len(rows):,} changes; --json and --csv have all")


def _print_notes(session: Session, found: "Diff", cut: int) -> None:
    if cut > 0:
        session.note(f"{cut:,} more derivatives, which change less: --top lists more")
    counts = [f"{len(found.named(what)):,} {what}" for what in ("added", "removed", "changed")]
    session.note(", ".join([*counts, f"{found.kept:,} kept"]))
    for text in [*found.notes, *(found.effect.notes if found.effect is not None else [])]:
        session.note(text)
    if found.effect is not None and found.effect.edits and found.effect.truncated:
        session.note(f"{len(found.effect.edits):,} edits were looked at one by one: --edits takes more")
