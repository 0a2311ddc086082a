"""What the tests share: a fresh database of either kind, and how hypothesis looks for counterexamples.

The PostgreSQL half runs when GRADQ_TEST_POSTGRES holds the URL of a server on which databases may be made and dropped;
`eval "$(.ci/postgres start DIR)"` starts one and sets it.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy

from gradq.store.connect import open_engine
from gradq.store.upgrade import ensure_schema

# A failure prints the blob that repeats it; no deadline, for the first question of a process imports much.
hypothesis.settings.register_profile("ci", derandomize=False, print_blob=True, deadline=None)
hypothesis.settings.load_profile("ci")


KINDS = ["sqlite", "postgresql"]


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database that is this test's own, with the tables and nothing in them."""
    ready = request.getfixturevalue(f"ready_{request.param}")  # copied: to make the tables takes ten times as long
    if request.param == "sqlite":
        shutil.copy(ready, tmp_path / "gradq.db")
        yield f"sqlite:///{tmp_path / 'gradq.db'}"
    else:
        with _postgres_database(f"TEMPLATE {ready}") as url:
            yield url


@pytest.fixture(params=KINDS)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database that is this test's own and has no tables; a file is not there at all."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'gradq.db'}"
    else:
        with _postgres_database() as url:
            yield url


@pytest.fixture(scope="session")
def ready_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the tables."""
    path = tmp_path_factory.mktemp("ready") / "gradq.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def ready_postgresql() -> Iterator[str]:
    """The name of a database with the tables, to which nobody is connected."""
    with _postgres_database() as url:
        _make_tables(url)
        yield str(sqlalchemy.make_url(url).database)


def _make_tables(url: str) -> None:
    engine = open_engine(url)
    ensure_schema(engine)
    engine.dispose()


@contextmanager
def _postgres_database(options: str = "") -> Iterator[str]:
    """Make a database of a new name beside the one that GRADQ_TEST_POSTGRES names, and drop it at the end."""
    server = os.environ.get("GRADQ_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: GRADQ_TEST_POSTGRES holds no URL (.ci/postgres starts a server)")
    name = f"gradq_test_{uuid.uuid4().hex}"
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    try:
        _run(engine, f"CREATE DATABASE {name} {options}")
        try:
            yield engine.url.set(database=name).render_as_string(hide_password=False)
        finally:
            # FORCE: a test that failed with a connection open must not leave its database behind.
            _run(engine, f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        engine.dispose()


def _run(engine: sqlalchemy.Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
