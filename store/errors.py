"""The errors of gradq, one tree under `GradqError`.

    GradqError
    ├── UsageError (ValueError)            exit 2   the words of a question do not fit together
    │   └── FileError (OSError)            exit 2   a file that is not there, a directory, or unreadable
    ├── NotFound (KeyError)                exit 3
    │   ├── UnknownGraph
    │   ├── UnknownNode
    │   └── UnknownPoint
    ├── InvalidGraph (ValueError)          exit 4   a file or a graph that cannot be taken
    │   ├── FormulaError                            a formula that cannot be read, with its place
    │   └── CycleError                              a node that would depend on itself
    ├── EvaluationError (ArithmeticError)  exit 5
    │   ├── Undefined                               no value or derivative at this point
    │   └── MissingValue                            a needed value that nobody gave
    ├── DatabaseError (OSError)            exit 6   not a database, not ours, or out of reach
    │   ├── SchemaError                             an older or a newer schema
    │   └── RefusedSQL                              SQL that may not run here
    └── GaveUp (RuntimeError)              exit 7   work given up at a limit

Every error carries `message` (what was asked, what was found), `hint` (what to try, or None), `code` (a word for
programs) and `exit` (the exit code of the command line). Each also is the built-in that a caller would expect.
Where Python and the command line have other words for what to try, `hint` is Python's and `shell` the command line's.
"""

from __future__ import annotations


class GradqError(Exception):
    """Base of all errors that gradq raises on purpose."""

    exit = 1
    code = "error"
    as_json = False  # the command line prints it as JSON

    def __init__(self, message: str, *, hint: str | None = None, shell: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint, self.shell = message, hint, shell or hint
        if hint:
            self.add_note(f"hint: {hint}")  # a traceback shows it

    def __str__(self) -> str:
        return self.message


class UsageError(GradqError, ValueError):
    """The words of a question do not fit together."""

    exit = 2
    code = "usage"


class FileError(UsageError, OSError):
    """A file that is not there, is a directory, or cannot be read or written."""

    code = "file"


class NotFound(GradqError, KeyError):
    """Something that was named is not there."""

    exit = 3
    code = "not_found"


class UnknownGraph(NotFound):
    """No graph of that name."""

    code = "unknown_graph"


class UnknownNode(NotFound):
    """No node of that name in the graph."""

    code = "unknown_node"


class UnknownPoint(NotFound):
    """No stored point of that name."""

    code = "unknown_point"


class InvalidGraph(GradqError, ValueError):
    """A file or a graph that cannot be taken as it is."""

    exit = 4
    code = "invalid_graph"


class FormulaError(InvalidGraph):
    """A formula that cannot be read; says where.

    `line` and `column` count from 1; `source` is the file, or None for a formula that came alone.
    """

    code = "invalid_formula"

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        line: int | None = None,
        column: int | None = None,
        source: str | None = None,
    ) -> None:
        self.line, self.column, self.source, self.bare = line, column, source, message
        super().__init__(_place(source, line, column) + message, hint=hint)

    def at(self, *, source: str | None, line: int, shift: int = 0) -> FormulaError:
        """Return the same error, placed in a file: the formula began at `line`, `shift` columns in."""
        column = (self.column or 1) + shift  # without a column it is about the whole formula
        return FormulaError(self.bare, hint=self.hint, line=line, column=column, source=source)


class CycleError(InvalidGraph):
    """A node would depend on itself; the message shows a short loop, `names` has one of its nodes first."""

    code = "cycle"

    def __init__(self, message: str, *, hint: str | None = None, names: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.names = names


class EvaluationError(GradqError, ArithmeticError):
    """A number was asked for that cannot be given at this point."""

    exit = 5
    code = "undefined"


class Undefined(EvaluationError):
    """A value or a derivative does not exist, or is not finite, at this point."""


class MissingValue(EvaluationError):
    """A value is needed that no binding, default or formula gives."""

    code = "missing_value"


class DatabaseError(GradqError, OSError):
    """The database cannot be opened, read or written."""

    exit = 6
    code = "database"


class SchemaError(DatabaseError):
    """The database has an older or a newer schema than this gradq."""

    code = "schema"


class RefusedSQL(DatabaseError):
    """SQL that would write, or that the database did not accept."""

    code = "refused_sql"


class GaveUp(GradqError, RuntimeError):
    """Work was given up at a limit that was set for it."""

    exit = 7
    code = "gave_up"


def _place(source: str | None, line: int | None, column: int | None) -> str:
    """Return `file:line:column: `, with the parts that are known."""
    if source is not None:
        return ":".join(str(part) for part in (source, line, column) if part is not None) + ": "
    if line is not None:
        return f"line {line}" + (f", column {column}: " if column is not None else ": ")
    return f"column {column}: " if column is not None else ""
