"""Local partials and memo rows say when, where and how well they agreed with an independent estimate."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = {
    "edge": ("checked_at", "checked_point_id", "check_error"),
    "gradient": ("checked_at", "checked_point_id", "check_error"),
    "point_gradient": ("checked_at", "check_error"),
}
TYPES: dict[str, sa.types.TypeEngine[Any]] = {"checked_at": sa.Text(), "checked_point_id": ID, "check_error": sa.Double()}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.add_column(sa.Column(column, TYPES[column]))


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
