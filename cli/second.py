"""The commands of second order: hessian and derive; and `d --order 2`, which prints as they do."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ..store.errors import UsageError
from . import render
from .complete import complete_node
from .points import PointOption, StrictOption, read_point, refuse_kinks
from .session import FORMULAS, TABLES, Cell, Session, names_of_list, node_name

if TYPE_CHECKING:
    from ..engine.second import SecondAnswer, SecondReply

Of = Annotated[str, typer.Argument(help="The node that is differentiated.", show_default=False, autocompletion=complete_node)]


def hessian_command(
    session: Session,
    of: Of,
    wrt: Annotated[
        list[str] | None, typer.Option("--wrt", help="By each pair of these nodes.", autocompletion=complete_node)
    ] = None,
    inside: Annotated[
        list[str] | None,
        typer.Option("--in", help="Unroll down to these names; 'inputs' for all the way.", autocompletion=complete_node),
    ] = None,
    at: PointOption = None,
    triples: Annotated[bool, typer.Option("--triples", help="A line for each pair, not a table.")] = False,
    strict: StrictOption = False,
) -> None:
    """Answer a node's second derivatives by each pair of nodes.

    They are total: the change of ∂OF/∂X when Z is moved and everything downstream of Z follows. Where it is 0 by the
    formulas themselves it is exactly 0. Nothing is stored.

    \b
    gradq hessian g --wrt a,b
    gradq hessian g --wrt a,b --at a=0.5
    """
    from ..engine.second import pairs_of

    names = names_of_list(wrt)
    if not names:
        raise UsageError(f"the second derivatives of '{of}' by which nodes?", hint=f"gradq hessian {of} --wrt a,b")
    table = not triples and (session.format == "md" or (session.format == "text" and sys.stdout.isatty()))
    answer_second(session, of, pairs_of(names), inside, at, strict=strict, table=table)


def derive_command(
    session: Session,
    of: Of,
    wrt: Annotated[str, typer.Option("--wrt", help="With respect to this node.", autocompletion=complete_node)],
    name: Annotated[str, typer.Option("--name", help="The name of the new node.")],
    replace: Annotated[bool, typer.Option("--replace", help="Derive a node of that name anew.")] = False,
) -> None:
    """Put a derivative into the graph, as a node.

    Anything can be asked of it, also its own derivatives. A long one comes with named steps, NAME.t1 and so on. It is
    the formula as it is now: after an edit, --replace derives it anew.

    \b
    gradq derive g --wrt b --name dg_db
    gradq d dg_db --wrt a
    """
    from ..engine.derive import derive

    session.check_format("text", "json")
    made = derive(session.explorer, session.graph, node_name(of), node_name(wrt), node_name(name), replace=replace)
    *steps, node = made.nodes
    more = f", with {len(steps):,} steps before it" if steps else ""
    facts = {"node": node.name, "kind": node.kind, "steps": [step.name for step in steps], "removed": made.removed}
    session.done(f"'{node.name}' is the derivative of '{of}' with respect to '{wrt}'{more}", **facts)
    for text in made.notes:
        session.note(text)


def answer_second(
    session: Session,
    of: str,
    pairs: Sequence[tuple[str, str]],
    inside: list[str] | None,
    at: list[str] | None,
    *,
    strict: bool,
    table: bool = False,
) -> None:
    """Print the second derivatives of a node by pairs of others, and their notes."""
    from ..engine.second import second

    session.check_format(*TABLES, *FORMULAS)
    frontier = names_of_list(inside) if inside else None
    reply = second(session.explorer, session.graph, node_name(of), pairs, point=read_point(at), frontier=frontier)
    refuse_kinks(reply.kinks, strict)
    cells = [_cell(session, answer) for answer in reply.answers]
    if session.format == "json":
        from .documents import second_document

        print(render.json_line(second_document(reply)))
    elif table:
        _print_table(session, reply, cells)
    elif session.format in ("csv", "md"):
        rows = [(a.of, *a.wrt, cell) for a, cell in zip(reply.answers, cells, strict=True)]
        render.table(session.format, ["of", "wrt", "wrt2", "derivative"], rows)
    elif all(x == z for x, z in pairs):
        render.answers([(x, cell) for (x, _), cell in zip(pairs, cells, strict=True)])
    else:
        render.table("text", ["wrt", "wrt2", "derivative"], [(*p, cell) for p, cell in zip(pairs, cells, strict=True)])
    for text in dict.fromkeys([*(text for answer in reply.answers for text in answer.notes), *reply.notes]):
        session.note(text)


def _print_table(session: Session, reply: "SecondReply", cells: list[Cell]) -> None:
    """Print a row for each node and a column for each."""
    rows: dict[str, list[Cell]] = {}
    for answer, cell in zip(reply.answers, cells, strict=True):
        rows.setdefault(answer.wrt[0], []).append(cell)
    render.table(session.format, ["∂²", *rows], [[name, *found] for name, found in rows.items()])


def _cell(session: Session, answer: "SecondAnswer") -> Cell:
    if answer.root is None or session.format not in FORMULAS:
        return answer.value if answer.expression is None else answer.expression
    from ..engine import typeset

    return str(getattr(typeset, session.format)(answer.root))
