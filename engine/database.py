"""The door, for a database as a whole: where it is, its schema, a copy of it, and the SQL of people.

`Explorer` is one of these that also answers questions.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ..store.connect import close_engine, engine_note, is_there, locate, make_folder, open_engine, reading, safe_url
from ..store.errors import DatabaseError, RefusedSQL, UsageError
from ..store.upgrade import check_schema, ensure_schema, renew, upgrade

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Database:
    """One database: opened, made, upgraded, copied, closed. A context manager that closes it."""

    def __init__(self, where: str | None = None) -> None:
        self.location = locate(where)
        self._engine: Engine | None = open_engine(self.location.url)
        self.notes = [note for note in (engine_note(self.engine), renew(self.engine)) if note]
        self.tell: Callable[[str], None] = self.notes.append  # what there is to say later, beside an answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back every connection; what is asked after that is an error. Closing twice does no harm."""
        engine, self._engine = self._engine, None
        if engine is not None:
            close_engine(engine)

    @property
    def engine(self) -> Engine:
        """The way to the database; raises `UsageError` once that is closed."""
        if self._engine is None:
            # a closed database in memory would otherwise come back as an empty one
            raise UsageError(f"{self.url} is closed", hint="open it again")
        return self._engine

    def limit_nodes(self, most: int | None) -> None:
        """Let what needs more than so many nodes be a `GaveUp`; None lifts the limit."""
        self.engine.update_execution_options(gradq_max_nodes=most)

    def prepare(self) -> None:
        """Make the tables if the database is new. All or nothing."""
        make_folder(self.location)
        ensure_schema(self.engine)

    @property
    def url(self) -> str:
        """The database's URL, without a password."""
        return safe_url(self.location.url)

    def sql(self, text: str, *, seconds: float = 30.0) -> tuple[list[str], list[tuple[object, ...]]]:
        """Run one SELECT; returns column names and rows. Reads only, whatever the text says."""
        from ..store.sql import run_sql

        memory = self.engine if self.engine.dialect.name == "sqlite" and self.location.file is None else None
        try:
            return run_sql(self.location.url, text, seconds=seconds, memory=memory)
        except RefusedSQL as error:
            from ..store.views import columns
            from .sqlhint import hinted

            raise hinted(error, text, columns()) from None

    def upgrade(self) -> tuple[str | None, str | None]:
        """Bring the database to this gradq's schema; returns the old and the new one. All or nothing."""
        make_folder(self.location)
        return upgrade(self.engine)

    def backup(self, target: Path, *, replace: bool = False) -> Path:
        """Copy the database, as it is now, to a new file. Reads only; all or nothing."""
        from ..store.backup import backup_file

        return backup_file(self.location.url, target, replace=replace)

    def vacuum(self) -> tuple[int, int]:
        """Give unused space back to the disk; returns the size in bytes before and after."""
        from ..store.upkeep import vacuum

        with reading(self.engine) as conn:
            check_schema(conn)
        return vacuum(self.engine)

    def check_place(self) -> None:
        """Raise `DatabaseError` if there is no folder in which a first load could make the file. Reads only."""
        path = self.location.file
        if path is not None and self.location.folder is None and not path.parent.is_dir():
            hint, shell = "make the folder, or open another path", "make the folder, or --db names another"
            raise DatabaseError(f"{path} cannot be made: there is no folder {path.parent}", hint=hint, shell=shell)

    def schema(self) -> str | None:
        """Return the schema of the database, None if it has none. Reads only."""
        if not is_there(self.engine):
            return None
        with reading(self.engine) as conn:
            return check_schema(conn)
