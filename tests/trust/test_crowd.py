"""Many processes on one database: no edit is lost, nobody is told of a lock, and no answer mixes two revisions."""

import random
import time

import sqlalchemy

from gradq.engine import editor, loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_definition, read_graph
from tests.trust import operations
from tests.trust.audit import problems
from tests.trust.nursery import Nursery
from tests.trust.test_overtaken import OVERTAKEN


def crowd(nursery: Nursery, database: str, people: int, *, turns: int, seconds: float = 1e9) -> tuple[int, int]:
    """Let processes edit and ask, each a node of its own and the total of all; returns how many edits, and questions.

    Each edit raises one slope by 1, and the revision by 1: so the slope of the total says which revision it is of.
    """
    total = " + ".join(f"y{person}" for person in range(people))
    with Explorer(database) as explorer:
        loader.load(explorer, "demo", read_graph("".join(f"y{i} = 1*x\n" for i in range(people)) + f"t = {total}\n"))
        first = explorer.rows("demo")[0].revision
        children = [
            nursery.start("test_crowd:take_part", database, person, people - first, turns, seconds) for person in range(people)
        ]
        done = [child.wait() for child in children]
        assert [(child.code, child.err) for child in done] == [(0, "")] * people
        edits, questions = (sum(int(child.out.split()[at]) for child in done) for at in (0, 1))
        assert explorer.rows("demo")[0].revision == first + edits
        for person, child in enumerate(done):
            assert explorer.node("demo", f"y{person}").formula == f"{int(child.out.split()[0]) + 1}*x"
        assert explorer.derivatives("demo", "t", ["x"]).answers[0].expression == str(people + edits)
        assert problems(explorer) == []
    return edits, questions


def take_part(url: str, person: int, base: int, turns: int, seconds: float) -> None:
    """Be one of a crowd: edit and ask in turn, and look at each answer."""
    draw, own, until, asked = random.Random(person), f"y{person}", time.monotonic() + seconds, 0
    slope = 1
    with Explorer(url) as explorer:
        for _ in range(turns):
            if time.monotonic() > until:
                break
            if draw.random() < 0.5:
                slope += 1
                editor.set_node(explorer, "demo", read_definition(f"{own} = {slope}*x"))
                continue
            asked += 1
            point = {"x": 2.0} if draw.random() < 0.5 else None
            before = _revision(explorer)
            reply = explorer.derivatives("demo", "t", ["x"], point=point)
            assert before <= reply.revision <= _revision(explorer)
            (answer,) = reply.answers
            assert float(answer.expression or answer.value or 0) == base + reply.revision, reply
            assert set(reply.notes) <= {OVERTAKEN}, reply.notes
            if asked % 4 == 0:
                assert explorer.derivatives("demo", own, ["x"]).answers[0].expression == str(slope)
    print(slope - 1, asked)


def _revision(explorer: Explorer) -> int:
    with explorer.engine.connect() as conn:
        return int(conn.exec_driver_sql("select revision from graph").scalar_one())


def ask_at(url: str, moment: float) -> None:
    """Ask one derivative at a moment, as a formula and as a number."""
    with Explorer(url) as explorer:
        explorer.rows("demo")  # all are there and connected
        time.sleep(max(0.0, moment - time.time()))
        for point, answer in ((None, "-180*d - 252"), ({"a": 2.0, "o": 0.0}, None)):
            reply = explorer.derivatives("demo", "g", ["a"], point=point)
            assert reply.notes == [], reply.notes
            assert reply.answers[0].expression == answer


def test_a_crowd_is_served(nursery: Nursery, database: str) -> None:
    people = 8 if database.startswith("sqlite") else 16
    edits, questions = crowd(nursery, database, people, turns=100)
    assert edits + questions == people * 100


def test_sixteen_ask_one_cold_derivative_at_once(nursery: Nursery, database: str) -> None:
    with Explorer(database) as explorer:
        loader.load(explorer, "demo", read_graph(operations.DEMO))
    moment = time.time() + 0.5
    children = [nursery.start("test_crowd:ask_at", database, moment) for _ in range(16)]
    assert [(done.code, done.err) for done in (child.wait() for child in children)] == [(0, "")] * 16
    engine = sqlalchemy.create_engine(database, poolclass=sqlalchemy.NullPool)
    asked = "of_id = (select id from node where name = 'g') and wrt_id = (select id from node where name = 'a')"
    with engine.connect() as conn:
        for table in ("gradient", "point_gradient"):
            assert conn.exec_driver_sql(f"select count(*) from {table} where {asked}").scalar() == 1
        assert conn.exec_driver_sql("select count(*) from point").scalar() == 1
    with Explorer(database) as explorer:
        assert problems(explorer) == []
