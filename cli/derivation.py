"""What `d --blocks` and `d --steps` print: a derivative cut into blocks, or the chain rule line by line."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..store.errors import UsageError
from . import render
from .points import refuse_kinks
from .session import Session, clean, node_name

if TYPE_CHECKING:
    from ..engine.explanation import Explanation
    from ..engine.explorer import Explorer

FORMATS = ("text", "json", "md", "latex")


def explain(
    session: Session, kind: str, of: str, wrts: Sequence[str], *, whole: bool, stats: bool, strict: bool, options: dict[str, Any]
) -> None:
    """Print the blocks or the steps of each derivative, their notes, and what the memo gave."""
    session.check_format(*FORMATS)
    whole = whole or (kind == "steps" and session.format == "json")
    found = explanations(session.explorer, session.graph, kind, node_name(of), wrts, whole=whole, options=options)
    refuse_kinks([kink for explanation in found for kink in explanation.kinks], strict)
    if session.format == "json":
        from . import documents

        print(render.json_line(documents.blocks_document(found) if kind == "blocks" else documents.steps_document(found)))
    else:
        text = "\n\n".join(_printed(explanation, session.format, stats) for explanation in found)
        print(clean(text) if sys.stdout.isatty() else text)
    for note in dict.fromkeys(note for explanation in found for note in explanation.notes):
        session.note(note)
    if stats:
        reused, computed = sum(e.reused for e in found), sum(e.computed for e in found)
        print(f"memo: {reused} reused, {computed} computed", file=sys.stderr)


def explanations(
    explorer: "Explorer", graph: str, kind: str, of: str, wrts: Sequence[str], *, whole: bool, options: dict[str, Any]
) -> "list[Explanation]":
    """Return the blocks or the steps of each derivative."""
    make = _maker(kind)
    return [make(explorer, graph, of, wrt, whole=whole, **options) for wrt in wrts]


def asked_kind(*, blocks: bool, steps: bool, whole: bool, rewrite: str | None) -> str:
    """Return which explanation options ask for, "" for none; raises `UsageError` where they do not go together."""
    if blocks and steps:
        raise UsageError("--blocks and --steps are two ways to look at a derivative", hint="give one of them")
    kind = "blocks" if blocks else "steps" if steps else ""
    if kind and rewrite:
        raise UsageError(f"--{kind} shows formulas as the chain rule gives them", hint=f"give --rewrite or --{kind}, not both")
    if whole and not kind:
        raise UsageError("--all of what?", hint="it goes with --blocks or --steps")
    return kind


def _maker(kind: str) -> "Callable[..., Explanation]":
    if kind == "blocks":
        from ..engine.blocks import blocks

        return blocks
    from ..engine.chain import steps

    return steps


def _printed(explanation: "Explanation", form: str, stats: bool) -> str:
    printers = {"text": explanation.text, "md": explanation.markdown, "latex": explanation.latex}
    return printers[form](stats=stats)
