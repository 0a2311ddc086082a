"""Write the database that this version makes as SQL text beside this file, before a migration makes it an earlier one.

python tests/store/schemas/keep.py
"""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from gradq.engine import bulk, editor, loader
from gradq.engine.check import check
from gradq.engine.explorer import Explorer
from gradq.engine.gallery import examples
from gradq.engine.graphfile import read_graph
from gradq.store.upgrade import SCHEMA

ODD = """'P&L!B20' = 2*größe' + 'it''s' # a note; with 'quotes' and ∂
größe' = x[0]^2 + pi
x[0] = -0.1
y = erf(x[0])*'P&L!B20'
"""
# numbers that a column cannot say; point 2 is that of the odd one
PUT_IN = """
update point_value set value = null, state = 'nan' where node_id in (select id from node where name = 'P&L!B20');
insert into point_value (point_id, node_id, value, state) select 2, id, null, '-inf' from node where name = 'o';
insert into point_value (point_id, node_id, value, state) select 2, id, 0.0, '-0' from node where name = 'a';
insert into point_value (point_id, node_id, value, state) select 2, id, 5e-324, null from node where name = 'b';
insert into point_gradient (point_id, of_id, wrt_id, value, state) select 2, y.id, x.id, null, 'inf'
    from node y, node x where y.name = 'e' and x.name = 'o';
"""


def keep(path: Path) -> None:
    """Write the dump of a database with rows in every table."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kept.db"
        with Explorer(str(file)) as explorer:
            loader.load(explorer, "article", read_graph(examples()["article"].text))
            loader.load(explorer, "odd one", read_graph(ODD))
            explorer.derivatives("article", "g", None)
            explorer.derivatives("article", "g", ["b"], point={"a": 0.5, "o": 1.0})
            editor.name_point(explorer, "article", "start", [{"a": 0.5, "o": 1.0}])
            explorer.derivatives("odd one", "y", ["x[0]"])
            explorer.derivatives("odd one", "y", ["x[0]"], point={"it's": -0.0})
            check(explorer, "article", point={"a": 0.5, "o": 1.0})
            bulk.FROM = 0  # a small graph gets a tape too
            loader.load(explorer, "large", read_graph("y = x^2"))
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript(PUT_IN)
            lines = [f"-- A database as the gradq of schema {SCHEMA} wrote it. Never edited.", *connection.iterdump()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    keep(Path(__file__).with_name(f"{SCHEMA}.sql"))
