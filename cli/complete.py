"""What the shell offers when a word is half typed: graphs, nodes and points of the database that is meant.

Nothing here may print or fail: a completion that cannot be found is none. Names that a shell would read in another
way (quotes, dollars, blanks) are not offered, for what the shells do with them differs; they are typed in quotes.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import typer

from ..store.errors import GradqError
from .session import Session

MOST = 100  # words that a shell is given at once
_SAFE = re.compile(r"[\w.,\[\]+@/-]+")


def complete_graph(ctx: typer.Context, args: list[str], incomplete: str) -> list[str]:
    """Return the graphs whose names begin so."""
    return _offered(ctx, lambda session: session.explorer.names(), incomplete, "")


def complete_node(ctx: typer.Context, args: list[str], incomplete: str) -> list[str]:
    """Return the nodes whose names begin as the last name of a list does."""
    before, comma, last = incomplete.rpartition(",")
    return _offered(ctx, lambda session: _nodes(session, last), last, before + comma)


def complete_point(ctx: typer.Context, args: list[str], incomplete: str) -> list[str]:
    """Return the named points that begin so, and the nodes that a binding may begin with."""
    before, comma, last = incomplete.rpartition(",")
    if "=" in last or last.startswith("@"):
        return []
    found = [] if before else _offered(ctx, _points, last, "")
    nodes = _offered(ctx, lambda session: _nodes(session, last), last, before + comma)
    return [*found, *(f"{name}=" for name in nodes)]


def complete_point_name(ctx: typer.Context, args: list[str], incomplete: str) -> list[str]:
    """Return the named points that begin so."""
    return _offered(ctx, _points, incomplete, "")


def complete_bindings(ctx: typer.Context, args: list[str], incomplete: str) -> list[str]:
    """Return the nodes that a binding may begin with."""
    before, comma, last = incomplete.rpartition(",")
    return [] if "=" in last else [f"{name}=" for name in _offered(ctx, lambda found: _nodes(found, last), last, before + comma)]


def complete_example(ctx: typer.Context, args: list[str], incomplete: str) -> list[str]:
    """Return the examples that begin so."""
    from ..engine.gallery import ORDER

    return [name for name in ORDER if name.startswith(incomplete)]


def _nodes(session: Session, begin: str) -> list[str]:
    from ..engine.browser import names

    return names(session.explorer, session.graph, begin, MOST)


def _points(session: Session) -> Iterable[str]:
    from ..engine.browser import points

    return points(session.explorer, session.graph)[1]


def _options(ctx: typer.Context) -> dict[str, Any]:
    """Return the options that were typed so far, before the command and after it."""
    found: dict[str, Any] = {}
    at: Any = ctx
    while at is not None:
        found = {**{key.rstrip("_"): value for key, value in at.params.items() if value}, **found}
        at = at.parent
    return found


def _offered(ctx: typer.Context, look: Callable[[Session], Iterable[str]], begin: str, before: str) -> list[str]:
    """Return what `look` finds in the database that the words so far mean, as far as it begins so."""
    session = Session(_options(ctx))
    try:
        found = [before + name for name in look(session) if name.startswith(begin) and _SAFE.fullmatch(name)]
    except GradqError:
        return []
    finally:
        session.close()
    return found[:MOST]
