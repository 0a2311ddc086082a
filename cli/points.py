"""Points: the words of --at, and the commands `point set`, `point ls` and `point rm`."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..store.errors import Undefined, UsageError
from . import render
from .complete import complete_bindings, complete_point, complete_point_name
from .session import DONE, TABLES, Session, read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..engine.replies import Reply
    from ..engine.steps import Kink

Parts = list[dict[str, float] | str]
PointOption = Annotated[
    list[str] | None,
    typer.Option("--at", help="A point: a=0.5,o=1, @file.json, @- or a stored name.", autocompletion=complete_point),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Refuse to answer on a kink, or only in part (exit 5).")]
Name = Annotated[str, typer.Argument(help="The name of a point.", show_default=False, autocompletion=complete_point_name)]
point_help = "Points with a name, for --at."


def read_point(given: list[str] | None) -> Parts | None:
    """Return the parts of a point: bindings, and names of stored points; the later wins."""
    if not given:
        return None
    from ..engine.points import bindings_from_json, parse_bindings

    parts: Parts = []
    for text in given:
        if text.startswith("@"):
            parts.append(bindings_from_json(read_text(text[1:]), text[1:]))
        else:
            parts.append(parse_bindings(text) if "=" in text else text)
    return parts


def refuse_kinks(kinks: "Sequence[Kink]", strict: bool) -> None:
    """Raise `Undefined` where a kink is stood on and `--strict` was given."""
    if strict and kinks:
        more = len({kink.note for kink in kinks}) - 1
        said = kinks[0].note + (f", and there {'is' if more == 1 else 'are'} {more:,} more" if more else "")
        raise Undefined(said, hint="without --strict the answer is a convention, and a note says so")


def refuse_doubts(reply: "Reply", strict: bool) -> None:
    """Raise `Undefined` where `--strict` was given and the answers stand on a kink, or one is not known."""
    refuse_kinks(reply.kinks, strict)
    for answer in reply.answers if strict else ():
        if answer.unknown is not None:
            raise Undefined(answer.unknown.message, hint="without --strict the others are answered, and a note says so")


def point_set_command(
    session: Session,
    name: Name,
    bindings: Annotated[
        list[str], typer.Argument(help="What it binds: a=0.5,o=1.", show_default=False, autocompletion=complete_bindings)
    ],
) -> None:
    """Name a point; a name that is there moves to the new bindings.

    \b
    gradq point set start a=0.5,o=1
    gradq d g --wrt b --at start
    """
    from ..engine.editor import name_point

    if "=" in name or name.startswith("@"):
        raise UsageError(f"'{name}' cannot name a point", hint="a name has no '=' and does not begin with '@'")
    session.check_format(*DONE)
    bound = name_point(session.explorer, session.graph, name, read_point(bindings) or [])
    said = ", ".join(f"{node} = {render.cell_text(value)}" for node, value in bound.items())
    session.done(f"point '{name}' binds {said or 'nothing'}", point=name, bindings=bound)


def point_ls_command(session: Session) -> None:
    """List the points that have a name.

    \b
    gradq point ls
    """
    from ..engine import browser

    session.check_format(*TABLES)
    row, points = browser.points(session.explorer, session.graph)
    rows = [(name, dict(sorted(bound.items()))) for name, bound in points.items()]
    if rows or session.format != "text":
        render.records(session.format, "point", ["point", "bindings"], rows, graph=row.name, revision=row.revision)
    else:
        session.note("no point has a name: gradq point set NAME a=0.5")


def point_rm_command(session: Session, name: Name) -> None:
    """Take a point's name away; numbers that were stored at it go with the memo.

    \b
    gradq point rm start
    """
    from ..engine.editor import unname_point

    session.check_format(*DONE)
    unname_point(session.explorer, session.graph, name)
    session.done(f"removed point '{name}'", point=name)
