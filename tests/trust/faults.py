"""Faults before a chosen SQL statement of an engine: the process ends, the database fails, or the program does.

What a process leaves that ends at a statement can also be had without its end: it is what the files hold then.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import event, exc


class Fault(Exception):
    """What a program may raise anywhere; nobody expects it."""


class Trap:
    """Counts the statements of an engine, commits among them, and does harm before the `at`-th."""

    def __init__(self, at: int, harm: str) -> None:
        self.at, self.harm, self.count = at, harm, 0

    def step(self, *_: Any) -> None:
        """Count one statement."""
        self.count += 1
        if self.count == self.at:
            self.go_off()

    @property
    def sprung(self) -> bool:
        """Whether the harm was done."""
        return self.count >= self.at

    def go_off(self) -> None:
        """Do the harm."""
        if self.harm == "exit":
            os._exit(77)
        if self.harm == "database":
            raise exc.OperationalError("statement", {}, sqlite3.OperationalError("database or disk is full"))
        raise Fault


@contextmanager
def trap(engine: sqlalchemy.Engine | type[sqlalchemy.Engine], at: int, harm: str) -> Iterator[Trap]:
    """Set a trap before the `at`-th statement or commit of an engine."""
    found = Trap(at, harm)
    names = ("before_cursor_execute", "commit")
    for name in names:
        event.listen(engine, name, found.step)
    try:
        yield found
    finally:
        for name in names:
            event.remove(engine, name, found.step)


@contextmanager
def copied(engine: sqlalchemy.Engine, file: Path, folder: Path) -> Iterator[list[Path]]:
    """Copy a database file, and the log beside it, before each statement or commit; gives the list of the copies."""
    found: list[Path] = []

    def copy(*_: Any) -> None:
        found.append(folder / f"{len(found)}.db")
        for end in ("", "-wal"):
            if Path(f"{file}{end}").exists():
                shutil.copy(f"{file}{end}", f"{found[-1]}{end}")

    names = ("before_cursor_execute", "commit")
    for name in names:
        event.listen(engine, name, copy)
    try:
        yield found
    finally:
        for name in names:
            event.remove(engine, name, copy)
