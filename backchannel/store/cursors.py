"""The engine of cursors: they are written only together with the batch that they follow."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.store.base import Bookmark
from backchannel.store.tables import cursors
from backchannel.store.transactions import Transactions


class SqlCursors:
    """Where each source goes on, in a database."""

    def __init__(self, reading: Transactions) -> None:
        self._reading = reading

    async def read(self, source: str) -> str | None:
        """The stored cursor of a source, or None."""
        stored = select(cursors.c.cursor).where(cursors.c.source == source)
        return await self._reading.run(lambda connection: connection.scalar(stored))


async def keep(connection: AsyncConnection, bookmark: Bookmark, at: datetime) -> None:
    """Write a bookmark, inside a transaction that the caller opened."""
    moved = update(cursors).where(cursors.c.source == bookmark.source).values(cursor=bookmark.cursor, at=at)
    if (await connection.execute(moved)).rowcount == 0:
        await connection.execute(insert(cursors).values(source=bookmark.source, cursor=bookmark.cursor, at=at))
