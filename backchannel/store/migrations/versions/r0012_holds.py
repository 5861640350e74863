"""Until when a rule holds a post, what it says, how old its author's account is, and how many follow it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns; of posts that are there already nobody knows."""
    op.add_column("posts", sa.Column("saying", sa.Text))
    op.add_column("posts", sa.Column("release_at", sa.BigInteger))
    op.add_column("posts", sa.Column("author_created_at", sa.BigInteger))
    op.add_column("posts", sa.Column("author_followers", sa.BigInteger))
    op.create_index("posts_by_saying", "posts", ["saying"])
    op.create_index("posts_by_release", "posts", ["release_at"])
