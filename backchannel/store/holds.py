"""The engine of what a rule holds for a time only."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Post, Status
from backchannel.store.rows import WHOLE, post_of
from backchannel.store.tables import posts
from backchannel.store.transactions import Transactions


class SqlHolds:
    """Holds in a database: a column of the post."""

    def __init__(self, reading: Transactions) -> None:
        self._reading = reading

    async def due(self, at: datetime, limit: int) -> tuple[Post, ...]:
        """The held posts whose time is over."""
        over = select(*WHOLE).where(posts.c.release_at <= at, posts.c.status == Status.HELD.value)
        first = over.order_by(posts.c.release_at, posts.c.arrived).limit(limit)

        async def read(connection: AsyncConnection) -> tuple[Post, ...]:
            return tuple(post_of(row) for row in (await connection.execute(first)).mappings())

        return await self._reading.run(read)
