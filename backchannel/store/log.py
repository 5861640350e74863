"""The engine of the log: numbered updates, joined with their posts as they are now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Post
from backchannel.stage import Stage
from backchannel.store.base import Heads, Logged
from backchannel.store.bundle import Bundle
from backchannel.store.members import as_list, members
from backchannel.store.rows import WHOLE, post_of
from backchannel.store.stage_rows import read_stages
from backchannel.store.tables import house, log, posts, streams
from backchannel.store.transactions import Transactions
from backchannel.updates import DESK, FLOOR, Kind, Update, hall_stream, public_streams


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a stream, and how many updates are wanted after it."""

    stream: str
    seq: int
    limit: int


_keys: Final = members("keys")
_TOLD: Final = select(*WHOLE).join_from(_keys, posts, posts.c.key == _keys.c.value)


@cache
def _missed(places: int) -> Select[Any]:
    """What follows after so many places. To build a query after every commit took longer than to run it."""
    each = union_all(*map(_missed_at, range(places))).subquery()
    return select(each).order_by(each.c.place, each.c.seq)


def _missed_at(place: int) -> Select[Any]:
    columns = (log.c.seq, log.c.kind, log.c.post_key, log.c.version, log.c.at)
    missed = (
        select(literal_column(str(place)).label("place"), *columns)
        .where(log.c.stream == bindparam(f"stream{place}"), log.c.seq > bindparam(f"seq{place}"))
        .order_by(log.c.seq)
        .limit(bindparam(f"limit{place}"))
    )
    return select(missed.subquery())


class SqlLog:
    """The log in a database. `halls` are the slugs of all halls."""

    def __init__(self, reading: Transactions, halls: Sequence[str]) -> None:
        self._reading = reading
        self._halls = tuple(halls)
        self._bundle = Bundle(self._since_all)

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
        return await self._bundle.ask(_Place(stream, seq, limit))

    async def _since_all(self, places: Sequence[_Place]) -> list[tuple[Logged, ...]]:
        """What follows after each of the places, all of one moment."""

        async def read(connection: AsyncConnection) -> list[tuple[Logged, ...]]:
            rows = (await connection.execute(_missed(len(places)), _numbered(places))).all()
            by_key = await _posts(connection, {row.post_key for row in rows if row.kind != Kind.STAGE})
            stages = await read_stages(connection) if any(row.kind == Kind.STAGE for row in rows) else {}
            found: list[list[Logged]] = [[] for _ in places]
            for row in rows:
                stream = places[row.place].stream
                update = Update(stream, row.seq, Kind(row.kind), row.post_key, row.version, row.at)
                found[row.place].append(self._logged(update, by_key, stages))
            return [tuple(each) for each in found]

        return await self._reading.run(read)

    def _logged(self, update: Update, by_key: Mapping[str, Post], stages: Mapping[str, Stage]) -> Logged:
        if update.kind is Kind.STAGE:
            return Logged(update, None, stages.get(update.key))
        post = by_key.get(update.key)
        return Logged(update, post if post is not None and self._is_told(update.stream, post) else None)

    def _is_told(self, stream: str, post: Post) -> bool:
        return post.stands if stream == DESK else stream in public_streams(post, self._halls)


def _numbered(places: Sequence[_Place]) -> dict[str, str | int]:
    return {
        f"{name}{at}": value
        for at, place in enumerate(places)
        for name, value in (("stream", place.stream), ("seq", place.seq), ("limit", place.limit))
    }


async def _posts(connection: AsyncConnection, keys: Collection[str]) -> dict[str, Post]:
    if not keys:
        return {}
    rows = await connection.execute(_TOLD, {"keys": as_list(keys)})
    return {row["key"]: post_of(row) for row in rows.mappings()}


async def position(connection: AsyncConnection, stream: str) -> tuple[str, int]:
    """The epoch and the last number of a stream, as the caller's transaction sees them."""
    last = select(streams.c.seq).where(streams.c.name == stream).scalar_subquery()
    epoch, seq = (await connection.execute(select(house.c.epoch, func.coalesce(last, 0)))).one()
    return epoch, seq
