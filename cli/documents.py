"""Replies as the documents of JSON that `-f json` prints and `ask` answers with: a schema, and a list `answers`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..engine.budget import Budget
    from ..engine.explanation import Explanation
    from ..engine.factors import Line
    from ..engine.health import Health
    from ..engine.ledger import Amount, Ledger, Path
    from ..engine.replies import FormulaReply, Reply, ValueReply
    from ..engine.scale import ScaledReply
    from ..engine.scan import Scan
    from ..engine.second import SecondReply
    from ..engine.steps import Kink

Document = dict[str, Any]
_EXACT = 2**53  # up to here every whole number is a double, which is all that many a reader of JSON has


def derivative_document(reply: "Reply") -> Document:
    """Return derivatives, each with its formula or its value."""
    rows = [
        {"of": a.of, "wrt": a.wrt, "at": reply.at, "expression": a.expression, "value": a.value, "notes": a.notes}
        | ({"reason": a.unknown.message} if a.unknown is not None else {})
        for a in reply.answers
    ]
    memo = {"reused": reply.reused, "computed": reply.computed}
    rest = {"memo": memo, "notes": reply.notes, "kinks": kink_rows(reply.kinks)}
    return _document("derivative", reply.graph, reply.revision, rows) | rest


def kink_rows(kinks: "Sequence[Kink]") -> list[Document]:
    """Return the kinks that a point stands on; an `if` on the border of its condition has no slopes."""
    return [
        {"node": k.node, "function": k.function, "where": k.text, "left": k.left, "right": k.right, "used": k.used} for k in kinks
    ]


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
    more = {"through": list(found.through), "avoid": list(found.avoid)}
    rest = {"notes": list(found.notes), "kinks": kink_rows(found.kinks)}
    return _document("paths", found.graph, found.revision, [row]) | more | rest


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


def blocks_document(found: "Sequence[Explanation]") -> Document:
    """Return derivatives in blocks: the line of each, and those that explain its factors."""
    rows = []
    for item in found:
        first, *where = [_line(line) for line in item.lines if not isinstance(line, int)]
        rest = {"cuts": item.cuts, "where": where, "truncated": len(where) + 1 < len(item.lines), "notes": item.notes}
        rest |= {"kinks": kink_rows(item.kinks)}
        rows.append({"of": item.of, "wrt": item.wrt, "at": item.at, **first, **rest})
    return _explained("blocks", found, rows)


def steps_document(found: "Sequence[Explanation]") -> Document:
    """Return the chain rule for derivatives, a step for each row of the memo."""
    rows = []
    for item in found:
        lines = [line for line in item.lines if not isinstance(line, int)]
        steps = [{**_line(line), "source": line.source or None} for line in lines]
        row = {"of": item.of, "wrt": item.wrt, "at": item.at, "steps": steps, "notes": item.notes}
        rows.append(row | {"kinks": kink_rows(item.kinks)})
    return _explained("steps", found, rows)


def second_document(reply: "SecondReply") -> Document:
    """Return second derivatives, each with its formula or its value."""
    rows = [
        {"of": a.of, "wrt": list(a.wrt), "at": reply.at, "expression": a.expression, "value": a.value, "notes": a.notes}
        for a in reply.answers
    ]
    more = {"notes": reply.notes, "kinks": kink_rows(reply.kinks)}
    return _document("second", reply.graph, reply.revision, rows) | more


def scaled_document(of: str, found: "ScaledReply") -> Document:
    """Return the derivatives of a node on a scale."""
    reply = found.reply
    rows = [
        {"of": of, "wrt": row.wrt, "at": reply.at, "scale": found.scale}
        | {"value": row.scaled, "derivative": row.derivative, "notes": row.notes}
        for row in found.rows
    ]
    more = {"memo": {"reused": reply.reused, "computed": reply.computed}, "notes": reply.notes}
    return _measured("scaled", reply.graph, reply.revision, rows, more | {"kinks": kink_rows(reply.kinks)})


def budget_document(found: "Budget") -> Document:
    """Return an error budget."""
    row: Document = {"of": found.of, "at": found.at, "value": found.value, "sigma": found.sigma}
    row |= {"parts": [part._asdict() for part in found.parts], "notes": found.notes, "kinks": kink_rows(found.kinks)}
    return _measured("budget", found.graph, found.revision, [row])


def scan_document(found: "Scan") -> Document:
    """Return a node along a line, a row for each point."""
    same = {"of": found.of, "wrt": found.wrt}
    rows = [
        {**same, "at": found.at | {found.wrt: sample.x}, **sample._asdict(), "kinks": kink_rows(sample.kinks)}
        for sample in found.samples
    ]
    return _measured("scan", found.graph, found.revision, rows, {"notes": found.notes})


def health_document(found: "Sequence[Health]") -> Document:
    """Return how healthy the gradients of some nodes are."""
    return _measured("health", found[0].graph, found[0].revision, [_health(item) for item in found])


def _health(item: "Health") -> Document:
    return {
        "of": item.of,
        "at": item.at,
        "levels": [level._asdict() for level in item.levels],
        "dies": item.dies and item.dies._asdict(),
        "explodes": item.explodes and item.explodes._asdict(),
        "cancellations": [found._asdict() for found in item.cancellations],
        "kinks": kink_rows(item.kinks),
    }


def _explained(noun: str, found: "Sequence[Explanation]", rows: list[Document]) -> Document:
    memo = {"reused": sum(item.reused for item in found), "computed": sum(item.computed for item in found)}
    return _document(noun, found[0].graph, found[0].revision, rows) | {"memo": memo}


def _line(line: "Line") -> Document:
    """Return a line with its right sides; a formula too long for one line is null."""
    from ..engine.expression import Expr
    from ..engine.layout import text_of
    from ..engine.lines import side_texts
    from ..engine.printing import LIMIT

    value = line.value
    formula = text_of(value) if isinstance(value, Expr) and value.size <= LIMIT else None
    number = None if isinstance(value, Expr) else value
    return {"of": line.of, "wrt": line.wrt, "sides": side_texts(line, whole=True), "expression": formula, "value": number}


def _document(noun: str, graph: str, revision: int, rows: list[Document]) -> Document:
    return {"schema": f"gradq.{noun}/1", "graph": graph, "revision": revision, "answers": rows}


def _measured(noun: str, graph: str, revision: int, rows: list[Document], more: Document | None = None) -> Document:
    """Return a document whose answers stand last."""
    return {"schema": f"gradq.{noun}/1", "graph": graph, "revision": revision, **(more or {}), "answers": rows}
