"""The command `ask`: questions as lines of JSON, each answered on a line, all by one process."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import typer

from ..engine.lettering import clipped
from ..store.errors import GradqError, UsageError
from . import documents, render
from .points import refuse_kinks
from .session import Session, error_body, read_text

Question = Mapping[str, Any]
Given = dict[str, Any]


def ask_command(
    session: Session,
    file: Annotated[str, typer.Argument(help="A file of questions, or - for standard input.", show_default=False)],
) -> None:
    """Answer questions that are lines of JSON.

    Each is answered on a line by one process, and an error is an answer too: the exit code is 0. A question names a
    command (d, grad, jac, eval or formula) and what it takes: of, wrt, at, in, graph, rewrite. An id comes back.

    \b
    echo '{"ask": "d", "of": "g", "wrt": "b", "id": 1}' | gradq ask -
    """
    for line in _lines(file):
        if line.strip():
            print(render.json_line(answer(session, line)), flush=True)


def answer(session: Session, line: str) -> documents.Document:
    """Return the document that answers a line; what goes wrong is in it as `error`."""
    question: Question = {}
    try:
        question = _question(line)
        document = _ASKED[question["ask"]](session, question)
    except GradqError as error:
        document = error_body(error)
    return {"id": question["id"], **document} if "id" in question else document


def _question(line: str) -> Question:
    """Return a question whose words and their kinds are known."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError("the line is not JSON", hint=_FORM) from None
    if not isinstance(found, dict) or not isinstance(found.get("ask"), str) or found["ask"] not in _ASKED:
        raise UsageError(f"no question of: {', '.join(_ASKED)}", hint=_FORM)
    known = _WORDS[found["ask"]]
    for word, value in found.items():
        if word not in (*known, "ask", "id", "graph"):
            raise UsageError(f"'{found['ask']}' takes no '{word}'", hint=f"it takes: {', '.join(known)}")
        if word in _KINDS and not isinstance(value, _KINDS[word]):
            raise UsageError(f"the value of '{word}' is not what it should be: {clipped(repr(value), 80)}", hint=_FORM)
    return found


def _d(session: Session, question: Question) -> documents.Document:
    wrts = None if question["ask"] == "grad" else _names(question, "wrt")
    options = _options(question) | ({"inputs": bool(question.get("inputs"))} if wrts is None else {})
    reply = session.explorer.derivatives(_graph(session, question), _one(question, "of"), wrts, **options)
    refuse_kinks(reply.kinks, bool(question.get("strict")))
    return documents.derivative_document(_rewritten(reply, question))


def _jac(session: Session, question: Question) -> documents.Document:
    from ..engine.jacobian import jacobian

    ofs, wrts = _names(question, "of"), _names(question, "wrt")
    reply = jacobian(session.explorer, _graph(session, question), ofs, wrts, **_options(question))
    refuse_kinks(reply.kinks, bool(question.get("strict")))
    return documents.derivative_document(_rewritten(reply, question))


def _eval(session: Session, question: Question) -> documents.Document:
    point = _point(question) or []
    from ..engine.nodes import evaluate

    names = _names(question, "of")
    return documents.value_document(evaluate(session.explorer, _graph(session, question), names, point))


def _formula(session: Session, question: Question) -> documents.Document:
    frontier = _names(question, "in") if "in" in question else None
    from ..engine.nodes import formula

    name = _one(question, "of")
    return documents.formula_document(formula(session.explorer, _graph(session, question), name, frontier))


def _rewritten(reply: Any, question: Question) -> Any:
    from ..engine.replies import rewritten

    return rewritten(reply, question["rewrite"]) if question.get("rewrite") else reply


def _options(question: Question) -> Given:
    frontier = _names(question, "in") if "in" in question else None
    return {"point": _point(question), "frontier": frontier, "use_memo": not question.get("no_memo", False)}


def _point(question: Question) -> Any:
    """Return the point of a question: an object of bindings, the name of a stored point, or a list of these."""
    given = question.get("at")
    if given is None:
        return None
    parts = given if isinstance(given, list) else [given]
    return [_part(part) for part in parts]


def _part(part: Any) -> Any:
    from ..engine.points import checked_point, parse_bindings

    if isinstance(part, str):
        return parse_bindings(part) if "=" in part else part
    if not isinstance(part, dict):
        raise UsageError("'at' is an object of bindings, the name of a point, or a list of these", hint=_FORM)
    return checked_point(part)


def _names(question: Question, word: str) -> list[str]:
    """Return the names that a word gives: one, or a list; each is taken bare."""
    given = question.get(word)
    names = [given] if isinstance(given, str) else given
    if not names or not all(isinstance(name, str) for name in names):
        raise UsageError(f"'{question['ask']}' needs '{word}': a name or a list of names", hint=_FORM)
    return list(dict.fromkeys(names))


def _one(question: Question, word: str) -> str:
    (name, *more) = _names(question, word)
    if more:
        raise UsageError(f"'{question['ask']}' takes one node as '{word}'", hint="several outputs: ask 'jac'")
    return name


def _graph(session: Session, question: Question) -> str:
    return str(question["graph"]) if question.get("graph") else session.graph


def _lines(file: str) -> Iterator[str]:
    """Yield the lines of a file; of standard input each as it comes, so that a program can ask and wait."""
    if file != "-":
        yield from read_text(file).splitlines()
        return
    for line in sys.stdin.buffer:
        yield line.decode("utf-8-sig", errors="replace")


_FORM = 'a line such as {"ask": "d", "of": "g", "wrt": "b", "at": {"a": 0.5}}'
_ASKED: dict[str, Callable[[Session, Question], documents.Document]] = {
    "d": _d,
    "grad": _d,
    "jac": _jac,
    "eval": _eval,
    "formula": _formula,
}
_WORDS = {
    "d": ("of", "wrt", "at", "in", "rewrite", "no_memo", "strict"),
    "grad": ("of", "inputs", "at", "in", "rewrite", "no_memo", "strict"),
    "jac": ("of", "wrt", "at", "in", "rewrite", "no_memo", "strict"),
    "eval": ("of", "at"),
    "formula": ("of", "in"),
}
_KINDS: dict[str, Any] = {
    "of": (str, list),
    "wrt": (str, list),
    "in": (str, list),
    "at": (dict, str, list, type(None)),
    "graph": (str, type(None)),
    "rewrite": (str, type(None)),
    "inputs": bool,
    "no_memo": bool,
    "strict": bool,
}
