"""Screens that are paired, the pages open as them, what they showed, and which confirmed a takedown."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the tables."""
    _make_screens()
    op.create_table(
        "openings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("screen", sa.Text, nullable=False),
        sa.Column("hall", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("browser", sa.Text, nullable=False),
        sa.Column("width", sa.BigInteger, nullable=False),
        sa.Column("height", sa.BigInteger, nullable=False),
        sa.Column("latency_ms", sa.BigInteger),
        sa.Column("painted_at", sa.BigInteger),
        sa.Column("is_over", sa.Boolean, nullable=False),
    )
    op.create_table(
        "receipts",
        sa.Column("screen", sa.Text, primary_key=True),
        sa.Column("post_key", sa.Text, primary_key=True),
        sa.Column("came_at", sa.BigInteger, primary_key=True),
        sa.Column("hall", sa.Text, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("has_left", sa.Boolean, nullable=False),
    )
    op.create_index("receipts_by_post", "receipts", ["post_key"])
    op.create_index("receipts_by_time", "receipts", ["came_at", "screen", "post_key"])
    op.create_table(
        "takedowns",
        sa.Column("hall", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("node", sa.Text, primary_key=True),
        sa.Column("post_key", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("asked", sa.BigInteger, nullable=False),
        sa.Column("confirmed", sa.BigInteger, nullable=False),
        sa.Column("took_ms", sa.BigInteger),
        sa.Column("late", sa.Text, nullable=False),
    )
    op.create_index("takedowns_by_time", "takedowns", ["at"])
    op.create_index("takedowns_by_post", "takedowns", ["post_key"])


def _make_screens() -> None:
    op.create_table(
        "screens",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("secret_hash", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hall", sa.Text, nullable=False),
        sa.Column("layout", sa.Text),
        sa.Column("panic", sa.Text, nullable=False),
        sa.Column("reloads", sa.BigInteger, nullable=False),
        sa.Column("shows", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("screens_by_secret", "screens", ["secret_hash"], unique=True)
    op.create_table(
        "pairings",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("secret_hash", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
