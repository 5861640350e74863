"""What somebody wants next in a hall, first first."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the column; so far the director alone said what comes next."""
    op.add_column("stages", sa.Column("lined_up", sa.Text, nullable=False, server_default="[]"))
