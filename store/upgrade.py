"""Schemas: what a database is, and how Alembic makes it what this gradq needs."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from .connect import OTHER, is_there, reading, safe_url, set_wal, writing
from .errors import DatabaseError, SchemaError
from .readonly import is_read_only

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

SCHEMA = "0005"  # the newest revision in migrations/versions
_ALEMBIC = threading.Lock()  # Alembic keeps the migration that is running in globals of the process
_TABLE_NAMES = {
    "sqlite": "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
    "postgresql": "select tablename from pg_tables where schemaname = current_schema()",
}


def check_schema(conn: Connection) -> str | None:
    """Return the schema's revision, None for an empty database; raises `SchemaError` for any but ours. Reads only."""
    found = _revision(conn)
    if found is not None and found != SCHEMA:
        raise _schema_error(conn, found)
    return found


def ensure_schema(engine: Engine) -> None:
    """Make the tables in a database that has none. All or nothing; two at once both succeed."""
    if is_there(engine):
        with reading(engine) as conn:
            if check_schema(conn) is not None:
                return
    upgrade(engine)


def renew(engine: Engine) -> str | None:
    """Back up and upgrade a personal database of an older schema; returns what was done, or None.

    Personal is a file: a team's database changes only by `upgrade`, when its owner says so. A database that is not
    ours, or newer, is left as it is for the question that meets it. All or nothing.
    """
    path = _file(engine)
    if path is None or not is_there(engine) or is_read_only(path):
        return None
    try:
        with reading(engine) as conn:
            found = _revision(conn)
    except DatabaseError:
        return None
    if found is None or found >= SCHEMA or not _is_known(found):
        return None
    from .backup import backup_file, backup_name

    copy = backup_file(engine.url.render_as_string(hide_password=False), backup_name(path, found))
    try:
        old, _ = upgrade(engine)
    except Exception:
        copy.unlink(missing_ok=True)  # the file is as it was; each further try would leave another
        raise
    if old != found:  # another program was quicker, and has kept a copy of its own
        copy.unlink(missing_ok=True)
        return None
    return f"{path} was upgraded from schema {found} to {SCHEMA}; as it was before it is kept as {copy.name}"


def upgrade(engine: Engine, target: str | None = None) -> tuple[str | None, str | None]:
    """Bring a database up to `target`, else to the newest schema; returns the old and the new one. All or nothing."""
    if _is_new_file(engine):
        set_wal(engine)
    return _migrate(engine, target or SCHEMA, up=True)


def downgrade(engine: Engine, target: str) -> tuple[str | None, str | None]:
    """Bring a database down to `target` ("base" for nothing). All or nothing."""
    return _migrate(engine, target, up=False)


def _migrate(engine: Engine, target: str, *, up: bool) -> tuple[str | None, str | None]:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _scripts())
    with _ALEMBIC, writing(engine, create=True) as conn:
        if engine.dialect.name == "postgresql":
            conn.execute(text("select pg_advisory_xact_lock(71420613)"))
        old = _revision(conn)
        if old is not None and not _is_known(old):
            raise _schema_error(conn, old)
        config.attributes["connection"] = conn
        (command.upgrade if up else command.downgrade)(config, target)
        return old, _revision(conn)


def _scripts() -> str:
    """Return where the migrations lie, as a ConfigParser reads it: a lone % would begin an interpolation."""
    folder = Path(__file__).resolve().parent.parent / "migrations"
    return str(folder).replace("%", "%%") if (folder / "env.py").exists() else "gradq:migrations"


def _revision(conn: Connection) -> str | None:
    names = {row[0] for row in conn.exec_driver_sql(_TABLE_NAMES[conn.dialect.name])}
    if names == {"alembic_version"} or {"alembic_version", "gradient", "point_gradient"} <= names:
        found = conn.exec_driver_sql("select version_num from alembic_version").scalar()
        if found is not None or names == {"alembic_version"}:
            return None if found is None else str(found)
    if names:
        where = safe_url(conn.engine.url.render_as_string(hide_password=False))
        raise DatabaseError(f"{where} is a database, but not gradq's", hint=OTHER, shell="--db names another")
    return None


def _is_known(revision: str) -> bool:
    return revision in {f"{number:04}" for number in range(1, int(SCHEMA) + 1)}


def _schema_error(conn: Connection, found: str) -> SchemaError:
    where = safe_url(conn.engine.url.render_as_string(hide_password=False))
    if found > SCHEMA:
        return SchemaError(f"{where} has schema {found}, newer than this gradq's {SCHEMA}", hint="pip install -U gradq")
    if not _is_known(found):
        return SchemaError(f"{where} has schema {found!r}, which no gradq makes", hint="restore it from a backup")
    hint, shell = "in a shell: gradq db upgrade", "gradq db upgrade"
    return SchemaError(f"{where} has schema {found}, older than this gradq's {SCHEMA}", hint=hint, shell=shell)


def _is_new_file(engine: Engine) -> bool:
    """Return whether this is an SQLite file without tables; raises `DatabaseError` for one of another program."""
    if _file(engine) is None:
        return False
    if not is_there(engine):
        return True
    with reading(engine) as conn:
        return _revision(conn) is None


def _file(engine: Engine) -> Path | None:
    """Return the file of an SQLite database; None for one in memory and for a server."""
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return None
    return Path(str(engine.url.database))
