"""Tallies: how often phones sent each reaction, by hall and session."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "tallies",
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("word", sa.Text, primary_key=True),
        sa.Column("many", sa.BigInteger, nullable=False),
    )
