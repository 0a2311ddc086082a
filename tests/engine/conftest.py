"""What the tests of the engine share: a sketch whose every text is hostile."""

from itertools import pairwise

import pytest

from gradq.engine.picture import EdgeStyle, PictureEdge, PictureNode
from gradq.engine.sketch import Sketch

HOSTILE = [
    "<script>alert(1)</script>",
    '"]; node [',
    "P&L!B20",
    "%%{init}%%",
    "%5",
    "end",
    "back\\",
    "a\\nb\\N",
    "&lt;b&gt;",
    "</B>>] }",
    "/* no comment",
    "# no comment",
    "n1",
    "node",
    "digraph",
    "  ",
    "1. list",
    "名前∂",
    "`code`",
    "click n0 call x()",
    "x;y:z",
]


@pytest.fixture
def hostile() -> Sketch:
    """Return a sketch in which every name, label, tooltip and line is hostile."""
    nodes = [PictureNode(name, name, "formula", at, None, f"{name}\n{name}") for at, name in enumerate(HOSTILE)]
    edges = [PictureEdge(one, other, other, EdgeStyle()) for one, other in pairwise(HOSTILE)]
    return Sketch(HOSTILE[0], HOSTILE, HOSTILE, nodes, edges, True)
