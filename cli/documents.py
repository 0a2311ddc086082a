"""Replies as the documents of JSON that `-f json` prints and `ask` answers with: a schema, and a list `answers`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..engine.ledger import Amount, Ledger, Path
    from ..engine.replies import FormulaReply, Reply, ValueReply

Document = dict[str, Any]
_EXACT = 2**53  # up to here every whole number is a double, which is all that many a reader of JSON has


def derivative_document(reply: "Reply") -> Document:
    """Return derivatives, each with its formula or its value."""
    rows = [
        {"of": a.of, "wrt": a.wrt, "at": reply.at, "expression": a.expression, "value": a.value, "notes": a.notes}
        for a in reply.answers
    ]
    memo = {"reused": reply.reused, "computed": reply.computed}
    return _document("derivative", reply.graph, reply.revision, rows) | {"memo": memo, "notes": reply.notes}


def value_document(reply: "ValueReply") -> Document:
    """Return values of nodes at a point."""
    rows = [{"of": name, "at": reply.at, "value": value, "notes": []} for name, value in reply.values.items()]
    return _document("value", reply.graph, reply.revision, rows)


def formula_document(reply: "FormulaReply") -> Document:
    """Return a node's own formula."""
    from ..engine.printing import answer_text

    row = {"of": reply.node, "expression": answer_text(reply.root, title=reply.node), "notes": reply.notes}
    return _document("formula", reply.graph, reply.revision, [row])


def paths_document(found: "Ledger") -> Document:
    """Return the ledger of the paths between two nodes."""
    row: Document = {"of": found.of, "wrt": found.wrt, "at": found.at, "count": _count(found.count)}
    row |= {"shortest": found.shortest, "longest": found.longest}
    row |= {"net": _amount(found.net)} | _beyond("net", found.net_log10)
    row |= {"gross": found.gross} | _beyond("gross", found.gross_log10) | {"cancellation": found.cancellation}
    row |= {"paths": [_path(path) for path in found.paths]}
    row |= {"rest": _amount(found.rest)} | _beyond("rest", found.rest_log10) | {"truncated": found.truncated}
    more = {"through": list(found.through), "avoid": list(found.avoid), "notes": list(found.notes)}
    return _document("paths", found.graph, found.revision, [row]) | more


def _path(path: "Path") -> Document:
    row = {"nodes": list(path.nodes), "factors": [_amount(factor) for factor in path.factors], "product": _amount(path.product)}
    return row | _beyond("product", path.product_log10) | {"share": path.share}


def _amount(amount: "Amount") -> float | str:
    return amount if isinstance(amount, float) else str(amount)


def _beyond(what: str, log10: float | None) -> Document:
    """Return the log10 of an amount that no double holds; nothing for another."""
    return {} if log10 is None else {f"{what}_log10": log10}


def _count(count: int) -> int | str:
    from decimal import Decimal

    return count if count <= _EXACT else f"{Decimal(count):f}"  # `str` refuses more than 4,300 digits


def _document(noun: str, graph: str, revision: int, rows: list[Document]) -> Document:
    return {"schema": f"gradq.{noun}/1", "graph": graph, "revision": revision, "answers": rows}
