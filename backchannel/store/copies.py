"""The engine of copies: what a post stands for, and what is like it."""

from typing import Final

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Status
from backchannel.store.alike import alike
from backchannel.store.base import Alike, Folded
from backchannel.store.rows import WHOLE, post_of
from backchannel.store.tables import posts
from backchannel.store.transactions import Transactions

# A boost has neither words nor an author of its own.
_IS_BOOST: Final = and_(posts.c.author_id.is_(None), posts.c.text == "")


class SqlCopies:
    """Copies in a database."""

    def __init__(self, reading: Transactions) -> None:
        self._reading = reading

    async def of(self, key: str, limit: int) -> Folded | None:
        """A post and its latest copies, all of one moment."""
        copies = and_(posts.c.copy_of == key, posts.c.status == Status.COPY.value)
        latest = select(*WHOLE).where(copies, ~_IS_BOOST).order_by(posts.c.received_at.desc(), posts.c.key).limit(limit)
        one = select(*WHOLE).where(posts.c.key == key, posts.c.status != Status.GONE.value)

        async def read(connection: AsyncConnection) -> Folded | None:
            first = (await connection.execute(one)).mappings().one_or_none()
            if first is None:
                return None
            told = (await connection.execute(latest)).mappings().all()
            boosts = await connection.execute(select(func.count()).select_from(posts).where(copies, _IS_BOOST))
            return Folded(post_of(first), tuple(map(post_of, told)), boosts.scalar_one())

        return await self._reading.run(read)

    async def alike(self, key: str, limit: int) -> tuple[Alike, ...] | None:
        """What waits and is like a post, all of one moment."""
        one = select(*WHOLE).where(posts.c.key == key, posts.c.status != Status.GONE.value)

        async def read(connection: AsyncConnection) -> tuple[Alike, ...] | None:
            row = (await connection.execute(one)).mappings().one_or_none()
            return None if row is None else await alike(connection, post_of(row), limit)

        return await self._reading.run(read)
