"""Pictures that were fetched, and which posts show them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the tables, and the column of posts that names what they show."""
    op.add_column("posts", sa.Column("pictures", sa.Text))
    op.create_table(
        "pictures",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("width", sa.BigInteger, nullable=False),
        sa.Column("height", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "picture_uses",
        sa.Column("post_key", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_index("picture_uses_by_name", "picture_uses", ["name"])
    op.create_index("picture_uses_by_url", "picture_uses", ["url"])
