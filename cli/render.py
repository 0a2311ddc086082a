"""Answers as text, tables, JSON and CSV."""

import math
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..store.errors import UsageError
from .session import FORMATS, clean

if TYPE_CHECKING:
    from ..engine.replies import Reply

Cell = object


def answers(rows: Sequence[tuple[str, str]]) -> None:
    """Print one answer bare, several as `name<tab>answer`, in columns on a terminal."""
    if len(rows) == 1:
        print(rows[0][1])
        return
    width = max((len(name) for name, _ in rows), default=0)
    for name, answer in rows:
        print(f"{clean(name):<{width}}  {answer}" if sys.stdout.isatty() else f"{name}\t{answer}")


def rows(format_: str, columns: Sequence[str], found: Sequence[Sequence[Cell]]) -> None:
    """Print rows in one of the four formats."""
    if format_ == "json":
        document("rows", [list(row) for row in found], columns=list(columns))
    elif format_ in _TABLES:
        _TABLES[format_](columns, found)
    else:
        raise UsageError(f"no format '{format_}' here", hint=f"one of: {', '.join(FORMATS)}")


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print rows: in columns with a heading on a terminal, else separated by tabs."""
    texts = [[cell_text(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in texts:
            print("\t".join(row))
        return
    shown = [list(columns), *texts]
    widths = [max(len(row[index]) for row in shown) for index in range(len(columns))]
    for row in shown:
        print("  ".join(clean(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def table_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print rows as CSV with a heading."""
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell_text(cell) for cell in row] for row in rows)


def table_markdown(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print rows as a Markdown table."""
    for row in [columns, ["---"] * len(columns), *rows]:
        print("| " + " | ".join(cell_text(cell).replace("|", "\\|") for cell in row) + " |")


def document(schema: str, answers_: list[Any], **more: Any) -> None:
    """Print one JSON document; its answers are always a list."""
    import json

    data = {"schema": f"gradq.{schema}/1", **more, "answers": answers_}
    print(json.dumps(_finite(data), ensure_ascii=False, allow_nan=False))


def derivatives(reply: "Reply", point: dict[str, float] | None) -> None:
    """Print derivatives as JSON."""
    rows = [
        {"of": a.of, "wrt": a.wrt, "at": point, "expression": a.expression, "value": a.value, "notes": a.notes}
        for a in reply.answers
    ]
    memo = {"reused": reply.reused, "computed": reply.computed}
    document("derivative", rows, graph=reply.graph, revision=reply.revision, memo=memo, notes=reply.notes)


def cell_text(cell: Cell) -> str:
    """Return a cell as text: numbers as the shortest that reads back, nothing for NULL."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        from ..engine.steps import shortest

        return shortest(cell)
    return str(cell)


def _finite(data: Any) -> Any:
    """Return data in which a number that JSON cannot hold is a string."""
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_finite(value) for value in data]
    if isinstance(data, float) and not math.isfinite(data):
        return str(data)
    if isinstance(data, bytes):
        return data.hex()
    return data if data is None or isinstance(data, (str, int, float)) else str(data)


_TABLES = {"text": table, "csv": table_csv, "md": table_markdown}
