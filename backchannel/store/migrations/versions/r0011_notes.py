"""Notes on posts, the desk's words on pictures, and lines to the stage."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make both tables, and room for descriptions."""
    op.add_column("posts", sa.Column("descriptions", sa.Text))
    op.add_column("posts", sa.Column("remarks", sa.BigInteger, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "notes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("post_key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("taken_by", sa.Text),
        sa.Column("taken_at", sa.BigInteger),
    )
    op.create_index("notes_by_post", "notes", ["post_key", "at"])
    op.create_table(
        "messages",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("hall", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("got_by", sa.Text),
        sa.Column("got_at", sa.BigInteger),
    )
    op.create_index("messages_by_hall", "messages", ["hall", "at"])
