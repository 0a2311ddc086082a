"""The plot of a scan: its format, and where it goes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..store.errors import UsageError
from .session import Session

if TYPE_CHECKING:
    from ..engine.scan import Scan

FORMATS = ("svg", "png")
INSTALL = 'pip install "gradq[plot]"'


def plot_format(session: Session, out: str | None) -> str | None:
    """Return the format of the plot that is asked for, None where a table is; refuse what cannot be written."""
    to_file = out not in (None, "-")
    kind = session.format if session.format in FORMATS else None
    if kind is None and to_file:
        kind = Path(str(out)).suffix.lower().removeprefix(".")
        if kind not in FORMATS:
            hint = "a file that ends with .svg or .png; tables: gradq scan … -f csv > FILE"
            raise UsageError(f"a plot is not written as '{out}'", hint=hint)
    if kind == "png":
        _check_png(to_terminal=not to_file and sys.stdout.isatty())
    return kind


def print_plot(session: Session, found: "Scan", kind: str, out: str | None) -> None:
    """Write a plot to a file, or to standard output."""
    content = _plot(found, kind)
    if out not in (None, "-"):
        from .graphs import write_file

        write_file(str(out), content)
        session.done(f"wrote {out}", graph=found.graph, file=out)
    elif isinstance(content, bytes):
        sys.stdout.buffer.write(content)
    else:
        sys.stdout.write(content)


def _check_png(*, to_terminal: bool) -> None:
    from ..engine.raster import is_there

    if not is_there():
        raise UsageError("a PNG plot needs matplotlib, which is not there", hint=f"{INSTALL}, or -f svg")
    if to_terminal:
        raise UsageError("a PNG is not for a terminal", hint="-o FILE.png")


def _plot(found: "Scan", kind: str) -> str | bytes:
    from ..engine.plot import Curve, plot

    values = Curve(found.of, [sample.value for sample in found.samples])
    slopes = Curve(f"∂{found.of}/∂{found.wrt}", [sample.derivative for sample in found.samples])
    places = [sample.x for sample in found.samples]
    if kind == "svg":
        return plot(found.wrt, places, [values, slopes])
    from ..engine.raster import png

    return png(found.wrt, places, [values, slopes])
