"""The triggers look at both ends of an edge, and at rows that others take the place of.

They are made where the views are made, so that there is nothing to do here.
"""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
