"""The products of a flow's paths: what they sum to, with and without their signs, and the best of them one by one.

At a point the best are the strongest, without one the shortest. A path with a factor that is exactly 0 is none of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from . import semiring as rings
from .expression import MINUS_ONE, ZERO, add, multiply
from .ledger import Amount, Path
from .legs import Leg, Place, across
from .symbolic import Formula
from .wide import NOTHING, Wide, difference, double, is_rounding, log10_beyond, ratio, size, wide

if TYPE_CHECKING:
    from .flow import Flow, FlowEdge

W = TypeVar("W")
Way: TypeAlias = "list[Place]"  # the edges (child, parent) of a path, from the input on
Edges: TypeAlias = "Mapping[Place, FlowEdge]"  # by the places (child, parent) of its nodes
_NET_AND_GROSS = rings.alongside(rings.NUMBERS, rings.WIDE)


class Accounts(NamedTuple):
    """What the products sum to; `rest` is net − Σ of those in `paths`, which is `truncated` if there are more."""

    net: Amount
    gross: float | None
    cancellation: float | None
    paths: tuple[Path, ...]
    rest: Amount
    truncated: bool
    net_log10: float | None = None
    gross_log10: float | None = None
    rest_log10: float | None = None


def accounts(found: Flow, route: Sequence[Leg], top: int) -> Accounts:
    """Return the accounts of the paths that take a route, with the `top` best; no route, no path."""
    place = {node.name: position for position, node in enumerate(found.nodes)}
    edges = {(place[edge.child], place[edge.parent]): edge for edge in found.edges}
    if found.at is None:
        return _formulas(found, edges, route, top) if route else Accounts(Formula(ZERO), None, None, (), Formula(ZERO), False)
    return _numbers(found, edges, route, top) if route else Accounts(0.0, 0.0, None, (), 0.0, False)


def _numbers(found: Flow, edges: Edges, route: Sequence[Leg], top: int) -> Accounts:
    """Return the accounts at a point, with the strongest paths."""
    values = {pair: wide(edge.value or 0.0) for pair, edge in edges.items()}
    weights = {pair: (edge.value or 0.0, size(values[pair])) for pair, edge in edges.items()}
    plain, gross = across(route, _NET_AND_GROSS, lambda child, parent: weights[child, parent])
    net = _net(plain, route, values)
    taken = {pair: value for pair, value in values.items() if value.mantissa}
    strands = _best(found, route, top + 1, rings.WIDE, _largest_first, taken)
    truncated, strands = len(strands) > top, strands[:top]
    rest = difference(net, [product for product, _ in strands])
    if not truncated and is_rounding(rest, net):
        rest = NOTHING
    return Accounts(
        net=double(net),
        gross=double(gross),
        cancellation=ratio(net, gross) if gross.mantissa else None,
        paths=tuple(_numeric_path(found, edges, way, product, gross) for product, way in strands),
        rest=double(rest),
        truncated=truncated,
        net_log10=log10_beyond(net),
        gross_log10=log10_beyond(gross),
        rest_log10=log10_beyond(rest),
    )


def _formulas(found: Flow, edges: Edges, route: Sequence[Leg], top: int) -> Accounts:
    """Return the accounts without a point, with the shortest paths."""
    net = across(route, rings.FORMULAS, lambda child, parent: edges[child, parent].partial)
    taken = {pair: 1 for pair, edge in edges.items() if edge.partial is not ZERO}
    strands = _best(found, route, top + 1, rings.SHORTEST, int, taken)
    truncated, strands = len(strands) > top, strands[:top]
    factors = [[edges[pair].partial for pair in way] for _, way in strands]
    products = [multiply(each) for each in factors]
    paths = tuple(
        Path(_nodes(found, way), tuple(map(Formula, each)), Formula(product))
        for (_, way), each, product in zip(strands, factors, products, strict=True)
    )
    rest = add([net, *(multiply((MINUS_ONE, product)) for product in products)]) if truncated else ZERO
    return Accounts(Formula(net), None, None, paths, Formula(rest), truncated)


def _net(plain: float, route: Sequence[Leg], values: Mapping[Place, Wide]) -> Wide:
    """Return the derivative, to the bit as the sweep of `d` has it; where no double holds that, what it is."""
    if plain and math.isfinite(plain):
        return wide(plain)
    return across(route, rings.WIDE, lambda child, parent: values[child, parent])


def _best(
    found: Flow,
    route: Sequence[Leg],
    most: int,
    sizes: rings.Semiring[W],
    order: Callable[[W], Any],
    taken: Mapping[Place, W],
) -> list[tuple[W, Way]]:
    """Return the size and the edges of the best paths over the edges in `taken`; ties by the names along the path."""
    ends = {pair: found.nodes[pair[0]].name for pair in taken}
    weights = {pair: (rings.Strand(value, ends[pair], pair),) for pair, value in taken.items()}
    strands = across(route, rings.best(most, sizes, order), lambda child, parent: weights.get((child, parent), ()))
    ways = [(strand.size, list(strand.edges())) for strand in strands]
    # again, for rounding makes ties that are in the order of what was before it
    return sorted(ways, key=lambda pair: (order(pair[0]), _nodes(found, pair[1])))


def _numeric_path(found: Flow, edges: Edges, way: Way, product: Wide, gross: Wide) -> Path:
    factors = tuple(edges[pair].value or 0.0 for pair in way)
    return Path(_nodes(found, way), factors, double(product), ratio(product, gross), log10_beyond(product))


def _nodes(found: Flow, way: Way) -> tuple[str, ...]:
    """Return the names along a path, from the input on."""
    return (found.wrt, *(found.nodes[child].name for child, _ in way))


def _largest_first(number: Wide) -> tuple[int, float]:
    return -number.exponent, -abs(number.mantissa)
