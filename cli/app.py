"""The command line: which commands there are, where each lives, and how errors become exit codes.

A cold start is the daily cost, so only the module of the command that was typed is imported.
"""

import importlib
import json
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any

import typer

from ..store.errors import FileError, GradqError, UsageError
from . import options, session

# by the module that has it, in the order of the help, groups last
COMMANDS = {
    "d": "questions",
    "grad": "questions",
    "jac": "questions",
    "hessian": "second",
    "eval": "questions",
    "formula": "questions",
    "paths": "paths",
    "ask": "ask",
    "budget": "matter",
    "scan": "matter",
    "health": "matter",
    "check": "check",
    "show": "show",
    "nodes": "explore",
    "deps": "explore",
    "rdeps": "explore",
    "why": "explore",
    "diff": "diff",
    "lint": "explore",
    "draw": "draw",
    "example": "graphs",
    "load": "files",
    "save": "files",
    "ls": "graphs",
    "use": "graphs",
    "new": "graphs",
    "rename-graph": "graphs",
    "rm": "graphs",
    "set": "edits",
    "derive": "second",
    "rm-node": "edits",
    "rename": "edits",
    "sql": "database",
    "views": "database",
    "doctor": "database",
    "point": "points",
    "memo": "database",
    "db": "database",
}
GROUPS = {
    "point": ("set", "ls", "rm"),
    "memo": ("stats", "clear"),
    "db": ("path", "info", "backup", "check", "vacuum", "upgrade"),
}
_COMPLETE = "_GRADQ_COMPLETE"  # set by the shell that wants a line completed
_INSTEAD = {  # an option that a command next to it has
    ("grad", "--wrt"): "by some nodes: gradq d OF --wrt NODE",
    ("d", "--inputs"): "by all inputs: gradq grad OF --inputs",
}
_VALUED = ("-g", "--graph", "--db", "-f", "--format", "--timeout", "--max-nodes")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; `KeyboardInterrupt` is the caller's."""
    words = list(sys.argv[1:] if argv is None else argv)
    if sys.stdout is None:  # closed by the shell: whatever is printed goes nowhere
        sys.stdout = open(os.devnull, "w")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    session.before.clear()
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except GradqError as error:
        return _report(error, error.as_json or _wants_json(words))
    except OSError as error:
        _forget_output()
        if isinstance(error, BrokenPipeError):
            return 0  # the reader has gone, and has seen what it wanted
        return _report(FileError(f"the output cannot be written: {error.strerror}"), _wants_json(words))


def _forget_output() -> None:
    """Keep Python from trying at exit to write what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def application(words: Sequence[str]) -> typer.Typer:
    """Return the Typer app with the command that `words` name, or with all of them where they name none."""
    named = _command_of(words)
    # completion costs a look at the shell: only where no command was typed, or where the shell asks for it
    completing = not named or _COMPLETE in os.environ
    app = typer.Typer(add_completion=completing, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback()(_before)
    for name in [named] if named in COMMANDS else COMMANDS:
        module = importlib.import_module(f".{COMMANDS[name]}", __package__)
        if name in GROUPS:
            app.add_typer(_group(module, name), name=name)
        else:
            app.command(name)(options.command(getattr(module, name.replace("-", "_") + "_command")))
    return app


def _print_version(asked: bool) -> None:
    if asked:
        from .. import __version__

        print(f"gradq {__version__}")
        raise typer.Exit


def _before(
    graph: options.GraphOption = None,
    db: options.DbOption = None,
    format_: options.FormatOption = None,
    json_: options.JsonOption = False,
    csv: options.CsvOption = False,
    timeout: options.TimeoutOption = None,
    max_nodes: options.MaxNodesOption = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """gradq: gradients between any two nodes of a computational graph, kept in a database."""
    _remember(graph, db, session.format_of(format_, json_, csv), timeout, max_nodes)


def _before_group(
    graph: options.GraphOption = None,
    db: options.DbOption = None,
    format_: options.FormatOption = None,
    json_: options.JsonOption = False,
    csv: options.CsvOption = False,
    timeout: options.TimeoutOption = None,
    max_nodes: options.MaxNodesOption = None,
) -> None:
    _remember(graph, db, session.format_of(format_, json_, csv), timeout, max_nodes)


def _remember(graph: str | None, db: str | None, format_: str | None, timeout: float | None, max_nodes: int | None) -> None:
    """Keep the options that stand before a command; the later word wins."""
    given = {"graph": graph, "db": db, "format": format_, "timeout": timeout, "max_nodes": max_nodes}
    session.before.update({key: value for key, value in given.items() if value is not None and value != ""})


def _group(module: Any, name: str) -> typer.Typer:
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=getattr(module, f"{name}_help"))
    group.callback()(_before_group)
    for word in GROUPS[name]:
        group.command(word)(options.command(getattr(module, f"{name}_{word}_command")))
    return group


def _command_of(words: Sequence[str]) -> str:
    """Return the first word that is neither an option nor an option's value."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _VALUED:
            skip = True
        elif not word.startswith("-"):
            return word
    return ""


def _typed() -> list[str]:
    """Return the words of a line that the shell wants completed, without the last one."""
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS", "")
    return line.split()[1:-1]


def _run(words: list[str]) -> int:
    try:
        app = application(_typed() if _COMPLETE in os.environ else words)
        result = app(args=words, prog_name="gradq", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message())
            return 0
        return _report(_usage(error, words), _wants_json(words))
    except typer.Exit as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        return int(error.exit_code)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except SystemExit:
        if type(sys.stdout).__name__ == "PacifyFlushWrapper":  # so Typer leaves a pipe that was closed, with 1
            raise BrokenPipeError from None
        raise


def _wants_json(words: Sequence[str]) -> bool:
    """Return whether the words ask for JSON, also where they could not be taken as a whole."""
    named = any(pair in (("-f", "json"), ("--format", "json")) for pair in pairwise(words))
    return named or any(word in ("--json", "--format=json", "-fjson") for word in words)


def _usage(error: typer.TyperException, words: list[str]) -> UsageError:
    from ..engine.names import suggestion

    command = _command_of(words)
    message = error.format_message().strip().rstrip(".")
    context = getattr(error, "ctx", None)
    see = f"see: {context.command_path if context is not None else 'gradq'} --help"
    option = getattr(error, "option_name", None)
    if option and message.startswith("No such option"):
        hint = _INSTEAD.get((command, option)) or _instead_of(option, context) or see
        return UsageError(f"no option '{option}' here", hint=hint)
    if message.startswith("No such command") and context is not None and command in GROUPS:
        word = message.split("'")[1]
        return UsageError(f"no command '{command} {word}'", hint=suggestion(word, list(GROUPS[command])) or see)
    if message.startswith("Got unexpected extra argument"):
        more = message.split("(")[-1].rstrip(")")
        by = next((name for name in ("--of", "--wrt") if name in _options(context)), None)
        hint = session.JOINED if "=" in more else f"did you mean {by} {more}?" if by and " " not in more else see
        return UsageError(f"'{command}' has no place for: {more}", hint=hint)
    if not message or message == "Missing parameter":
        message = f"an argument is missing after '{command}'" if command else "a command is missing"
    if command and command not in COMMANDS:
        hint = _as_option(command) or suggestion(command, list(COMMANDS)) or "see: gradq --help"
        return UsageError(f"no command '{command}'", hint=hint)
    return UsageError(message, hint=see)


def _options(context: Any) -> list[str]:
    """Return the long options of the command that was typed."""
    params = context.command.params if context is not None else []
    return [name for param in params for name in param.opts if name.startswith("--")]


def _instead_of(option: str, context: Any) -> str | None:
    """Return a hint with what to write for an option that there is not: a word that stands alone, or a near one."""
    from ..engine.names import suggestion

    word = option.lstrip("-")
    alone = [param.name for param in context.command.params if param.param_type_name == "argument"] if context is not None else []
    if word in alone:
        return f"it stands alone: {context.command_path} {' '.join(name.upper() for name in alone)}"
    near = suggestion(word, [name.removeprefix("--") for name in _options(context)])
    return near and near.replace("'", "'--", 1)


def _as_option(word: str) -> str | None:
    """Return a hint with the command that has what was typed as an option, or None."""
    commands = typer.main.get_command(application([])).commands.items()  # type: ignore[attr-defined]
    having = [name for name, command in commands if any(f"--{word}" in param.opts for param in command.params)]
    return f"it is an option: gradq {having[0]} … --{word}" if having else None


def _report(error: GradqError, as_json: bool) -> int:
    """Print an error on standard error and return its exit code."""
    if as_json:
        print(json.dumps(session.error_body(error), ensure_ascii=False), file=sys.stderr)
    else:
        print(f"error: {session.clean(error.message)}", file=sys.stderr)
        if error.shell:
            print(f"hint: {session.clean(error.shell)}", file=sys.stderr)
    return error.exit
