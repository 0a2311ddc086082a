"""Edits drop exactly the memo rows that the rule names: a machine of random edits and questions, and cases by hand."""

import math
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import sqlalchemy
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gradq.engine import editor, loader
from gradq.engine.edit import local_partials
from gradq.engine.explorer import Explorer
from gradq.engine.graphfile import read_definition, read_graph
from gradq.engine.replies import Reply
from gradq.engine.values import Values
from gradq.store.errors import CycleError, InvalidGraph, MissingValue, UnknownGraph, UnknownNode, UsageError
from gradq.store.memo import decode

ARTICLE = "b = 5 - 3*a\nc = 2*b + 3\nd = 5*b + 6\ne = 7*c + d^2\nf = 2*e\ng = 3*f - o\n"

Text = dict[str, str | None]  # name -> what stands on the right; None for an input
Pair = tuple[int, int]
Triple = tuple[int, int, int]

NAMES = ["a", "b", "c", "d", "e", "f", "g"]
OTHER_NAMES = ["A", "zz", "m", "a1", "a_", "Ω"]
NUMBERS = ["0.5", "-1.5", "2", "0.1"]
# the last ones cancel, wholly or for one name, or name a parent whose partial is 0
SHAPES = [
    "2*{0}",
    "2*{0} + 1",
    "{0}^2 - 3",
    "sin({0})",
    "{0} + {1}",
    "{0}*{1}",
    "{0}*{1} + {0}",
    "5*{0} - {1}^2",
    "{0} - {0} + {1}",
    "{0}*{1} - {1}*{0}",
    "0*{0} + {1}",
]


def names_of(right: str | None) -> set[str]:
    return set() if right is None else set(re.findall(r"[^\W\d]\w*", right)) - {"sin"}


def digraph(text: Text) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(text)
    graph.add_edges_from((parent, child) for child, right in text.items() for parent in names_of(right))
    return graph


def is_formula(right: str | None) -> bool:
    return bool(names_of(right))


def digests(right: str | None) -> dict[str, str]:
    return {edge.parent: edge.digest for edge in local_partials(right)} if right and is_formula(right) else {}


def moved_parents(old: str | None, new: str | None) -> set[str]:
    """Return P: the parents whose partial changed, came or went."""
    return {name for name, _ in set(digests(old).items()) ^ set(digests(new).items())}


def below(graph: "nx.DiGraph[str]", node: str) -> set[str]:
    return {node} | nx.descendants(graph, node) if node in graph else set()


def above(graph: "nx.DiGraph[str]", nodes: Iterable[str]) -> set[str]:
    return {up for node in nodes if node in graph for up in {node} | nx.ancestors(graph, node)}


def changed_names(old: Text, new: Text) -> list[str]:
    missing = "(missing)"
    return [name for name in {**old, **new} if old.get(name, missing) != new.get(name, missing)]


def symbolic_survivors(pairs: Iterable[tuple[str, str]], old: Text, new: Text) -> set[tuple[str, str]]:
    """Return the (y, x) that the rule of design section 6 keeps."""
    graphs = digraph(old), digraph(new)
    parts = [
        (below(graph, node), above(graph, moved_parents(old.get(node), new.get(node))))
        for node in changed_names(old, new)
        for graph in graphs
    ]
    gone = set(old) - set(new)
    return {(y, x) for y, x in pairs if not {y, x} & gone and not any(y in ys and x in xs for ys, xs in parts)}


def numeric_keeps(y: str, bound: set[str], old: Text, new: Text) -> bool:
    """Return whether the rule keeps the numbers of output `y` at a point that binds `bound`."""
    for node in changed_names(old, new):
        left, right = old.get(node), new.get(node)
        only_default = left is not None and right is not None and not is_formula(left) and not is_formula(right)
        if only_default and node in bound:
            continue
        if y in below(digraph(old), node) | below(digraph(new), node):
            return False
    return True


class Rows:
    """All memo rows of the database, by name and by id."""

    def __init__(self, explorer: Explorer) -> None:
        with explorer.engine.connect() as conn:

            def ask(sql: str) -> list[Any]:
                return list(conn.exec_driver_sql(sql).fetchall())

            self.names: dict[int, str] = {row[0]: row[1] for row in ask("select id, name from node")}
            self.formulas: dict[Pair, str] = {
                (row[0], row[1]): row[2] for row in ask("select of_id, wrt_id, expression from gradient")
            }
            self.points: dict[int, str] = {row[0]: row[1] for row in ask("select id, bindings from point")}
            self.numbers: dict[Triple, float] = {
                (row[0], row[1], row[2]): decode(row[3], row[4])
                for row in ask("select point_id, of_id, wrt_id, value, state from point_gradient")
            }
            self.values: dict[Pair, float] = {
                (row[0], row[1]): decode(row[2], row[3]) for row in ask("select point_id, node_id, value, state from point_value")
            }
            self.levels: dict[str, int] = {row[0]: row[1] for row in ask("select name, level from node")}
            self.revision: int = sum(row[0] for row in ask("select revision from graph"))

    def bound(self, point: int) -> dict[str, float]:
        import json

        return dict(json.loads(self.points[point]))

    def pairs(self) -> set[tuple[str, str]]:
        return {(self.names[y], self.names[x]) for y, x in self.formulas}


def number_at(right: str, values: dict[str, float]) -> float:
    return float(eval(right.replace("^", "**"), {"__builtins__": {}, "sin": math.sin, "cos": math.cos}, values))


class Edits(RuleBasedStateMachine):
    """Random edits and questions; after each one the memo holds what recomputation gives, and no less than the rule.

    `tests/trust/test_memo.py` adds to it, and runs it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.explorer = Explorer(":memory:")
        self.text: Text = {}
        self._fresh: dict[object, Reply] = {}

    def teardown(self) -> None:
        self.explorer.close()

    # ------------------------------------------------------------------------------------------ what is drawn

    def draw_right(self, data: st.DataObject, text: Text, node: str) -> str | None:
        """Return a right side for a node that closes no loop."""
        graph = digraph(text)
        free = sorted(set(text) - below(graph, node) - {node})
        kind = data.draw(st.sampled_from(["formula"] * 5 + ["parameter", "input"]))
        if kind == "input" or not free:
            return None if kind == "input" else data.draw(st.sampled_from(NUMBERS))
        if kind == "parameter":
            return data.draw(st.sampled_from(NUMBERS))
        parents = [data.draw(st.sampled_from(free)) for _ in range(2)]
        return data.draw(st.sampled_from(SHAPES)).format(*parents)

    def draw_node(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.text)))

    # -------------------------------------------------------------------------------------------------- rules

    @initialize(data=st.data())
    def load_first(self, data: st.DataObject) -> None:
        text: Text = {"a": "0.5", "b": None}
        for name in NAMES[2 : data.draw(st.integers(4, 7))]:
            text[name] = self.draw_right(data, text, name)
        loader.load(self.explorer, "demo", read_graph(self.lines(text)))
        self.text = text

    @rule(data=st.data())
    def change_a_node(self, data: st.DataObject) -> None:
        node = self.draw_node(data)
        self.set_one(node, self.draw_right(data, self.text, node))

    @rule(data=st.data())
    def change_a_constant_in_a_formula(self, data: st.DataObject) -> None:
        node = self.draw_node(data)
        right = self.text[node]
        if right is not None and is_formula(right):
            self.set_one(node, f"{right} + {data.draw(st.sampled_from(NUMBERS))}")

    @rule(data=st.data())
    def change_a_default(self, data: st.DataObject) -> None:
        parameters = sorted(n for n, right in self.text.items() if right is not None and not is_formula(right))
        if parameters:
            node = data.draw(st.sampled_from(parameters))
            self.set_one(node, data.draw(st.sampled_from(NUMBERS)))

    @precondition(lambda self: len(self.text) < 7)
    @rule(data=st.data())
    def add_a_node(self, data: st.DataObject) -> None:
        node = data.draw(st.sampled_from(sorted(set(NAMES) - set(self.text)) or ["h"]))
        if node not in self.text:
            self.set_one(node, self.draw_right(data, self.text, node))

    @rule(data=st.data())
    def remove_a_node(self, data: st.DataObject) -> None:
        node = self.draw_node(data)
        if digraph(self.text).out_degree(node):
            with pytest.raises(InvalidGraph):
                editor.remove_node(self.explorer, "demo", node)
            return
        if len(self.text) > 2:
            old, before = dict(self.text), Rows(self.explorer)
            editor.remove_node(self.explorer, "demo", node)
            del self.text[node]
            self.check_survivors(before, old)

    @rule(data=st.data())
    def rename_a_node(self, data: st.DataObject) -> None:
        node = self.draw_node(data)
        new = data.draw(st.sampled_from(sorted({*NAMES, *OTHER_NAMES} - set(self.text))))
        before = Rows(self.explorer)
        editor.rename_node(self.explorer, "demo", node, new)
        rename = {node: new}
        self.text = {
            rename.get(name, name): None if right is None else re.sub(rf"\b{node}\b", new, right)
            for name, right in self.text.items()
        }
        after = Rows(self.explorer)
        assert after.formulas.keys() == before.formulas.keys()
        assert (after.numbers, after.values) == (before.numbers, before.values)
        assert after.revision > before.revision

    @rule(data=st.data())
    def load_replace(self, data: st.DataObject) -> None:
        for of in self.text:
            self.explorer.derivatives("demo", of, None)  # a full memo, so that every stale pair is there to be dropped
        old, text, before = dict(self.text), dict(self.text), Rows(self.explorer)
        for _ in range(data.draw(st.integers(1, 3))):
            name = data.draw(st.sampled_from(sorted({*text, *NAMES})))
            if name in text and len(text) > 3 and not digraph(text).out_degree(name) and data.draw(st.booleans()):
                del text[name]
            elif name in text or len(text) < 7:
                text[name] = self.draw_right(data, text, name)
        order = data.draw(st.permutations(sorted(text)))
        loader.load(self.explorer, "demo", read_graph(self.lines({n: text[n] for n in order})), replace=True)
        self.text = text
        self.check_survivors(before, old, exact=False)

    @rule(data=st.data())
    def ask_for_a_formula(self, data: st.DataObject) -> None:
        of, wrt = self.draw_node(data), self.draw_node(data)
        before = Rows(self.explorer)
        wrts = data.draw(st.sampled_from([[wrt], None]))
        stored = self.explorer.derivatives("demo", of, wrts)
        fresh = self.explorer.derivatives("demo", of, wrts, use_memo=False)
        assert [a.expression for a in stored.answers] == [a.expression for a in fresh.answers]
        after = Rows(self.explorer)
        assert before.formulas.items() <= after.formulas.items()
        assert len(after.formulas) - len(before.formulas) == stored.computed

    @rule(data=st.data())
    def ask_for_a_number(self, data: st.DataObject) -> None:
        of, wrt = self.draw_node(data), self.draw_node(data)
        before = Rows(self.explorer)
        points = [before.bound(point) for point in sorted(before.points)]
        if len(points) < 3 or data.draw(st.booleans()):
            some = st.sampled_from(sorted(self.text))
            points = [data.draw(st.dictionaries(some, st.sampled_from([0.5, -1.5, 2.0, 0.0]), max_size=4))]
        point = data.draw(st.sampled_from(points))
        wrts = data.draw(st.sampled_from([[wrt], None]))
        try:
            fresh = self.explorer.derivatives("demo", of, wrts, point=point, use_memo=False)
        except MissingValue:
            return  # with memo the same question may be answered, from rows that needed less
        stored = self.explorer.derivatives("demo", of, wrts, point=point)
        for ours, other in zip(stored.answers, fresh.answers, strict=True):
            assert ours.value is not None and other.value is not None
            self.check_number(ours.value, other.value, of, ours.wrt, point)
        after = Rows(self.explorer)
        assert before.numbers.items() <= after.numbers.items()
        assert len(after.numbers) - len(before.numbers) == stored.computed

    @rule()
    def clear_the_memo(self) -> None:
        self.explorer.memo_clear("demo")
        rows = Rows(self.explorer)
        assert not (rows.formulas or rows.numbers or rows.values or rows.points)

    # --------------------------------------------------------------------------------------------------- laws

    @invariant()
    def every_row_equals_recomputation(self) -> None:
        if not self.text:
            return
        rows, graph = Rows(self.explorer), digraph(self.text)
        assert set(rows.names.values()) == set(self.text)
        assert rows.levels == {node: level for level, nodes in enumerate(nx.topological_generations(graph)) for node in nodes}
        for y in {y for y, _ in rows.formulas}:
            fresh = self.fresh(rows.names[y])
            texts = {answer.wrt: answer.expression for answer in fresh.answers} if fresh else {}
            for (of, x), text in rows.formulas.items():
                if of == y:
                    assert texts.get(rows.names[x]) == text, (rows.names[y], rows.names[x])
        for point, y in {(point, y) for point, y, _ in rows.numbers}:
            self.check_point(rows, point, y)
        self.check_values(rows)

    def check_point(self, rows: Rows, point: int, y: int) -> None:
        bound = rows.bound(point)
        wrts = [rows.names[x] for p, of, x in rows.numbers if (p, of) == (point, y)]
        assert set(wrts) <= nx.ancestors(digraph(self.text), rows.names[y])
        fresh = self.fresh(rows.names[y], bound)  # where a value is missing, these may need less than all
        fresh = fresh or self.explorer.derivatives("demo", rows.names[y], wrts, point=bound, use_memo=False)
        ids = {name: node for node, name in rows.names.items()}
        for answer in [answer for answer in fresh.answers if answer.wrt in wrts]:
            x = ids[answer.wrt]
            assert answer.value is not None
            self.check_number(rows.numbers[point, y, x], answer.value, answer.of, answer.wrt, bound)

    def check_values(self, rows: Rows) -> None:
        cone = self.explorer.rows("demo")[1]
        for point in rows.points:
            found = {node: value for (p, node), value in rows.values.items() if p == point}
            fresh = Values({node.name: node for node in cone.nodes}, rows.bound(point), {}, False)
            fresh.need([rows.names[node] for node in found])
            for node, value in found.items():
                assert value == fresh.found[rows.names[node]], (rows.names[node], rows.bound(point))

    def check_number(self, ours: float, other: float, of: str, wrt: str, point: dict[str, float]) -> None:
        """Compare two numbers: same bits, or as near as 16·L·2^-52 of the gross flow over all paths."""
        if ours != other:
            gross = self.gross(of, wrt, point)
            assert abs(ours - other) <= 16 * len(self.text) * 2**-52 * gross, (of, wrt, point, ours, other)

    def gross(self, of: str, wrt: str, point: dict[str, float]) -> float:
        graph, values = digraph(self.text), dict(point)
        for node in nx.topological_sort(graph):
            right = self.text[node]
            if right is not None and node not in values and names_of(right) <= values.keys():
                values[node] = number_at(right, values)
        flow = {of: 1.0}
        for node in reversed(list(nx.topological_sort(graph))):
            if node not in flow:
                continue
            for edge in local_partials(self.text[node] or "0") if is_formula(self.text[node]) else []:
                if wrt in {edge.parent} | nx.ancestors(graph, edge.parent):
                    weight = abs(number_at(edge.partial or "0", values))
                    flow[edge.parent] = flow.get(edge.parent, 0.0) + flow[node] * weight
        return flow.get(wrt, 0.0)

    # -------------------------------------------------------------------------------------------------- tools

    def fresh(self, of: str, point: dict[str, float] | None = None) -> Reply | None:
        """Return all derivatives of a node without the memo, worked out once for each text; None if a value is missing."""
        key = (tuple(self.text.items()), of, None if point is None else tuple(point.items()))
        if key not in self._fresh:
            with suppress(MissingValue):
                self._fresh[key] = self.explorer.derivatives("demo", of, list(self.text), point=point, use_memo=False)
        return self._fresh.get(key)

    @staticmethod
    def lines(text: Text) -> str:
        return "".join(f"{name}\n" if right is None else f"{name} = {right}\n" for name, right in text.items())

    def set_one(self, node: str, right: str | None) -> None:
        old, before = dict(self.text), Rows(self.explorer)
        editor.set_node(self.explorer, "demo", read_definition(node if right is None else f"{node} = {right}"))
        self.text[node] = right
        self.check_survivors(before, old)

    def check_survivors(self, before: Rows, old: Text, *, exact: bool = True) -> None:
        """Compare what is left with the rule; a batch may keep more (the invariant looks at what it keeps)."""
        after = Rows(self.explorer)
        expected = symbolic_survivors(before.pairs(), old, self.text)
        assert expected <= after.pairs(), ("dropped without need", expected - after.pairs())
        assert not exact or expected == after.pairs(), ("kept", after.pairs() - expected)
        if old == self.text:
            assert (before.formulas, before.numbers) == (after.formulas, after.numbers)
        else:
            assert after.revision > before.revision
        gone = set(old) - set(self.text)
        for point in before.points:
            if gone & before.bound(point).keys():
                assert point not in after.points
                continue
            bound = set(before.bound(point))
            for (p, y, x), number in before.numbers.items():
                names = before.names[y], before.names[x]
                if p == point and not gone & set(names) and numeric_keeps(names[0], bound, old, self.text):
                    assert after.numbers.get((p, y, x)) == number, ("dropped without need", names, bound)
            for (p, y), value in before.values.items():
                name = before.names[y]
                if p == point and name not in gone and numeric_keeps(name, bound, old, self.text):
                    assert after.values.get((p, y)) == value, ("value dropped without need", name, bound)


# ------------------------------------------------------------------------------------------------ cases by hand


@pytest.fixture
def explorer(database: str) -> Iterable[Explorer]:
    with Explorer(database) as found:
        loader.load(found, "demo", read_graph(ARTICLE))
        yield found


def change(explorer: Explorer, line: str, *, new_inputs: bool = False) -> editor.Change:
    return editor.set_node(explorer, "demo", read_definition(line), new_inputs=new_inputs)


def ask_all(explorer: Explorer) -> None:
    for of in "bcdefg":
        explorer.derivatives("demo", of, None)


def pairs(explorer: Explorer) -> set[tuple[str, str]]:
    return Rows(explorer).pairs()


def test_a_new_constant_drops_no_formula_but_every_number_below(explorer: Explorer) -> None:
    ask_all(explorer)
    before = Rows(explorer).formulas
    assert explorer.derivatives("demo", "g", ["a"], point={"a": 0.5}).answers[0].value == -4482.0
    change(explorer, "d = 5*b + 7")
    assert Rows(explorer).formulas == before
    assert explorer.derivatives("demo", "g", ["a"], point={"a": 0.5}).answers[0].value == -4662.0


def test_a_new_formula_drops_what_is_below_by_what_is_above_and_nothing_else(explorer: Explorer) -> None:
    ask_all(explorer)
    before = pairs(explorer)
    change(explorer, "d = 5*b^2")
    assert before - pairs(explorer) == {(y, x) for y in "defg" for x in "ab"}


def test_a_comment_changes_no_memo_row(explorer: Explorer) -> None:
    ask_all(explorer)
    before = Rows(explorer).formulas
    change(explorer, "d = 5*b + 6  # the middle")
    assert Rows(explorer).formulas == before
    assert explorer.node("demo", "d").note == "the middle"


def test_the_same_line_again_does_not_raise_the_revision(explorer: Explorer) -> None:
    before = Rows(explorer).revision
    assert change(explorer, "d = 5*b + 6").kept == 1
    assert Rows(explorer).revision == before


def test_a_default_leaves_points_that_bind_it(explorer: Explorer) -> None:
    change(explorer, "a = 1")
    for point in ({}, {"a": 0.5}):
        explorer.derivatives("demo", "g", ["a"], point=point)
    change(explorer, "a = 2")
    rows = Rows(explorer)
    assert {tuple(rows.bound(point)) for point, _, _ in rows.numbers} == {("a",)}
    assert explorer.derivatives("demo", "g", ["a"], point={}).answers[0].value == -432.0


@pytest.mark.parametrize("line", ["b = g", "d = d + 1", "c = 2*f", "b = 5 - 3*a + e"])
def test_a_loop_is_refused_and_changes_nothing(explorer: Explorer, line: str) -> None:
    before = explorer.rows("demo")
    with pytest.raises(CycleError):
        change(explorer, line)
    assert explorer.rows("demo") == before


def test_an_unknown_name_is_refused_unless_new_inputs_are_wanted(explorer: Explorer) -> None:
    before = explorer.rows("demo")
    with pytest.raises(UnknownNode):
        change(explorer, "d = 5*b + q")
    assert explorer.rows("demo") == before
    assert change(explorer, "d = 5*b + q", new_inputs=True).implied == ["q"]
    assert explorer.derivatives("demo", "g", ["q"]).answers[0].expression == "12*d"


@pytest.mark.parametrize("new", ["zz", "A", "P&L!B20", "it's", "x y", "cell.name", "w[0,1]", "d'", "if", "sin", "∂"])
def test_a_rename_prints_formulas_partials_rows_and_points_anew(explorer: Explorer, new: str) -> None:
    point = {"d": 3.0, "a": 0.5}
    change(explorer, "e = 7*c + d^2 + b*d")
    ask_all(explorer)
    number = explorer.derivatives("demo", "g", ["b"], point=point).answers[0].value
    before = Rows(explorer)
    editor.rename_node(explorer, "demo", "d", new)
    after = Rows(explorer)
    assert (after.formulas.keys(), after.numbers) == (before.formulas.keys(), before.numbers)
    for of in ["b", "c", new, "e", "f", "g"]:
        stored = explorer.derivatives("demo", of, None)
        assert stored.computed == 0
        fresh = explorer.derivatives("demo", of, None, use_memo=False)
        assert [a.expression for a in stored.answers] == [a.expression for a in fresh.answers]
    again = explorer.derivatives("demo", "g", ["b"], point={new: 3.0, "a": 0.5})
    assert (again.answers[0].value, again.computed) == (number, 0)


def test_a_rename_there_and_back_gives_the_rows_that_were(explorer: Explorer) -> None:
    change(explorer, "e = 7*c + d^2 + b*d")
    ask_all(explorer)
    before, rows = Rows(explorer).formulas, explorer.rows("demo")[1]
    editor.rename_node(explorer, "demo", "d", "zz")
    editor.rename_node(explorer, "demo", "zz", "d")
    assert Rows(explorer).formulas == before
    assert [sorted(part) for part in explorer.rows("demo")[1]] == [sorted(part) for part in rows]


def test_a_rename_to_a_name_that_is_there_or_not_a_name_is_refused(explorer: Explorer) -> None:
    before = explorer.rows("demo")
    for new in ("e", "", "a\nb", "x" * 201):
        with pytest.raises((UsageError, InvalidGraph)):
            editor.rename_node(explorer, "demo", "d", new)
    assert explorer.rows("demo") == before


def test_pi_becomes_a_node_only_while_no_formula_uses_the_constant(explorer: Explorer) -> None:
    change(explorer, "c = pi*b")
    for attempt in (lambda: change(explorer, "pi = 3"), lambda: editor.rename_node(explorer, "demo", "o", "pi")):
        with pytest.raises(InvalidGraph):
            attempt()
    change(explorer, "c = 2*b")
    change(explorer, "pi = 3")
    change(explorer, "c = pi*b")
    assert explorer.derivatives("demo", "c", ["pi"]).answers[0].expression == "b"


@pytest.mark.parametrize("there_first", [True, False])
def test_a_replacement_that_makes_pi_a_node_works_everything_out_again(explorer: Explorer, there_first: bool) -> None:
    constant, named = "y = pi*x\nz = y^2\n", "pi = 4\ny = pi*x\nz = y^2\n"
    first, second = (named, constant) if there_first else (constant, named)
    loader.load(explorer, "circle", read_graph(first))
    for of in "yz":
        explorer.derivatives("circle", of, None)
        explorer.derivatives("circle", of, None, point={"x": 2.0})
    loader.load(explorer, "circle", read_graph(second), replace=True)
    for of in "yz":
        for point in (None, {"x": 2.0}):
            stored = explorer.derivatives("circle", of, None, point=point)
            fresh = explorer.derivatives("circle", of, None, point=point, use_memo=False)
            assert stored.answers == fresh.answers


def test_a_node_that_is_used_stays(explorer: Explorer) -> None:
    before = explorer.rows("demo")
    with pytest.raises(InvalidGraph, match="'d' is used by 'e'"):
        editor.remove_node(explorer, "demo", "d")
    assert explorer.rows("demo") == before


def test_removing_a_node_takes_the_points_that_bind_it_but_a_named_one_forbids_it(explorer: Explorer) -> None:
    explorer.derivatives("demo", "f", ["b"], point={"g": 1.0, "a": 1.0})
    explorer.derivatives("demo", "f", ["b"], point={"a": 1.0})
    with explorer.engine.begin() as conn:
        conn.exec_driver_sql(
            "insert into point_name (graph_id, name, point_id) "
            "select graph_id, 'there', id from point where bindings like '%%g%%'"
            if conn.dialect.name == "postgresql"
            else "insert into point_name (graph_id, name, point_id) "
            "select graph_id, 'there', id from point where bindings like '%g%'"
        )
    attempts: tuple[Callable[[], object], ...] = (
        lambda: editor.remove_node(explorer, "demo", "g"),
        lambda: loader.load(explorer, "demo", read_graph(ARTICLE.replace("g = 3*f - o\n", "o\n")), replace=True),
    )
    for attempt in attempts:
        before = explorer.rows("demo")
        with pytest.raises(InvalidGraph, match="there"):
            attempt()
        assert explorer.rows("demo") == before
    with explorer.engine.begin() as conn:
        conn.exec_driver_sql("delete from point_name")
    editor.remove_node(explorer, "demo", "g")
    rows = Rows(explorer)
    assert [rows.bound(point) for point in rows.points] == [{"a": 1.0}]
    assert {point for point, _, _ in rows.numbers} == set(rows.points)


def test_a_replacement_keeps_the_ids_and_rows_of_what_stays_and_says_what_it_did(explorer: Explorer) -> None:
    ask_all(explorer)
    ids = {name: node for node, name in Rows(explorer).names.items()}
    before = pairs(explorer)
    text = ARTICLE.replace("d = 5*b + 6", "d = 5*b^2").replace("g = 3*f - o", "h = 3*f") + "o\n"
    done = loader.load(explorer, "demo", read_graph(text), replace=True)
    assert (done.added, done.changed, done.removed, done.kept) == (["h"], ["d"], ["g"], 6)
    rows = Rows(explorer)
    assert {name: node for node, name in rows.names.items() if name != "h"} == {n: i for n, i in ids.items() if n != "g"}
    gone = {(y, x) for y in "def" for x in "ab"}
    assert rows.pairs() == {(y, x) for y, x in before if y != "g"} - gone


def test_a_load_of_what_is_there_is_refused_without_replace(explorer: Explorer) -> None:
    before = explorer.rows("demo")
    with pytest.raises(UsageError):
        loader.load(explorer, "demo", read_graph("y = x"))
    assert explorer.rows("demo") == before


def test_a_removed_graph_leaves_no_row(explorer: Explorer) -> None:
    ask_all(explorer)
    explorer.derivatives("demo", "g", None, point={"a": 1.0})
    loader.remove_graph(explorer, "demo")
    rows = Rows(explorer)
    assert not (rows.names or rows.formulas or rows.points or rows.numbers or rows.values)
    with pytest.raises(UnknownGraph):
        change(explorer, "d = 1")


def test_ids_are_never_used_twice(explorer: Explorer) -> None:
    before = set(Rows(explorer).names)
    for _ in range(2):
        loader.remove_graph(explorer, "demo")
        loader.load(explorer, "demo", read_graph(ARTICLE))
        assert not before & set(Rows(explorer).names)
        before |= set(Rows(explorer).names)


def test_eight_threads_set_nodes_and_no_update_is_lost(tmp_path: Path) -> None:
    import threading

    url, errors = str(tmp_path / "many.db"), list[Exception]()
    with Explorer(url) as explorer:
        loader.load(explorer, "demo", read_graph("".join(f"y{i} = x\n" for i in range(8))))
        start = Rows(explorer).revision

        def work(index: int) -> None:
            try:
                with Explorer(url) as own:
                    for turn in range(5):
                        change(own, f"y{index} = {turn + 2}*x")
                        own.derivatives("demo", f"y{index}", ["x"])
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(index,)) for index in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors
        assert Rows(explorer).revision == start + 40
        for index in range(8):
            assert explorer.node("demo", f"y{index}").formula == "6*x"
            assert explorer.derivatives("demo", f"y{index}", ["x"]).answers[0].expression == "6"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("set d", "rename d"),
        ("set uses o", "rm o2"),
        ("rm graph", "set d"),
        ("rm graph", "rename d"),
        ("rename b", "set d"),
        ("set deep", "set d level"),
        ("pi", "use pi"),
        ("use pi", "pi"),
        ("rename d", "load"),
    ],
)
def test_two_editors_at_once_leave_a_graph_that_one_after_the_other_could_leave(
    database: str, first: str, second: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second editor starts while the first holds its lock; the partials must be those of the formulas."""
    import threading
    import time

    from gradq.store.errors import GradqError

    actions: dict[str, Callable[[Explorer], object]] = {
        "set d": lambda e: change(e, "d = 5*b^2 + c"),
        "rename d": lambda e: editor.rename_node(e, "demo", "d", "dd"),
        "set uses o": lambda e: change(e, "d = 5*b + o2"),
        "rm o2": lambda e: editor.remove_node(e, "demo", "o2"),
        "rm graph": lambda e: loader.remove_graph(e, "demo"),
        "rename b": lambda e: editor.rename_node(e, "demo", "b", "bb"),
        "set deep": lambda e: change(e, "b = 5 - 3*deep"),
        "set d level": lambda e: change(e, "d = 5*b^3"),
        "pi": lambda e: change(e, "pi = 4"),
        "use pi": lambda e: change(e, "d = pi*b"),
        "load": lambda e: loader.load(e, "demo", read_graph(ARTICLE + "o2\ndeep = a^2\n"), replace=True),
    }
    with Explorer(database) as one, Explorer(database) as two:
        loader.load(one, "demo", read_graph(ARTICLE + "o2\ndeep = a^2\n"))
        seen: list[BaseException] = []

        def work() -> None:
            try:
                actions[second](two)
            except BaseException as error:
                seen.append(error)

        thread = threading.Thread(target=work)
        started = False

        def before_commit(conn: sqlalchemy.Connection) -> None:
            nonlocal started
            if not started:
                started = True
                thread.start()
                time.sleep(0.3)

        sqlalchemy.event.listen(one.engine, "commit", before_commit)
        actions[first](one)
        thread.join(20)
        assert started and not thread.is_alive()
        assert all(isinstance(error, GradqError) for error in seen), seen
        if first != "rm graph":
            check_graph(one)


def check_graph(explorer: Explorer) -> None:
    """Look whether the edges, partials and levels of a graph are those of its formulas."""
    row, cone = explorer.rows("demo")
    names = {node.id: node.name for node in cone.nodes}
    wanted = {
        (node.name, edge.parent, edge.digest)
        for node in cone.nodes
        if node.formula is not None
        for edge in local_partials(node.formula, pi_is_node=row.has_pi)
    }
    assert {(names[e.child], names[e.parent], e.digest) for e in cone.edges} == wanted
    level: dict[str, int] = {}
    graph = nx.DiGraph([(names[e.parent], names[e.child]) for e in cone.edges])
    graph.add_nodes_from(names.values())
    for number, nodes in enumerate(nx.topological_generations(graph)):
        level |= dict.fromkeys(nodes, number)
    assert {node.name: node.level for node in cone.nodes} == level
