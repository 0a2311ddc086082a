"""A team's database as docs/team.md sets it up: the owner, an editor and a reader each may do what the page says."""

import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy

from gradq.cli.app import main
from gradq.engine.explorer import Explorer
from gradq.engine.gallery import examples
from gradq.store.upgrade import SCHEMA, downgrade

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "team.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sql\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
READS: list[tuple[str, ...]] = [
    ("sql", "select name from v_node"),
    ("save",),
    ("db", "check"),
    ("show", "g"),
    ("check",),
    ("ls",),
]
WRITES: list[tuple[str, ...]] = [
    ("set", "c = 4*b"),
    ("load", "article.gq", "-g", "more"),
    ("new", "draft"),
    ("rename", "c", "cc"),
    ("rm", "article"),
    ("memo", "clear"),
    ("point", "set", "here", "a=1"),
]
ROLES = ("owner", "editor", "reader")


class Result(NamedTuple):
    code: int
    out: str
    err: str


class Team:
    """A database of this test's own, and commands in it as one of the three roles."""

    def __init__(self, server: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.suffix = uuid.uuid4().hex[:12]
        self.server, self.capsys = sqlalchemy.make_url(server), capsys

    def url(self, role: str) -> str:
        found = self.server.set(username=f"gradq_{role}_{self.suffix}", database=f"gradq_{self.suffix}")
        return found.render_as_string(hide_password=False)

    def sql(self, text: str, role: str | None = None) -> None:
        """Run a block of the page, its names made this test's own."""
        names = {f"gradq_{name}": f"gradq_{name}_{self.suffix}" for name in ROLES}
        text = re.sub(r"\bgradq_(owner|editor|reader)\b", lambda found: names[found[0]], text)
        text = text.replace("database gradq", f"database gradq_{self.suffix}")
        engine = sqlalchemy.create_engine(self.url(role) if role else self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            for statement in filter(str.strip, text.split(";\n")):
                conn.exec_driver_sql(statement)
        engine.dispose()

    def __call__(self, role: str, *words: str) -> Result:
        code = main([*words, "--db", self.url(role)])
        return Result(code, *self.capsys.readouterr())


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Team]:
    server = os.environ.get("GRADQ_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: GRADQ_TEST_POSTGRES holds no URL (.ci/postgres starts a server)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    for name in ("GRADQ_DB", "GRADQ_GRAPH"):
        monkeypatch.delenv(name, raising=False)
    made = Team(server, capsys)
    roles, rights, rest = BLOCKS
    made.sql(roles)
    try:
        made.sql(rights, "owner")
        assert made("owner", "db", "upgrade").code == 0
        made.sql(rest, "owner")
        Path("article.gq").write_text(examples()["article"].text, encoding="utf-8")
        yield made
    finally:
        made.sql("drop database gradq with (force);\ndrop role gradq_owner;\ndrop role gradq_editor;\ndrop role gradq_reader;\n")


def test_editors_edit_readers_read_and_the_owner_upgrades(team: Team) -> None:
    assert team("editor", "load", "article.gq").code == 0
    # what a reader asks is answered, and not stored
    asked = team("reader", "d", "g", "--wrt", "b")
    assert (asked.code, asked.out) == (0, "60*d + 84\n") and "note: nothing was stored: " in asked.err
    assert "permission denied" in asked.err and team("reader", "memo", "stats", "--csv").out.splitlines()[1] == "gradient,0"
    assert team("reader", "d", "g", "--wrt", "b", "--at", "a=0.5").out == "1494\n"
    # what an editor asks is stored, and then a reader has it too
    assert team("editor", "d", "g", "--wrt", "b").err == ""
    again = team("reader", "d", "g", "--wrt", "b", "--stats")
    assert again.out == "60*d + 84\n" and "memo: 1 reused, 0 computed" in again.out + again.err
    for words in READS:
        assert team("reader", *words).code == 0, words
    # what a reader may not do changes nothing
    for words in WRITES:
        refused = team("reader", *words)
        assert refused.code == 6 and "error: " in refused.err and "Traceback" not in refused.err, words
    assert team("editor", "save").out == team("reader", "save").out and team("editor", "formula", "c").out == "2*b + 3\n"
    # a change by hand of an editor is noticed; until an editor asks, a reader gets no stale answer
    team.sql("update node set formula = '2*b + 4' where name = 'c';\n", "editor")
    refused = team("reader", "d", "g", "--wrt", "b")
    assert refused.code == 6 and "changed by hand in SQL" in refused.err and "permission denied" in refused.err
    assert team("editor", "d", "g", "--wrt", "b").out == "60*d + 84\n"
    assert team("reader", "formula", "c").out == "2*b + 4\n"


def test_an_upgrade_is_the_owners_and_leaves_the_rights_as_they_were(team: Team) -> None:
    team("editor", "load", "article.gq")
    with Explorer(team.url("owner")) as explorer:
        downgrade(explorer.engine, "0003")
    for role in ("editor", "reader"):
        waits = team(role, "d", "g", "--wrt", "b")
        assert waits.code == 6 and "older" in waits.err and "hint: gradq db upgrade" in waits.err
        refused = team(role, "db", "upgrade")
        assert refused.code == 6 and "Traceback" not in refused.err
    assert f"0003 → {SCHEMA}" in team("owner", "db", "upgrade").err
    assert team("editor", "set", "c = 4*b").code == 0
    assert team("reader", "sql", "select count(*) from v_node").out == "8\n"
    dump = team("owner", "db", "backup", "team.db")
    assert dump.code == 2 and "hint: pg_dump --format=custom --file=gradq.dump" in dump.err
    for role in ("editor", "reader"):
        refused = team(role, "db", "vacuum")
        assert refused.code == 6 and "nothing was vacuumed: " in refused.err
    assert team("owner", "db", "vacuum").code == 0 and team("reader", "db", "check").code == 0
