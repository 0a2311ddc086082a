"""From a path or a URL to connections: which database is meant, and what its transactions hold to."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gradq.store.connect import Location, close_engine, locate, make_folder, open_engine, reading, safe_url, writing
from gradq.store.errors import DatabaseError, UsageError
from gradq.store.upgrade import ensure_schema


def test_the_database_is_the_given_one_then_the_environments_then_the_folders_then_the_users(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    users = locate().url
    assert users.endswith("gradq.db") and "gradq/gradq.db" in users
    Path("gradq.db").touch()
    assert locate().url == f"sqlite:///{Path('gradq.db').absolute()}"
    monkeypatch.setenv("GRADQ_DB", "other.db")
    assert locate().url.endswith("/other.db")
    assert locate("third.db").url.endswith("/third.db")
    assert len({locate().why, locate("x").why}) == 2


def test_a_path_may_have_letters_that_urls_use() -> None:
    for name in ("a b.db", "a%20b.db", "a?b=c.db", "a#b.db", "a@b:c.db", "ä.db"):
        engine = open_engine(locate(name).url)
        assert engine.url.database == str(Path(name).absolute())
        assert safe_url(locate(name).url) == str(Path(name).absolute())


def test_a_password_is_never_shown() -> None:
    pytest.importorskip("psycopg")
    url = "postgresql+psycopg://me:secret@nowhere.invalid/db"
    assert "secret" not in safe_url(url)
    engine = open_engine(url)
    with pytest.raises(DatabaseError) as error, reading(engine):
        pass
    assert "secret" not in error.value.message and "\n" not in error.value.message


@pytest.mark.parametrize("url", ["mysql://host/db", "http://example.org", "://", "nothing://"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises((UsageError, DatabaseError)):
        open_engine(locate(url).url)


def test_sqlite_is_set_up_as_the_design_says(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    ensure_schema(engine)
    with reading(engine) as conn:
        settings = {p: conn.exec_driver_sql(f"pragma {p}").scalar() for p in ("foreign_keys", "journal_mode", "busy_timeout")}
    assert settings == {"foreign_keys": 1, "journal_mode": "wal", "busy_timeout": 30_000}
    engine.dispose()


def test_a_write_that_fails_leaves_nothing(database: str) -> None:
    engine = open_engine(database)
    ensure_schema(engine)
    insert = "insert into graph (name, created_at, updated_at) values ('x', '', '')"
    with pytest.raises(RuntimeError), writing(engine) as conn:
        conn.exec_driver_sql(insert)
        raise RuntimeError
    with pytest.raises(DatabaseError), writing(engine) as conn:
        conn.exec_driver_sql(insert)
        conn.exec_driver_sql(insert)
    with reading(engine) as conn:
        assert conn.exec_driver_sql("select count(*) from graph").scalar() == 0
    engine.dispose()


def test_reads_see_one_snapshot_while_another_writes(database: str) -> None:
    engine, other = open_engine(database), open_engine(database)
    ensure_schema(engine)
    with reading(engine) as conn:
        assert conn.exec_driver_sql("select count(*) from graph").scalar() == 0
        with writing(other) as write:
            write.exec_driver_sql("insert into graph (name, created_at, updated_at) values ('x', '', '')")
        assert conn.exec_driver_sql("select count(*) from graph").scalar() == 0
    with reading(engine) as conn:
        assert conn.exec_driver_sql("select count(*) from graph").scalar() == 1
    for one in (engine, other):
        one.dispose()


def test_what_cannot_be_opened_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database, only text\n" * 100)
    (tmp_path / "folder.db").mkdir()
    for name in ("text.db", "folder.db"):
        engine = open_engine(locate(str(tmp_path / name)).url)
        with pytest.raises(DatabaseError) as error:
            ensure_schema(engine)
        assert name in error.value.message and "\n" not in error.value.message
        engine.dispose()
    assert (tmp_path / "text.db").read_text().startswith("this is no database")


@pytest.mark.parametrize("name", ["password", "sslpassword"])
def test_a_password_among_the_options_is_never_shown(name: str) -> None:
    shown = safe_url(f"postgresql+psycopg://me@/db?host=h&{name}=secret")
    assert "secret" not in shown and "host=h" in shown


def test_a_port_that_is_no_number_is_a_wrong_url() -> None:
    with pytest.raises(UsageError) as error:
        locate("postgresql+psycopg://me:secret@host:port/db")
    assert "secret" not in error.value.message


def test_an_error_of_the_driver_itself_is_translated(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    ensure_schema(engine)
    with pytest.raises(DatabaseError, match="damaged"), reading(engine):
        raise sqlite3.DatabaseError("database disk image is malformed")
    engine.dispose()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_writer_reads_what_others_committed_whatever_the_servers_default_is(database: str, level: str) -> None:
    engine = open_engine(database)
    with writing(engine) as conn:
        conn.exec_driver_sql(f"alter database {engine.url.database} set default_transaction_isolation = '{level}'")
    engine.dispose()  # a database's settings hold for new connections
    with writing(engine) as conn:
        assert conn.exec_driver_sql("show transaction_isolation").scalar() == "read committed"
    with reading(engine) as conn:
        assert conn.exec_driver_sql("show transaction_isolation").scalar() == "repeatable read"
    engine.dispose()


def test_threads_take_turns_in_a_database_in_memory() -> None:
    engine = open_engine("sqlite://")
    ensure_schema(engine)

    def read_and_write(number: int) -> int:
        with writing(engine) as conn:
            conn.exec_driver_sql(
                "insert into graph (name, revision, created_at, updated_at) values (?, 1, '', '')", (str(number),)
            )
        with reading(engine) as conn:
            return len({row[0] for row in conn.exec_driver_sql("select name from graph where name = ?", (str(number),))})

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(read_and_write, range(200))) == [1] * 200
    close_engine(engine)


def test_a_thread_that_begins_twice_in_a_database_in_memory_is_refused_and_does_not_hang() -> None:
    engine = open_engine("sqlite://")
    ensure_schema(engine)
    with pytest.raises(DatabaseError, match="within a transaction"), reading(engine), reading(engine):
        pass
    close_engine(engine)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    make_folder(Location("sqlite:///x.db", "it is given"))
    with pytest.raises(DatabaseError, match=r"the folder .* cannot be made"):
        make_folder(Location("sqlite:///x.db", "it is the user's own", tmp_path / "file" / "folder"))
    make_folder(Location("sqlite:///x.db", "it is the user's own", tmp_path / "new" / "folder"))
    assert (tmp_path / "new" / "folder").is_dir()


def test_a_driver_that_is_not_there_and_a_dialect_that_is_none_are_said() -> None:
    with pytest.raises(DatabaseError, match="the driver 'psycopg2' is not installed"):
        open_engine("postgresql+psycopg2://host/name")
    with pytest.raises(DatabaseError, match="cannot be used"):
        open_engine("postgresql+nonsense://host/name")
    with pytest.raises(UsageError, match="not in mysql"):
        open_engine("mysql://host/name")


def test_a_file_that_cannot_be_copied_to_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.db"
    path.touch()
    monkeypatch.setattr("os.access", lambda place, mode: False)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("gradq.store.connect.reader", refused)
    with pytest.raises(DatabaseError, match="cannot be read: Permission denied"):
        open_engine(f"sqlite:///{path}")


@pytest.mark.parametrize("signalled", [KeyboardInterrupt(), SystemExit(143)])
def test_a_signal_in_a_commit_is_a_signal(database: str, signalled: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def signal(*_: object) -> None:
        raise signalled

    engine = open_engine(database)
    monkeypatch.setattr("sqlalchemy.engine.base.RootTransaction._do_commit", signal)
    with pytest.raises(type(signalled)) as caught, writing(engine) as conn:
        conn.exec_driver_sql("insert into graph (name, revision, created_at, updated_at) values ('g', 1, '', '')")
    monkeypatch.undo()
    assert caught.value is signalled
    with reading(engine) as conn:
        assert conn.exec_driver_sql("select count(*) from graph").scalar() == 0
    close_engine(engine)


def test_an_error_after_a_signal_that_was_handled_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "no.db").write_text("no database, but a text of some length" * 100)
    engine = open_engine(f"sqlite:///{tmp_path / 'no.db'}")
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        with pytest.raises(DatabaseError), reading(engine) as conn:
            conn.exec_driver_sql("select 1 from graph")
    close_engine(engine)
