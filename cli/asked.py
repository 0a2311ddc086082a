"""The questions of `ask`: each gives the document that the command of its name prints with --json."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..store.errors import UsageError
from . import documents, given
from .given import Question
from .points import refuse_doubts, refuse_kinks
from .session import Session

if TYPE_CHECKING:
    from ..engine.steps import Kink

Document = documents.Document


class Asked(NamedTuple):
    """How a question is answered, and the words that it takes."""

    answer: Callable[[Session, str, Question], Document]
    words: tuple[str, ...]


def _d(session: Session, graph: str, question: Question) -> Document:
    from .derivation import asked_kind

    of, wrts = given.one(question, "of"), given.names(question, "wrt")
    flags = {word: bool(question.get(word)) for word in ("blocks", "steps")}
    kind = asked_kind(**flags, whole=bool(question.get("all")), rewrite=question.get("rewrite"))
    if question.get("order") == 2:
        if kind or question.get("rewrite"):
            raise UsageError(f"'{kind or 'rewrite'}' does not go with 'order' 2")
        return _second(session, graph, question, of, [(name, name) for name in wrts])
    if kind:
        return _explained(session, graph, question, kind, of, wrts)
    reply = session.explorer.derivatives(graph, of, wrts, **_options(question))
    _hold(question, reply.kinks)
    return documents.derivative_document(_rewritten(reply, question))


def _grad(session: Session, graph: str, question: Question) -> Document:
    of, options = given.one(question, "of"), _options(question) | {"inputs": bool(question.get("inputs"))}
    if question.get("scale"):
        from ..engine.scale import scaled_gradient

        if "in" in question or question.get("rewrite"):
            raise UsageError("'in' and 'rewrite' do not go with 'scale', for it gives numbers")
        scaled = scaled_gradient(session.explorer, graph, of, question["scale"], **options)
        refuse_doubts(scaled.reply, bool(question.get("strict")))
        return documents.scaled_document(of, scaled)
    reply = session.explorer.derivatives(graph, of, None, **options)
    refuse_doubts(reply, bool(question.get("strict")))
    return documents.derivative_document(_rewritten(reply, question))


def _jac(session: Session, graph: str, question: Question) -> Document:
    from ..engine.jacobian import jacobian

    ofs, wrts = given.names(question, "of"), given.names(question, "wrt")
    reply = jacobian(session.explorer, graph, ofs, wrts, **_options(question))
    refuse_doubts(reply, bool(question.get("strict")))
    return documents.derivative_document(_rewritten(reply, question))


def _eval(session: Session, graph: str, question: Question) -> Document:
    from ..engine.nodes import evaluate

    point = given.point(question) or []
    return documents.value_document(evaluate(session.explorer, graph, given.names(question, "of"), point))


def _formula(session: Session, graph: str, question: Question) -> Document:
    from ..engine.nodes import formula
    from .questions import rewritten_formula

    reply = formula(session.explorer, graph, given.one(question, "of"), given.some(question, "in"))
    return documents.formula_document(rewritten_formula(reply, question.get("rewrite")))


def _hessian(session: Session, graph: str, question: Question) -> Document:
    from ..engine.second import pairs_of

    return _second(session, graph, question, given.one(question, "of"), pairs_of(given.names(question, "wrt")))


def _paths(session: Session, graph: str, question: Question) -> Document:
    from ..engine.paths import TOP, paths

    of, wrt = given.one(question, "of"), given.one(question, "wrt")
    stops = {word: given.stops(question, word) for word in ("through", "avoid")}
    top = question.get("top", TOP)
    found = paths(session.explorer, graph, of, wrt, point=given.point(question), top=top, **stops)
    _hold(question, found.kinks)
    return documents.paths_document(found)


def _budget(session: Session, graph: str, question: Question) -> Document:
    from ..engine.budget import budget

    sigmas, point = given.sigmas(question), given.point(question)
    found = budget(session.explorer, graph, given.one(question, "of"), sigmas, point=point)
    _hold(question, found.kinks)
    return documents.budget_document(found)


def _scan(session: Session, graph: str, question: Question) -> Document:
    from ..engine.scan import scan

    of, wrt = given.one(question, "of"), given.one(question, "wrt")
    start, stop = given.number(question, "from"), given.number(question, "to")
    point, count = given.point(question), question.get("n", 31)
    found = scan(session.explorer, graph, of, wrt, start=start, stop=stop, count=count, point=point)
    _hold(question, [kink for sample in found.samples for kink in sample.kinks])
    return documents.scan_document(found)


def _health(session: Session, graph: str, question: Question) -> Document:
    from .matter import healths

    of = given.one(question, "of") if "of" in question else None
    return documents.health_document(healths(session, graph, of, given.point(question))[0])


def _diff(session: Session, graph: str, question: Question) -> Document:
    """Compare two graphs; a question comes from outside, and opens no file."""
    from ..engine.diff import diff
    from ..engine.side import side_of_graph
    from .diff import EDITS, TOP, check_effect
    from .diffed import diff_document

    sides = [side_of_graph(session.explorer, given.one(question, word)) for word in ("a", "b")]
    of, wrts, point = given.one(question, "of") if "of" in question else None, given.some(question, "wrt"), given.point(question)
    check_effect(of, wrts, point)
    found = diff(*sides, of=of, wrt=wrts, point=point, most=question.get("edits", EDITS))
    return diff_document(found, question.get("top", TOP))


def _second(session: Session, graph: str, question: Question, of: str, pairs: list[tuple[str, str]]) -> Document:
    from ..engine.second import second

    point, frontier = given.point(question), given.some(question, "in")
    reply = second(session.explorer, graph, of, pairs, point=point, frontier=frontier)
    _hold(question, reply.kinks)
    return documents.second_document(reply)


def _explained(session: Session, graph: str, question: Question, kind: str, of: str, wrts: list[str]) -> Document:
    from .derivation import explanations

    whole = kind == "steps" or bool(question.get("all"))
    found = explanations(session.explorer, graph, kind, of, wrts, whole=whole, options=_options(question))
    _hold(question, [kink for explanation in found for kink in explanation.kinks])
    return documents.blocks_document(found) if kind == "blocks" else documents.steps_document(found)


def _hold(question: Question, kinks: "Sequence[Kink]") -> None:
    """Raise `Undefined` where a kink is stood on and the question is strict."""
    refuse_kinks(kinks, bool(question.get("strict")))


def _rewritten(reply: Any, question: Question) -> Any:
    if not question.get("rewrite"):
        return reply
    from .printed import rewritten_reply

    return rewritten_reply(reply, question["rewrite"])


def _options(question: Question) -> dict[str, Any]:
    point, frontier = given.point(question), given.some(question, "in")
    return {"point": point, "frontier": frontier, "use_memo": not question.get("no_memo", False)}


ASKED = {
    "d": Asked(_d, ("of", "wrt", "at", "in", "rewrite", "no_memo", "order", "blocks", "steps", "all", "strict")),
    "grad": Asked(_grad, ("of", "inputs", "at", "in", "rewrite", "no_memo", "scale", "strict")),
    "jac": Asked(_jac, ("of", "wrt", "at", "in", "rewrite", "no_memo", "strict")),
    "hessian": Asked(_hessian, ("of", "wrt", "at", "in", "strict")),
    "eval": Asked(_eval, ("of", "at")),
    "formula": Asked(_formula, ("of", "in", "rewrite")),
    "paths": Asked(_paths, ("of", "wrt", "at", "top", "through", "avoid", "strict")),
    "budget": Asked(_budget, ("of", "sigma", "at", "strict")),
    "scan": Asked(_scan, ("of", "wrt", "from", "to", "n", "at", "strict")),
    "health": Asked(_health, ("of", "at")),
    "diff": Asked(_diff, ("a", "b", "of", "wrt", "at", "edits", "top")),
}
