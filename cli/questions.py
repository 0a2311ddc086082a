"""The commands that ask: d, grad, jac, eval, formula."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..store.errors import UsageError
from . import render
from .complete import complete_node
from .points import PointOption, StrictOption, read_point, refuse_doubts
from .printed import form_printer, print_reply, print_table, print_triples, with_option
from .session import FORMULAS, TABLES, Session, names_of_list, node_name

if TYPE_CHECKING:
    from ..engine.replies import FormulaReply, Reply

Of = Annotated[str, typer.Argument(help="The node that is differentiated.", show_default=False, autocompletion=complete_node)]
WRT = typer.Option("--wrt", help="With respect to these nodes.", autocompletion=complete_node)
In = Annotated[
    list[str] | None,
    typer.Option("--in", help="Unroll down to these names; 'inputs' for all the way.", autocompletion=complete_node),
]
Stats = Annotated[bool, typer.Option("--stats", help="Say how many partials the memo gave.")]
NoMemo = Annotated[bool, typer.Option("--no-memo", help="Neither read nor write the memo.")]
Store = Annotated[str, typer.Option("--store", help="'all' lifts the limits on what is stored.", metavar="all")]
Order = Annotated[int, typer.Option("--order", min=1, max=2, help="2: by each node twice; mixed ones: gradq hessian.")]
Scale = Annotated[str, typer.Option("--scale", help="Sort by size: value, elasticity, or percent.", metavar="SCALE")]
Rewrite = Annotated[
    str | None, typer.Option("--rewrite", help="simplify, expand or factor the formulas, by SymPy, for at most 5 s.")
]


def d_command(
    session: Session,
    of: Of,
    wrt: Annotated[list[str] | None, WRT] = None,
    inside: In = None,
    at: PointOption = None,
    order: Order = 1,
    rewrite: Rewrite = None,
    stats: Stats = False,
    no_memo: NoMemo = False,
    store: Store = "",
    blocks: Annotated[bool, typer.Option("--blocks", help="Cut at the nodes that every path passes.")] = False,
    steps: Annotated[bool, typer.Option("--steps", help="The chain rule, line by line.")] = False,
    whole: Annotated[bool, typer.Option("--all", help="Of blocks or steps leave nothing out.")] = False,
    strict: StrictOption = False,
) -> None:
    """Answer the derivative of a node with respect to others.

    It is the total over all paths: the change of OF when WRT is moved and everything downstream of it follows.

    \b
    gradq d g --wrt b
    gradq d g --wrt b --in a
    gradq d g --wrt a,b --at a=0.5
    gradq d g --wrt b -f latex
    gradq d g --wrt b --order 2
    gradq d g --wrt b --blocks
    gradq d g --wrt b --steps
    """
    from .derivation import asked_kind, explain

    names = names_of_list(wrt)
    if not names:
        raise UsageError(f"the derivative of '{of}' with respect to what?", hint=f"--wrt NODE, or: gradq grad {of}")
    kind = asked_kind(blocks=blocks, steps=steps, whole=whole, rewrite=rewrite)
    if order == 2:
        from .second import answer_second

        _refuse({"--rewrite": rewrite, "--stats": stats, "--store": store}, "--order 2, of which nothing is stored")
        _refuse({f"--{kind or 'blocks'}": kind}, "--order 2")
        return answer_second(session, of, [(name, name) for name in names], inside, at, strict=strict)
    options = _options(inside, at, no_memo, store)
    if kind:
        explain(session, kind, of, names, whole=whole, stats=stats, strict=strict, options=options)
    else:
        print_reply(session, _derivatives(session, of, names, options, strict), rewrite, stats)


def grad_command(
    session: Session,
    of: Of,
    inputs: Annotated[bool, typer.Option("--inputs", help="Only inputs and parameters.")] = False,
    inside: In = None,
    at: PointOption = None,
    scale: Scale = "",
    rewrite: Rewrite = None,
    stats: Stats = False,
    no_memo: NoMemo = False,
    store: Store = "",
    strict: StrictOption = False,
) -> None:
    """Answer a node's derivatives by all nodes above it.

    \b
    gradq grad g
    gradq grad g --inputs --at a=0.5
    gradq grad g --at a=0.5,o=1 --scale elasticity
    """
    options = _options(inside, at, no_memo, store) | {"inputs": inputs}
    if scale:
        from .matter import answer_scaled

        _refuse({"--rewrite": rewrite, "--in": inside}, "--scale, for it gives numbers")
        return answer_scaled(session, node_name(of), scale, options, stats, strict=strict)
    print_reply(session, _derivatives(session, of, None, options, strict), rewrite, stats)


def jac_command(
    session: Session,
    of: Annotated[list[str] | None, typer.Option("--of", help="These outputs.", autocompletion=complete_node)] = None,
    wrt: Annotated[list[str] | None, WRT] = None,
    triples: Annotated[bool, typer.Option("--triples", help="A line for each pair, not a table.")] = False,
    inside: In = None,
    at: PointOption = None,
    rewrite: Rewrite = None,
    stats: Stats = False,
    no_memo: NoMemo = False,
    store: Store = "",
    strict: StrictOption = False,
) -> None:
    """Answer the derivatives of several nodes by several.

    A table on a terminal and in Markdown; in a pipe, in CSV and in JSON a row for each pair.

    \b
    gradq jac --of f,g --wrt a,b
    gradq jac --of f,g --wrt a,b --at a=0.5 --csv
    """
    from ..engine.jacobian import jacobian

    session.check_format(*TABLES, *FORMULAS)
    ofs, wrts = names_of_list(of), names_of_list(wrt)
    if not ofs or not wrts:
        raise UsageError("which outputs by which inputs?", hint="gradq jac --of f,g --wrt a,b")
    reply = with_option(jacobian(session.explorer, session.graph, ofs, wrts, **_options(inside, at, no_memo, store)))
    refuse_doubts(reply, strict)
    table = not triples and (session.format == "md" or (session.format == "text" and sys.stdout.isatty()))
    print_reply(session, reply, rewrite, stats, show=print_table if table else print_triples)


def eval_command(
    session: Session,
    nodes: Annotated[
        list[str], typer.Argument(help="The nodes whose values are asked.", show_default=False, autocompletion=complete_node)
    ],
    at: PointOption = None,
) -> None:
    """Answer the values of nodes at a point.

    \b
    gradq eval g --at a=0.5,o=1
    gradq eval b,c,d --at a=0.5
    """
    from ..engine.nodes import evaluate

    session.check_format(*TABLES)
    names = session.nodes_given(nodes)
    reply = evaluate(session.explorer, session.graph, names, read_point(at) or [])
    if session.format == "json":
        from .documents import value_document

        print(render.json_line(value_document(reply)))
    elif session.format == "text":
        render.answers(list(reply.values.items()))
    else:
        render.table(session.format, ["of", "value"], list(reply.values.items()))


def formula_command(
    session: Session,
    node: Annotated[str, typer.Argument(help="The node whose formula is asked.", autocompletion=complete_node)],
    inside: In = None,
    rewrite: Rewrite = None,
) -> None:
    """Print a node's formula, unrolled if asked.

    \b
    gradq formula g
    gradq formula g --in e
    gradq formula g --in inputs -f unicode
    """
    session.check_format(*TABLES, *FORMULAS)
    from ..engine.nodes import formula

    reply = formula(session.explorer, session.graph, node_name(node), _frontier(inside))
    reply = rewritten_formula(reply, rewrite)
    _print_formula(session, reply)
    for text in reply.notes:
        session.note(text)


def rewritten_formula(reply: "FormulaReply", how: str | None) -> "FormulaReply":
    """Return a node's own formula, rewritten if that was asked for."""
    if not how:
        return reply
    from ..engine.rewriter import rewrite

    root, said = rewrite(reply.root, how)
    return reply._replace(root=root, notes=[*reply.notes, *([said] if said else [])])


def _print_formula(session: Session, reply: Any) -> None:
    from .documents import formula_document

    document = formula_document(reply)
    if session.format == "json":
        print(render.json_line(document))
    elif session.format in ("csv", "md"):
        render.table(session.format, ["of", "expression"], [(reply.node, document["answers"][0]["expression"])])
    else:
        print(form_printer(session.format)(reply.root) if session.format in FORMULAS else document["answers"][0]["expression"])


def _derivatives(session: Session, of: str, wrts: list[str] | None, options: dict[str, Any], strict: bool) -> "Reply":
    session.check_format(*TABLES, *FORMULAS)
    reply = session.explorer.derivatives(session.graph, node_name(of), wrts, **options)
    refuse_doubts(reply, strict)
    return with_option(reply)


def _options(inside: list[str] | None, at: list[str] | None, no_memo: bool, store: str) -> dict[str, Any]:
    """Return the options of a question as the engine names them."""
    if store not in ("", "all"):
        raise UsageError(f"--store {store}: only 'all' is known")
    return {"point": read_point(at), "frontier": _frontier(inside), "use_memo": not no_memo, "store_all": store == "all"}


def _refuse(given: dict[str, object], beside: str) -> None:
    """Refuse options that mean nothing beside another."""
    for option, value in given.items():
        if value:
            raise UsageError(f"{option} does not go with {beside}")


def _frontier(given: list[str] | None) -> list[str] | None:
    return names_of_list(given) if given else None
