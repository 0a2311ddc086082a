"""Answers as text, tables, CSV and JSON: columns on a terminal, tabs in a pipe, one document for a program."""

import json
import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from .session import TABLES, Cell, clean, no_format


def answers(rows: Sequence[tuple[str, Cell]]) -> None:
    """Print one answer bare, several as `name<tab>answer`, in columns on a terminal."""
    if len(rows) == 1:
        print(cell_text(rows[0][1]))
    elif sys.stdout.isatty():
        from .terminal import print_columns

        print_columns([], rows, cell_text)
    else:
        for name, answer in rows:
            text = cell_text(answer)
            print(f"{name}:\n{text}" if "\n" in text else f"{name}\t{text}")


def records(format_: str, noun: str, columns: Sequence[str], found: Sequence[Sequence[Cell]], **more: Any) -> None:
    """Print rows that are things with properties: in JSON each is an object, its schema `gradq.NOUN/1`."""
    if format_ == "json":
        document(noun, [dict(zip(columns, row, strict=True)) for row in found], **more)
    else:
        table(format_, columns, found)


def table(format_: str, columns: Sequence[str], found: Sequence[Sequence[Cell]]) -> None:
    """Print rows as text, CSV or Markdown."""
    if format_ not in _TABLES:
        raise no_format(format_, TABLES)
    _TABLES[format_](columns, found)


def document(noun: str, found: list[Any], **more: Any) -> None:
    """Print one JSON document; its answers are always a list."""
    print(json_line({"schema": f"gradq.{noun}/1", **more, "answers": found}))


def json_line(data: Any) -> str:
    """Return data as one line of JSON; a number that JSON cannot hold is a string in it."""
    return json.dumps(_finite(data), ensure_ascii=False, allow_nan=False)


def cell_text(cell: Cell) -> str:
    """Return a cell as text: numbers as the shortest that reads back, lists with commas, nothing for NULL."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        from ..engine.steps import shortest

        return shortest(cell)
    if isinstance(cell, bytes):
        return cell.hex()
    return json_line(cell) if isinstance(cell, (dict, list)) else str(cell)


def shown(text: str) -> str:
    """Return a text as it may go to standard output: a terminal is not steered by what is in it."""
    return clean(text) if sys.stdout.isatty() else text


def _text(columns: Sequence[str], found: Sequence[Sequence[Cell]]) -> None:
    """Print rows in columns with a heading on a terminal, else bare and separated by tabs."""
    if sys.stdout.isatty():
        from .terminal import print_columns

        print_columns(columns, found, cell_text)
        return
    for row in found:
        print("\t".join(cell_text(cell).replace("\t", " ").replace("\n", " ") for cell in row))


def _csv(columns: Sequence[str], found: Iterable[Sequence[Cell]]) -> None:
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([shown(_harmless(cell)) for cell in row] for row in found)


def _harmless(cell: Cell) -> str:
    """Return a cell that a spreadsheet shows and does not run: text that it would take for a call gets a ' first.

    A formula that begins with a minus stays as it is, unless it has the marks by which one calls out of a sheet.
    """
    text = cell_text(cell)
    if not isinstance(cell, str) or not text:
        return text
    calls = text[0] in "=+@\t\r" or (text[0] == "-" and not {"|", "!"}.isdisjoint(text))
    return f"'{text}" if calls else text


def _markdown(columns: Sequence[str], found: Iterable[Sequence[Cell]]) -> None:
    for row in [columns, ["---"] * len(columns), *found]:
        print("| " + " | ".join(shown(cell_text(cell)).replace("|", "\\|").replace("\n", " ") for cell in row) + " |")


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


_TABLES = {"text": _text, "csv": _csv, "md": _markdown}
