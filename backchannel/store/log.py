"""The engine of the log: numbered updates, joined with their posts as they are now."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import RowMapping, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Post
from backchannel.stage import Stage
from backchannel.store.base import Heads, Logged
from backchannel.store.rows import WHOLE, post_of
from backchannel.store.stage_rows import read_stages
from backchannel.store.tables import house, log, posts, streams
from backchannel.store.transactions import Transactions
from backchannel.updates import DESK, FLOOR, Kind, Update, hall_stream, public_streams

# Read after every commit, for every stream that it touched: to build it each time took longer than to run it.
_MISSED: Final = (
    select(log.c.seq, log.c.kind, log.c.post_key, log.c.version.label("logged_version"), log.c.at, *WHOLE)
    .join_from(log, posts, posts.c.key == log.c.post_key, isouter=True)
    .where(log.c.stream == bindparam("stream"), log.c.seq > bindparam("after"))
    .order_by(log.c.seq)
    .limit(bindparam("limit"))
)


class SqlLog:
    """The log in a database. `halls` are the slugs of all halls."""

    def __init__(self, reading: Transactions, halls: Sequence[str]) -> None:
        self._reading = reading
        self._halls = tuple(halls)

    async def heads(self) -> Heads:
        """Where every stream stands, and the epoch, both of one moment."""
        never = dict.fromkeys((DESK, FLOOR, *map(hall_stream, self._halls)), 0)

        async def read(connection: AsyncConnection) -> Heads:
            epoch = (await connection.execute(select(house.c.epoch))).scalar_one()
            rows = await connection.execute(select(streams))
            return Heads(epoch, never | {row.name: row.seq for row in rows}, await read_stages(connection))

        return await self._reading.run(read)

    async def since(self, stream: str, seq: int, limit: int) -> tuple[Logged, ...]:
        """The updates after `seq`, in order; a post that may not be seen on the stream now is None."""
        place = {"stream": stream, "after": seq, "limit": limit}

        async def read(connection: AsyncConnection) -> tuple[Logged, ...]:
            rows = (await connection.execute(_MISSED, place)).mappings().all()
            turned = any(row["kind"] == Kind.STAGE for row in rows)
            stages = await read_stages(connection) if turned else {}
            return tuple(self._logged(stream, row, stages) for row in rows)

        return await self._reading.run(read)

    def _logged(self, stream: str, row: RowMapping, stages: Mapping[str, Stage]) -> Logged:
        update = Update(stream, row["seq"], Kind(row["kind"]), row["post_key"], row["logged_version"], row["at"])
        if update.kind is Kind.STAGE:
            return Logged(update, None, stages.get(update.key))
        return Logged(update, self._told(stream, row))

    def _told(self, stream: str, row: RowMapping) -> Post | None:
        if row["key"] is None:
            return None
        post = post_of(row)
        if stream == DESK:
            return post if post.stands else None
        return post if stream in public_streams(post, self._halls) else None


async def position(connection: AsyncConnection, stream: str) -> tuple[str, int]:
    """The epoch and the last number of a stream, as the caller's transaction sees them."""
    last = select(streams.c.seq).where(streams.c.name == stream).scalar_subquery()
    epoch, seq = (await connection.execute(select(house.c.epoch, func.coalesce(last, 0)))).one()
    return epoch, seq
