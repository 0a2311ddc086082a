"""Graphs, nodes and edges as frozen rows: cones between nodes, up, down, and removal."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
import sqlalchemy

from gradq.store import graphs
from gradq.store.connect import open_engine, reading, writing
from gradq.store.statements import by_index
from gradq.store.upgrade import ensure_schema

ARROWS = [("a", "b"), ("b", "c"), ("b", "d"), ("c", "e"), ("d", "e"), ("e", "f"), ("x", "e"), ("a", "z")]
LEVELS = {"a": 0, "x": 0, "b": 1, "z": 1, "c": 2, "d": 2, "e": 3, "f": 4}


@pytest.fixture
def engine(database: str) -> Iterator[sqlalchemy.Engine]:
    engine = open_engine(database)
    ensure_schema(engine)
    with writing(engine) as conn:
        for name in ("demo", "other"):
            graph = graphs.add_graph(conn, name, "a note")
            graphs.insert_nodes(conn, graph, [(n, "input", None, None, level, None) for n, level in LEVELS.items()])
            ids = {n: row.id for n, row in graphs.nodes_by_name(conn, graph, list(LEVELS)).items()}
            graphs.insert_edges(conn, graph, [(ids[child], ids[parent], "1", "d") for parent, child in ARROWS])
    yield engine
    engine.dispose()


def ids_of(conn: sqlalchemy.Connection) -> tuple[int, dict[str, int]]:
    row = graphs.get_graph(conn, "demo")
    assert row is not None and (row.revision, row.note, row.has_pi) == (1, "a note", False)
    return row.id, {name: node.id for name, node in graphs.nodes_by_name(conn, row.id, list(LEVELS)).items()}


@pytest.mark.parametrize(
    ("of", "wrt", "nodes"),
    [("f", "a", "abcdef"), ("e", "b", "bcde"), ("f", "f", "f"), ("c", "d", ""), ("a", "f", ""), ("f", "x", "xef")],
)
def test_between_gives_the_nodes_and_edges_on_some_path(engine: sqlalchemy.Engine, of: str, wrt: str, nodes: str) -> None:
    with reading(engine) as conn:
        graph, ids = ids_of(conn)
        cone = graphs.between(conn, graph, ids[of], ids[wrt])
    assert sorted(node.name for node in cone.nodes) == sorted(nodes)
    expected = {(ids[child], ids[parent]) for parent, child in ARROWS if {parent, child} <= set(nodes)}
    assert {(edge.child, edge.parent) for edge in cone.edges} == expected
    assert len(cone.edges) == len(expected)


def test_up_down_and_the_next_ones(engine: sqlalchemy.Engine) -> None:
    with reading(engine) as conn:
        graph, ids = ids_of(conn)
        name = {node: n for n, node in ids.items()}
        assert "".join(sorted(name[i] for i in graphs.upstream_ids(conn, [ids["e"]]))) == "abcdex"
        assert "".join(sorted(name[i] for i in graphs.downstream_ids(conn, [ids["b"], ids["z"]]))) == "bcdefz"
        assert graphs.downstream_ids(conn, []) == graphs.upstream_ids(conn, []) == []
        assert sorted(name[edge.child] for edge in graphs.children_of(conn, [ids["b"]])) == ["c", "d"]
        assert sorted(name[edge.parent] for edge in graphs.parents_of(conn, [ids["e"]])) == ["c", "d", "x"]
        cone = graphs.upstream(conn, graph, [ids["c"], ids["z"]])
        assert sorted(node.name for node in cone.nodes) == ["a", "b", "c", "z"]
        assert len(cone.edges) == 3
        whole = graphs.whole(conn, graph)
        assert (len(whole.nodes), len(whole.edges)) == (len(LEVELS), len(ARROWS))


def test_a_large_part_is_sifted_out_of_the_whole_and_is_the_same(
    engine: sqlalchemy.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(engine) as conn:
        graph, ids = ids_of(conn)
        asked = [graphs.between(conn, graph, ids["e"], ids["b"]), graphs.upstream(conn, graph, [ids["f"]])]
        monkeypatch.setattr(graphs, "CHUNK", 2)
        again = [graphs.between(conn, graph, ids["e"], ids["b"]), graphs.upstream(conn, graph, [ids["f"]])]
        assert [(sorted(cone.nodes), sorted(cone.edges)) for cone in again] == [
            (sorted(cone.nodes), sorted(cone.edges)) for cone in asked
        ]
        assert len(asked[0].nodes) == 4 and len(asked[1].nodes) == 7


def test_a_removed_graph_leaves_the_other_alone(engine: sqlalchemy.Engine) -> None:
    with writing(engine) as conn:
        graphs.remove_graph(conn, ids_of(conn)[0])
    with reading(engine) as conn:
        assert graphs.get_graph(conn, "demo") is None
        (only,) = graphs.list_graphs(conn)
        assert (only.name, only.nodes, only.edges) == ("other", len(LEVELS), len(ARROWS))


def test_a_removed_node_takes_its_edges(engine: sqlalchemy.Engine) -> None:
    with writing(engine) as conn:
        graph, ids = ids_of(conn)
        graphs.remove_nodes(conn, [ids["e"]])
        assert len(graphs.whole(conn, graph).edges) == len([arrow for arrow in ARROWS if "e" not in arrow])


def test_touch_raises_the_revision_and_a_lock_reads_it(engine: sqlalchemy.Engine) -> None:
    with writing(engine) as conn:
        graph, _ = ids_of(conn)
        assert graphs.touch(conn, graph) == 2
        assert graphs.locked_revision(conn, graph) == 2
        assert graphs.locked_revision(conn, 10**9) is None


def test_lists_longer_than_a_database_takes_at_once_are_asked_in_parts(engine: sqlalchemy.Engine) -> None:
    with writing(engine) as conn:
        graph = graphs.add_graph(conn, "wide", None)
        names = [f"n{i}" for i in range(12_000)]
        graphs.insert_nodes(conn, graph, [(name, "input", None, None, 0, None) for name in names])
        found = graphs.nodes_by_name(conn, graph, names)
        assert len(found) == 12_000
        rows = [row.id for row in found.values()]
        graphs.insert_edges(conn, graph, [(rows[0], parent, "1", "d") for parent in rows[1:]])
        assert len(graphs.parents_of(conn, rows)) == 11_999
        assert len(graphs.downstream_ids(conn, rows)) == 12_000
        graphs.remove_nodes(conn, rows)
        assert graphs.whole(conn, graph).nodes == []


def test_a_walk_scans_no_table_before_the_first_statistics(engine: sqlalchemy.Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite plans without statistics")
    plan = sqlalchemy.text(f"explain {graphs._BETWEEN}".replace("?", "1"))
    with writing(engine) as conn:
        graph = graphs.add_graph(conn, "new", None)
        graphs.insert_nodes(conn, graph, [(f"n{i}", "input", None, None, i, None) for i in range(5_000)])
        ids = sorted(node.id for node in graphs.whole(conn, graph).nodes)
        graphs.insert_edges(conn, graph, [(child, parent, "1", "d") for parent, child in pairwise(ids)])
        with by_index(conn):
            steps = "\n".join(conn.execute(plan).scalars())
        assert "Seq Scan" not in steps and "Hash Join" not in steps
        assert conn.exec_driver_sql("show enable_hashjoin").scalar() == "on"
