"""Which session of the programme a post belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns; of posts that are there already nobody knows."""
    op.add_column("posts", sa.Column("session", sa.Text))
    op.add_column("posts", sa.Column("session_why", sa.Text))
