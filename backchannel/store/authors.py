"""The engine of what is known of authors."""

from collections.abc import Collection

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Status
from backchannel.store.parts import in_parts
from backchannel.store.tables import posts
from backchannel.store.transactions import Transactions


class SqlAuthors:
    """Authors in a database."""

    def __init__(self, reading: Transactions) -> None:
        self._reading = reading

    async def shown(self, authors: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Which of these authors have an approved post now."""
        approved = select(posts.c.network, posts.c.author_id).where(posts.c.status == Status.APPROVED.value).distinct()
        named = tuple_(posts.c.network, posts.c.author_id)

        async def read(connection: AsyncConnection) -> frozenset[tuple[str, str]]:
            found: set[tuple[str, str]] = set()
            for some in in_parts(authors):
                rows = await connection.execute(approved.where(named.in_(some)))
                found |= {(row.network, row.author_id) for row in rows}
            return frozenset(found)

        return await self._reading.run(read)
