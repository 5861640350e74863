"""Where to look for posts that say nearly the same."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column, and make its index; posts that are there already have no copies but those to the letter."""
    op.add_column("posts", sa.Column("bands", sa.Text, nullable=True))
    op.create_table(
        "likenesses",
        sa.Column("band", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("arrived", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
