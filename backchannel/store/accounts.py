"""The engine of the public account: what became of all posts, counted where they stand."""

from sqlalchemy import BigInteger, Subquery, func, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import RULE, Status
from backchannel.record import Account, Aside
from backchannel.store.flow import RULED
from backchannel.store.lists import WAS_SEEN
from backchannel.store.tables import decisions, posts
from backchannel.store.transactions import Transactions


class SqlAccounts:
    """The account in a database."""

    def __init__(self, reading: Transactions) -> None:
        self._reading = reading

    async def account(self) -> Account:
        """What became of all posts until now."""
        return await self._reading.run(_account)


async def _account(connection: AsyncConnection) -> Account:
    seen = or_(WAS_SEEN, posts.c.status == Status.COPY.value)
    counted = select(posts.c.status, func.count()).where(seen).group_by(posts.c.status)
    by_status = {Status(status): many for status, many in await connection.execute(counted)}
    by_rule = or_(posts.c.decided_by == RULE, posts.c.decided_by.startswith(f"{RULE}: ")).label("by_rule")
    aside = posts.c.status.in_([Status.REJECTED.value, Status.WITHDRAWN.value])
    why = select(posts.c.decided_reason, by_rule, func.count().label("many")).where(aside)
    rows = (await connection.execute(why.group_by(posts.c.decided_reason, by_rule))).all()
    asides = tuple(Aside(row.decided_reason or "", bool(row.by_rule), row.many) for row in rows)
    return Account(dict.fromkeys(Status, 0) | by_status, asides, await _median_s(connection))


async def _median_s(connection: AsyncConnection) -> float | None:
    """How long half of the posts waited at most that a person took out of the queue, counted to the first time."""
    waits = _waits()
    many = (await connection.execute(select(func.count()).select_from(waits))).scalar_one()
    if many == 0:
        return None
    middle = select(waits.c.wait).order_by(waits.c.wait).offset((many - 1) // 2).limit(1)
    wait: int = (await connection.execute(middle)).scalar_one()
    return max(wait, 0) / 1_000_000


def _waits() -> Subquery:
    out_of_queue = (decisions.c.before == Status.QUEUED.value) & (decisions.c.after != Status.QUEUED.value) & ~RULED
    first = select(decisions.c.post_key, func.min(type_coerce(decisions.c.at, BigInteger)).label("at"))
    first_by = first.where(out_of_queue).group_by(decisions.c.post_key).subquery()
    wait = (first_by.c.at - type_coerce(posts.c.received_at, BigInteger)).label("wait")
    return select(wait).join_from(first_by, posts, posts.c.key == first_by.c.post_key).subquery()
