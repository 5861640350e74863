"""The engine of badges and invitations. Only hashes of secrets come in here."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.roles import Role
from backchannel.store.base import FOR_EVER, Badge, Term
from backchannel.store.columns import EPOCH, MICROSECOND
from backchannel.store.tables import badges, invitations
from backchannel.store.transactions import Transactions

ID_LENGTH: Final = 16
SECOND: Final = 1_000_000  # as instants are kept


def id_of(secret_hash: str) -> str:
    """The name of a badge or an invitation: the beginning of its hash, from which nobody gets to the secret."""
    return secret_hash[:ID_LENGTH]


def id_in(secret_hash: Column[str]) -> ColumnElement[str]:
    """The same in SQL."""
    return func.substr(secret_hash, 1, ID_LENGTH)


def works(at: datetime) -> ColumnElement[bool]:
    """Whether an invitation can be redeemed."""
    return and_(invitations.c.redeemed_at.is_(None), invitations.c.until > at)


def stands(at: datetime) -> ColumnElement[bool]:
    """Whether a badge has not come to its end by itself."""
    used_at = type_coerce(func.coalesce(badges.c.seen_at, badges.c.at), BigInteger)
    is_used = used_at + badges.c.idle_s * SECOND > (at - EPOCH) // MICROSECOND
    return and_(
        or_(badges.c.until.is_(None), badges.c.until > at),
        or_(badges.c.idle_s.is_(None), is_used),
    )


class SqlBadges:
    """Badges and invitations in a database."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def add(self, secret_hash: str, badge: Badge, at: datetime, term: Term = FOR_EVER, browser: str = "") -> None:
        """Keep a badge."""
        who = badge.who or None
        await self._writing.run(lambda connection: keep(connection, secret_hash, badge, at, term, browser, who))

    async def find(self, secret_hash: str, at: datetime) -> Badge | None:
        """Whose badge it is, or None."""
        named = select(badges).where(badges.c.secret_hash == secret_hash, stands(at))

        async def read(connection: AsyncConnection) -> Badge | None:
            row = (await connection.execute(named)).one_or_none()
            return None if row is None else Badge(row.name, Role(row.role), id_of(secret_hash), row.who or "")

        return await self._reading.run(read)

    async def invite(self, secret_hash: str, badge: Badge, at: datetime, until: datetime, by: str = "") -> str:
        """Keep an invitation that works once, before `until`."""
        kept = insert(invitations).values(_row(secret_hash, badge, at) | {"until": until, "by": by})
        await self._writing.run(lambda connection: connection.execute(kept))
        return id_of(secret_hash)

    async def invitation(self, secret_hash: str, at: datetime) -> Badge | None:
        """What an invitation that still works would give, or None."""
        named = select(invitations).where(_works(secret_hash, at))

        async def read(connection: AsyncConnection) -> Badge | None:
            row = (await connection.execute(named)).one_or_none()
            return None if row is None else Badge(row.name, Role(row.role))

        return await self._reading.run(read)

    async def redeem(
        self, secret_hash: str, badge_hash: str, name: str, at: datetime, term: Term = FOR_EVER, browser: str = ""
    ) -> Badge | None:
        """Turn an invitation that still works into a badge: of several who try at once, one gets it."""
        used = update(invitations).where(_works(secret_hash, at)).values(redeemed_at=at).returning(invitations.c.role)

        async def turn(connection: AsyncConnection) -> Badge | None:
            role = await connection.scalar(used)
            if role is None:
                return None
            badge = Badge(name, Role(role))
            await keep(connection, badge_hash, badge, at, term, browser)
            return badge

        return await self._writing.run(turn)


async def keep(
    connection: AsyncConnection,
    secret_hash: str,
    badge: Badge,
    at: datetime,
    term: Term,
    browser: str = "",
    who: str | None = None,
) -> None:
    """Keep a badge; those that came to their end go meanwhile, so that they are no more than ever worked at once."""
    await connection.execute(delete(badges).where(~stands(at)))
    idle_s = None if term.idle is None else int(term.idle.total_seconds())
    row = _row(secret_hash, badge, at) | {"until": term.until, "idle_s": idle_s, "browser": browser, "who": who}
    await connection.execute(insert(badges).values(row))


def _works(secret_hash: str, at: datetime) -> ColumnElement[bool]:
    return and_(invitations.c.secret_hash == secret_hash, works(at))


def _row(secret_hash: str, badge: Badge, at: datetime) -> dict[str, Any]:
    return {"secret_hash": secret_hash, "name": badge.name, "role": badge.role.value, "at": at}
