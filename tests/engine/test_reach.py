"""Everything above some nodes: which values are known where some are missing."""

import pytest

from gradq.engine import loader
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph
from gradq.engine.reach import reach
from gradq.store.errors import UnknownNode


def test_it_knows_the_values_that_there_are(database: str) -> None:
    with Explorer(database) as explorer:
        loader.load(explorer, "open", read_graph("p = 2\nq\nu = p + 1\nv = q + u\nw = 1/(u - 3)\ny = v + u + w"))
        found = reach(explorer, "open", ["y"], others=["p"], point={"v": 7.0})
        assert found.known_values(["y", "v", "u", "w", "q", "p"]) == {"v": 7.0, "u": 3.0, "p": 2.0}
        with pytest.raises(UnknownNode):
            reach(explorer, "open", ["y"], others=["nope"])
