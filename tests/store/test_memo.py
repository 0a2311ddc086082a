"""Memo rows: every float comes back as it went in, rows that are there stay, and clear leaves named points."""

import math
import struct
import threading
from collections.abc import Iterator

import pytest
import sqlalchemy

from gradq.store import graphs, memo
from gradq.store.connect import open_engine, reading, writing
from gradq.store.upgrade import ensure_schema

FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, math.inf, -math.inf]


@pytest.fixture
def engine(database: str) -> Iterator[sqlalchemy.Engine]:
    engine = open_engine(database)
    ensure_schema(engine)
    with writing(engine) as conn:
        graph = graphs.add_graph(conn, "demo", None)
        graphs.insert_nodes(conn, graph, [(f"n{i}", "input", None, None, 0, None) for i in range(12)])
    yield engine
    engine.dispose()


def ids(conn: sqlalchemy.Connection) -> tuple[int, list[int]]:
    graph = graphs.get_graph(conn, "demo")
    assert graph is not None
    return graph.id, sorted(node.id for node in graphs.whole(conn, graph.id).nodes)


def bits(value: float) -> bytes:
    return struct.pack("<d", value)


def test_every_float_comes_back_with_the_same_bits(engine: sqlalchemy.Engine) -> None:
    floats = [*FLOATS, math.nan]
    with writing(engine) as conn:
        graph, nodes = ids(conn)
        point = memo.ensure_point(conn, graph, "key", "{}")
        memo.store_point_values(conn, point, list(zip(nodes, floats, strict=True)))
        memo.store_point_gradients(conn, point, [(nodes[0], node, x) for node, x in zip(nodes, floats, strict=True)])
    with reading(engine) as conn:
        for found in (memo.point_values(conn, point), memo.point_gradients(conn, point, nodes[0], None)):
            for node, value in zip(nodes, floats, strict=True):
                assert math.isnan(found[node]) if math.isnan(value) else bits(found[node]) == bits(value)
        # and a person who reads the view sees a state wherever the number alone would lie
        rows = conn.exec_driver_sql("select value, state from v_sensitivity where state is not null").fetchall()
    assert sorted(row[1] for row in rows) == ["-0", "-inf", "inf", "nan"]


def test_a_row_that_is_there_stays(engine: sqlalchemy.Engine) -> None:
    with writing(engine) as conn:
        graph, (a, b, *_) = ids(conn)
        point = memo.ensure_point(conn, graph, "key", "{}")
        assert memo.ensure_point(conn, graph, "key", "{}") == point
        for text, number in (("1", 1.0), ("2", 2.0)):
            memo.store_gradients(conn, graph, 1, [(a, b, text)])
            memo.store_point_gradients(conn, point, [(a, b, number)])
            memo.store_point_values(conn, point, [(a, number)])
        assert memo.gradients_of(conn, a, None) == {b: "1"}
        assert memo.point_gradients(conn, point, a, [b]) == {b: 1.0}
        assert memo.point_values(conn, point) == {a: 1.0}


def test_clear_drops_every_row_but_named_points(engine: sqlalchemy.Engine) -> None:
    with writing(engine) as conn:
        graph, (a, b, *_) = ids(conn)
        memo.store_gradients(conn, graph, 1, [(a, b, "1")])
        for key in ("k1", "k2"):
            point = memo.ensure_point(conn, graph, key, "{}")
            memo.store_point_gradients(conn, point, [(a, b, 1.0)])
            memo.store_point_values(conn, point, [(a, 1.0), (b, 2.0)])
        conn.exec_driver_sql(f"insert into point_name (graph_id, name, point_id) values ({graph}, 'base', {point})")
        assert memo.clear(conn, graph) == {"gradient": 1, "point_gradient": 2, "point_value": 4, "point": 1}
        assert memo.counts(conn, graph) == {"gradient": 0, "point_gradient": 0, "point_value": 0, "point": 1}
        assert memo.named_point(conn, graph, "base") == ("k2", "{}")


def test_numbers_are_dropped_by_output_and_only_at_the_points_named(engine: sqlalchemy.Engine) -> None:
    with writing(engine) as conn:
        graph, (a, b, c, *_) = ids(conn)
        one, two = (memo.ensure_point(conn, graph, key, "{}") for key in ("k1", "k2"))
        for point in (one, two):
            memo.store_point_gradients(conn, point, [(a, c, 1.0), (b, c, 1.0), (b, a, 1.0)])
        memo.drop_numeric(conn, [b], [one])
        assert memo.point_gradients(conn, one, b, None) == {}
        assert memo.point_gradients(conn, two, b, None) == {a: 1.0, c: 1.0}
        memo.drop_numeric(conn, [b], [])
        assert memo.point_gradients(conn, two, b, None) == {a: 1.0, c: 1.0}
        memo.drop_numeric(conn, [a], None)
        assert memo.counts(conn, graph)["point_gradient"] == 2


def test_formulas_are_dropped_where_both_sides_are_named_also_in_many_chunks(engine: sqlalchemy.Engine) -> None:
    with writing(engine) as conn:
        graph, (a, b, c, *_) = ids(conn)
        memo.store_gradients(conn, graph, 1, [(a, b, "1"), (a, c, "1"), (b, c, "1")])
        more = list(range(10**6, 10**6 + 12_000))
        assert memo.drop_gradients(conn, [*more, a], [*more, c]) == 1
        assert sorted(memo.memo_pairs(conn, graph)) == [(a, b), (b, c)]


def test_two_who_store_the_same_rows_in_other_orders_do_not_block_each_other(engine: sqlalchemy.Engine) -> None:
    with writing(engine) as conn:
        graph, (of, *_) = ids(conn)
        graphs.insert_nodes(conn, graph, [(f"m{i}", "input", None, None, 0, None) for i in range(3_000)])
        _, nodes = ids(conn)
        point = memo.ensure_point(conn, graph, "key", "{}")
    together, errors = threading.Barrier(2), list[Exception]()

    def work(order: list[int]) -> None:
        try:
            with writing(engine) as conn:
                if conn.dialect.name == "postgresql":  # an SQLite file has one writer at a time
                    together.wait()
                memo.store_gradients(conn, graph, 1, [(of, node, "1") for node in order])
                memo.store_point_gradients(conn, point, [(of, node, 1.0) for node in order])
                memo.store_point_values(conn, point, [(node, 1.0) for node in order])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(order,)) for order in (nodes, nodes[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with reading(engine) as conn:
        assert memo.counts(conn, graph) == dict.fromkeys(("gradient", "point_gradient", "point_value"), len(nodes)) | {"point": 1}
