"""When badges end by themselves, and in which browser they are."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

KEPT_BY_BROWSERS_US = 30 * 24 * 3600 * 1_000_000


def upgrade() -> None:
    """Add the columns; a badge from before ends when browsers gave it up."""
    op.add_column("badges", sa.Column("until", sa.BigInteger))
    op.add_column("badges", sa.Column("idle_s", sa.BigInteger))
    op.add_column("badges", sa.Column("browser", sa.Text))
    badges = sa.table("badges", sa.column("at", sa.BigInteger), sa.column("until", sa.BigInteger))
    op.execute(badges.update().values(until=badges.c.at + KEPT_BY_BROWSERS_US))
