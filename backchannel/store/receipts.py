"""The engine of receipts: one row for each time that a post was on a screen."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Status
from backchannel.receipt import Receipt, ReceiptQuery, Showing, Told
from backchannel.store.parts import in_parts
from backchannel.store.tables import posts, receipts, screens
from backchannel.store.transactions import Transactions
from backchannel.store.writing import lock_posts

SECOND: Final = 1_000_000  # an instant is kept in microseconds

_mine: Final = (
    receipts.c.screen == bindparam("of_screen"),
    receipts.c.post_key == bindparam("of_key"),
    receipts.c.came_at == bindparam("of_came_at"),
)
_lasted: Final = type_coerce(receipts.c.seen_at, BigInteger) - type_coerce(receipts.c.came_at, BigInteger)
_SHOWINGS: Final = (
    select(
        receipts.c.post_key,
        receipts.c.screen,
        receipts.c.hall,
        func.max(screens.c.name).label("name"),
        func.count().label("times"),
        func.sum(_lasted).label("lasted"),
        func.min(receipts.c.came_at, type_=receipts.c.came_at.type).label("first_at"),
        func.max(receipts.c.seen_at, type_=receipts.c.seen_at.type).label("last_at"),
        func.max(case((receipts.c.has_left, 0), else_=1)).label("there"),
    )
    .join_from(receipts, screens, screens.c.id == receipts.c.screen)
    .group_by(receipts.c.post_key, receipts.c.screen, receipts.c.hall)
    .order_by("first_at", receipts.c.screen)
)


class SqlReceipts:
    """Receipts in a database."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def keep(self, these: Collection[Receipt]) -> None:
        """Write receipts; those of a post that went meanwhile are let go."""
        rows = [_row(each) for each in sorted(these, key=lambda each: (each.key, each.screen, each.came_at))]

        async def write(connection: AsyncConnection) -> None:
            found = await lock_posts(connection, {row["post_key"] for row in rows})
            standing = [row for row in rows if row["post_key"] in found and found[row["post_key"]].status is not _GONE]
            known = await _known(connection, standing)
            changed = [_named(row) for row in standing if _name(row) in known]
            if changed:
                values: dict[str, Any] = {"seen_at": bindparam("now_seen_at"), "has_left": bindparam("now_has_left")}
                await connection.execute(update(receipts).where(*_mine).values(values), changed)
            if new := [row for row in standing if _name(row) not in known]:
                await connection.execute(insert(receipts), new)

        if rows:
            await self._writing.run(write)

    async def standing(self, screen: str, since: datetime) -> tuple[Receipt, ...]:
        """What was on a screen of late, and did not leave."""
        mine = (receipts.c.screen == screen, receipts.c.has_left.is_(False), receipts.c.seen_at >= since)

        async def read(connection: AsyncConnection) -> tuple[Receipt, ...]:
            rows = await connection.execute(select(receipts).where(*mine).order_by(receipts.c.came_at))
            return tuple(map(_receipt, rows.mappings()))

        return await self._reading.run(read)

    async def showings(self, keys: Collection[str]) -> Mapping[str, tuple[Showing, ...]]:
        """How often and how long posts were on which screen."""

        async def read(connection: AsyncConnection) -> Mapping[str, tuple[Showing, ...]]:
            found: dict[str, tuple[Showing, ...]] = {}
            for part in in_parts(keys):
                for row in await connection.execute(_SHOWINGS.where(receipts.c.post_key.in_(part))):
                    found[row.post_key] = (*found.get(row.post_key, ()), _showing(row))
            return found

        return await self._reading.run(read)

    async def page(self, query: ReceiptQuery) -> tuple[Told, ...]:
        """A page of receipts, oldest first."""
        listed = (
            select(receipts, screens.c.name, posts.c.url)
            .join_from(receipts, screens, screens.c.id == receipts.c.screen)
            .join(posts, posts.c.key == receipts.c.post_key)
            .where(*_wanted(query))
            .order_by(receipts.c.came_at, receipts.c.screen, receipts.c.post_key)
            .limit(query.limit)
        )

        async def read(connection: AsyncConnection) -> tuple[Told, ...]:
            rows = (await connection.execute(listed)).mappings()
            return tuple(Told(_receipt(row), row["name"], row["url"]) for row in rows)

        return await self._reading.run(read)


_GONE: Final = Status.GONE


def _wanted(query: ReceiptQuery) -> Iterator[ColumnElement[bool]]:
    if query.post:
        yield receipts.c.post_key == query.post
    if query.hall:
        yield receipts.c.hall == query.hall
    if query.since is not None:
        yield receipts.c.seen_at >= query.since
    if query.until is not None:
        yield receipts.c.came_at <= query.until
    if (place := query.place) is not None:
        later = and_(receipts.c.screen == place.screen, receipts.c.post_key > place.key)
        beside = and_(receipts.c.came_at == place.came_at, or_(receipts.c.screen > place.screen, later))
        yield or_(receipts.c.came_at > place.came_at, beside)


async def _known(connection: AsyncConnection, rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Which of these are there already: a post may have been shown thousands of times, so beginnings are asked for."""
    beginnings = {row["came_at"] for row in rows}
    names = select(receipts.c.screen, receipts.c.post_key, receipts.c.came_at)
    known: set[tuple[Any, ...]] = set()
    for part in in_parts({row["post_key"] for row in rows}):
        here = names.where(receipts.c.post_key.in_(part), receipts.c.came_at.in_(beginnings))
        known |= {tuple(found) for found in await connection.execute(here)}
    return known


def _row(receipt: Receipt) -> dict[str, Any]:
    return {
        "screen": receipt.screen,
        "post_key": receipt.key,
        "came_at": receipt.came_at,
        "hall": receipt.hall,
        "seen_at": receipt.seen_at,
        "has_left": receipt.has_left,
    }


def _name(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["screen"], row["post_key"], row["came_at"]


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "of_screen": row["screen"],
        "of_key": row["post_key"],
        "of_came_at": row["came_at"],
        "now_seen_at": row["seen_at"],
        "now_has_left": row["has_left"],
    }


def _receipt(row: RowMapping) -> Receipt:
    return Receipt(row["screen"], row["hall"], row["post_key"], row["came_at"], row["seen_at"], row["has_left"])


def _showing(row: Any) -> Showing:
    return Showing(
        key=row.post_key,
        screen=row.screen,
        name=row.name,
        hall=row.hall,
        times=row.times,
        seconds=int(row.lasted) / SECOND,
        first_at=row.first_at,
        last_at=row.last_at,
        is_there=bool(row.there),
    )
