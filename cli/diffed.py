"""A difference as the document of JSON."""

from typing import TYPE_CHECKING

from .documents import Document, kink_rows

if TYPE_CHECKING:
    from ..engine.diff import Diff
    from ..engine.effect import Effect, Quantity
    from ..engine.graphfile import Definition
    from ..engine.side import Side


def diff_document(found: "Diff", top: int = 100) -> Document:
    """Return a difference: the two sides, and one answer."""
    answer: Document = {"added": [_node(c.after) for c in found.named("added")]}
    answer["removed"] = [_node(c.before) for c in found.named("removed")]
    answer["changed"] = [
        {"node": c.node, "parts": list(c.parts), "same": c.same, "before": _node(c.before), "after": _node(c.after)}
        for c in found.named("changed")
    ]
    answer["kept"] = found.kept
    if found.effect is not None:
        answer |= _effect(found.effect, top)
    notes = [*found.notes, *(found.effect.notes if found.effect is not None else [])]
    head = {"schema": "gradq.diff/1", "before": _side(found.before), "after": _side(found.after)}
    sides = zip(("before", "after"), found.effect.kinks if found.effect is not None else (), strict=False)
    kinks = [{"side": side, **row} for side, met in sides for row in kink_rows(met)]
    return {**head, "answers": [answer | {"notes": notes, "kinks": kinks}]}


def _side(side: "Side") -> Document:
    return {"file": side.name} if side.is_file else {"graph": side.name, "revision": side.revision}


def _node(line: "Definition | None") -> Document | None:
    if line is None:
        return None
    return {"node": line.name, "kind": line.kind, "formula": line.formula, "default": line.default, "note": line.note}


def _effect(effect: "Effect", top: int) -> Document:
    edits = [{"node": e.node, "change": e.what, "needs": list(e.needs), "why": e.why} for e in effect.edits]
    return {
        "of": effect.of,
        "at": effect.at,
        "value": _quantity(effect.value),
        "derivatives": [{"wrt": slope.wrt, **_quantity(slope)} for slope in effect.derivatives[:top]],
        "edits": edits,
        "truncated": effect.truncated or len(effect.derivatives) > top,
    }


def _quantity(quantity: "Quantity") -> Document:
    kept = {"before": quantity.before, "after": quantity.after, "change": quantity.change}
    return kept | {"alone": list(quantity.alone), "rest": quantity.rest}
