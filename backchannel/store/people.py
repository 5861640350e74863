"""The engine of people: who is signed in, who is invited, and how either ends."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.roles import Role
from backchannel.store.badges import id_in, id_of, stands, works
from backchannel.store.base import Badge, Invitation, Person, Term
from backchannel.store.tables import badges, invitations, passwords
from backchannel.store.transactions import Transactions


class SqlPeople:
    """People in a database."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def signed_in(self, at: datetime) -> tuple[Person, ...]:
        """Every badge, the oldest first."""
        listed = select(badges).where(stands(at)).order_by(badges.c.at, badges.c.secret_hash)

        async def read(connection: AsyncConnection) -> tuple[Person, ...]:
            return tuple(map(_person, await connection.execute(listed)))

        return await self._reading.run(read)

    async def invited(self, at: datetime) -> tuple[Invitation, ...]:
        """The invitations that still work."""
        listed = select(invitations).where(works(at)).order_by(invitations.c.until, invitations.c.secret_hash)

        async def read(connection: AsyncConnection) -> tuple[Invitation, ...]:
            rows = await connection.execute(listed)
            return tuple(
                Invitation(id_of(row.secret_hash), Badge(row.name, Role(row.role)), row.until, row.by or "")
                for row in rows
            )

        return await self._reading.run(read)

    async def see(self, badge_id: str, at: datetime) -> None:
        """Note that the holder of a badge asked something."""
        seen = update(badges).where(id_in(badges.c.secret_hash) == badge_id).values(seen_at=at)
        await self._writing.run(lambda connection: connection.execute(seen))

    async def standing(self, badge_ids: Collection[str], at: datetime) -> frozenset[str]:
        """Which of these badges have not ended."""
        named = id_in(badges.c.secret_hash)
        stand = select(named).where(named.in_(badge_ids), stands(at))

        async def read(connection: AsyncConnection) -> frozenset[str]:
            return frozenset(await connection.scalars(stand))

        return await self._reading.run(read)

    async def sign_out(
        self, badge_ids: Collection[str], at: datetime, *, spares_owner: bool = True, keeps: str = ""
    ) -> frozenset[str] | None:
        """End badges. Owners are locked first, so that two of them cannot end each other."""
        is_owner = badges.c.role == Role.OWNER.value
        owners = select(badges.c.secret_hash).where(is_owner, stands(at)).order_by(badges.c.secret_hash)
        named = id_in(badges.c.secret_hash).in_(badge_ids)
        ended = delete(badges).where(named).returning(badges.c.secret_hash, badges.c.who)

        async def end(connection: AsyncConnection) -> frozenset[str] | None:
            own = {id_of(each) for each in await connection.scalars(owners.with_for_update())}
            if spares_owner and own and own <= set(badge_ids):
                return None
            rows = (await connection.execute(ended)).all()
            if spares_owner:
                theirs = passwords.c.who.in_({row.who for row in rows if row.who} - {keeps})
                await connection.execute(delete(passwords).where(theirs))
            return frozenset(id_of(row.secret_hash) for row in rows)

        return await self._writing.run(end)

    async def uninvite(self, invitation_id: str) -> bool:
        """End an invitation."""
        unused = invitations.c.redeemed_at.is_(None)
        ended = delete(invitations).where(id_in(invitations.c.secret_hash) == invitation_id, unused)
        done = await self._writing.run(lambda connection: connection.execute(ended))
        return done.rowcount > 0


def _person(row: Row[Any]) -> Person:
    idle = None if row.idle_s is None else timedelta(seconds=row.idle_s)
    badge = Badge(row.name, Role(row.role), id_of(row.secret_hash))
    return Person(badge, row.at, row.seen_at, Term(row.until, idle), row.browser or "")
