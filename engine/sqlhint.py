"""What to try where SQL names a table or a column that is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..store.errors import RefusedSQL
from .names import suggestion

HELP, HELP_SHELL = "v_help has the views and their columns", "see: gradq views"
# as SQLite and as PostgreSQL say it
_TABLE = re.compile(r"no such table: (?:\w+\.)?(.+)|relation \"(.+?)\" does not exist")
_COLUMN = re.compile(r"no such column: (.+)|column (.+?) does not exist")


def hinted(error: RefusedSQL, query: str, columns: Mapping[str, Sequence[str]]) -> RefusedSQL:
    """Return the error with a hint at the name that is closest; `columns` has those of each view and table.

    >>> found = hinted(RefusedSQL("no such column: chld"), "select chld from v_edge", {"v_edge": ["child", "parent"]})
    >>> found.hint
    "did you mean 'child'? v_edge has: child, parent"
    """
    table, column = _named(_TABLE, error.message), _named(_COLUMN, error.message)
    if table is not None:
        views = [name for name in columns if name.startswith("v_")]
        close = suggestion(table, views) or suggestion(f"v_{table}", views) or suggestion(table, list(columns))
        there = f"there are: {', '.join(views)}"
        hint, shell = (f"{close} {HELP}", f"{close} {HELP_SHELL}") if close else (there, there)
    elif column is not None:
        words = set(re.findall(r"\w+", query.lower()))
        used = [name for name in columns if name in words]
        close = suggestion(column, [name for view in used or columns for name in columns[view]])
        having = "; ".join(f"{view} has: {', '.join(columns[view])}" for view in used[:3])
        hint, shell = (f"{close or ''} {having or see}".strip() for see in (HELP, HELP_SHELL))
    else:
        return error
    return RefusedSQL(error.message, hint=hint, shell=shell)


def _named(pattern: re.Pattern[str], message: str) -> str | None:
    """Return the name that a message says is not there, without what it is a part of and without quotes."""
    found = pattern.search(message)
    if found is None:
        return None
    return next(name for name in found.groups() if name is not None).split(".")[-1].strip('"')
