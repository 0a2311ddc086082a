"""Expressions as text: one line up to a limit, short named steps above it; never a cut formula."""

from __future__ import annotations

from collections.abc import Iterable

from .layout import arrange, text_of
from .terms import Call, Expr, Number, Symbol
from .traverse import names_of, postorder

LIMIT = 4_000  # an answer up to this many characters prints on one line
_STEP = 100  # a step of a long answer is about this long


def answer_text(item: Expr, *, limit: int = LIMIT, title: str = "") -> str:
    """Return one line up to `limit`, else named steps that read back as a graph file; the last line is the answer."""
    return text_of(item) if item.size <= limit else "\n".join(named_steps(item, title=title))


def named_steps(root: Expr, *, title: str = "") -> list[str]:
    """Return lines `t1 = …` in which shared parts and long parts are named once; the last line is `root`.

    Step names avoid the names that the expression mentions. `title` becomes the note of the last line.
    """
    uses: dict[Expr, int] = {}
    order = list(postorder(root))
    for item in order:
        for part in item.parts:
            uses[part] = uses.get(part, 0) + 1
    taken, count = names_of(root), 0
    lines: list[str] = []
    named: dict[Expr, str] = {}
    lengths: dict[Expr, int] = {}  # printed length of each part, given the names before it
    for item in order:
        pieces = arrange(item)
        length = sum(len(p) if isinstance(p, str) else lengths.get(p, p.size) for p in pieces)
        lengths[item] = length
        if item is root or (may_be_named(item) and (length > _STEP or (uses[item] > 1 and length > 8))):
            count += 1
            while f"t{count}" in taken:
                count += 1
            lines.append(f"t{count} = {with_names(pieces, named)}")
            named[item] = f"t{count}"
            lengths[item] = len(named[item])
    if title:
        lines[-1] += f"  # {title}"
    return lines


def may_be_named(item: Expr) -> bool:
    """Return whether a step can stand for a part: a number or a name is one already, a condition has no value."""
    return not (
        isinstance(item, (Number, Symbol))
        or (isinstance(item, Call) and not item.name[0].isalpha())
        or getattr(item, "name", "") in ("and", "or", "not")
    )


def with_names(pieces: Iterable[str | Expr], named: dict[Expr, str]) -> str:
    """Return the text of `pieces`, in which every named part is its name."""
    out: list[str] = []
    stack = list(reversed(list(pieces)))
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            out.append(piece)
        elif piece in named:
            out.append(named[piece])
        else:
            stack.extend(reversed(arrange(piece)))
    return "".join(out)
