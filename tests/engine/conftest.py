"""What the tests of the engine share, with no database: hostile sketches, flows of weights, a look at LaTeX."""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise

import pytest

from gradq.engine.expression import number
from gradq.engine.flow import Flow, FlowEdge
from gradq.engine.network import between, network
from gradq.engine.picture import EdgeStyle, PictureEdge, PictureNode
from gradq.engine.sketch import Sketch
from gradq.store.rows import GraphRow, NodeRow

Weights = Mapping[tuple[int, int], float]  # by (child, parent)
MadeFlow = Callable[..., Flow]
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


def _made(weights: Weights, of: int, wrt: int = 0, *, symbolic: bool = False) -> Flow:
    inside = between(network(weights, {of, wrt}), of, wrt)
    nodes = [NodeRow(node, name_of(node), "formula", None, None, node, None) for node in sorted(inside)]
    edges = [
        FlowEdge(name_of(parent), name_of(child), number(int(value)) if symbolic else number(1), None if symbolic else value)
        for (child, parent), value in sorted(weights.items())
        if child in inside and parent in inside
    ]
    return Flow(GraphRow(1, "made", 1, None, False), name_of(of), name_of(wrt), None if symbolic else {}, nodes, edges, [])


def name_of(node: int) -> str:
    """Return a name: the later a node, the earlier its name in the order of names."""
    return f"n{999 - node}"


@pytest.fixture(scope="session")
def made_flow() -> MadeFlow:
    """Make the flow from one number to another from the weights of edges (child, parent)."""
    return _made


@pytest.fixture(scope="session")
def is_latex() -> Callable[[str | None], bool]:
    """Return a check of what a notebook is given."""

    def look(text: str | None) -> bool:
        """Return whether a text is one formula between dollars, with every bracket closed and no tag of HTML in it."""
        if text is None or re.fullmatch(r"\$(?:[^$\\]|\\.)+\$", text, re.DOTALL) is None:
            return False
        bare = re.sub(r"\\[{}\\$]", "", text)
        depth = 0
        for letter in bare:
            depth += (letter == "{") - (letter == "}")
            if depth < 0:
                return False
        return not depth and bare.count(r"\left") == bare.count(r"\right") and not re.search("<[A-Za-z/!?]", text)

    return look
