"""The engine of what was said before."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.store.parts import in_parts
from backchannel.store.tables import posts
from backchannel.store.transactions import Transactions


class SqlSayings:
    """Sayings in a database: a column of the post, empty once it is gone."""

    def __init__(self, reading: Transactions) -> None:
        self._reading = reading

    async def said(self, sayings: Collection[str]) -> Mapping[str, str]:
        """Which of these were said, each with the key of the post that said it first."""
        is_copy = posts.c.arrived == 0
        last_first = (posts.c.received_at.desc(), is_copy.desc(), posts.c.arrived.desc(), posts.c.key.desc())
        latest_first = select(posts.c.saying, posts.c.key).order_by(*last_first)

        async def read(connection: AsyncConnection) -> Mapping[str, str]:
            found: dict[str, str] = {}
            for some in in_parts(sayings):
                rows = await connection.execute(latest_first.where(posts.c.saying.in_(some)))
                found |= {row.saying: row.key for row in rows}
            return found

        return await self._reading.run(read)
