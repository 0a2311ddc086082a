"""The commands that say what matters: budget, scan, health; and `grad --scale`, which prints as they do."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..store.errors import UsageError
from . import documents, render
from .complete import complete_node
from .points import PointOption, StrictOption, read_point, refuse_doubts, refuse_kinks
from .printed import with_option
from .session import TABLES, Cell, Session, node_name

if TYPE_CHECKING:
    from ..engine.budget import Budget
    from ..engine.health import Health, Turn
    from ..engine.scan import Scan

Of = Annotated[str, typer.Argument(help="The node that is looked at.", show_default=False, autocompletion=complete_node)]
_MOST_OUTPUTS = 10


def answer_scaled(session: Session, of: str, scale: str, options: dict[str, Any], stats: bool, *, strict: bool) -> None:
    """Print a gradient on a scale, the largest first, with bars on a terminal."""
    from ..engine.scale import scaled_gradient

    session.check_format(*TABLES)
    found = scaled_gradient(session.explorer, session.graph, of, scale, **options)
    found = found._replace(reply=with_option(found.reply))
    reply, rows = found.reply, found.rows
    refuse_doubts(reply, strict)
    if session.format == "json":
        print(render.json_line(documents.scaled_document(of, found)))
    elif session.format == "text":
        render.table("text", ["wrt", scale, *_bar_heading()], _with_bars([(r.wrt, r.scaled) for r in rows], 1))
    else:
        render.table(session.format, ["wrt", scale, "derivative"], [(r.wrt, r.scaled, r.derivative) for r in rows])
    for text in dict.fromkeys([*(text for row in rows if row.derivative is not None for text in row.notes), *reply.notes]):
        session.note(text)
    if stats:
        print(f"memo: {reply.reused} reused, {reply.computed} computed", file=sys.stderr)


def budget_command(
    session: Session,
    of: Of,
    sigma: Annotated[list[str] | None, typer.Option("--sigma", help="Standard deviations: a=0.1,b=0.2.")] = None,
    at: PointOption = None,
    strict: StrictOption = False,
) -> None:
    """Say how uncertain a node is, and which input makes it so.

    To first order, for inputs that vary on their own: the variance is the sum of (derivative · sigma)². The last line is
    the total. Without --at the point is that of the defaults.

    \b
    gradq budget g --sigma a=0.1,o=20 --at a=0.5,o=1
    """
    from ..engine.budget import budget
    from ..engine.points import parse_bindings

    session.check_format(*TABLES)
    sigmas = {name: value for text in sigma or [] for name, value in parse_bindings(text).items()}
    found = budget(session.explorer, session.graph, node_name(of), sigmas, point=read_point(at))
    refuse_kinks(found.kinks, strict)
    _print_budget(session, found)
    for text in found.notes:
        session.note(text)


def scan_command(
    session: Session,
    of: Of,
    wrt: Annotated[str, typer.Option("--wrt", help="The node that is moved.", autocompletion=complete_node)],
    start: Annotated[str, typer.Option("--from", help="Where the line begins.")],
    stop: Annotated[str, typer.Option("--to", help="Where it ends.")],
    count: Annotated[int, typer.Option("--n", min=2, help="How many points.")] = 31,
    at: PointOption = None,
    out: Annotated[
        str | None, typer.Option("-o", "--output", help="Write a plot to this .svg or .png file.", metavar="FILE")
    ] = None,
    store: Annotated[str, typer.Option("--store", help="'all' keeps the numbers in the memo.", metavar="all")] = "",
    strict: StrictOption = False,
) -> None:
    """Answer a node and its derivative along a line.

    WRT is moved, the rest stays at the point. A row for each point: WRT, value, derivative, note; where something is
    undefined its cell is empty and the note says why. With -f svg, -f png or -o FILE it is a plot; PNG needs the extra plot.

    \b
    gradq scan g --wrt a --from 0 --to 3 --n 31 --at o=1
    gradq scan g --wrt a --from 0 --to 3 --at o=1 -o g.svg
    """
    from ..engine.points import constant
    from ..engine.scan import scan
    from .plotting import FORMATS, plot_format, print_plot

    session.check_format(*TABLES, *FORMATS)
    if store not in ("", "all"):
        raise UsageError(f"--store {store}: only 'all' is known")
    kind = plot_format(session, out)
    ends = {"start": constant(start, "--from"), "stop": constant(stop, "--to"), "count": count}
    of, wrt, point = node_name(of), node_name(wrt), read_point(at)
    found = scan(session.explorer, session.graph, of, wrt, **ends, point=point, store=store == "all")  # type: ignore[arg-type]
    refuse_kinks([kink for sample in found.samples for kink in sample.kinks], strict)
    if kind is not None:
        print_plot(session, found, kind, out)
    else:
        _print_scan(session, found)
    for text in found.notes:
        session.note(text)


def health_command(
    session: Session,
    of: Annotated[
        str | None, typer.Argument(help="The node that is looked at; without it every output.", autocompletion=complete_node)
    ] = None,
    at: PointOption = None,
) -> None:
    """Say how healthy a gradient is at a point.

    Its log10 gain level by level from the output up, where it first dies (below 10^-6, or 0) or explodes (above 10^6),
    the worst cancellations (|net|/gross of the paths from a node), and the kinks that it stands on.

    \b
    gradq health g --at a=0.5,o=1
    gradq health --at a=0.5,o=1 --json
    """
    session.check_format(*TABLES)
    found, count = healths(session, session.graph, None if of is None else node_name(of), read_point(at))
    if session.format == "json":
        print(render.json_line(documents.health_document(found)))
    else:
        columns = ["of", "what", "level", "node", "number", "detail"]
        render.table(session.format, columns, [row for item in found for row in _health_rows(item)])
    if count > len(found):
        session.note(f"the first {len(found)} of {count:,} outputs; name one: gradq health OF")


def healths(session: Session, graph: str, of: str | None, point: Any) -> "tuple[list[Health], int]":
    """Return the health of a node, or of the first outputs, and how many there are."""
    from ..engine import browser, health

    names = [of] if of is not None else browser.glance(session.explorer, graph)[1].outputs
    found = health.healths(session.explorer, graph, names[:_MOST_OUTPUTS], point=point)
    if not found:
        raise UsageError("the graph has no nodes", hint="load one: gradq load FILE")
    return found, len(names)


def _print_budget(session: Session, found: "Budget") -> None:
    total = ("(total)", found.sigma, None, found.sigma**2, 1.0 if found.sigma else None)
    if session.format == "json":
        print(render.json_line(documents.budget_document(found)))
        return
    if session.format == "text" and sys.stdout.isatty():
        rows = [(p.wrt, p.sigma, p.derivative, None if p.share is None else float(f"{p.share:.3g}")) for p in found.parts]
        whole = ("(total)", found.sigma, None, total[-1], "")
        render.table("text", ["wrt", "sigma", "derivative", "share", ""], [*_with_bars(rows, 3), whole])
    else:
        columns = ["wrt", "sigma", "derivative", "contribution", "share"]
        render.table(session.format, columns, [*found.parts, total])
    if found.value is not None:
        session.note(f"{found.of} = {render.cell_text(found.value)}, sigma {render.cell_text(found.sigma)}")


def _print_scan(session: Session, found: "Scan") -> None:
    if session.format == "json":
        print(render.json_line(documents.scan_document(found)))
    else:
        lines = [(sample.x, sample.value, sample.derivative, "; ".join(sample.notes) or None) for sample in found.samples]
        render.table(session.format, ["x", "value", "derivative", "note"], lines)


def _health_rows(item: "Health") -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = []
    for level in item.levels:
        dead = f", {level.dead:,} with gain 0" if level.dead else ""
        said = f"log10 gain; {level.nodes:,} {'node' if level.nodes == 1 else 'nodes'}{dead}"
        rows.append((item.of, "level", level.level, level.largest, _rounded(level.log10_gain), said))
    for what, turn in (("dies", item.dies), ("explodes", item.explodes)):
        if turn is not None:
            rows.append((item.of, what, None, turn.node, _rounded(turn.log10_gain), _edge_text(turn)))
    for found in item.cancellations:
        said = f"|net|/gross; net {render.cell_text(found.net)}, gross {render.cell_text(found.gross)}"
        rows.append((item.of, "cancels", None, found.node, float(f"{found.ratio:.3g}"), said))
    return rows + [(item.of, "kink", None, kink.node, None, kink.note) for kink in item.kinks]


def _edge_text(turn: "Turn") -> str:
    gain = "log10 gain" if turn.log10_gain is not None else "gain 0"
    return f"{gain}; ∂{turn.child}/∂{turn.node} = {render.cell_text(turn.partial)} on the edge"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2) + 0.0


def _with_bars(rows: Sequence[Sequence[Cell]], column: int) -> list[Sequence[Cell]]:
    """Return rows with a bar for the size of a number in them, where a person looks."""
    if not sys.stdout.isatty():
        return list(rows)
    from .terminal import bar

    cells = [row[column] for row in rows]
    sizes = [abs(cell) if isinstance(cell, float) else 0.0 for cell in cells]
    most = max(sizes, default=0.0) or 1.0
    return [(*row, bar(size / most)) for row, size in zip(rows, sizes, strict=True)]


def _bar_heading() -> list[str]:
    return [""] if sys.stdout.isatty() else []
