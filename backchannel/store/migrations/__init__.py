"""Migrations: how a database comes from any earlier version to this one, when a server starts."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from backchannel.errors import StartError

HERE: Final = Path(__file__).parent


async def migrate(engine: AsyncEngine) -> None:
    """Bring a database to this version, in one transaction. Raises StartError where it comes from a newer one."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    present = MigrationContext.configure(connection).get_current_heads()
    if set(present) == set(script.get_heads()):
        return
    if not set(present) <= {revision.revision for revision in script.walk_revisions()}:
        msg = "store.url: this database was written by a newer version of Backchannel; run that one, or name another."
        raise StartError(msg)
    command.upgrade(config, "head")
