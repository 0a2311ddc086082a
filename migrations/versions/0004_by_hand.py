"""A graph says that it was changed by hand in SQL. The triggers that mark it are made where the views are made."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("graph", sa.Column("by_hand", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    # in place: a batch would make the table anew, and to drop the old one would take every row that points to it along
    op.drop_column("graph", "by_hand")
