"""The engine of what is known of authors."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Status
from backchannel.store.base import History
from backchannel.store.parts import in_parts
from backchannel.store.tables import posts
from backchannel.store.transactions import Transactions

other: Final = posts.alias("other")
_COUNTED: Final[Mapping[Status, str]] = {
    Status.APPROVED: "shown",
    Status.REJECTED: "not_shown",
    Status.WITHDRAWN: "not_shown",
    Status.QUEUED: "waiting",
    Status.HELD: "waiting",
}


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

    async def histories(self, keys: Collection[str]) -> Mapping[str, History]:
        """What became of the other posts of each post's author."""
        theirs = and_(
            other.c.network == posts.c.network,
            other.c.author_id == posts.c.author_id,
            other.c.key != posts.c.key,
            other.c.status.in_([status.value for status in _COUNTED]),
        )
        counted = select(posts.c.key, other.c.status, func.count(other.c.key).label("many"))
        counted = counted.join_from(posts, other, theirs, isouter=True).group_by(posts.c.key, other.c.status)
        counted = counted.where(posts.c.author_id.is_not(None))

        async def read(connection: AsyncConnection) -> Mapping[str, History]:
            told: dict[str, Counter[str]] = {}
            for some in in_parts(keys):
                for row in await connection.execute(counted.where(posts.c.key.in_(some))):
                    counts = told.setdefault(row.key, Counter())
                    if row.status is not None:
                        counts[_COUNTED[Status(row.status)]] += row.many
            return {key: History(**counts) for key, counts in told.items()}

        return await self._reading.run(read)
