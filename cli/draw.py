"""The command that draws: a graph, the gradient flow of an output, or the flow between two nodes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..store.errors import GaveUp, UsageError
from .complete import complete_node
from .points import PointOption, read_point
from .session import Session, clean, no_format, node_name, note

if TYPE_CHECKING:
    from ..engine.sketch import Sketch

FORMATS = ("svg", "png", "dot", "mermaid")
ENDINGS = {".svg": "svg", ".png": "png", ".dot": "dot", ".gv": "dot", ".mermaid": "mermaid", ".mmd": "mermaid"}
INSTALL = 'pip install "gradq[draw]", or the program Graphviz (dot)'


def draw_command(
    session: Session,
    of: Annotated[str | None, typer.Option("--of", help="The gradient flow of this node.", autocompletion=complete_node)] = None,
    wrt: Annotated[
        str | None, typer.Option("--wrt", help="Only what lies between it and --of.", autocompletion=complete_node)
    ] = None,
    at: PointOption = None,
    select: Annotated[str | None, typer.Option("--select", help="Only these nodes; see gradq nodes --help.")] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; its ending says the format.")
    ] = None,
) -> None:
    """Draw a graph, or how a gradient flows through it.

    With --of every edge has its local partial and leads to the parent; with --wrt too its width is its share of the
    gross of all paths. Formats: svg, png, dot, mermaid. Past 80 nodes chains shrink and what is far off is left out.

    \b
    gradq draw -o graph.svg
    gradq draw --of g -o flow.mmd
    gradq draw --of g --wrt b
    gradq draw --of g --wrt b --at a=0.5 -f dot
    gradq draw --select '1+e+1' -o around-e.dot
    """
    kind = _format(session, output)
    if of is None and (wrt is not None or at):
        raise UsageError("--wrt and --at are of a gradient: of which node?", hint="--of NODE")
    sketch = _sketch(session, of, wrt, at, select)
    content = _content(sketch, kind)
    for line in sketch.left_out:
        note(line)
    if output not in (None, "-"):
        from .files import write_file

        write_file(str(output), content)
        session.done(f"wrote {output}", graph=session.graph, file=str(output), format=kind)
    elif isinstance(content, bytes):
        sys.stdout.buffer.write(content)
    else:
        sys.stdout.write(clean(content) if sys.stdout.isatty() else content)


def _format(session: Session, output: str | None) -> str:
    """Return the format: -f, or the ending of the file, or SVG; refuse what cannot be written there."""
    kind = session.format
    if kind not in ("text", *FORMATS):
        raise no_format(kind, FORMATS)
    if kind == "text" and output not in (None, "-"):
        ending = Path(str(output)).suffix.lower()
        if ending not in ENDINGS:
            raise UsageError(f"no format ends with '{ending}'" if ending else f"'{output}' has no ending", hint=_endings())
        kind = ENDINGS[ending]
    kind = "svg" if kind == "text" else kind
    if kind == "png":
        _check_png(to_terminal=output in (None, "-") and sys.stdout.isatty())
    return kind


def _endings() -> str:
    return f"-f {'|'.join(FORMATS)}, or a file that ends with {' '.join(ENDINGS)}"


def _check_png(*, to_terminal: bool) -> None:
    from ..engine.graphviz import is_there

    if not is_there():
        raise UsageError("a PNG needs Graphviz, which is not there", hint=INSTALL)
    if to_terminal:
        raise UsageError("a PNG is not for a terminal", hint="-o FILE.png")


def _sketch(session: Session, of: str | None, wrt: str | None, at: list[str] | None, select: str | None) -> "Sketch":
    from ..engine import browser, flow
    from ..engine.sketch import flow_sketch, graph_sketch

    explorer, graph = session.explorer, session.graph
    whole = browser.whole(explorer, graph) if of is None or select is not None else None
    chosen, focus = _selection(select, whole.parents) if whole is not None and select is not None else (None, [])
    if of is None:
        assert whole is not None
        return graph_sketch(whole, chosen=chosen, focus=focus)
    point = read_point(at)
    if wrt is None:
        return flow_sketch(flow.whole_flow(explorer, graph, node_name(of), point=point), chosen=chosen)
    found = flow.flow(explorer, graph, node_name(of), node_name(wrt), point=point)
    if not found.nodes:
        session.note(f"'{found.wrt}' is not upstream of '{found.of}'")
    return flow_sketch(found, chosen=chosen)


def _selection(text: str, parents: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """Return the nodes that a selection chooses, and those of them that it names."""
    from ..engine.select import parse_selection
    from ..engine.select import select as selected

    chosen = selected(text, parents)
    if text in parents:
        return chosen, [text]
    named = {term.name for group in parse_selection(text) for term in group}
    return chosen, [name for name in chosen if name in named]


def _content(sketch: "Sketch", kind: str) -> str | bytes:
    """Return a sketch in a format; SVG is laid out by Graphviz where it is there and is done in time."""
    from ..engine import graphviz
    from ..engine.dot import dot
    from ..engine.mermaid import mermaid

    if kind == "mermaid":
        return mermaid(sketch)
    if kind == "dot":
        return dot(sketch)
    if kind == "png":
        return graphviz.render(dot(sketch), kind)
    if graphviz.is_there():
        try:
            return graphviz.render(dot(sketch), kind).decode()
        except GaveUp as error:
            note(f"{error.message}; laid out without it")
    return sketch.svg()
