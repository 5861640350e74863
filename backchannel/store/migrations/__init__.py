"""Migrations: how a database comes from any earlier version to this one, when a server starts."""

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from backchannel.errors import StartError

HERE: Final = Path(__file__).parent
# For PostgreSQL, where many nodes may start at once: one migrates, the others wait for it however long it takes.
IN_TURN: Final = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL lock_timeout = 0",
    "SELECT pg_advisory_xact_lock(hashtext('backchannel migrations'))",
)


async def migrate(engine: AsyncEngine) -> None:
    """Bring a database to this version, in one transaction. Raises StartError where it comes from a newer one."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    script = _script()
    for step in IN_TURN if connection.dialect.name == "postgresql" else ():
        connection.execute(text(step))
    present = MigrationContext.configure(connection).get_current_heads()
    if set(present) == set(script.get_heads()):
        return
    if not set(present) <= {revision.revision for revision in script.walk_revisions()}:
        msg = "store.url: this database was written by a newer version of Backchannel; run that one, or name another."
        raise StartError(msg)
    command.upgrade(_config(connection=connection), "head")


@cache
def _script() -> ScriptDirectory:
    """All migrations that there are: to read them takes longer than to see that none is needed."""
    return ScriptDirectory.from_config(_config())


def _config(**attributes: object) -> Config:
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return config
