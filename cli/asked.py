"""The questions of `ask`: each gives the document that the command of its name prints with --json."""

from collections.abc import Callable
from typing import Any, NamedTuple

from ..store.errors import UsageError
from . import documents, given
from .given import Question
from .session import Session

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
    return documents.derivative_document(_rewritten(reply, question))


def _grad(session: Session, graph: str, question: Question) -> Document:
    of, options = given.one(question, "of"), _options(question) | {"inputs": bool(question.get("inputs"))}
    if question.get("scale"):
        from ..engine.scale import scaled_gradient

        if "in" in question or question.get("rewrite"):
            raise UsageError("'in' and 'rewrite' do not go with 'scale', for it gives numbers")
        return documents.scaled_document(of, scaled_gradient(session.explorer, graph, of, question["scale"], **options))
    reply = session.explorer.derivatives(graph, of, None, **options)
    return documents.derivative_document(_rewritten(reply, question))


def _jac(session: Session, graph: str, question: Question) -> Document:
    from ..engine.jacobian import jacobian

    ofs, wrts = given.names(question, "of"), given.names(question, "wrt")
    return documents.derivative_document(_rewritten(jacobian(session.explorer, graph, ofs, wrts, **_options(question)), question))


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
    return documents.paths_document(paths(session.explorer, graph, of, wrt, point=given.point(question), top=top, **stops))


def _budget(session: Session, graph: str, question: Question) -> Document:
    from ..engine.budget import budget

    sigmas, point = given.sigmas(question), given.point(question)
    return documents.budget_document(budget(session.explorer, graph, given.one(question, "of"), sigmas, point=point))


def _scan(session: Session, graph: str, question: Question) -> Document:
    from ..engine.scan import scan

    of, wrt = given.one(question, "of"), given.one(question, "wrt")
    start, stop = given.number(question, "from"), given.number(question, "to")
    point, count = given.point(question), question.get("n", 31)
    return documents.scan_document(scan(session.explorer, graph, of, wrt, start=start, stop=stop, count=count, point=point))


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
    return documents.second_document(second(session.explorer, graph, of, pairs, point=point, frontier=frontier))


def _explained(session: Session, graph: str, question: Question, kind: str, of: str, wrts: list[str]) -> Document:
    from .derivation import explanations

    whole = kind == "steps" or bool(question.get("all"))
    found = explanations(session.explorer, graph, kind, of, wrts, whole=whole, options=_options(question))
    return documents.blocks_document(found) if kind == "blocks" else documents.steps_document(found)


def _rewritten(reply: Any, question: Question) -> Any:
    if not question.get("rewrite"):
        return reply
    from .printed import rewritten_reply

    return rewritten_reply(reply, question["rewrite"])


def _options(question: Question) -> dict[str, Any]:
    point, frontier = given.point(question), given.some(question, "in")
    return {"point": point, "frontier": frontier, "use_memo": not question.get("no_memo", False)}


ASKED = {
    "d": Asked(_d, ("of", "wrt", "at", "in", "rewrite", "no_memo", "order", "blocks", "steps", "all")),
    "grad": Asked(_grad, ("of", "inputs", "at", "in", "rewrite", "no_memo", "scale")),
    "jac": Asked(_jac, ("of", "wrt", "at", "in", "rewrite", "no_memo")),
    "hessian": Asked(_hessian, ("of", "wrt", "at", "in")),
    "eval": Asked(_eval, ("of", "at")),
    "formula": Asked(_formula, ("of", "in", "rewrite")),
    "paths": Asked(_paths, ("of", "wrt", "at", "top", "through", "avoid")),
    "budget": Asked(_budget, ("of", "sigma", "at")),
    "scan": Asked(_scan, ("of", "wrt", "from", "to", "n", "at")),
    "health": Asked(_health, ("of", "at")),
    "diff": Asked(_diff, ("a", "b", "of", "wrt", "at", "edits", "top")),
}
