"""The command that shows: a graph at a glance, or a node's card."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import render
from .complete import complete_node
from .session import TABLES, Session, clean, node_name

if TYPE_CHECKING:
    from ..engine.browser import Card
    from ..store.rows import MemoCount, NodeRow

_IN_TITLE = ("graph", "node", "definition")
SHOWN = 12  # names in a line of text; JSON has them all


def show_command(
    session: Session,
    node: Annotated[str | None, typer.Argument(help="Only this node.", show_default=False, autocompletion=complete_node)] = None,
) -> None:
    """Show a graph at a glance, or a node with its surroundings.

    \b
    gradq show
    gradq show g
    """
    session.check_format(*TABLES)
    if node is None:
        _show_graph(session)
    else:
        from ..engine.browser import card

        _show_node(session, card(session.explorer, session.graph, node_name(node)))


def _show_graph(session: Session) -> None:
    from ..engine.browser import glance

    row, found = glance(session.explorer, session.graph)
    if session.format == "json":
        answer = {"nodes": sum(found.kinds.values()), "kinds": found.kinds, "edges": found.edges, "depth": found.depth}
        answer |= {"inputs": found.inputs, "parameters": found.parameters, "outputs": found.outputs, "note": row.note}
        render.document("outline", [{"graph": row.name, **answer}], graph=row.name, revision=row.revision)
        return
    kinds = ", ".join(f"{count:,} {kind}{'s' if count != 1 else ''}" for kind, count in sorted(found.kinds.items()))
    lines = [("nodes", f"{sum(found.kinds.values()):,}: {kinds}" if kinds else 'none yet: gradq set "x = 1"')]
    lines += [("edges", f"{found.edges:,}, the longest way down has {found.depth:,}")] if found.edges else []
    lines += [(word, listed(names)) for word, names in zip(("inputs", "parameters", "outputs"), found[3:], strict=True)]
    _print_card(session, f"{row.name} (revision {row.revision})", [("graph", row.name), *lines, ("note", row.note)])


def _show_node(session: Session, found: "Card") -> None:
    from ..engine.layout import quoted

    node = found.node
    if session.format == "json":
        render.document("card", [_as_data(found)], graph=found.graph.name, revision=found.graph.revision)
        return
    right = node.formula if node.formula is not None else node.default
    counted = found.memo
    lines: list[tuple[str, str | None]] = [
        ("kind", f"{node.kind}, level {node.level:,}"),
        ("value", render.cell_text(found.value) + " at the defaults" if found.value is not None else found.why),
        *((f"∂{node.name}/∂{name}", partial or _unstored(node)) for name, partial in found.parents[:SHOWN]),
        ("more", listed([name for name, _ in found.parents[SHOWN:]])),
        ("used by", listed(found.children)),
        ("memo", f"{counted.of:,} derivatives of it, {counted.wrt:,} with respect to it" if counted.of + counted.wrt else None),
        ("numbers", _numbers(counted) if counted.numbers else None),
        ("note", node.note),
    ]
    name = quoted(node.name)
    _print_card(session, f"{name} = {right}" if right is not None else name, [("node", node.name), ("definition", right), *lines])


def _unstored(node: "NodeRow") -> str:
    from ..engine.opaque import is_opaque_node

    return "not known: the node is opaque" if is_opaque_node(node) else "too long to be stored"


def _numbers(counted: "MemoCount") -> str:
    return f"{counted.numbers:,} derivatives of it, at {counted.points:,} point{'s' if counted.points != 1 else ''}"


def _print_card(session: Session, title: str, lines: list[tuple[str, str | None]]) -> None:
    """Print a title and, below it, words with what they say; lines that say nothing are left out."""
    present = [(word, text) for word, text in lines if text]
    if session.format != "text":
        render.table(session.format, ["what", "value"], present)
        return
    print(clean(title))
    present = [(word, text) for word, text in present if word not in _IN_TITLE]
    width = max((len(word) for word, _ in present), default=0)
    for word, text in present:
        print(f"  {clean(word):<{width}}  {clean(text)}")


def _as_data(found: "Card") -> dict[str, Any]:
    node = found.node
    return {
        "node": node.name,
        "kind": node.kind,
        "formula": node.formula,
        "default": node.default,
        "level": node.level,
        "note": node.note,
        "value": found.value,
        "why": found.why,
        "parents": [{"node": name, "partial": partial} for name, partial in found.parents],
        "children": found.children,
        "memo": found.memo._asdict(),
    }


def listed(names: list[str]) -> str:
    """Return names with commas, the first few of many."""
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest:,} more" if rest > 0 else "")
