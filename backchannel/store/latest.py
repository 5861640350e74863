"""The engine of what came in of late."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Post, Status
from backchannel.store.rows import WHOLE, post_of
from backchannel.store.tables import posts
from backchannel.store.transactions import Transactions


class SqlLatest:
    """The latest posts of a database."""

    def __init__(self, reading: Transactions) -> None:
        self._reading = reading

    async def posts(self, limit: int) -> tuple[Post, ...]:
        """The posts that came last and stand by themselves, newest first."""
        stands = posts.c.status.not_in([Status.GONE.value, Status.COPY.value])
        in_order = (posts.c.received_at.desc(), posts.c.arrived.desc())  # by the first alone an index leads there
        last = select(*WHOLE).where(stands).order_by(*in_order).limit(limit)

        async def read(connection: AsyncConnection) -> tuple[Post, ...]:
            return tuple(post_of(row) for row in (await connection.execute(last)).mappings())

        return await self._reading.run(read)
