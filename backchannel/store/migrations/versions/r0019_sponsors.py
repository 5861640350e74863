"""Sponsors: whether a hall shows their cards, whose was the last, whether it stands now, and when it began."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns; so far no card was shown, and none is forbidden."""
    op.add_column("stages", sa.Column("sponsors", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("stages", sa.Column("sponsor", sa.Text))
    op.add_column("stages", sa.Column("is_sponsored", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("stages", sa.Column("sponsored_at", sa.BigInteger))
