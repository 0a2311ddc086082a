"""The command that says where a derivative comes from: paths."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..store.errors import UsageError
from . import render
from .complete import complete_node
from .points import PointOption, StrictOption, read_point, refuse_kinks
from .session import TABLES, Cell, Session, node_name

if TYPE_CHECKING:
    from ..engine.ledger import Ledger, Path, Stop

THROUGH = typer.Option("--through", help="Only paths by this node M or edge U,V.", autocompletion=complete_node)
AVOID = typer.Option("--avoid", help="Only paths around this node M or edge U,V.", autocompletion=complete_node)
_AN_EDGE = 2  # names


def paths_command(
    session: Session,
    of: Annotated[str, typer.Argument(help="The node that depends.", show_default=False, autocompletion=complete_node)],
    wrt: Annotated[str, typer.Argument(help="What it depends on.", show_default=False, autocompletion=complete_node)],
    at: PointOption = None,
    top: Annotated[int, typer.Option("--top", min=0, help="List this many paths.")] = 10,
    through: Annotated[list[str] | None, THROUGH] = None,
    avoid: Annotated[list[str] | None, AVOID] = None,
    strict: StrictOption = False,
) -> None:
    """Show where a derivative comes from: the paths.

    How many there are, what they sum to with their signs (net, the derivative) and without (gross), how much cancels,
    and the strongest; without --at the shortest, as formulas. Nothing is listed to be counted or summed.

    \b
    gradq paths g b
    gradq paths g b --at a=0.5
    gradq paths g b --at a=0.5 --through d
    gradq paths g b --avoid b,c
    """
    from ..engine.paths import paths

    session.check_format(*TABLES)
    points, taken, avoided = read_point(at), _stops(session, through), _stops(session, avoid)
    found = paths(
        session.explorer, session.graph, node_name(of), node_name(wrt), point=points, top=top, through=taken, avoid=avoided
    )
    refuse_kinks(found.kinks, strict)
    if session.format == "json":
        from .documents import paths_document

        print(render.json_line(paths_document(found)))
    elif session.format == "text":
        print(render.shown(str(found)))
    else:
        _print_rows(session, found)
    for text in found.notes:
        session.note(text)


def _stops(session: Session, given: list[str] | None) -> "list[Stop]":
    """Return what the paths must or may not take: each word is a node, or an edge from one node to another."""
    found: list[Stop] = []
    for text in given or []:
        names = session.nodes_given([text])
        if not 1 <= len(names) <= _AN_EDGE:
            raise UsageError(
                f"'{text}' is neither a node nor an edge", hint="a node: M; an edge: U,V; several: repeat the option"
            )
        found.append(names[0] if len(names) == 1 else (names[0], names[1]))
    return found


def _print_rows(session: Session, found: "Ledger") -> None:
    """Print a row for each path that is listed."""
    columns = ["path", "edges", "product", "share", "factors"]
    rows = [_row(path) for path in found.paths]
    render.table(session.format, columns, rows)


def _row(path: "Path") -> tuple[Cell, ...]:
    from ..engine.layout import quoted

    product = path.product if isinstance(path.product, float) else str(path.product)
    names, factors = "→".join(map(quoted, path.nodes)), "·".join(map(render.cell_text, path.factors))
    return names, len(path.factors), product, path.share, factors
