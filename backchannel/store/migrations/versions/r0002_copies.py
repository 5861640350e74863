"""What a rule matched in a post, and which posts are copies of which."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; posts that are there already have no copies."""
    op.add_column("posts", sa.Column("marks", sa.Text, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("posts", sa.Column("fold", sa.Text, nullable=True))
    op.add_column("posts", sa.Column("copy_of", sa.Text, nullable=True))
    op.create_index("posts_by_fold", "posts", ["fold"])
    op.create_index("posts_by_copy", "posts", ["copy_of"])
