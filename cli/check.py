"""The command `check`: what is stored, held against independent estimates."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import render
from .points import PointOption, read_point
from .session import TABLES, Cell, Session

if TYPE_CHECKING:
    from ..engine.check import Check, Place
    from ..engine.verdict import Finding

_COLUMNS = ["what", "of", "wrt", "verdict", "stored", "estimate", "difference", "by"]
_SHOWN = 50  # rows that fail, and names of a point, that a person is shown
_SAID = 5


def check_command(
    session: Session,
    at: PointOption = None,
    whole: Annotated[bool, typer.Option("--all", help="Check every row, however long it takes.")] = False,
) -> None:
    """Check what is stored against independent estimates.

    Each local partial, by moving one parent while the others are held; each gradient of the memo, by moving a node and
    all that follows. Moves are complex steps where every function on the way allows it, else differences. Without --at
    the points are picked inside the domain. Rows that fail are listed, and the exit code is then 1; where a derivative
    is undefined or a kink is stood on, a note says so. When, where and how far off is kept in v_edge and v_gradient.

    \b
    gradq check
    gradq check --at a=0.5,o=1
    """
    from ..engine.check import check

    session.check_format(*TABLES)
    found = check(session.explorer, session.graph, point=read_point(at), whole=whole)
    if session.format == "json":
        _print_document(found)
    elif session.format == "text":
        _print_text(session, found)
    else:
        render.table(session.format, _COLUMNS, [_row(item) for item in [*found.failures, *found.unsettled]])
        session.note(str(found))
    _say(session, found)
    if not found.ok:
        raise typer.Exit(1)


def _print_text(session: Session, found: "Check") -> None:
    if found.failures:
        render.table("text", _COLUMNS, [_row(item) for item in found.failures[:_SHOWN]])
        if found.failures[_SHOWN:]:
            session.note(f"and {len(found.failures) - _SHOWN:,} more that fail; --json has all")
    print(render.shown(str(found)))


def _print_document(found: "Check") -> None:
    from ..engine.check import KINDS

    answers = [_answer(place, item) for place in found.places for item in place.findings if item.verdict != "agrees"]
    worst = found.worst
    render.document(
        "check",
        sorted(answers, key=lambda answer: answer["verdict"] != "fails"),
        graph=found.graph,
        revision=found.revision,
        ok=found.ok,
        checked={kind: sum(f.row.kind == kind for f in found.findings) for kind in KINDS},
        agree={kind: found.count(kind) for kind in KINDS},
        left_out=found.left_out,
        worst=None if worst is None else _answer(next(p for p in found.places if worst in p.findings), worst),
        points=[{**place.point, **place.filled} for place in found.places],
        notes=found.notes,
    )


def _answer(place: "Place", item: "Finding") -> dict[str, Any]:
    return {
        "what": item.row.kind,
        "of": item.row.of,
        "wrt": item.row.wrt,
        "at": {**place.point, **place.filled},
        "verdict": item.verdict,
        "partial": item.row.stored if isinstance(item.row.stored, str) else None,
        "stored": item.stored,
        "estimate": item.estimate,
        "difference": item.difference,
        "by": item.by or None,
        "notes": [item.why] if item.why else [],
    }


def _row(item: "Finding") -> list[Cell]:
    from ..engine.check import KINDS

    row, by = item.row, item.by or item.why
    return [KINDS[row.kind], row.of, row.wrt, item.verdict, item.stored, item.estimate, _rounded(item.difference), by]


def _rounded(difference: float | None) -> float | None:
    return None if difference is None else float(f"{difference:.2g}")


def _say(session: Session, found: "Check") -> None:
    """Say where it was checked, what is not settled and why, and what was left out."""
    from ..engine.verdict import said

    picked = list(dict.fromkeys(_bindings(place) for place in found.places if place.filled))
    for text in picked[:_SAID]:
        session.note(text)
    if picked[_SAID:]:
        session.note(f"and {len(picked) - _SAID:,} more points with values that were picked; v_point has all")
    for item in found.unsettled[:_SAID]:
        session.note(f"not settled: {said(item)}")
    if found.unsettled[_SAID:]:
        session.note(f"and {len(found.unsettled) - _SAID:,} more that are not settled; --json has all")
    if found.left_out:
        session.note(f"{found.left_out:,} gradients were left out, for the work would be long; --all checks them too")
    for text in found.notes:
        session.note(text)


def _bindings(place: "Place") -> str:
    shown = [f"{name} = {render.cell_text(value)}" for name, value in list(place.filled.items())[:_SAID]]
    more = len(place.filled) - len(shown)
    said = ", ".join(shown) + (f" and {more:,} more" if more else "")
    return f"picked {'beside the point' if place.point else 'a point'}: {said}"
