"""What a search looks through."""

import json

import sqlalchemy as sa
from alembic import op

from backchannel.sieve import plain

revision = "0009"
down_revision = "0008"

AT_ONCE = 1000

posts = sa.table(
    "posts",
    *(sa.column(name) for name in ("key", "status", "text", "warning", "author_name", "author_address")),
    *(sa.column(name) for name in ("media", "spans", "matched", "sought")),
)


def upgrade() -> None:
    """Add the column, and fill it for what is there."""
    op.add_column("posts", sa.Column("sought", sa.Text, nullable=False, server_default=sa.text("''")))
    fill(op.get_bind())


def fill(connection: sa.Connection) -> None:
    """Have every post found that is not gone."""
    filled = sa.update(posts).where(posts.c.key == sa.bindparam("of_key")).values(sought=sa.bindparam("words"))
    last = ""
    page = sa.select(posts).where(posts.c.status != "gone", posts.c.key > sa.bindparam("last"))
    while rows := connection.execute(page.order_by(posts.c.key).limit(AT_ONCE), {"last": last}).all():
        connection.execute(filled, [{"of_key": row.key, "words": _sought(row)} for row in rows])
        last = rows[-1].key


def _sought(row: sa.Row[tuple[str, ...]]) -> str:
    spans = json.loads(row.spans)
    alts = [media["alt"] for media in json.loads(row.media)]
    links = [span["value"] for span in spans if span["kind"] == "link"]
    tags = [f"#{span['value']}" for span in spans if span["kind"] == "hashtag"]
    said = plain(" ".join((row.text, row.warning, *alts, *links, *tags, *json.loads(row.matched))))
    author = plain(f"{row.author_name} {row.author_address}")
    return f" {said} \n {author} " if said or author else ""
