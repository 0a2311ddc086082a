"""What every command has in common: the options, the database and graph they mean, and the output."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..store.errors import GradqError, UnknownGraph, UsageError

if TYPE_CHECKING:
    from ..engine.explorer import Explorer

Cell = object
TABLES = ("text", "json", "csv", "md")  # the formats of whatever is a table
FORMULAS = ("latex", "mathml", "unicode")  # and, of formulas, those that SymPy prints
before: dict[str, Any] = {}  # graph, db and format that stood before the command
JOINED = "bindings are joined by commas: --at a=0.5,o=1"
DONE = ("text", "json")  # the formats of a command that changes something


class Session:
    """One run of a command: its database, graph and format, found when they are first asked for."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.asked_graph: str | None = options.get("graph") or before.get("graph")
        self.db: str | None = options.get("db") or before.get("db")
        asked = format_of(options.get("format"), options.get("json"), options.get("csv"))
        self.format: str = asked or before.get("format") or "text"
        self.asked_format: str | None = options.get("format") or before.get("format")
        self.timeout: float | None = _later(options, "timeout")
        self.max_nodes: int | None = _later(options, "max_nodes")
        self._explorer: Explorer | None = None

    @property
    def explorer(self) -> "Explorer":
        """The open database."""
        if self._explorer is None:
            from ..engine.explorer import Explorer

            self._explorer = Explorer(self.db)
            for text in self._explorer.notes:
                note(text)
            self._explorer.tell = note
            self._explorer.limit_nodes(self.max_nodes)
        return self._explorer

    @property
    def graph(self) -> str:
        """The graph that is meant."""
        return self.meant_graph()[0]

    def meant_graph(self) -> tuple[str, str]:
        """Return the graph that is meant, and why: -g, then GRADQ_GRAPH, then the chosen one, then the only one."""
        if self.asked_graph:
            return self.asked_graph, "-g says so"
        if os.environ.get("GRADQ_GRAPH"):
            return os.environ["GRADQ_GRAPH"], "GRADQ_GRAPH says so"
        from .choice import chosen

        name = chosen(self.explorer.url)
        return (name, "it was chosen last") if name else (self._only_graph(), "it is the only one")

    def _only_graph(self) -> str:
        known = self.explorer.names()
        if len(known) == 1:
            return known[0]
        if not known:
            raise UnknownGraph(f"no graph in {self.explorer.url}", hint="load one: gradq load FILE")
        raise UsageError(f"which of {len(known)} graphs?", hint=f"-g {known[0]}, or: gradq use {known[0]}")

    def note(self, text: str) -> None:
        """Print a note on standard error, where the document of JSON does not have it."""
        if self.format != "json":
            note(text)

    def done(self, message: str, **facts: Any) -> None:
        """Say what was done: a line on standard error, or a document with the facts where JSON was asked for."""
        if self.format == "json":
            print(json.dumps({"schema": "gradq.done/1", "answers": [{"message": message, **facts}]}, ensure_ascii=False))
        else:
            say(message)

    def nodes_given(self, arguments: Sequence[str]) -> list[str]:
        """Return the nodes that arguments name: an argument is one node if there is one, else a list."""
        found: list[str] = []
        for text in arguments:
            alone = ("," in text or "=" in text) and self.explorer.has_node(self.graph, text)
            if "=" in text and "'" not in text and not alone:
                raise UsageError(f"'{text}' gives a value and names no node", hint=JOINED)
            found += [text] if alone else names_of_list([text])
        return list(dict.fromkeys(found))

    def file_format(self) -> str | None:
        """Return the format of a file that -f asks for, None where only the output's is: text and json are no files'."""
        name = self.asked_format or self.format
        self.format = "json" if self.format == "json" else "text"
        return None if name in DONE else name

    def check_format(self, *allowed: str) -> None:
        """Refuse a format that this command does not have."""
        if self.format not in allowed:
            raise no_format(self.format, allowed)

    def close(self) -> None:
        """Close the database, if it was opened."""
        if self._explorer is not None:
            self._explorer.close()


def _later(options: dict[str, Any], name: str) -> Any:
    return before.get(name) if options.get(name) is None else options[name]


def format_of(format_: str | None, json: bool | None, csv: bool | None) -> str | None:
    """Return the format that options ask for, or None."""
    return "json" if json else "csv" if csv else format_


def node_name(text: str) -> str:
    """Return the node that an argument names, with or without quotes."""
    from ..engine.names import bare_name

    return bare_name(text)


def names_of_list(given: list[str] | None) -> list[str]:
    """Return the names of a list option, each once."""
    if not given:
        return []
    from ..engine.names import bare_name, split_list

    return list(dict.fromkeys(bare_name(part) for text in given for part in split_list(text)))


def read_text(path: str) -> str:
    """Return the text of a file, or of standard input for `-`; raises `FileError` or `InvalidGraph`."""
    from ..formats import guard

    if path != "-":
        return guard.read_text(Path(path), limit=guard.MOST_TEXT)
    try:
        return guard.as_text(sys.stdin.buffer.read(), "standard input")
    except OSError as error:
        raise guard.unreadable("standard input", error) from None


def error_body(error: GradqError) -> dict[str, Any]:
    """Return an error as the document of JSON that stands for it."""
    return {"error": {"code": error.code, "message": error.message, "hint": error.shell, "exit": error.exit}}


def no_format(name: str, allowed: Sequence[str]) -> UsageError:
    """Return the error that names the formats of a command."""
    return UsageError(f"no format '{name}' here", hint=f"one of: {', '.join(allowed)}")


def note(text: str) -> None:
    """Print a note on standard error."""
    print(f"note: {clean(text)}", file=sys.stderr)


def say(text: str) -> None:
    """Print what was done on standard error."""
    print(clean(text), file=sys.stderr)


def clean(text: str) -> str:
    """Return a text in which control characters cannot steer a terminal."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else repr(letter)[1:-1] for letter in text)
