"""Custom emoji in the names of authors, and in warnings."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the columns; what is here already was read without them."""
    op.add_column("posts", sa.Column("author_emoji", sa.Text))
    op.add_column("posts", sa.Column("warning_emoji", sa.Text))
