"""A difference as rows of tables, and as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from .changes import ADDED, CHANGED, REMOVED
from .steps import shortest

if TYPE_CHECKING:
    from .changes import NodeChange
    from .effect import Effect, Quantity
    from .graphfile import Definition

Row = tuple[object, ...]
COLUMNS = 5  # quantities that stand beside an edit


class Table(NamedTuple):
    """Rows under the names of their columns."""

    columns: list[str]
    rows: list[Row]


def change_table(changes: Sequence[NodeChange]) -> Table:
    """Return a row for each node that was added or removed, and for each part of one that was changed."""
    columns = ["change", "node", "what", "before", "after"]
    return Table(columns, [row for change in changes for row in _change_rows(change)])


def quantity_table(effect: Effect, *, alone: bool = False) -> Table:
    """Return a row for the value and each derivative; with `alone` also what each edit does to it, and the rest."""
    columns = ["quantity", "before", "after", "change"]
    if alone:
        columns += [*(f"{edit.node} alone" for edit in effect.edits), "rest"]
    rows: list[Row] = []
    for quantity in (effect.value, *effect.derivatives):
        more = (*quantity.alone, quantity.rest) if alone else ()
        rows.append((label(effect, quantity), quantity.before, quantity.after, quantity.change, *more))
    return Table(columns, rows)


def edit_table(effect: Effect, most: int = COLUMNS) -> Table:
    """Return a row for each edit with what it does alone to the value and the `most` derivatives that change most."""
    shown = [effect.value, *(slope for slope in effect.derivatives if slope.change)][: most + 1]
    columns = ["edit", *(label(effect, quantity) for quantity in shown), "remark"]
    rows: list[Row] = [
        (edit.node, *(quantity.alone[place] for quantity in shown), remark(edit.needs, edit.why))
        for place, edit in enumerate(effect.edits)
    ]
    rest = (*(quantity.rest for quantity in shown), "what they do jointly")
    return Table(columns, [*rows, ("(rest)", *rest)])


def label(effect: Effect, quantity: Quantity) -> str:
    """Return how a quantity is called: the node itself, or its derivative."""
    return effect.of if quantity.wrt is None else f"∂{effect.of}/∂{quantity.wrt}"


def remark(needs: tuple[str, ...], why: str | None) -> str | None:
    """Return what there is to say of an edit."""
    if not needs:
        return why
    more = f" and {len(needs) - 3:,} more" if len(needs) > 3 else ""
    return f"with {', '.join(needs[:3])}{more}" + (f"; {why}" if why else "")


def text(changes: Sequence[NodeChange], effect: Effect | None) -> str:
    """Return a difference as lines."""
    lines = [_line(row) for row in change_table(changes).rows]
    if effect is not None:
        lines += _effect_lines(effect)
    return "\n".join(lines) or "nothing changed"


def _change_rows(change: NodeChange) -> list[Row]:
    if change.what == ADDED and change.after is not None:
        return [(ADDED, change.node, change.after.kind, None, _right(change.after))]
    if change.what == REMOVED and change.before is not None:
        return [(REMOVED, change.node, change.before.kind, _right(change.before), None)]
    pairs = [(part, getattr(change.before, part), getattr(change.after, part)) for part in change.parts]
    return [(CHANGED, change.node, f"{part} (the same)" if part == "formula" and change.same else part, *p) for part, *p in pairs]


def _right(line: Definition) -> str | None:
    return line.formula if line.formula is not None else line.default


def _line(row: Row) -> str:
    change, node, what, before, after = (str(cell) if cell is not None else "" for cell in row)
    if change == CHANGED:
        return f"{change} {node} {what}: {before or '(none)'} → {after or '(none)'}"
    right = before or after
    return f"{change} {node}" + (f" = {right}" if right else f", an {what}")


def _effect_lines(effect: Effect) -> list[str]:
    lines = []
    for name, before, after, change in quantity_table(effect).rows:
        moved = f", change {_number(change)}" if change is not None else ""
        lines.append(f"{name}: {_number(before)} → {_number(after)}{moved}")
    columns, rows = edit_table(effect)
    for edit, *cells, said in rows if effect.edits else []:
        parts = ", ".join(f"{name} {_number(cell)}" for name, cell in zip(columns[1:-1], cells, strict=True))
        lines.append(f"the rest: {parts}" if edit == "(rest)" else f"{edit} alone: {parts}" + (f" ({said})" if said else ""))
    return lines


def _number(cell: object) -> str:
    return shortest(cell) if isinstance(cell, float) else "-"
