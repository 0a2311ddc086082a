"""The options of every command, and what makes a function a command that has them."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from ..store.errors import GradqError
from .complete import complete_graph
from .session import FORMULAS, TABLES, Session
from .timing import time_limit

GraphOption = Annotated[
    str | None,
    typer.Option("-g", "--graph", help="The graph, where it is not the chosen one.", autocompletion=complete_graph),
]
DbOption = Annotated[str | None, typer.Option("--db", help="The database: a file or an SQLAlchemy URL.")]
_FORMATS = f"{', '.join(TABLES)}; of formulas also {', '.join(FORMULAS)}."
FormatOption = Annotated[str | None, typer.Option("-f", "--format", help=_FORMATS)]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for -f json.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Short for -f csv.")]
TimeoutOption = Annotated[
    float | None, typer.Option("--timeout", min=0.0, metavar="SECONDS", help="Give up after this time, with exit code 7.")
]
MaxNodesOption = Annotated[
    int | None, typer.Option("--max-nodes", min=1, metavar="N", help="Give up on what needs more nodes than these.")
]
_COMMON: dict[str, Any] = {
    "graph": GraphOption,
    "db": DbOption,
    "format": FormatOption,
    "json": JsonOption,
    "csv": CsvOption,
    "timeout": TimeoutOption,
    "max_nodes": MaxNodesOption,
}
_DEFAULTS = {"json": False, "csv": False}


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the common options; it gets a `Session` as its first argument."""

    @wraps(function)
    def run(**given: Any) -> None:
        session = Session({key: given.pop(key) for key in _COMMON})
        try:
            with time_limit(session.timeout):
                function(session, **given)
        except GradqError as error:
            error.as_json = session.format == "json"
            raise
        finally:
            session.close()

    signature = inspect.signature(function)
    own = list(signature.parameters.values())[1:]
    common = [
        inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=_DEFAULTS.get(key))
        for key, kind in _COMMON.items()
    ]
    run.__signature__ = signature.replace(parameters=[*own, *common])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in [*own, *common]}
    del run.__wrapped__
    return run
