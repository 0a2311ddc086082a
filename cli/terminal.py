"""Tables on a terminal: they fit its width, numbers stand with their points below each other, NO_COLOR is kept."""

import os
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .session import Cell, clean


def print_columns(columns: Sequence[str], rows: Sequence[Sequence[Cell]], text: Callable[[Cell], str]) -> None:
    """Print rows in columns, long cells folded to the width of the terminal; a heading if there are column names.

    `text` says how a cell is written.
    """
    shown = Table(box=None, pad_edge=False, show_header=bool(columns), header_style="bold", padding=(0, 2, 0, 0))
    width = len(columns) or max(map(len, rows), default=0)
    found: list[Sequence[Cell]] = [[row[index] for row in rows] for index in range(width)]
    for index, cells in enumerate(found):
        texts = [text(cell) for cell in cells]
        heading = columns[index] if columns else ""
        if is_numeric(cells):
            # padded here: Rich would set numbers flush right, and their points apart
            heading, *texts = flush_right([heading, *aligned(texts)])
        shown.add_column(Text(heading), overflow="fold")
        found[index] = texts
    for row in zip(*found, strict=True):
        shown.add_row(*(Text(clean(cell)) for cell in row))
    _console().print(shown)


def is_numeric(cells: Sequence[Cell]) -> bool:
    """Return whether a column has numbers and nothing else, empty cells aside."""
    present = [cell for cell in cells if cell is not None]
    return bool(present) and all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in present)


def aligned(texts: Sequence[str]) -> list[str]:
    """Return numbers padded on the right so that, set flush right, their points stand below each other.

    >>> aligned(["282", "0.5"])
    ['282  ', '0.5']
    """
    places = [len(text) - text.index(".") if "." in text else 0 for text in texts]
    widest = max(places, default=0)
    return [text + " " * (widest - own) for text, own in zip(texts, places, strict=True)]


def flush_right(texts: Sequence[str]) -> list[str]:
    """Return texts padded on the left to the width of the longest."""
    widest = max(map(len, texts), default=0)
    return [text.rjust(widest) for text in texts]


def bar(share: float, width: int = 24) -> str:
    """Return a bar as long as a share of `width`, in eighths of a letter.

    >>> bar(1.0, 4), bar(0.3, 4)
    ('████', '█▎')
    """
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def _console() -> Console:
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Console(color_system=None if plain else "auto", highlight=False, markup=False, emoji=False)
