"""When the holder of a badge was last seen, and who made an invitation."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; of what is there already nobody knows."""
    op.add_column("badges", sa.Column("seen_at", sa.BigInteger))
    op.add_column("invitations", sa.Column("by", sa.Text))
