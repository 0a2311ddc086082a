"""What the tests share: a fresh database of either kind, and how hypothesis looks for counterexamples.

The PostgreSQL half runs when GRADQ_TEST_POSTGRES holds the URL of a server on which databases may be made and dropped;
`eval "$(.ci/postgres start DIR)"` starts one and sets it.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy

# A failure prints the blob that repeats it; no deadline, for the first question of a process imports much.
hypothesis.settings.register_profile("ci", derandomize=False, print_blob=True, deadline=None)
hypothesis.settings.load_profile("ci")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of an empty database that is this test's own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'gradq.db'}"
        return
    server = os.environ.get("GRADQ_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: GRADQ_TEST_POSTGRES holds no URL (.ci/postgres starts a server)")
    with _postgres_database(server) as url:
        yield url


@contextmanager
def _postgres_database(server: str) -> Iterator[str]:
    """Make a database of a new name beside the one that `server` names, and drop it at the end."""
    name = f"gradq_test_{uuid.uuid4().hex}"
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    try:
        _run(engine, f"CREATE DATABASE {name}")
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
