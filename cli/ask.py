"""The command `ask`: questions as lines of JSON, each answered on a line, all by one process."""

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from ..store.errors import GradqError, UsageError
from . import render
from .asked import ASKED, Document
from .given import FORM, Question, check_kind, clipped
from .session import Session, error_body, read_text

_EVERYWHERE = ("ask", "id", "graph")


def ask_command(
    session: Session,
    file: Annotated[str, typer.Argument(help="A file of questions, or - for standard input.", show_default=False)],
) -> None:
    """Answer questions that are lines of JSON.

    Each is answered on a line by one process, and an error is an answer too: the exit code is 0. A question names a
    command that asks (d, grad, jac, hessian, eval, formula, paths, budget, scan, health or diff) and what that takes: of,
    wrt, at, in, graph and so on. The answer is what the command prints with --json. An id comes back.

    \b
    echo '{"ask": "d", "of": "g", "wrt": "b", "id": 1}' | gradq ask -
    """
    for line in _lines(file):
        if line.strip():
            print(render.json_line(answer(session, line)), flush=True)


def answer(session: Session, line: str) -> Document:
    """Return the document that answers a line; what goes wrong is in it as `error`."""
    question: Question = {}
    try:
        question = _parsed(line)
        _check(question)
        asked = ASKED[question["ask"]]
        document = asked.answer(session, _graph(session, question), question)
    except GradqError as error:
        document = error_body(error)
    return {"id": question["id"], **document} if "id" in question else document


def _parsed(line: str) -> dict[str, Any]:
    """Return the object that a line is."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError("the line is not JSON", hint=FORM) from None
    if not isinstance(found, dict):
        raise UsageError("the line is not an object of JSON", hint=FORM)
    return found


def _check(question: Question) -> None:
    """Raise `UsageError` unless the question, its words and their kinds are known; all unknown words are told at once."""
    asked = question.get("ask")
    if not isinstance(asked, str) or asked not in ASKED:
        raise _no_question(question, asked)
    words = ASKED[asked].words
    unknown = [word for word in question if word not in (*words, *_EVERYWHERE)]
    if unknown:
        shown = ", ".join(f"'{clipped(word)}'" for word in unknown[:5]) + (f" and {len(unknown) - 5} more" if unknown[5:] else "")
        raise UsageError(f"'{asked}' takes no {shown}", hint=f"{_meant(unknown[:5], words)}it takes: {', '.join(words)}")
    for word, value in question.items():
        check_kind(word, value)


def _no_question(question: Question, asked: Any) -> UsageError:
    from ..engine.names import suggestion

    if "ask" not in question:
        near = [word for word in question if suggestion(word, ["ask"])]
        also = f"; did you mean 'ask' by '{clipped(near[0])}'?" if near else ""
        return UsageError("the question names no command as 'ask'", hint=FORM + also)
    hint = suggestion(asked, list(ASKED)) if isinstance(asked, str) else None
    return UsageError(f"no question {clipped(repr(asked))}", hint=f"{hint + ' ' if hint else ''}one of: {', '.join(ASKED)}")


def _meant(unknown: list[str], words: tuple[str, ...]) -> str:
    """Return what the unknown words are close to, as the beginning of a hint."""
    from difflib import get_close_matches

    known = [*words, *_EVERYWHERE]
    found = {word: get_close_matches(word, known, 1, 0.5) for word in unknown}
    pairs = [f"'{near[0]}' by '{clipped(word)}'" for word, near in found.items() if near]
    return f"did you mean {', '.join(pairs)}? " if pairs else ""


def _graph(session: Session, question: Question) -> str:
    """Return the graph that a question is about; one that compares two names them itself."""
    if question["ask"] == "diff":
        return ""
    return str(question["graph"]) if question.get("graph") else session.graph


def _lines(file: str) -> Iterator[str]:
    """Yield the lines of a file; of standard input each as it comes, so that a program can ask and wait."""
    if file != "-":
        yield from read_text(file).splitlines()
        return
    for line in sys.stdin.buffer:
        yield line.decode("utf-8-sig", errors="replace")
