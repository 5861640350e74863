"""How posts come and go, counted where they stand, inside a transaction that the caller opened."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, func, literal, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.pacing import dwell_s
from backchannel.post import RULE, Status
from backchannel.service import MINUTES, Flow
from backchannel.stage import Stage
from backchannel.store.columns import EPOCH, MICROSECOND
from backchannel.store.stage_rows import read_stages
from backchannel.store.tables import decisions, posts

HOUR: Final = timedelta(minutes=MINUTES)
MINUTE: Final = timedelta(minutes=1) // MICROSECOND
AHEAD_MAX: Final = 500
MOST: Final = 0.05  # the part of the queue that waits longest
QUEUED: Final = posts.c.status == Status.QUEUED.value
RULED: Final = or_(decisions.c.by == RULE, decisions.c.by.startswith(f"{RULE}: "))


async def read_flow(connection: AsyncConnection, at: datetime, halls: Sequence[str]) -> Flow:
    """The flow at a moment; `halls` are the slugs of all halls."""
    waiting = (await connection.execute(select(func.count()).where(QUEUED))).scalar_one()
    return Flow(
        at=at,
        came=await _by_minute(connection, posts.c.received_at, at, _came()),
        decided=await _by_minute(connection, decisions.c.at, at, _decided()),
        waiting=waiting,
        oldest_at=await _received(connection, 0, waiting),
        half_at=await _received(connection, waiting // 2, waiting),
        most_at=await _received(connection, int(waiting * MOST), waiting),
        ahead=await _ahead(connection, halls),
    )


def _came() -> ColumnElement[bool]:
    """Posts that came into the queue: neither folded into others nor decided by a rule before anybody saw them."""
    judged = select(decisions.c.version).where(decisions.c.post_key == posts.c.key, decisions.c.version == 1)
    return (posts.c.arrived > 0) & ~judged.exists()


def _decided() -> ColumnElement[bool]:
    """Decisions by people that took a post out of the queue."""
    return (decisions.c.before == Status.QUEUED.value) & (decisions.c.after != Status.QUEUED.value) & ~RULED


async def _by_minute(
    connection: AsyncConnection, column: ColumnElement[datetime], at: datetime, which: ColumnElement[bool]
) -> tuple[int, ...]:
    """How many there were in each of the last minutes, the latest first."""
    ago = literal((at - EPOCH) // MICROSECOND, BigInteger) - type_coerce(column, BigInteger)
    minute = (ago // MINUTE).label("minute")
    counted = select(minute, func.count().label("many")).where(column > at - HOUR, column <= at, which).group_by(minute)
    found = {row.minute: row.many for row in await connection.execute(counted)}
    return tuple(found.get(each, 0) for each in range(MINUTES))


async def _received(connection: AsyncConnection, place: int, waiting: int) -> datetime | None:
    """When the post at a place of the queue was received, in the order of the queue, which an index has."""
    if waiting == 0:
        return None
    in_order = select(posts.c.received_at).where(QUEUED).order_by(posts.c.arrived).offset(place).limit(1)
    received: datetime | None = (await connection.execute(in_order)).scalar_one_or_none()
    return received


async def _ahead(connection: AsyncConnection, halls: Sequence[str]) -> Mapping[str, tuple[float, ...]]:
    """For each hall that ever turned, what is approved and still waits for its turn, in order."""
    stages = [stage for hall, stage in (await read_stages(connection)).items() if hall in halls]
    if not stages:
        return {}
    found = (await connection.execute(_approved_since(min(stage.position for stage in stages)))).all()[::-1]
    return {stage.hall: tuple(dwell_s(row.text) for row in found if _waits(row, stage)) for stage in stages}


def _approved_since(position: int) -> Select[Any]:
    columns = (posts.c.key, posts.c.moved, posts.c.halls, posts.c.text)
    approved = select(*columns).where(posts.c.status == Status.APPROVED.value, posts.c.moved > position)
    return approved.order_by(posts.c.moved.desc()).limit(AHEAD_MAX)


def _waits(row: Any, stage: Stage) -> bool:
    is_new = row.moved > stage.position and row.key not in stage.on_air
    return is_new and (row.halls is None or stage.hall in row.halls)
