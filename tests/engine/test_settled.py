"""Answers of several questions are of one version of one graph: asked again where it moved, and given up in the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection

from gradq.engine import loader
from gradq.engine.blocks import blocks
from gradq.engine.budget import budget
from gradq.engine.chain import steps
from gradq.engine.derive import derive
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_graph
from gradq.engine.health import healths
from gradq.engine.jacobian import jacobian
from gradq.engine.scale import scaled_gradient
from gradq.engine.settled import Moved, settled
from gradq.store.errors import DatabaseError
from gradq.store.rows import GraphRow

OLD, NEW = "x = 2\nu = 3*x\nv = 5*u + x\n", "x = 2\nu = 7*x\nv = 11*u + x\n"

ANSWERS: dict[str, Callable[[Explorer], object]] = {
    "jacobian": lambda e: [a.expression for a in jacobian(e, "demo", ["u", "v"], ["x", "u"]).answers],
    "steps": lambda e: str(steps(e, "demo", "v", "x")),
    "blocks": lambda e: str(blocks(e, "demo", "v", "x")),
    "scale": lambda e: [(row.wrt, row.scaled) for row in scaled_gradient(e, "demo", "v", "elasticity").rows],
    "budget": lambda e: budget(e, "demo", "v", {"x": 0.1})[3:6],  # at, value and sigma
    "health": lambda e: [item.levels for item in healths(e, "demo", ["u", "v"])],
    "derive": lambda e: derive(e, "demo", "v", "x", "dv").nodes,
}


def test_it_is_asked_again_and_not_for_ever() -> None:
    tries: list[int] = []

    def ask() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise Moved
        return "at last"

    def never() -> str:
        raise Moved

    assert settled("any", ask) == "at last" and len(tries) == 3
    with pytest.raises(DatabaseError, match="changed faster"):
        settled("any", never)


class Meddled(Explorer):
    """An explorer in which something happens after the first look at a graph."""

    after: Callable[[], object] | None = None

    @contextmanager
    def reading(self, graph: str) -> Iterator[tuple[Connection, GraphRow]]:
        with super().reading(graph) as found:
            yield found
        if after := self.after:
            self.after = None
            after()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_graph_removed_and_loaded_again_in_between_is_another_one(database: str, name: str) -> None:
    with Explorer(":memory:") as apart:
        loader.load(apart, "demo", read_graph(NEW))
        expected = ANSWERS[name](apart)
    with Meddled(database) as explorer, Explorer(database) as other:
        loader.load(explorer, "demo", read_graph(OLD))

        def again() -> None:
            loader.remove_graph(other, "demo")
            loader.load(other, "demo", read_graph(NEW))

        explorer.after = again
        assert ANSWERS[name](explorer) == expected
