"""A layered layout of our own: `layout` says where the boxes of a graph stand and how its edges run.

One column for each level, from left to right. It knows sizes only; what boxes look like is for `picture` to say.
Source: Sugiyama, Tagawa and Toda (1981), "Methods for visual understanding of hierarchical system structures".
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple, TypeAlias

SWEEPS = 12  # over the columns, to and fro, to order them; more changed nothing on graphs of 80 nodes
SETTLING = 30  # more sweeps, to bring each box and bend to the height of its neighbours
STARTS = 8  # orders of the columns to start from
EXCHANGES = 600  # boxes and bends, up to which there are several starts, and neighbours are exchanged one by one
MOST_BENDS = 20_000  # of all edges together; past this, edges go straight through
MARGIN, ROW_GAP, BEND_GAP, COLUMN_GAP = 16.0, 22.0, 13.0, 60.0

Point: TypeAlias = tuple[float, float]
Key: TypeAlias = str | tuple[int, int]  # what stands in a column: a node by name, or the bend (edge, column)
Neighbours: TypeAlias = Mapping[Key, Sequence[Key]]


class Block(NamedTuple):
    """A node to place: its level and the size of its box."""

    name: str
    level: int
    width: float
    height: float


class Wire(NamedTuple):
    """An edge to place, with the width of its label."""

    parent: str
    child: str
    width: float = 0.0


class Box(NamedTuple):
    """Where something stands: the left upper corner and the size."""

    x: float
    y: float
    width: float
    height: float


class Layout(NamedTuple):
    """Where everything stands. A route is points in pairs, out of one column and into the next, level at each."""

    boxes: dict[str, Box]
    routes: list[list[Point]]
    width: float
    height: float


def layout(blocks: Sequence[Block], wires: Sequence[Wire]) -> Layout:
    """Return where the boxes stand and how the edges run, in columns from left to right.

    A few sweeps order each column by the mean place of its neighbours; an edge over several columns has a bend in
    each, which is ordered with the boxes, so that it runs between them.

    >>> layout([Block("a", 0, 40, 30), Block("b", 1, 50, 30)], [Wire("a", "b")]).routes
    [[(56.0, 31.0), (116.0, 31.0)]]
    """
    columns, chains = _columns(blocks, wires)
    before: dict[Key, list[Key]] = defaultdict(list)
    after: dict[Key, list[Key]] = defaultdict(list)
    for left, right in (pair for chain in chains for pair in pairwise(chain)):
        after[left].append(right)
        before[right].append(left)
    columns = _ordered(columns, before, after)
    half: dict[Key, float] = {block.name: block.height / 2 for block in blocks}
    middles = _middles(columns, before, after, half)
    spans = _spans(columns, chains, wires, {block.name: block.width for block in blocks}, middles)
    span_of = {key: span for column, span in zip(columns, spans, strict=True) for key in column}
    boxes = {
        block.name: Box(
            span_of[block.name][0], middles[block.name] - block.height / 2, _length(span_of[block.name]), block.height
        )
        for block in blocks
    }
    routes = [[*_route(chain, span_of, middles, half)] for chain in chains]
    lowest = max((middle + half.get(key, 0) for key, middle in middles.items()), default=0.0)
    return Layout(boxes, routes, (spans[-1][1] if spans else 0.0) + MARGIN, lowest + MARGIN)


def _columns(blocks: Sequence[Block], wires: Sequence[Wire]) -> tuple[list[list[Key]], list[list[Key]]]:
    """Return the columns, and for each edge what it passes: its parent, its bends and its child."""
    ranks = {level: rank for rank, level in enumerate(sorted({block.level for block in blocks}))}
    columns: list[list[Key]] = [[] for _ in ranks]
    rank = {block.name: ranks[block.level] for block in blocks}
    for block in blocks:
        columns[rank[block.name]].append(block.name)
    inner = [range(rank[wire.parent] + 1, rank[wire.child]) for wire in wires]
    if sum(map(len, inner)) > MOST_BENDS:
        inner = [range(0)] * len(wires)
    chains: list[list[Key]] = []
    for index, (wire, between) in enumerate(zip(wires, inner, strict=True)):
        chains.append([wire.parent, *((index, at) for at in between), wire.child])
        for at in between:
            columns[at].append((index, at))
    return columns, chains


def _ordered(columns: list[list[Key]], before: Neighbours, after: Neighbours) -> list[list[Key]]:
    """Return the columns in the order with the fewest crossings that the sweeps have met, from several beginnings."""
    small = sum(map(len, columns)) <= EXCHANGES
    best, fewest = columns, _crossings(columns, after, _places(columns))
    for start in range(STARTS if small else 1):
        turned = [[*column[start * len(column) // STARTS :], *column[: start * len(column) // STARTS]] for column in columns]
        order = turned if start % 2 == 0 else [column[::-1] for column in turned]
        place = _places(order)
        for sweep in range(SWEEPS if fewest else 0):
            side = before if sweep % 2 == 0 else after
            for at in _to_and_fro(order, sweep):
                wanted = {key: _mean(key, side, place) for key in order[at]}
                order[at] = sorted(order[at], key=wanted.__getitem__)
                place |= _places([order[at]])
            if small:
                order = [_exchanged(column, before, after, place) for column in order]
            found = _crossings(order, after, place)
            if found < fewest:
                best, fewest = list(order), found
    return best


def _places(columns: Sequence[Sequence[Key]]) -> dict[Key, float]:
    return {key: float(index) for column in columns for index, key in enumerate(column)}


def _exchanged(column: Sequence[Key], before: Neighbours, after: Neighbours, place: dict[Key, float]) -> list[Key]:
    """Return a column with neighbours exchanged where fewer edges cross then; `place` follows."""
    order = list(column)
    for at in range(len(order) - 1):
        one, other = order[at : at + 2]
        gain = 0
        for side in (before, after):
            for a in side.get(one, ()):
                gain += sum((place[a] > place[b]) - (place[a] < place[b]) for b in side.get(other, ()))
        if gain > 0:
            order[at : at + 2] = [other, one]
            place[one], place[other] = place[other], place[one]
    return order


def _to_and_fro(columns: Sequence[object], sweep: int) -> range:
    return range(len(columns)) if sweep % 2 == 0 else range(len(columns) - 1, -1, -1)


def _mean(key: Key, neighbours: Neighbours, place: Mapping[Key, float], *, straight: bool = False) -> float:
    """Return the mean place of the neighbours, or the key's own place if it has none.

    With `straight`, bends follow bends and boxes follow boxes, so that long edges and chains run level.
    """
    total = count = 0.0
    for other in neighbours.get(key, ()):
        weight = 0.1 if straight and isinstance(key, str) != isinstance(other, str) else 1.0
        total, count = total + place[other] * weight, count + weight
    return total / count if count else place[key]


def _crossings(columns: Sequence[Sequence[Key]], after: Neighbours, place: Mapping[Key, float]) -> int:
    """Return how many pairs of edges cross between neighbouring columns."""
    count = 0
    for column in columns:
        ends: list[float] = []
        for key in column:
            landing = sorted(place[other] for other in after.get(key, ()))
            count += sum(len(ends) - bisect_right(ends, end) for end in landing)
            for end in landing:
                insort(ends, end)
    return count


def _middles(
    columns: Sequence[Sequence[Key]], before: Neighbours, after: Neighbours, half: Mapping[Key, float]
) -> dict[Key, float]:
    """Return the height of each key: near the mean of its neighbours, in the order of its column, without overlaps."""
    offsets = [_offsets(column, half) for column in columns]
    middles: dict[Key, float] = {}
    for column, stack in zip(columns, offsets, strict=True):
        middles |= {key: offset - stack[-1] / 2 for key, offset in zip(column, stack, strict=True)}
    both = {key: [*before.get(key, ()), *after.get(key, ())] for key in middles}
    for sweep in range(SWEEPS + SETTLING):
        neighbours = both if sweep >= SWEEPS else before if sweep % 2 == 0 else after
        for at in _to_and_fro(columns, sweep):
            # What has no neighbour at all weighs nothing: it stands wherever the others leave room.
            wanted = [(_mean(key, neighbours, middles, straight=True), 1.0) if both[key] else (0.0, 1e-9) for key in columns[at]]
            middles |= zip(columns[at], _spread(wanted, offsets[at]), strict=True)
    level = _levels(columns, middles)
    for column, stack in zip(columns, offsets, strict=True):
        wanted = [(middles[key], 1e6) if isinstance(key, str) else (level[key[0]], 1.0) for key in column]
        middles |= zip(column, _spread(wanted, stack), strict=True)
    return _closed_up(middles, half)


def _closed_up(middles: Mapping[Key, float], half: Mapping[Key, float]) -> dict[Key, float]:
    """Return the heights from the margin down, without the bands in which nothing stands."""
    closed: dict[Key, float] = {}
    low, shift = -ROW_GAP, MARGIN
    for key in sorted(middles, key=lambda key: middles[key] - half.get(key, 0)):
        top = middles[key] - half.get(key, 0)
        if not closed:
            low, shift = top - ROW_GAP, MARGIN - top
        shift -= max(top - low - ROW_GAP, 0)
        low = max(low, middles[key] + half.get(key, 0))
        closed[key] = round(middles[key] + shift, 1)
    return {key: closed[key] for key in middles}


def _levels(columns: Sequence[Sequence[Key]], middles: Mapping[Key, float]) -> dict[int, float]:
    """Return for each edge with bends their mean height."""
    bends: dict[int, list[float]] = defaultdict(list)
    for key in (key for column in columns for key in column if isinstance(key, tuple)):
        bends[key[0]].append(middles[key])
    return {index: sum(heights) / len(heights) for index, heights in bends.items()}


def _offsets(column: Sequence[Key], half: Mapping[Key, float]) -> list[float]:
    """Return how far below the first key of a column each key stands at least."""
    steps = []
    for one, other in pairwise(column):
        gap = ROW_GAP if one in half and other in half else BEND_GAP
        steps.append(half.get(one, 0.0) + half.get(other, 0.0) + gap)
    return [*accumulate(steps, initial=0.0)]


def _spread(wanted: Sequence[tuple[float, float]], offsets: Sequence[float]) -> list[float]:
    """Return the heights nearest to these (height, weight) that keep their distances; those too near share a mean."""
    shares: list[tuple[float, float, int]] = []
    for (height, weight), offset in zip(wanted, offsets, strict=True):
        mean, count = height - offset, 1
        while shares and shares[-1][0] > mean:
            other, heavy, more = shares.pop()
            mean, weight, count = (mean * weight + other * heavy) / (weight + heavy), weight + heavy, count + more
        shares.append((mean, weight, count))
    means = [mean for mean, _, count in shares for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _spans(
    columns: Sequence[Sequence[Key]],
    chains: Sequence[Sequence[Key]],
    wires: Sequence[Wire],
    widths: Mapping[Key, float],
    middles: Mapping[Key, float],
) -> list[Point]:
    """Return where each column begins and ends; the gap after it has room for its labels and its steepest edge."""
    rank = {key: at for at, column in enumerate(columns) for key in column}
    gaps, labels = [COLUMN_GAP] * len(columns), [0] * len(columns)
    for chain, wire in zip(chains, wires, strict=True):
        at = rank[chain[(len(chain) - 2) // 2]]
        gaps[at] = max(gaps[at], wire.width + 28)
        labels[at] += wire.width > 0
        for left, right in pairwise(chain):
            gaps[rank[left]] = max(gaps[rank[left]], min(abs(middles[left] - middles[right]) * 0.35, 3 * COLUMN_GAP))
    spans, x = [], MARGIN
    for column, gap, count in zip(columns, gaps, labels, strict=True):
        width = max(widths[key] for key in column if key in widths)
        spans.append((round(x, 1), round(x + width, 1)))
        x += width + gap * min(1 + 0.12 * max(count - 3, 0), 2.2)
    return spans


def _length(span: Point) -> float:
    return span[1] - span[0]


def _route(
    chain: Sequence[Key], span_of: Mapping[Key, Point], middles: Mapping[Key, float], half: Mapping[Key, float]
) -> Iterator[Point]:
    """Yield the points of an edge; on the side of a box it starts and ends a little towards where it goes."""
    for left, right in pairwise(chain):
        rise = 0.12 * (middles[right] - middles[left])
        for key, x, lean in ((left, span_of[left][1], rise), (right, span_of[right][0], -rise)):
            room = max(half.get(key, 0) - 8, 0)
            yield x, round(middles[key] + max(-room, min(lean, room)), 1)
