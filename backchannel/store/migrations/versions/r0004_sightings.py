"""By which name each source knows a post, and what the source followed it for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table of sightings, and the column."""
    op.create_table(
        "sightings",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("ref", sa.Text, primary_key=True),
        sa.Column("post_key", sa.Text, nullable=False),
    )
    op.create_index("sightings_by_post", "sightings", ["post_key"])
    op.add_column("posts", sa.Column("matched", sa.Text, nullable=False, server_default=sa.text("'[]'")))
