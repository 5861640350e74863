"""Who is at the desk, and which post each has in hand."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table of claims."""
    op.create_table(
        "claims",
        sa.Column("by", sa.Text, primary_key=True),
        sa.Column("post_key", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
