"""The engine of retention: posts lose everything but their keys once their time is over."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.forgotten import Forgot
from backchannel.post import RULE, Sighting, Status
from backchannel.store.base import Arrival
from backchannel.store.reception import Reception, concerned
from backchannel.store.rulebooks import lay_down, unname
from backchannel.store.tables import answers, claims, decisions, messages, openings, pairings, posts
from backchannel.store.transactions import Transactions
from backchannel.store.writing import lock_posts, write

UNSHOWN: Final = (Status.REJECTED, Status.WITHDRAWN)
BESIDE: Final = (messages, answers, claims, openings, pairings)  # what is only of use while it happens
_first: Final = posts.alias("first")


class SqlRetiring:
    """Retention in a database. `halls` are the slugs of all halls."""

    def __init__(self, writing: Transactions, halls: Sequence[str]) -> None:
        self._writing = writing
        self._halls = tuple(halls)

    async def retire_unshown(self, before: datetime, at: datetime, limit: int) -> Forgot:
        """Erase what was put aside before a moment, with the copies that were put aside with it."""
        aside = posts.c.status.in_([status.value for status in UNSHOWN]) & (posts.c.decided_at < before)
        firsts = select(posts.c.key).where(aside).order_by(posts.c.decided_at, posts.c.key).limit(limit)
        copies = select(posts.c.key).where(posts.c.status == Status.COPY.value, posts.c.copy_of.in_(firsts))

        async def retire(connection: AsyncConnection) -> Forgot:
            # Copies first: else the oldest would take the place of what goes, and begin its time anew.
            keys = [*await connection.scalars(copies), *await connection.scalars(firsts)]
            return await self._erase(connection, keys, at)

        return await self._writing.run(retire)

    async def retire(self, before: datetime, at: datetime, limit: int) -> Forgot:
        """Erase what came before a moment, whatever became of it."""
        over = and_(posts.c.status != Status.GONE.value, posts.c.received_at < before)
        is_copy = posts.c.status != Status.COPY.value
        found = select(posts.c.key).where(over).order_by(is_copy, posts.c.key).limit(limit)

        async def retire(connection: AsyncConnection) -> Forgot:
            return await self._erase(connection, [*await connection.scalars(found)], at)

        return await self._writing.run(retire)

    async def close(self, before: datetime) -> None:
        """Throw away what stood beside posts: lines to stages, answers, reasons, who was here, rules about people."""

        async def throw_away(connection: AsyncConnection) -> None:
            for table in BESIDE:
                await connection.execute(delete(table))
            said: ColumnElement[bool] = and_(decisions.c.reason != "", decisions.c.at < before)
            await connection.execute(update(decisions).where(said).values(reason=""))
            gone = or_(posts.c.decided_reason != "", posts.c.decided_reason.is_not(None))
            over = and_(posts.c.status == Status.GONE.value, gone)
            await connection.execute(update(posts).where(over).values(decided_reason=""))
            await unname(connection, await lay_down(connection, RULE, before))

        await self._writing.run(throw_away)

    async def _erase(self, connection: AsyncConnection, keys: Collection[str], at: datetime) -> Forgot:
        arrivals = [Arrival(key, Sighting("", "", None, only_known=True)) for key in keys]
        reception = Reception(await lock_posts(connection, await concerned(connection, arrivals, at)), at)
        for arrival in arrivals:
            reception.take(arrival)
        return Forgot(len(keys), streams=await write(connection, reception.turns, at, self._halls))
