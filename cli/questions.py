"""The commands that ask: d, grad, eval, formula."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ..store.errors import FileError, UsageError
from . import render
from .session import Session, note

if TYPE_CHECKING:
    from ..engine.replies import Reply

Parts = list[dict[str, float] | str]
Of = Annotated[str, typer.Argument(help="The node that is differentiated.", show_default=False)]
At = Annotated[list[str] | None, typer.Option("--at", help="A point: a=0.5,o=1, @file.json, @- or a stored name.")]
In = Annotated[list[str] | None, typer.Option("--in", help="Unroll down to these names; 'inputs' for all the way.")]
Stats = Annotated[bool, typer.Option("--stats", help="Say how many partials the memo gave.")]
NoMemo = Annotated[bool, typer.Option("--no-memo", help="Neither read nor write the memo.")]
Store = Annotated[str, typer.Option("--store", help="'all' lifts the limits on what is stored.")]


def d_command(
    session: Session,
    of: Of,
    wrt: Annotated[list[str] | None, typer.Option("--wrt", help="With respect to these nodes.")] = None,
    inside: In = None,
    at: At = None,
    stats: Stats = False,
    no_memo: NoMemo = False,
    store: Store = "",
) -> None:
    """Answer the derivative of a node with respect to others: gradq d g --wrt b"""
    names = _names(wrt)
    if not names:
        raise UsageError(f"the derivative of '{of}' with respect to what?", hint=f"--wrt NODE, or: gradq grad {of}")
    _ask(session, of, names, inside, at, stats, no_memo, store)


def grad_command(
    session: Session,
    of: Of,
    inputs: Annotated[bool, typer.Option("--inputs", help="Only inputs and parameters.")] = False,
    inside: In = None,
    at: At = None,
    stats: Stats = False,
    no_memo: NoMemo = False,
    store: Store = "",
) -> None:
    """Answer the derivatives of a node with respect to every node above it: gradq grad g"""
    _ask(session, of, None, inside, at, stats, no_memo, store, inputs=inputs)


def eval_command(
    session: Session,
    nodes: Annotated[list[str], typer.Argument(help="The nodes whose values are asked.")],
    at: At = None,
) -> None:
    """Answer the values of nodes at a point: gradq eval g --at a=0.5,o=1"""
    from ..engine.steps import shortest

    session.check_format("text", "json", "csv", "md")
    point = _point(at) or []
    names = [name for node in nodes for name in (_names([node]))]
    row, values = session.explorer.evaluate(session.graph, names, point)
    if session.format == "json":
        rows: list[object] = [{"of": name, "at": _shown(point), "value": values[name], "notes": []} for name in names]
        render.document("value", rows, graph=row.name, revision=row.revision)
    elif session.format == "text":
        render.answers([(name, shortest(values[name])) for name in names])
    else:
        render.rows(session.format, ["of", "value"], [(name, values[name]) for name in names])


def formula_command(
    session: Session,
    node: Annotated[str, typer.Argument(help="The node whose formula is asked.")],
    inside: In = None,
) -> None:
    """Print a node's formula, unrolled if asked: gradq formula g --in e"""
    from ..engine.names import bare_name
    from ..engine.printing import answer_text

    session.check_format("text")
    expression, notes = session.explorer.formula(session.graph, bare_name(node), _frontier(inside))
    print(answer_text(expression, title=node))
    for text in notes:
        note(text)


def _ask(
    session: Session,
    of: str,
    wrts: list[str] | None,
    inside: list[str] | None,
    at: list[str] | None,
    stats: bool,
    no_memo: bool,
    store: str,
    *,
    inputs: bool = False,
) -> None:
    """Ask for derivatives and print them."""
    from ..engine.names import bare_name

    session.check_format("text", "json", "csv", "md")
    if store not in ("", "all"):
        raise UsageError(f"--store {store}: only 'all' is known")
    point = _point(at)
    reply = session.explorer.derivatives(
        session.graph,
        bare_name(of),
        wrts,
        point=point,
        frontier=_frontier(inside),
        use_memo=not no_memo,
        store_all=store == "all",
        inputs=inputs,
    )
    _print(session, reply, point, bare_name(of))
    for text in [*(text for answer in reply.answers for text in answer.notes), *reply.notes]:
        note(text)
    if stats:
        print(f"memo: {reply.reused} reused, {reply.computed} computed", file=sys.stderr)


def _print(session: Session, reply: "Reply", point: "Parts | None", of: str) -> None:
    if session.format == "json":
        render.derivatives(reply, _shown(point))
        return
    texts = [(a.wrt, a.expression if a.expression is not None else render.cell_text(a.value)) for a in reply.answers]
    if session.format == "text":
        render.answers(texts)
    else:
        render.rows(session.format, ["of", "wrt", "derivative"], [(of, *row) for row in texts])


def _names(given: list[str] | None) -> list[str]:
    """Return the names of a list option, each once."""
    if not given:
        return []
    from ..engine.names import bare_name, split_list

    return list(dict.fromkeys(bare_name(part) for text in given for part in split_list(text)))


def _frontier(given: list[str] | None) -> list[str] | None:
    return _names(given) if given else None


def _point(given: list[str] | None) -> "Parts | None":
    """Return the parts of a point: bindings, and names of stored points; the later wins."""
    if not given:
        return None
    from ..engine.points import bindings_from_json, parse_bindings

    parts: Parts = []
    for text in given:
        if text.startswith("@"):
            parts.append(bindings_from_json(read_text(text[1:]), text[1:]))
        else:
            parts.append(parse_bindings(text) if "=" in text else text)
    return parts


def _shown(point: "Parts | None") -> dict[str, float] | None:
    """Return the bindings of a point as one object."""
    if point is None:
        return None
    shown: dict[str, float] = {}
    for part in point:
        if isinstance(part, dict):
            shown.update(part)
    return shown


def read_text(path: str) -> str:
    """Return the text of a file, or of standard input for `-`; raises `FileError` or `InvalidGraph`."""
    from ..store.errors import InvalidGraph

    try:
        if path == "-":
            data = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as file:
                data = file.read()
    except OSError as error:
        reason = {"FileNotFoundError": "is not there", "IsADirectoryError": "is a directory"}.get(type(error).__name__)
        raise FileError(f"'{path}' {reason or f'cannot be read: {error.strerror}'}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidGraph(f"'{path}' is not text (UTF-8)") from None
    if "\0" in text:
        raise InvalidGraph(f"'{path}' is not text: it has a NUL byte")
    return text
