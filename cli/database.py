"""The commands for the database: sql, views, memo, db, doctor."""

from pathlib import Path
from typing import Annotated

import typer

from . import render
from .session import DONE, TABLES, Session, note

memo_help = "What the memo of a graph holds, and how to empty it."
db_help = "The database: path, contents, schema, backup."


def sql_command(
    session: Session,
    query: Annotated[str, typer.Argument(help="A SELECT over the tables and the v_ views; - for standard input.")],
    seconds: Annotated[float, typer.Option("--seconds", min=0.0, help="Give up after this time.")] = 30.0,
) -> None:
    """Read the tables with SQL; nothing can be changed.

    \b
    gradq sql "select child, parent, partial from v_edge"
    gradq sql "select of, wrt, expression from v_gradient"
    """
    session.check_format(*TABLES)
    if query == "-":
        from .session import read_text

        query = read_text("-")
    columns, rows = session.explorer.sql(query, seconds=seconds)
    if session.format == "json":
        render.document("rows", [list(row) for row in rows], columns=columns)
    else:
        render.table(session.format, columns, rows)


def views_command(session: Session) -> None:
    """List the views for SQL and what their columns mean.

    \b
    gradq views
    """
    session.check_format(*TABLES)
    _, rows = session.explorer.sql("select view, column_name, help from v_help")
    render.records(session.format, "view", ["view", "column", "help"], rows)


def memo_stats_command(session: Session) -> None:
    """Count the memo's rows.

    \b
    gradq memo stats
    """
    session.check_format(*TABLES)
    rows = list(session.explorer.memo_counts(session.graph).items())
    render.records(session.format, "memo", ["rows", "count"], rows, graph=session.graph)


def memo_clear_command(session: Session) -> None:
    """Drop the memo's rows; they are worked out again when asked.

    \b
    gradq memo clear
    """
    session.check_format(*DONE)
    dropped = session.explorer.memo_clear(session.graph)
    session.done(", ".join(f"{count} {name}" for name, count in dropped.items()) + " dropped", dropped=dropped)


def db_path_command(session: Session) -> None:
    """Print which database is meant.

    \b
    gradq db path
    """
    session.check_format(*TABLES)
    if session.format == "text":
        print(session.explorer.url)
    else:
        render.records(session.format, "database", ["database"], [(session.explorer.url,)])


def db_info_command(session: Session) -> None:
    """Say which database is meant, why, and what is in it.

    \b
    gradq db info
    """
    session.check_format(*TABLES)
    explorer = session.explorer
    schema = explorer.schema()
    rows: list[tuple[object, ...]] = [("database", explorer.url), ("because", explorer.location.why)]
    rows += [("schema", schema or "none yet"), ("graphs", len(explorer.summaries()) if schema else 0)]
    render.records(session.format, "info", ["what", "value"], rows)


def db_upgrade_command(session: Session) -> None:
    """Bring the database to this version's schema.

    \b
    gradq db upgrade
    """
    session.check_format(*DONE)
    old, new = session.explorer.upgrade()
    same = f"schema {new} already; its views and triggers are made anew"
    session.done(same if old == new else f"schema {old or 'none'} → {new}", schema=new, before=old)


def db_backup_command(
    session: Session,
    file: Annotated[str, typer.Argument(help="A new file.", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that is there.")] = False,
) -> None:
    """Copy the database to a file, while others use it.

    A server's database has tools of its own: the hint is the line for them.

    \b
    gradq db backup friday.db
    """
    session.check_format(*DONE)
    target = session.explorer.backup(Path(file), replace=replace)
    if target.resolve() == Path("gradq.db").resolve():
        note("commands in this folder mean ./gradq.db from now on, where --db and GRADQ_DB say nothing else")
    session.done(f"{session.explorer.url} is copied to {target}", database=session.explorer.url, file=str(target))


def db_check_command(session: Session) -> None:
    """Compare every row with what it should be, in all graphs or in one (-g).

    The file itself, kinds and levels of nodes, edges with their partials and digests, the formulas, numbers and values of
    the memo, worked out again without it, and packed tapes. What is wrong is listed, and the exit code is then 1. Nothing
    is written: a graph is derived anew, and its memo dropped, by the first question after graph.by_hand was set to 1 in SQL.

    \b
    gradq db check
    gradq db check -g article
    """
    from ..engine.audit import audit

    session.check_format(*TABLES)
    found = audit(session.explorer, session.asked_graph)
    columns = ["graph", "table", "row", "why"]
    rows = ", ".join(f"{count:,} {table}" for table, count in found.counts.items() if count) or "no rows"
    line = f"{len(found.findings):,} WRONG; looked at {rows}" if found.findings else f"all is as it should be: {rows}"
    if session.format == "json":
        facts = [dict(zip(columns, item, strict=True)) for item in found.findings]
        render.document("audit", facts, ok=not found.findings, rows=found.counts, notes=found.notes)
    else:
        render.table(session.format, columns, found.findings)
        for text in found.notes:
            note(text)
        if session.format == "text":
            print(line)
        else:
            note(line)
    if found.findings:
        raise typer.Exit(1)


def db_vacuum_command(session: Session) -> None:
    """Give unused space back to the disk.

    \b
    gradq db vacuum
    """
    session.check_format(*DONE)
    before, after = session.explorer.vacuum()
    session.done(f"{before:,} bytes before, {after:,} after", before=before, after=after)


def doctor_command(session: Session) -> None:
    """Say which versions, database and graph there are.

    And which extras, and why this database and this graph. Exit code 1 if the database cannot be used.

    \b
    gradq doctor
    """
    from .doctor import examine

    session.check_format(*TABLES)
    rows, well = examine(session)
    render.records(session.format, "doctor", ["what", "state", "detail"], rows)
    if not well:
        raise typer.Exit(1)
