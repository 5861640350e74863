"""Whether no post of its author was approved when a post came."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the column; what is there already is nobody's first post."""
    op.add_column("posts", sa.Column("is_first", sa.Boolean, nullable=False, server_default=sa.false()))
