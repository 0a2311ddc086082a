"""Selections: the grammar case by case, every term against a brute-force oracle, and what is refused."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradq.engine.select import downstream, select, upstream
from gradq.store.errors import UnknownNode, UsageError

ARTICLE = {"a": [], "o": [], "b": ["a"], "c": ["b"], "d": ["b"], "e": ["c", "d"], "f": ["e"], "g": ["f", "o"]}
ODD = {
    "x[0]": [],
    "w[0,1]": [],
    "x'": [],
    "P&L!B20": [],
    "it's, it": ["x[0]"],
    "star*": ["w[0,1]"],
    "starry": ["star*"],
    "2+2": [],
    "alpha_m": ["x'"],
    "alpha_h": ["x'"],
    "ina.INa": ["alpha_m", "alpha_h"],
    "Größe": [],
}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("g", "g"),
        ("+c", "a b c"),
        ("f+", "f g"),
        ("1+g", "o f g"),
        ("2+g", "o e f g"),
        ("b+1", "b c d"),
        ("0+b+0", "b"),
        ("1+e+1", "c d e f"),
        ("+e+", "a b c d e f g"),
        ("g a", "a g"),
        ("  g \t a\n", "a g"),
        ("+c,+d", "a b"),
        ("+c,d+", ""),
        ("+c,+d o", "a o b"),
        ("*", "a o b c d e f g"),
        ("?,b+1", "b c d"),
        ("g+7", "g"),
        ("12345678901+g", "a o b c d e f g"),
        ("000000000001+g", "o f g"),
    ],
)
def test_the_grammar_on_the_articles_graph(text: str, names: str) -> None:
    assert select(text, ARTICLE) == names.split()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x[0]", ["x[0]"]),
        ("w[0,1]+", ["w[0,1]", "star*", "starry"]),
        ("w[0,1],w[*]", ["w[0,1]"]),
        ("w[?,1]", ["w[0,1]"]),
        ("x'+1", ["x'", "alpha_m", "alpha_h"]),
        ("P&L!B20", ["P&L!B20"]),
        ("+'it''s, it'", ["x[0]", "it's, it"]),
        ("it's, it", ["it's, it"]),
        ("star*", ["star*"]),
        ("sta*", ["star*", "starry"]),
        ("'star*'+", ["star*", "starry"]),
        ("2+2", ["2+2"]),
        ("'2+2' x[0]", ["x[0]", "2+2"]),
        ("alpha_?", ["alpha_m", "alpha_h"]),
        ("1+*.INa", ["alpha_m", "alpha_h", "ina.INa"]),
        ("*a*_*h", ["alpha_h"]),
        ("Gro\u0308ße", ["Größe"]),
    ],
)
def test_odd_names_and_globs(text: str, names: list[str]) -> None:
    assert select(text, ODD) == names


@pytest.mark.parametrize(
    ("text", "kind", "message", "hint"),
    [
        ("", UsageError, "empty", "2+g+1"),
        ("+", UsageError, r"read at '\+'", "2+g+1"),
        ("2+2", UsageError, r"read at '2\+2'", "2+g+1"),
        ("2g", UsageError, "read at '2g'", "2+g+1"),
        ("a+b", UsageError, r"read at 'a\+b'", "2+g+1"),
        ("++a", UsageError, r"read at '\+\+a'", "2+g+1"),
        ("x[0", UsageError, r"read at 'x\[0'", "2+g+1"),
        ("a " + "[" * 99, UsageError, r"\.\.\.'", "2+g+1"),
        ("a, b", UsageError, "comma", "+g,d+"),
        ("a ,b", UsageError, "comma", "+g,d+"),
        ("a,,b", UsageError, "comma", "+g,d+"),
        ("+'a", UsageError, "does not end", "''"),
        ("gg", UnknownNode, "no node 'gg'", "did you mean 'g'?"),
        ("g 'G'+", UnknownNode, "no node 'G'", "did you mean 'g'?"),
        ("'*'", UnknownNode, r"no node '\*'", ""),
        ("g z*+", UnknownNode, r"no node matches 'z\*'", "any text"),
    ],
)
def test_what_cannot_be_read_or_found_is_an_error_with_a_hint(
    text: str, kind: type[UsageError] | type[UnknownNode], message: str, hint: str
) -> None:
    with pytest.raises(kind, match=message) as found:
        select(text, ARTICLE)
    assert hint in (found.value.hint or "")


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    """Return the parents of each of up to nine nodes, in topological order."""
    names = [f"n{k}" for k in range(draw(st.integers(1, 9)))]
    return {name: [above for above in names[:k] if draw(st.booleans())] for k, name in enumerate(names)}


depths = st.one_of(st.none(), st.integers(0, 4))
terms = st.tuples(st.sampled_from(["n0", "n1", "n2", "n3", "n*", "*1", "n?", "'n4'"]), depths, depths)


def written(name: str, up: int | None, down: int | None) -> str:
    """Return the term as text; no plus sign for 0."""
    before, after = ("" if steps == 0 else f"{'' if steps is None else steps}" for steps in (up, down))
    return f"{before}{'+' if up != 0 else ''}{name}{'+' if down != 0 else ''}{after}"


def by_brute_force(graph: "nx.DiGraph[str]", name: str, up: int | None, down: int | None) -> set[str]:
    """Return the nodes of a term from the distances of every pair of nodes."""
    bare = name.strip("'")
    starts = [n for n in graph if n == bare or (bare in ("n*", "n?")) or (bare == "*1" and n == "n1")]
    distance = dict(nx.all_pairs_shortest_path_length(graph))
    far, apart = 50, 99
    return {
        other
        for start in starts
        for other in graph
        if distance[other].get(start, apart) <= (far if up is None else up)
        or distance[start].get(other, apart) <= (far if down is None else down)
    }


@given(graphs(), st.lists(st.lists(terms, min_size=1, max_size=3), min_size=1, max_size=3))
def test_a_selection_is_what_brute_force_finds(
    parents: dict[str, list[str]], groups: list[list[tuple[str, int | None, int | None]]]
) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph((above, name) for name, names in parents.items() for above in names)
    graph.add_nodes_from(parents)
    text = " ".join(",".join(written(*term) for term in group) for group in groups)
    parts = [[by_brute_force(graph, *term) for term in group] for group in groups]
    if not all(part for group in parts for part in group):
        with pytest.raises(UnknownNode):
            select(text, parents)
        return
    expected = set[str]().union(*(set.intersection(*group) for group in parts))
    assert select(text, parents) == [name for name in parents if name in expected]


@given(graphs(), depths)
def test_walks_give_the_distances_nearest_first(parents: dict[str, list[str]], depth: int | None) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph((above, name) for name, names in parents.items() for above in names)
    graph.add_nodes_from(parents)
    for walk, turned in ((downstream, graph), (upstream, graph.reverse())):
        found = walk(parents, "n0", depth)
        assert found == dict(nx.single_source_shortest_path_length(turned, "n0", cutoff=depth))
        assert list(found.values()) == sorted(found.values())


def test_a_walk_from_an_unknown_node_is_an_error() -> None:
    for walk in (upstream, downstream):
        with pytest.raises(UnknownNode) as found:
            walk({"alpha": []}, "alhpa")
        assert found.value.hint == "did you mean 'alpha'?"


def test_a_chain_of_a_hundred_thousand_is_ordinary() -> None:
    chain = {f"x{k}": [f"x{k - 1}"] if k else [] for k in range(100_000)}
    assert len(select("+x99999", chain)) == 100_000
    assert select("1+x5?0?0+1,x0+", chain)[:3] == ["x49999", "x50000", "x50001"]


def test_a_glob_of_many_stars_does_not_try_every_way() -> None:
    with pytest.raises(UnknownNode):
        select("*a" * 60 + "*b", {"a" * 199 + "c": [], "a" * 200: []})
