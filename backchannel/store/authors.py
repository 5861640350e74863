"""The engine of what is known of authors."""

from collections.abc import Collection

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Status
from backchannel.store.tables import posts
from backchannel.store.transactions import Transactions
from backchannel.store.writing import KEYS_AT_ONCE


class SqlAuthors:
    """Authors in a database."""

    def __init__(self, reading: Transactions) -> None:
        self._reading = reading

    async def shown(self, authors: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Which of these authors have an approved post now."""
        asked = sorted(authors)
        approved = select(posts.c.network, posts.c.author_id).where(posts.c.status == Status.APPROVED.value).distinct()
        named = tuple_(posts.c.network, posts.c.author_id)

        async def read(connection: AsyncConnection) -> frozenset[tuple[str, str]]:
            found: set[tuple[str, str]] = set()
            for at in range(0, len(asked), KEYS_AT_ONCE):
                rows = await connection.execute(approved.where(named.in_(asked[at : at + KEYS_AT_ONCE])))
                found |= {(row.network, row.author_id) for row in rows}
            return frozenset(found)

        return await self._reading.run(read)
