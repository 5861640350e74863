"""The engine of claims: who is at the desk, and which post each has in hand."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.store.base import CLAIM_LASTS, Claim
from backchannel.store.tables import claims
from backchannel.store.transactions import Transactions


class SqlClaims:
    """Claims in a database: one row for each moderator who was ever here."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def claim(self, by: str, key: str, at: datetime) -> None:
        """Note what somebody has in hand; the beginning stays where the same post was claimed and has not lapsed."""
        mine = claims.c.by == by

        async def note(connection: AsyncConnection) -> None:
            known = (await connection.execute(select(claims).where(mine).with_for_update())).one_or_none()
            goes_on = known is not None and known.post_key == key and known.at > at - CLAIM_LASTS
            row = {"post_key": key, "since": known.since if known is not None and goes_on else at, "at": at}
            if known is None:
                await connection.execute(insert(claims).values(by=by, **row))
            else:
                await connection.execute(update(claims).where(mine).values(row))

        await self._writing.run(note)

    async def standing(self, at: datetime) -> tuple[Claim, ...]:
        """Who is here, who has had a post in hand for longest first."""
        fresh = select(claims).where(claims.c.at > at - CLAIM_LASTS).order_by(claims.c.since, claims.c.by)

        async def read(connection: AsyncConnection) -> tuple[Claim, ...]:
            return tuple(Claim(row.by, row.post_key, row.since) for row in await connection.execute(fresh))

        return await self._reading.run(read)
