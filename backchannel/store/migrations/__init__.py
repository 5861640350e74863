"""Migrations: how a database comes from any earlier version to this one, when a server starts."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from backchannel.errors import StartError

HERE: Final = Path(__file__).parent
# In their order: each stands in a file that is named by it, r0017_screens.py.
REVISIONS: Final = sorted(path.name[1:5] for path in (HERE / "versions").glob("r*.py"))
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
    for step in IN_TURN if connection.dialect.name == "postgresql" else ():
        connection.execute(text(step))
    present = _present(connection)
    if present == {REVISIONS[-1]}:
        return
    if not present <= {*REVISIONS}:
        msg = "store.url: this database was written by a newer version of Backchannel; run that one, or name another."
        raise StartError(msg)
    # Alembic takes a seventh of the start, and hardly any start has anything to migrate.
    from backchannel.store.migrations.upgrading import upgrade

    upgrade(connection)


def _present(connection: Connection) -> set[str]:
    """The revision that a database is of; none where it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return {*connection.scalars(text("SELECT version_num FROM alembic_version"))}
