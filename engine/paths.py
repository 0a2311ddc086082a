"""Paths: where a derivative comes from, path by path, without ever listing them all.

How many paths there are, how long they are, what they sum to with and without their signs, and which are the best:
each is a sweep with another semiring. At a point the paths stand by size, without one by length.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from ..store.errors import NotFound, UsageError
from ..store.rows import GraphRow
from .accounts import Accounts, accounts
from .formula import parse
from .layout import quoted
from .ledger import Ledger, Stop, count_text
from .legs import Leg, Place, across, legs
from .names import checked
from .semiring import COUNTS, LONGEST, SHORTEST, alongside
from .tree import names_in

if TYPE_CHECKING:
    from .explorer import At, Explorer
    from .flow import Flow

Stops: TypeAlias = "Stop | Sequence[Stop]"
TOP = 10  # paths that are listed where nobody says how many
MOST = 2_000_000  # paths that are kept at the edges of a flow together: some ten seconds
_LENGTHS = alongside(COUNTS, SHORTEST, LONGEST)


def paths(
    explorer: Explorer,
    graph: str,
    of: str,
    wrt: str,
    *,
    point: At | None = None,
    top: int = TOP,
    through: Sequence[Stop] = (),
    avoid: Sequence[Stop] = (),
) -> Ledger:
    """Return the ledger of a pair. Reads only.

    Raises `NotFound` for an unknown node or edge, and at a point `MissingValue` and `Undefined`.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     print(space.add("demo", "y = 2*x + x^2").d("y", wrt="x").paths(at={"x": 0}))
    1 path from x to y, 1 edge long
    net 2, gross 2, cancellation 1, rest 0
    x→y: 2  (100 % of gross)
    """
    from .flow import flow

    found = flow(explorer, graph, of, wrt, point=point, avoid=avoid)
    known = {(edge.parent, edge.child) for edge in found.edges} | {(node.name, node.name) for node in found.nodes}
    for stop in (*through, *avoid):
        if _ends(stop) not in known:
            _check(explorer, found.graph, *_ends(stop))
    return ledger(found, top=top, through=through, avoid=avoid)


def ledger(found: Flow, *, top: int = TOP, through: Sequence[Stop] = (), avoid: Sequence[Stop] = ()) -> Ledger:
    """Return the ledger of a flow, with the `top` best of its paths; a stop that is not in the flow is on no path."""
    route = _route(found, through, avoid)
    count, least, most = across(route, _LENGTHS, lambda child, parent: (1, 1, 1)) if route else (0, None, None)
    listed = _listed(top, count, len(found.edges))
    books = accounts(found, route, listed)
    return Ledger(
        graph=found.graph.name,
        revision=found.graph.revision,
        of=found.of,
        wrt=found.wrt,
        at=None if found.at is None else dict(found.at),
        through=tuple(through),
        avoid=tuple(avoid),
        count=count,
        shortest=least,
        longest=most,
        notes=(*found.notes, *_notes(found, count, books), *_shortened(top, count, listed)),
        kinks=found.kinks,
        **books._asdict(),
    )


def stops(given: Stops | None) -> list[Stop]:
    """Return nodes and edges as a list: one of them stands for a list of one.

    >>> stops("m"), stops(("u", "v")), stops(["m", ("u", "v")])
    (['m'], [('u', 'v')], ['m', ('u', 'v')])
    """
    if given is None:
        return []
    several = [given] if isinstance(given, (str, tuple)) or not isinstance(given, Iterable) else given
    return [_checked(stop) for stop in several]


def _checked(stop: Stop) -> Stop:
    """Return a stop with its names in normal form; raises `UsageError` for what is none."""
    if isinstance(stop, str):
        return checked(stop)
    if not isinstance(stop, tuple) or len(stop) != 2:
        raise UsageError(f"a stop is a node or an edge, not {stop!r}", hint='"m", ("parent", "child"), or a list of these')
    return checked(stop[0]), checked(stop[1])


def _check(explorer: Explorer, graph: GraphRow, parent: str, child: str) -> None:
    """Raise `NotFound` unless there is such a node, or such an edge."""
    row = [explorer.node(graph.name, name) for name in (parent, child)][1]
    tree = None if row.formula is None else parse(row.formula, pi_is_node=graph.has_pi)
    if parent != child and (tree is None or parent not in names_in(tree)):
        hint, shell = f"see: graph[{child!r}]", f"see: gradq deps {quoted(child)} --depth 1"
        raise NotFound(f"no edge from '{parent}' to '{child}'", hint=hint, shell=shell)


def _route(found: Flow, through: Iterable[Stop], avoid: Iterable[Stop]) -> list[Leg]:
    """Return the legs of the paths that are meant; none where a stop lies on no path."""
    place = {node.name: position for position, node in enumerate(found.nodes)}
    taken = [_place(place, stop) for stop in through]
    if not place or None in taken:
        return []
    avoided = [pair for stop in avoid if (pair := _place(place, stop)) is not None]
    chosen = [pair for pair in taken if pair is not None]
    return legs(found.network(), place[found.of], place[found.wrt], through=chosen, avoid=avoided)


def _place(place: Mapping[str, int], stop: Stop) -> Place | None:
    parent, child = _ends(stop)
    return (place[parent], place[child]) if parent in place and child in place else None


def _listed(top: int, count: int, edges: int) -> int:
    """Return how many paths are listed of those that were asked for; `TOP` always are.

    >>> _listed(10, 2**58, 10**9), _listed(10**6, 7, 10**6), _listed(10**6, 2**58, 2_000)
    (10, 7, 1000)
    """
    return min(top, count, max(TOP, MOST // max(edges, 1)))


def _shortened(top: int, count: int, listed: int) -> list[str]:
    asked = min(top, count)
    return [f"listed are {listed:,} paths and not {asked:,}: of a flow of this size more take too long"] if listed < asked else []


def _ends(stop: Stop) -> tuple[str, str]:
    return (stop, stop) if isinstance(stop, str) else stop


def _notes(found: Flow, count: int, books: Accounts) -> list[str]:
    """Return what there is to say where the amounts alone would puzzle."""
    if not found.nodes:
        return [f"'{found.wrt}' is not upstream of '{found.of}': the derivative is exactly 0"]
    if not count:
        return ["no path is left: the sum of none is exactly 0"]
    unlisted = count - len(books.paths)
    if unlisted and not books.truncated:
        return [f"{count_text(unlisted)} of the paths {'has' if unlisted == 1 else 'have'} a factor that is exactly 0"]
    if books.net_log10 is not None:
        return [f"no double holds the derivative of '{found.of}' by '{found.wrt}': its log10 stands beside it"]
    return []
