"""The engine of stages: one row a hall, changed only where its version is still the one that was seen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Post
from backchannel.stage import Stage
from backchannel.store.base import Changed
from backchannel.store.stage_rows import read_stages, row_of, stage_of, update_row
from backchannel.store.tables import log, stages
from backchannel.store.transactions import Transactions
from backchannel.store.writing import lock_posts, take
from backchannel.updates import DESK, Kind, hall_stream, public_streams


class SqlStages:
    """Stages in a database. `halls` are the slugs of all halls."""

    def __init__(self, writing: Transactions, reading: Transactions, halls: Sequence[str]) -> None:
        self._writing = writing
        self._reading = reading
        self._halls = tuple(halls)

    async def read(self, hall: str) -> Stage:
        """The stage of a hall."""
        return await self._reading.run(lambda connection: _read(connection, hall))

    async def all(self) -> tuple[Stage, ...]:
        """The stages of all halls."""
        turned = await self._reading.run(read_stages)
        return tuple(turned.get(hall, Stage(hall)) for hall in self._halls)

    async def change(self, after: Stage, at: datetime, again: Sequence[str] = ()) -> Changed:
        """Put a stage in the place of the version that it was made from."""
        stream = hall_stream(after.hall)

        async def put_in_place(connection: AsyncConnection) -> Changed:
            found = await lock_posts(connection, (*after.keys, *again))
            shown = {key: post for key, post in found.items() if stream in public_streams(post, self._halls)}
            kept = replace(after.only(shown.keys()), version=after.version + 1)
            if not await _replace(connection, kept):
                return Changed(await _read(connection, after.hall), done=False)
            await _tell(connection, kept, [shown[key] for key in again if key in shown], at)
            return Changed(kept, done=True, streams=frozenset({DESK, stream}))

        return await self._writing.run(put_in_place)


async def _read(connection: AsyncConnection, hall: str) -> Stage:
    row = (await connection.execute(select(stages).where(stages.c.hall == hall))).mappings().one_or_none()
    return Stage(hall) if row is None else stage_of(row)


async def _replace(connection: AsyncConnection, kept: Stage) -> bool:
    """Whether the version before was still the present one. Two first versions at once meet in the primary key."""
    mine = (stages.c.hall == kept.hall, stages.c.version == kept.version - 1)
    replaced = await connection.execute(update(stages).where(*mine).values(row_of(kept)))
    if replaced.rowcount:
        return True
    if kept.version > 1 or (await _read(connection, kept.hall)).version:
        return False
    await connection.execute(insert(stages).values(row_of(kept)))
    return True


async def _tell(connection: AsyncConnection, stage: Stage, again: Sequence[Post], at: datetime) -> None:
    """Write the numbered updates: what a screen may not hold any more comes before the stage that names it."""
    stream = hall_stream(stage.hall)
    numbers = await take(connection, {DESK: 1, stream: len(again) + 1})
    puts = [
        {
            "stream": stream,
            "seq": next(numbers[stream]),
            "kind": Kind.PUT.value,
            "post_key": post.key,
            "version": post.version,
            "at": at,
        }
        for post in again
    ]
    turned = [update_row(name, next(numbers[name]), stage, at) for name in (DESK, stream)]
    await connection.execute(insert(log), puts + turned)
