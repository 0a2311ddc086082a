"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, sa.Identity(), primary_key=True)


def _link(name: str, target: str) -> sa.Column[int]:
    return sa.Column(name, ID, sa.ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    _graphs()
    _memo()


def downgrade() -> None:
    for table in ("point_gradient", "point_value", "point_name", "point", "gradient", "edge", "node", "graph"):
        op.drop_table(table)


def _graphs() -> None:
    op.create_table(
        "graph",
        _id(),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        sa.Column("revision", sa.BigInteger(), nullable=False, server_default="1"),
        sa.Column("note", sa.Text()),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "node",
        _id(),
        _link("graph_id", "graph"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("formula", sa.Text()),
        sa.Column("default_value", sa.Text()),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.UniqueConstraint("graph_id", "name", name="node_name"),
        sa.CheckConstraint("kind in ('input', 'parameter', 'formula')", name="node_kind"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "edge",
        _link("graph_id", "graph"),
        _link("child_id", "node"),
        _link("parent_id", "node"),
        sa.Column("partial", sa.Text()),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("child_id", "parent_id", name="edge_key"),
    )
    op.create_index("edge_parent", "edge", ["parent_id"])
    op.create_index("edge_graph", "edge", ["graph_id"])


def _memo() -> None:
    op.create_table(
        "gradient",
        _link("graph_id", "graph"),
        _link("of_id", "node"),
        _link("wrt_id", "node"),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("of_id", "wrt_id", name="gradient_key"),
    )
    op.create_index("gradient_wrt", "gradient", ["wrt_id"])
    op.create_index("gradient_graph", "gradient", ["graph_id"])
    op.create_table(
        "point",
        _id(),
        _link("graph_id", "graph"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("bindings", sa.Text(), nullable=False),
        sa.UniqueConstraint("graph_id", "key", name="point_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "point_name",
        _link("graph_id", "graph"),
        sa.Column("name", sa.Text(), nullable=False),
        _link("point_id", "point"),
        sa.PrimaryKeyConstraint("graph_id", "name", name="point_name_key"),
    )
    for name, links in {"point_value": ("node_id",), "point_gradient": ("of_id", "wrt_id")}.items():
        op.create_table(
            name,
            _link("point_id", "point"),
            *(_link(link, "node") for link in links),
            sa.Column("value", sa.Double()),
            sa.Column("state", sa.Text()),
            sa.PrimaryKeyConstraint("point_id", *links, name=f"{name}_key"),
        )
        for link in links:
            op.create_index(f"{name}_{link.removesuffix('_id')}", name, [link])
