"""Replies as the documents of JSON that `-f json` prints and `ask` answers with: a schema, and a list `answers`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..engine.replies import FormulaReply, Reply, ValueReply

Document = dict[str, Any]


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


def _document(noun: str, graph: str, revision: int, rows: list[Document]) -> Document:
    return {"schema": f"gradq.{noun}/1", "graph": graph, "revision": revision, "answers": rows}
