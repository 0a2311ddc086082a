"""Replies: what was read and worked out, as the answers that a person asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from ..store.errors import Undefined, UsageError
from ..store.rows import Cone, GraphRow, NodeRow, Version
from .names import counted

if TYPE_CHECKING:
    from .answers import Found
    from .expression import Expr
    from .steps import Kink
    from .tape import Bulk
    from .values import Point


_REASONS = 3  # why derivatives are not known, that a note has
MANY = 20  # answers up to which each may be longer than a line; of more, a long one is asked for alone


@dataclass(frozen=True, slots=True)
class Answer:
    """One derivative: `expression` (text) or `value`, with the notes that belong to it.

    `root` is the expression where it was built for the answer; a text out of the memo has none yet (`Reply.root`). One
    that is not known has neither, and `unknown` says why.
    """

    of: str
    wrt: str
    expression: str | None
    value: float | None
    notes: list[str]
    root: Expr | None = field(default=None, compare=False, repr=False)
    unknown: Undefined | None = field(default=None, compare=False, repr=False)


class Reply(NamedTuple):
    """The answers to one question, with what the memo gave and what was worked out.

    `at` has the bindings of the point, None for formulas; `pi_is_node` says how a text of the answers is read.
    """

    graph: str
    version: Version
    at: dict[str, float] | None
    answers: list[Answer]
    reused: int
    computed: int
    notes: list[str]
    pi_is_node: bool
    kinks: Sequence[Kink] = ()

    @property
    def revision(self) -> int:
        """The revision of the graph that was asked."""
        return self.version.revision

    def root(self, answer: Answer) -> Expr:
        """Return the expression of an answer that is a formula."""
        if answer.root is not None:
            return answer.root
        from .formula import parse_expression

        return parse_expression(str(answer.expression), pi_is_node=self.pi_is_node)


class ValueReply(NamedTuple):
    """Values of nodes at a point."""

    graph: str
    revision: int
    at: dict[str, float]
    values: dict[str, float]


class FormulaReply(NamedTuple):
    """A node's own formula."""

    graph: str
    revision: int
    node: str
    root: Expr
    notes: list[str]


class Read(NamedTuple):
    """What one snapshot had for a question."""

    graph: GraphRow
    of: NodeRow
    wrts: list[NodeRow]
    cone: Cone
    formulas: dict[int, str]
    numbers: dict[int, float]
    values: dict[int, float]
    point: Point | None
    bulk: Bulk | None = None


def reply(read: Read, found: Found | None, frontier: Sequence[str] | None, notes: list[str]) -> Reply:
    """Return the reply to a question from what the memo had and what was worked out."""
    answers = [_answer(read, found, node, frontier) for node in read.wrts]
    memo = read.formulas if read.point is None else read.numbers
    reused = found.reused if found is not None else sum(node.id in memo for node in read.wrts)
    computed = 0 if found is None else found.computed
    at = None if read.point is None else dict(read.point)
    notes = [*(found.notes if found else []), *notes, *_unknown(read.of, answers)]
    if not answers:
        notes.append(f"nothing is upstream of '{read.of.name}'")
    kinks = [] if found is None else list(found.kinks)
    return Reply(read.graph.name, read.graph.version, at, answers, reused, computed, notes, read.graph.has_pi, kinks)


def some_known(given: Reply) -> Reply:
    """Return a reply of which at least one answer is known; else raises what the first says, an `Undefined`."""
    first = given.answers[0].unknown if given.answers else None
    if first is not None and all(answer.unknown for answer in given.answers):
        raise first
    return given


def rewritten(given: Reply, how: str, *, seconds: float = 5.0) -> Reply:
    """Return a reply whose formulas are rewritten by SymPy, in `seconds` for all; past that a note, and as they were."""
    from .printing import answer_text
    from .rewriter import rewrite

    until, answers = monotonic() + seconds, []
    for answer in given.answers:
        if answer.expression is not None:
            root, note = rewrite(given.root(answer), how, seconds=max(0.0, until - monotonic()))
            notes = [*answer.notes, *([note] if note else [])]
            answer = replace(answer, root=root, expression=answer_text(root, title=_title(answer)), notes=notes)
        answers.append(answer)
    return given._replace(answers=answers)


def unrolled(root: Expr, nodes: Sequence[NodeRow], frontier: Sequence[str], pi_is_node: bool) -> tuple[Expr, list[str]]:
    """Return an expression unrolled down to a frontier, with the notes that this asks for."""
    from .formula import parse_expression
    from .functions import OPAQUE
    from .opaque import is_opaque
    from .traverse import names_of
    from .unroll import unroll

    formulas = {node.name: node.formula for node in nodes}
    opaque: list[str] = []
    cut = () if list(frontier) == ["inputs"] and "inputs" not in formulas else tuple(frontier)

    def formula_of(name: str) -> Expr | None:
        text = formulas.get(name)
        found = None if text is None else parse_expression(text, pi_is_node=pi_is_node)
        if found is None or OPAQUE not in str(text) or not is_opaque(found):
            return found
        opaque.append(name)
        return None

    result = unroll(root, formula_of, set(cut))
    left = names_of(result)
    absent = [name for name in cut if name not in left]
    remaining = sorted(left - set(cut))
    notes = [f"{_list(absent)} {'does' if len(absent) == 1 else 'do'} not occur in the answer"] if absent else []
    if cut and remaining:
        notes.append(f"not every way up is cut: {_list(remaining)} {'remains' if len(remaining) == 1 else 'remain'}")
    if left.intersection(opaque):
        notes.append(f"{_list(sorted(left.intersection(opaque)))} cannot be looked through: gradq cannot read the formula")
    return result, notes


def above(read: Read, inputs: bool) -> list[NodeRow]:
    """Return the nodes of a whole gradient, from the output up; with `inputs`, only those without a formula."""
    nodes = [n for n in read.cone.nodes if n.id != read.of.id and not (inputs and n.formula is not None)]
    return sorted(nodes, key=lambda node: (-node.level, counted(node.name)))


def _unknown(of: NodeRow, answers: Sequence[Answer]) -> list[str]:
    """Return the note that counts the answers that are not known, and says why."""
    reasons = [answer.unknown.message for answer in answers if answer.unknown is not None]
    if not reasons:
        return []
    different = list(dict.fromkeys(reasons))
    more = f"; and {len(different) - _REASONS:,} more such reasons" if different[_REASONS:] else ""
    are = "is" if len(reasons) == 1 else "are"
    counts = f"{len(reasons):,} of {len(answers):,} derivatives of '{of.name}' {are} not known"
    return [f"{counts}: {'; '.join(different[:_REASONS])}{more}"]


def _list(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _answer(read: Read, found: Found | None, wrt: NodeRow, frontier: Sequence[str] | None) -> Answer:
    """Return the answer for one pair: 1 for itself, an exact 0 with a note where no path leads, else the partial."""
    of, numeric = read.of, read.point is not None
    if wrt.id == of.id:
        return Answer(of.name, wrt.name, None if numeric else "1", 1.0 if numeric else None, [])
    if found is not None and wrt.id in found.gaps:
        return Answer(of.name, wrt.name, None, None, [], unknown=found.gaps[wrt.id])
    value = None if found is None else found.answers.get(wrt.id)
    stored = (read.numbers if numeric else read.formulas).get(wrt.id)
    if value is None and stored is None:
        note = f"'{wrt.name}' is not upstream of '{of.name}': the derivative is exactly 0"
        return Answer(of.name, wrt.name, None if numeric else "0", 0.0 if numeric else None, [note])
    if numeric:
        number = value if isinstance(value, float) else stored
        assert isinstance(number, float)
        return Answer(of.name, wrt.name, None, number, [])
    assert not isinstance(value, float)
    return _formula_answer(read, value, stored, wrt, frontier)


def _formula_answer(read: Read, value: Expr | None, stored: object, wrt: NodeRow, frontier: Sequence[str] | None) -> Answer:
    if value is None and frontier is None:
        return Answer(read.of.name, wrt.name, str(stored), None, [])
    from .formula import parse_expression
    from .printing import LIMIT, answer_text

    notes: list[str] = []
    root = value if value is not None else parse_expression(str(stored), pi_is_node=read.graph.has_pi)
    if frontier is not None:
        root, notes = unrolled(root, read.cone.nodes, frontier, read.graph.has_pi)
    answer = Answer(read.of.name, wrt.name, None, None, notes, root)
    if root.size > LIMIT and len(read.wrts) > MANY:
        alone = f"∂{answer.of}/∂{answer.wrt} has {root.size:,} characters: ask for it alone"
        return replace(answer, notes=[*notes, alone])
    return replace(answer, expression=answer_text(root, title=_title(answer)))


def _title(answer: Answer) -> str:
    return f"the derivative of {answer.of} by {answer.wrt}"


def no_unrolled_value() -> UsageError:
    """Return the error for a question that asks for both a frontier and a point."""
    hint, shell = "give the frontier or the point, not both", "give --in or --at, not both"
    return UsageError("a value at a point has no unrolled form", hint=hint, shell=shell)
