"""The commands for the database: sql, views, memo, db."""

from typing import Annotated

import typer

from . import render
from .session import Session, say

memo_help = "What the memo of a graph holds, and how to empty it."
db_help = "Which database is meant, what is in it, and its schema."


def sql_command(
    session: Session,
    query: Annotated[str, typer.Argument(help="A SELECT over the tables and the v_ views.")],
    seconds: Annotated[float, typer.Option("--seconds", help="Give up after this time.")] = 30.0,
) -> None:
    """Read the tables with SQL; nothing can be changed: gradq sql "select * from v_edge" """
    columns, rows = session.explorer.sql(query, seconds=seconds)
    render.rows(session.format, columns, rows)


def views_command(session: Session) -> None:
    """List the views that SQL can read, with what their columns mean: gradq views"""
    columns, rows = session.explorer.sql("select view, column_name, help from v_help")
    render.rows(session.format, columns, rows)


def memo_stats_command(session: Session) -> None:
    """Count the memo's rows: gradq memo stats"""
    render.rows(session.format, ["rows", "count"], list(session.explorer.memo_counts(session.graph).items()))


def memo_clear_command(session: Session) -> None:
    """Drop the memo's rows; they are worked out again when asked: gradq memo clear"""
    dropped = session.explorer.memo_clear(session.graph)
    say(", ".join(f"{count} {name}" for name, count in dropped.items()) + " dropped")


def db_path_command(session: Session) -> None:
    """Print which database is meant: gradq db path"""
    print(session.explorer.url)


def db_info_command(session: Session) -> None:
    """Say which database is meant, why, and what is in it: gradq db info"""
    explorer = session.explorer
    schema = explorer.schema()
    rows: list[tuple[object, ...]] = [("database", explorer.url), ("because", explorer.location.why)]
    rows += [("schema", schema or "none yet"), ("graphs", len(explorer.summaries()) if schema else 0)]
    render.rows(session.format, ["what", "value"], rows)


def db_upgrade_command(session: Session) -> None:
    """Bring the database to this version's schema: gradq db upgrade"""
    old, new = session.explorer.upgrade()
    say(f"schema {new}: nothing to do" if old == new else f"schema {old or 'none'} → {new}")
