"""Limits: time, nodes and memory; work that is given up says what was reached and how to raise it, with exit code 7."""

from __future__ import annotations

import gc
import json
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from gradq.cli.timing import time_limit
from gradq.engine import bulk, guard
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph
from gradq.store import memo
from gradq.store.errors import GaveUp, UsageError

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"


# the cursor of the server is left to the collector, which psycopg does not like
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_command_that_takes_too_long_is_given_up(article: Gradq) -> None:
    for words in (("sql", ENDLESS, "--timeout", "0.05"), ("--timeout", "0.05", "sql", ENDLESS)):
        result = article(*words)
        assert (result.code, result.err) == (7, "error: not done after 0.05 s\nhint: --timeout gives it more\n")
    assert json.loads(article("d", "g", "--wrt", "b", "--json", "--timeout", "0").err)["error"]["exit"] == 7
    assert article("d", "g", "--wrt", "b", "--timeout", "60").out == "60*d + 84\n"
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0) and article("db", "check").code == 0
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_server_stops_too(article: Gradq, database: str) -> None:
    assert article("sql", ENDLESS, "--timeout", "0.3", "--seconds", "60").code == 7
    running = "select query from pg_stat_activity where datname = current_database() and state = 'active'"
    with Explorer(database) as explorer, explorer.engine.connect() as conn:
        assert conn.exec_driver_sql(running).scalars().all() == [running]
    gc.collect()


def test_a_limit_that_is_no_number_is_refused_and_an_endless_one_is_no_limit(article: Gradq) -> None:
    for words in (
        ("d", "g", "--wrt", "b", "--timeout", "nan"),
        ("sql", "select 1", "--seconds", "nan"),
        ("load", "article.gq", "--replace", "--max-memory", "nan"),
    ):
        refused = article(*words)
        assert refused.code == 2 and "number" in refused.err and "hint: --" in refused.err, words
    for seconds in ("inf", "1e300", "1e10"):
        assert article("d", "g", "--wrt", "b", "--timeout", seconds).out == "60*d + 84\n"
        assert article("sql", "select 1", "--seconds", seconds).out == "1\n"
    assert article("load", "article.gq", "--replace", "--max-memory", "inf").code == 0


def test_a_part_of_a_millisecond_is_a_limit_too(article: Gradq) -> None:
    assert article("sql", ENDLESS, "--seconds", "0.0004").code == 7


def test_an_edit_that_is_given_up_is_not_there(article: Gradq, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> None:
        while True:
            pass

    with monkeypatch.context() as patch:
        patch.setattr(memo, "drop_gradients", slow)
        assert article("set", "c = 4*b", "--timeout", "0.2").code == 7
    assert article("formula", "c").out == "2*b + 3\n" and article("db", "check").code == 0


def test_a_time_limit_needs_the_main_thread() -> None:
    found: list[BaseException] = []

    def work() -> None:
        try:
            with time_limit(1.0):
                pass
        except UsageError as error:
            found.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(found) == 1


def test_a_question_that_needs_too_many_nodes_is_given_up(article: Gradq) -> None:
    assert article("d", "g", "--wrt", "b", "--max-nodes", "6").out == "60*d + 84\n"
    article("memo", "clear")
    for words in (
        ("d", "g", "--wrt", "b"),
        ("eval", "g", "--at", "a=1,o=1"),
        ("save",),
        ("check",),
        ("paths", "g", "b"),
    ):
        result = article(*words, "--max-nodes", "5")
        assert result.code == 7 and "nodes, and 5 are allowed\nhint: --max-nodes allows more" in result.err, words
    assert article("--max-nodes", "5", "load", "article.gq", "-g", "more").code == 7
    assert article("ls").out.count("\n") == 1


def test_a_question_on_a_tape_counts_its_nodes_too(article: Gradq, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "FROM", 1)
    with Explorer(database) as explorer:
        explorer.derivatives("article", "g", ["a"], point={"a": 1.0})
        explorer.limit_nodes(7)
        with pytest.raises(GaveUp, match="needs 8 nodes, and 7 are allowed"):
            explorer.derivatives("article", "g", ["a"], point={"a": 2.0})
        explorer.limit_nodes(None)
        assert explorer.derivatives("article", "g", ["a"], point={"a": 2.0}).answers[0].value == -432.0


def test_a_load_that_takes_too_much_memory_is_given_up(load: Load, gradq: Gradq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_EVERY", 2)
    (text,) = ("a\nb = 2*a\nc = 3*b\n",)
    load(text, "fits", "--max-memory", "1e6")
    load(text, "free")
    result = gradq("load", "fits.gq", "-g", "more", "--max-memory", "0.001")
    assert result.code == 7 and "more than 0.001 GB of memory, at 2 lines\nhint: --max-memory GB allows more" in result.err
    assert gradq("ls").out.count("\n") == 2
    monkeypatch.setattr(guard, "free", lambda: -1e6)
    with pytest.raises(GaveUp, match="of memory, at 2 lines"):
        read_graph(text)


def test_where_the_system_says_nothing_of_memory_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr("builtins.open", closed)
    assert guard.free() == float("inf") and guard.used() > 1e6
