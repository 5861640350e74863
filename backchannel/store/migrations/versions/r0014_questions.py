"""Questions to who speaks, and the votes for them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the columns, and the table of votes; no post so far was a question."""
    op.add_column("posts", sa.Column("asks", sa.Text))
    op.add_column("posts", sa.Column("asks_state", sa.Text))
    op.add_column("posts", sa.Column("asks_at", sa.BigInteger))
    op.create_index("posts_by_question", "posts", ["asks", "session"])
    op.create_table(
        "votes",
        sa.Column("post_key", sa.Text, primary_key=True),
        sa.Column("device", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("votes_by_device", "votes", ["device"])
