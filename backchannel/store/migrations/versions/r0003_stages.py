"""What each hall shows."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of stages."""
    op.create_table(
        "stages",
        sa.Column("hall", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("layout", sa.Text, nullable=False),
        sa.Column("calm", sa.Boolean, nullable=False),
        sa.Column("spotlight", sa.Text),
        sa.Column("panic", sa.Text, nullable=False),
        sa.Column("on_air", sa.Text, nullable=False),
        sa.Column("next", sa.Text, nullable=False),
        sa.Column("relief", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("aged_out", sa.BigInteger, nullable=False),
        sa.Column("turned_at", sa.BigInteger),
    )
