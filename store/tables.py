"""The tables, as SQLAlchemy Core describes them. Migrations make them; a test holds the two together."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

Id = BigInteger().with_variant(Integer, "sqlite")
metadata = MetaData()


def _id() -> Column[int]:
    return Column("id", Id, Identity(), primary_key=True)


def _link(name: str, target: str) -> Column[int]:
    return Column(name, Id, ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=False)


def _check() -> list[Column[Any]]:
    """Return the columns that say when, where and how well a row agreed with an independent estimate."""
    # no foreign key: a point that goes leaves the check, and a key would scan this table for each that goes
    return [Column("checked_at", Text), Column("checked_point_id", Id), Column("check_error", Double)]


graph = Table(
    "graph",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("revision", BigInteger, nullable=False, server_default="1"),
    Column("note", Text),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("by_hand", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
node = Table(
    "node",
    metadata,
    _id(),
    _link("graph_id", "graph"),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("formula", Text),
    Column("default_value", Text),
    Column("level", Integer, nullable=False),
    Column("note", Text),
    UniqueConstraint("graph_id", "name", name="node_name"),
    CheckConstraint("kind in ('input', 'parameter', 'formula')", name="node_kind"),
    sqlite_autoincrement=True,
)
edge = Table(
    "edge",
    metadata,
    _link("graph_id", "graph"),
    _link("child_id", "node"),
    _link("parent_id", "node"),
    Column("partial", Text),
    Column("digest", Text, nullable=False),
    *_check(),
    PrimaryKeyConstraint("child_id", "parent_id", name="edge_key"),
    Index("edge_parent", "parent_id"),
    Index("edge_graph", "graph_id"),
)
gradient = Table(
    "gradient",
    metadata,
    _link("graph_id", "graph"),
    _link("of_id", "node"),
    _link("wrt_id", "node"),
    Column("expression", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    *_check(),
    PrimaryKeyConstraint("of_id", "wrt_id", name="gradient_key"),
    Index("gradient_wrt", "wrt_id"),
    Index("gradient_graph", "graph_id"),
)
point = Table(
    "point",
    metadata,
    _id(),
    _link("graph_id", "graph"),
    Column("key", Text, nullable=False),
    Column("bindings", Text, nullable=False),
    UniqueConstraint("graph_id", "key", name="point_key"),
    sqlite_autoincrement=True,
)
point_name = Table(
    "point_name",
    metadata,
    _link("graph_id", "graph"),
    Column("name", Text, nullable=False),
    _link("point_id", "point"),
    PrimaryKeyConstraint("graph_id", "name", name="point_name_key"),
)
point_value = Table(
    "point_value",
    metadata,
    _link("point_id", "point"),
    _link("node_id", "node"),
    Column("value", Double),
    Column("state", Text),
    PrimaryKeyConstraint("point_id", "node_id", name="point_value_key"),
    Index("point_value_node", "node_id"),
)
point_gradient = Table(
    "point_gradient",
    metadata,
    _link("point_id", "point"),
    _link("of_id", "node"),
    _link("wrt_id", "node"),
    Column("value", Double),
    Column("state", Text),
    Column("checked_at", Text),
    Column("check_error", Double),
    PrimaryKeyConstraint("point_id", "of_id", "wrt_id", name="point_gradient_key"),
    Index("point_gradient_of", "of_id"),
    Index("point_gradient_wrt", "wrt_id"),
)
tape = Table(
    "tape",
    metadata,
    Column("graph_id", Id, ForeignKey("graph.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
