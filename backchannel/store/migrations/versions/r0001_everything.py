"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    _house()
    _log()
    _posts()
    _decisions()
    _people()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _house() -> None:
    op.create_table(
        "house",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        _text("epoch"),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        _text("halls"),
    )
    op.create_table("cursors", sa.Column("source", sa.Text, primary_key=True), _text("cursor"), _number("at"))


def _log() -> None:
    op.create_table("streams", sa.Column("name", sa.Text, primary_key=True), _number("seq"))
    op.create_table(
        "log",
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        _text("kind"),
        _text("post_key"),
        _number("version"),
        _number("at"),
    )


def _posts() -> None:
    op.create_table(
        "posts",
        sa.Column("key", sa.Text, primary_key=True),
        _text("network"),
        _text("network_id", nullable=True),
        _text("author_id", nullable=True),
        _text("status"),
        _number("version"),
        *map(_text, ("author_name", "author_address", "author_url", "author_avatar")),
        *map(_text, ("text", "spans", "url", "language", "media", "warning")),
        sa.Column("sensitive", sa.Boolean, nullable=False),
        _text("reply_name", nullable=True),
        _text("reply_address", nullable=True),
        _number("posted_at", nullable=True),
        _number("edited_at", nullable=True),
        *map(_number, ("received_at", "arrived", "moved")),
        _text("halls", nullable=True),
        _text("reasons"),
        _text("decided_by", nullable=True),
        _text("decided_verb", nullable=True),
        _text("decided_reason", nullable=True),
        _number("decided_at", nullable=True),
    )
    op.create_index("posts_by_arrival", "posts", ["status", "arrived"])
    op.create_index("posts_by_move", "posts", ["status", "moved"])
    op.create_index("posts_by_author", "posts", ["network", "author_id", "arrived"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("post_key", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        *map(_text, ("verb", "before", "after", "by", "reason")),
        _text("halls", nullable=True),
        _number("at"),
    )
    op.create_table(
        "answers",
        sa.Column("by", sa.Text, primary_key=True),
        sa.Column("idem", sa.Text, primary_key=True),
        _text("outcomes"),
        _number("at"),
    )


def _people() -> None:
    op.create_table(
        "badges", sa.Column("secret_hash", sa.Text, primary_key=True), *map(_text, ("name", "role")), _number("at")
    )
    op.create_table(
        "invitations",
        sa.Column("secret_hash", sa.Text, primary_key=True),
        *map(_text, ("name", "role")),
        _number("at"),
        _number("until"),
        _number("redeemed_at", nullable=True),
    )
