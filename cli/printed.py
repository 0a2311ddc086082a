"""Derivatives as they are printed: bare, as lines, triples or a table, with their notes and what the memo gave."""

import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from ..store.errors import UsageError
from . import render
from .session import FORMULAS, TABLES, Cell, Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..engine.expression import Expr
    from ..engine.replies import Answer, Reply

NOT_KNOWN = "not known"  # stands where an answer would
_NOTES = 10  # notes that a person is shown


def with_option(reply: "Reply") -> "Reply":
    """Return a reply in which the note that not all was stored names the option that would store it."""
    from ..engine.writeback import CUT

    return reply._replace(notes=[f"{text} (--store all keeps them)" if text == CUT else text for text in reply.notes])


def print_reply(
    session: Session, reply: "Reply", rewrite: str | None, stats: bool, *, show: "Callable[..., None] | None" = None
) -> None:
    """Print a reply, its notes, and what the memo gave."""
    if rewrite:
        reply = rewritten_reply(reply, rewrite)
    if session.format == "json":
        from .documents import derivative_document

        print(render.json_line(derivative_document(reply)))
    else:
        (show or _print_list)(session, reply)
    notes = list(dict.fromkeys([*reply.notes, *(text for answer in reply.answers for text in answer.notes)]))
    for text in notes[:_NOTES]:
        session.note(text)
    if notes[_NOTES:]:
        session.note(f"and {len(notes) - _NOTES:,} more notes; --json has all")
    if stats:
        print(f"memo: {reply.reused} reused, {reply.computed} computed", file=sys.stderr)


def rewritten_reply(reply: "Reply", how: str) -> "Reply":
    """Return a reply whose formulas are rewritten."""
    if reply.at is not None:
        raise UsageError("a value at a point has nothing to rewrite", hint="give --rewrite or --at, not both")
    from ..engine.replies import rewritten

    return rewritten(reply, how)


def _print_list(session: Session, reply: "Reply") -> None:
    """Print the derivatives of one output: bare, or a line for each."""
    if session.format in ("csv", "md"):
        print_triples(session, reply)
    else:
        render.answers([(answer.wrt, cell) for answer, cell in _cells(session, reply)])


def print_triples(session: Session, reply: "Reply") -> None:
    """Print a row for each pair."""
    rows = [(answer.of, answer.wrt, cell) for answer, cell in _cells(session, reply)]
    render.table(session.format if session.format in TABLES else "text", ["of", "wrt", "derivative"], rows)


def print_table(session: Session, reply: "Reply") -> None:
    """Print a row for each output and a column for each input."""
    rows: dict[str, list[Cell]] = {}
    for answer, cell in _cells(session, reply):
        rows.setdefault(answer.of, []).append(cell)
    wrts = list(dict.fromkeys(answer.wrt for answer in reply.answers))
    table = [[of, *cells] for of, cells in rows.items()]
    if session.format == "text" and not _fits(["∂/∂", *wrts], table):
        print_triples(session, reply)  # a line for each is read more easily than a cell folded in its middle
    else:
        render.table(session.format, ["∂/∂", *wrts], table)


def _fits(columns: list[str], rows: list[list[Cell]]) -> bool:
    """Return whether a table fits the terminal without folding."""
    shown = [columns, *([render.cell_text(cell) for cell in row] for row in rows)]
    widths = [max(len(row[index]) for row in shown) + 2 for index in range(len(columns))]
    return sum(widths) <= get_terminal_size().columns


def _cells(session: Session, reply: "Reply") -> "list[tuple[Answer, Cell]]":
    """Return each answer with what is shown of it: a number, or a formula in the form that was asked."""
    printer = form_printer(session.format) if session.format in FORMULAS else None
    unknown = None if session.format == "csv" else NOT_KNOWN
    return [(answer, unknown if answer.unknown else _cell(reply, answer, printer)) for answer in reply.answers]


def _cell(reply: "Reply", answer: "Answer", printer: "Callable[[Expr], str] | None") -> Cell:
    if answer.value is not None:
        return answer.value
    if answer.expression is None:
        return f"({reply.root(answer).size:,} characters: ask for it alone)"
    return answer.expression if printer is None else printer(reply.root(answer))


def form_printer(form: str) -> "Callable[[Expr], str]":
    """Return what writes a formula as LaTeX, MathML or lines of letters."""
    from ..engine import typeset

    return {"latex": typeset.latex, "mathml": typeset.mathml, "unicode": typeset.unicode}[form]
