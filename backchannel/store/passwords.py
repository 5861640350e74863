"""The engine of passwords: who may sign in again without an invitation. Only hashes come in here."""

from datetime import datetime

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.roles import Role
from backchannel.store.badges import id_in, keep, stands
from backchannel.store.base import Badge, Returner, Term
from backchannel.store.tables import badges, passwords
from backchannel.store.transactions import Transactions


class SqlPasswords:
    """Passwords in a database."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def find(self, who: str) -> Returner | None:
        """Who may come back under this name."""
        named = select(passwords).where(passwords.c.who == who)

        async def read(connection: AsyncConnection) -> Returner | None:
            found = (await connection.execute(named)).one_or_none()
            return None if found is None else _returner(found)

        return await self._reading.run(read)

    async def all(self) -> tuple[Returner, ...]:
        """Everybody who may come back, the first who set a password first."""
        listed = select(passwords).order_by(passwords.c.at, passwords.c.who)

        async def read(connection: AsyncConnection) -> tuple[Returner, ...]:
            return tuple(map(_returner, await connection.execute(listed)))

        return await self._reading.run(read)

    async def set(self, badge_id: str, who: str, password_hash: str, at: datetime) -> bool:
        """Keep the password of a browser's badge. The row of the name is locked first, so that one of two gets it."""
        holder = select(badges).where(id_in(badges.c.secret_hash) == badge_id, stands(at), badges.c.browser != "")

        async def write(connection: AsyncConnection) -> bool:
            taken = (
                await connection.execute(select(passwords).where(passwords.c.who == who).with_for_update())
            ).one_or_none()
            mine = (await connection.execute(holder.with_for_update())).one_or_none()
            if mine is None or (taken is not None and mine.who != who):
                return False
            if taken is None:
                row = {"who": who, "name": mine.name, "role": mine.role, "hash": password_hash, "at": at}
                await connection.execute(insert(passwords).values(row))
            else:
                renewed = update(passwords).where(passwords.c.who == who)
                await connection.execute(renewed.values(hash=password_hash, at=at))
            others = delete(badges).where(badges.c.who == who, badges.c.secret_hash != mine.secret_hash)
            await connection.execute(others)
            named = update(badges).where(badges.c.secret_hash == mine.secret_hash).values(who=who)
            await connection.execute(named)
            return True

        return await self._writing.run(write)

    async def sign_in(
        self, who: str, password_hash: str, badge_hash: str, at: datetime, term: Term, browser: str
    ) -> Badge | None:
        """Make a badge where the password is still the one that was compared."""
        still = select(passwords).where(passwords.c.who == who, passwords.c.hash == password_hash).with_for_update()

        async def write(connection: AsyncConnection) -> Badge | None:
            found = (await connection.execute(still)).one_or_none()
            if found is None:
                return None
            badge = Badge(found.name, Role(found.role))
            await keep(connection, badge_hash, badge, at, term, browser, who)
            return badge

        return await self._writing.run(write)

    async def take(self, who: str) -> bool:
        """End a password."""
        ended = delete(passwords).where(passwords.c.who == who)
        done = await self._writing.run(lambda connection: connection.execute(ended))
        return done.rowcount > 0


def _returner(row: Row[tuple[object, ...]]) -> Returner:
    return Returner(row.who, Badge(row.name, Role(row.role)), row.hash, row.at)
