"""How Alembic runs the migrations that a database has not seen."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from backchannel.store.migrations import HERE


def upgrade(connection: Connection) -> None:
    """Bring a database to this version, in the transaction that has begun."""
    command.upgrade(config(connection=connection), "head")


def config(**attributes: object) -> Config:
    """Where the migrations are, and what `env.py` is given."""
    made = Config(attributes=attributes)
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return made
