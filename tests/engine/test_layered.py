"""Laws of the layout: no two boxes overlap, every edge goes forward around the boxes, crossings go where they can."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradq.engine.layered import BEND_GAP, MARGIN, ROW_GAP, Block, Box, Layout, Wire, layout
from gradq.engine.network import levels

SLACK = 0.3  # coordinates are rounded to tenths


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Block], list[Wire]]:
    """Return the boxes and edges of a graph of up to sixteen nodes, with gaps between its levels."""
    count, stretch = draw(st.integers(1, 16)), draw(st.integers(1, 3))
    pairs = draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=30))
    edges = sorted((parent, child) for parent, child in pairs if parent < child)
    depth = levels({f"x{k}": [f"x{p}" for p, c in edges if c == k] for k in range(count)})
    sizes = [(draw(st.integers(20, 200)), draw(st.sampled_from([28, 42]))) for _ in range(count)]
    blocks = [Block(f"x{k}", stretch * depth[f"x{k}"], *sizes[k]) for k in range(count)]
    return blocks, [Wire(f"x{p}", f"x{c}", draw(st.integers(0, 90))) for p, c in edges]


def apart(one: Box, other: Box) -> bool:
    across = one.x + one.width <= other.x or other.x + other.width <= one.x
    return across or one.y + one.height + ROW_GAP - SLACK <= other.y or other.y + other.height + ROW_GAP - SLACK <= one.y


@given(graphs())
@settings(max_examples=150, deadline=None)
def test_no_two_boxes_overlap_and_all_lie_inside(graph: tuple[list[Block], list[Wire]]) -> None:
    found = layout(*graph)
    assert all(apart(one, other) for one, other in combinations(found.boxes.values(), 2))
    for block in graph[0]:
        box = found.boxes[block.name]
        assert box.width >= block.width - SLACK and box.height == block.height
        assert box.x >= MARGIN and box.x + box.width <= found.width - MARGIN + SLACK
        assert box.y >= MARGIN and box.y + box.height <= found.height - MARGIN + SLACK
    for route in found.routes:
        assert all(0 < x < found.width and MARGIN <= y <= found.height - MARGIN + SLACK for x, y in route)


@given(graphs())
@settings(max_examples=150, deadline=None)
def test_every_edge_goes_forward_from_its_parent_to_its_child_and_through_no_box(
    graph: tuple[list[Block], list[Wire]],
) -> None:
    blocks, wires = graph
    found = layout(blocks, wires)
    for wire, route in zip(wires, found.routes, strict=True):
        parent, child = found.boxes[wire.parent], found.boxes[wire.child]
        assert route[0][0] == pytest.approx(parent.x + parent.width)
        assert parent.y < route[0][1] < parent.y + parent.height
        assert route[-1][0] == child.x and child.y < route[-1][1] < child.y + child.height
        assert all(x < to_x for (x, _), (to_x, _) in pairwise(route))
        for (x, y), (to_x, to_y) in zip(route[1::2], route[2::2], strict=False):
            assert y == to_y
            inside = [box for box in found.boxes.values() if x <= box.x < to_x]
            assert all(y <= box.y - BEND_GAP + SLACK or y >= box.y + box.height + BEND_GAP - SLACK for box in inside)


def drawn(text: str) -> Layout:
    """Return the layout of the edges in a text such as `a-b b-c`, with all boxes of one size."""
    edges = [tuple(word.split("-")) for word in text.split()]
    parents: dict[str, list[str]] = {name: [] for edge in edges for name in edge}
    for parent, child in edges:
        parents[child].append(parent)
    blocks = [Block(name, level, 40, 30) for name, level in levels(parents).items()]
    return layout(blocks, [Wire(parent, child) for parent, child in edges])


def crossings(found: Layout) -> int:
    """Return how many pairs of edges cross, by the heights at which they leave and reach each column."""
    spans = [(*start, *end) for route in found.routes for start, end in zip(route[::2], route[1::2], strict=True)]
    pairs = [(one, other) for one, other in combinations(spans, 2) if (one[0], one[2]) == (other[0], other[2])]
    return sum((one[1] - other[1]) * (one[3] - other[3]) < 0 for one, other in pairs)


@pytest.mark.parametrize(
    "columns",
    [
        ["abc", "zyx", "a-x b-y c-z"],
        ["ab", "zyxw", "a-w a-x b-y b-z"],
        ["abcd", "zy", "a-y b-y c-z d-z"],
        ["abc", "zyx", "pqr", "a-x b-y c-z x-r y-q z-p a-p"],
        ["a", "cb", "gfed", "a-b a-c b-d b-e c-f c-g"],
    ],
)
def test_crossings_that_can_be_undone_are_undone(columns: list[str]) -> None:
    blocks = [Block(name, level, 40, 30) for level, names in enumerate(columns[:-1]) for name in names]
    edges = [word.split("-") for word in columns[-1].split()]
    assert crossings(layout(blocks, [Wire(parent, child) for parent, child in edges])) == 0


def test_a_chain_is_level() -> None:
    assert len({box.y for box in drawn("a-b b-c c-d d-e").boxes.values()}) == 1


def test_a_long_edge_is_level_around_the_boxes() -> None:
    found = drawn("a-b b-c c-d d-e a-e")
    bends = found.routes[-1][1:-1]
    assert len(bends) == 6 and max(y for _, y in bends) - min(y for _, y in bends) < SLACK


def test_parts_that_do_not_touch_are_close_to_each_other() -> None:
    text = " ".join(f"a{k}-b{k} b{k}-c{k} a{k}-d{k}" for k in range(8))
    boxes = drawn(text).boxes.values()
    edges = sorted([(box.y, box.y + box.height) for box in boxes])
    lows = [max(low for _, low in edges[: at + 1]) for at in range(len(edges))]
    assert all(high - low <= ROW_GAP + SLACK for low, (high, _) in zip(lows, edges[1:], strict=False))


def test_a_wide_label_makes_room() -> None:
    pair = [Block("a", 0, 40, 30), Block("b", 1, 40, 30)]
    narrow, wide = (layout(pair, [Wire("a", "b", width)]).boxes["b"].x for width in (10, 150))
    assert wide - (pair[0].width + MARGIN) >= 150 > narrow - (pair[0].width + MARGIN)


def test_nothing_at_all_is_a_layout_too() -> None:
    assert layout([], []) == Layout({}, [], MARGIN, MARGIN)


def test_a_graph_with_too_many_bends_is_drawn_without() -> None:
    chain = [Block(f"x{k}", k, 40, 30) for k in range(300)]
    wires = [Wire(f"x{k}", "x299") for k in range(299)]
    found = layout(chain, wires)
    assert all(len(route) == 2 for route in found.routes)
