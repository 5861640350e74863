"""Which decisions were one act, and the ways into the record: by time, by actor, by act."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column and the indexes; of decisions that are there already nobody knows which were one act."""
    op.add_column("decisions", sa.Column("act", sa.Text))
    op.create_index("decisions_by_time", "decisions", ["at", "post_key", "version"])
    op.create_index("decisions_by_actor", "decisions", ["by", "at"])
    op.create_index("decisions_by_act", "decisions", ["act", "post_key"])
    op.create_index("posts_by_receipt", "posts", ["received_at"])
