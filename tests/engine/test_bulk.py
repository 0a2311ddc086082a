import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradq.engine import bulk, loader
from gradq.engine.editor import set_node
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_definition, read_graph
from gradq.engine.replies import Reply
from gradq.engine.tape import packed, tape_of, unpacked
from gradq.store.connect import reading, writing
from gradq.store.errors import GradqError
from gradq.store.graphs import whole
from gradq.store.tapes import store_tape, tape

FORMS = ["{0}*{1} + 2", "sin({0})", "3*{0} - {1}", "{0}/{1}", "abs({0}) + {1}", "log({0})", "if({0} > 0, {1}, sqrt({0}))", "5"]
FORMS += ["{0}^2*{1}", "max({0}, {1})", "{0}*{0} + cos({1})", "0*{0} + {1}", "floor({0})", "floor({0})*{1}"]


def made(chance: random.Random, size: int) -> str:
    """Return the text of a random graph in which a kink, a pole or a value that is missing is near."""
    lines = ["n0 = 1.5", "n1 = 0", "n2", "'n 3' = -2"]
    names = ["n0", "n1", "n2", "'n 3'"]
    for index in range(4, size):
        lines.append(f"n{index} = {chance.choice(FORMS).format(chance.choice(names), chance.choice(names))}")
        names.append(f"n{index}")
    return "\n".join(lines)


def outcome(ask: Callable[[], Reply]) -> object:
    try:
        found = ask()
    except GradqError as error:
        return type(error), error.message, error.hint
    return [(a.of, a.wrt, repr(a.value), a.notes) for a in found.answers], found.reused, found.computed, found.notes


@pytest.fixture
def from_the_first_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every graph a large one."""
    monkeypatch.setattr(bulk, "FROM", 0)


@given(st.integers(0, 10**9))
@settings(max_examples=20, deadline=None)
def test_the_tape_says_what_the_rows_say(seed: int) -> None:
    chance = random.Random(seed)
    text = read_graph(made(chance, 12))
    names = [line.name for line in text.definitions]
    point = {name: chance.choice([-1.0, 0.0, 0.5, 3.0]) for name in chance.sample(names, 3)}
    questions = [(chance.choice(names), chance.sample(names, chance.choice([1, 1, 3])), chance.random() < 0.7) for _ in range(16)]
    outcomes = []
    for start in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch, Explorer(":memory:") as explorer:
            patch.setattr(bulk, "FROM", start)
            loader.load(explorer, "made", text)
            tape_here = tape_of(explorer.rows("made")[1], False)
            assert repr(unpacked(packed(tape_here))) == repr(tape_here)
            asked = [partial(explorer.derivatives, "made", of, wrts, point=point, use_memo=use) for of, wrts, use in questions]
            outcomes.append([outcome(ask) for ask in asked])
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(
    "change", [lambda data: data[:-1], lambda data: b"x" + data, lambda data: data[:99] + b"\0" + data[100:]]
)
def test_a_damaged_tape_is_as_good_as_none(change: Callable[[bytes], bytes], database: str, from_the_first_node: None) -> None:
    with Explorer(database) as explorer:
        loader.load(explorer, "made", read_graph("x = 2\ny = x^3\nz = y + x"))
        row, _ = explorer.rows("made")
        with writing(explorer.engine) as conn:
            store_tape(conn, row.id, row.revision, change(tape(conn, row.id, row.revision) or b""))
        found = explorer.derivatives("made", "z", ["x"], point={})
    assert [answer.value for answer in found.answers] == [13.0]


def test_an_edit_makes_the_tape_one_of_the_past_and_the_next_question_makes_it_anew(
    database: str, from_the_first_node: None
) -> None:
    with Explorer(database) as explorer:
        loader.load(explorer, "made", read_graph("x = 2\ny = x^3\nz = y + x"))
        row, _ = explorer.rows("made")
        with reading(explorer.engine) as conn:
            assert tape(conn, row.id, row.revision) is not None
        set_node(explorer, "made", read_definition("y = x^2"))
        with reading(explorer.engine) as conn:
            assert tape(conn, row.id, row.revision + 1) is None
        found = explorer.derivatives("made", "z", ["x"], point={})
        assert [answer.value for answer in found.answers] == [5.0]
        with reading(explorer.engine) as conn:
            data = tape(conn, row.id, row.revision + 1)
            assert data == packed(tape_of(whole(conn, row.id), False))


def test_a_small_graph_has_no_tape(database: str) -> None:
    with Explorer(database) as explorer:
        loader.load(explorer, "made", read_graph("y = x^2"))
        row, _ = explorer.rows("made")
        with reading(explorer.engine) as conn:
            assert tape(conn, row.id, row.revision) is None
