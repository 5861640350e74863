"""The engine of sightings: by which name of its own each source knows a post."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Status
from backchannel.store.base import Arrival, Shown
from backchannel.store.parts import in_parts
from backchannel.store.tables import posts, sightings
from backchannel.store.transactions import Transactions


class SqlSightings:
    """Sightings in a database."""

    def __init__(self, reading: Transactions) -> None:
        self._reading = reading

    async def keys(self, source: str, refs: Collection[str]) -> Mapping[str, str]:
        """The keys of the posts that a source knows under these names."""
        named = select(sightings.c.ref, sightings.c.post_key).where(sightings.c.source == source)

        async def read(connection: AsyncConnection) -> Mapping[str, str]:
            found: dict[str, str] = {}
            for some in in_parts(refs):
                rows = await connection.execute(named.where(sightings.c.ref.in_(some)))
                found |= {row.ref: row.post_key for row in rows}
            return found

        return await self._reading.run(read)

    async def shown(self, source: str, after: int, limit: int) -> tuple[Shown, ...]:
        """The approved posts that a source knows, in the order in which they came, from a place on."""
        approved = (
            select(sightings.c.ref, posts.c.key, posts.c.arrived)
            .join(posts, posts.c.key == sightings.c.post_key)
            .where(sightings.c.source == source, posts.c.status == Status.APPROVED.value, posts.c.arrived > after)
            .order_by(posts.c.arrived, sightings.c.ref)
            .limit(limit)
        )

        async def read(connection: AsyncConnection) -> tuple[Shown, ...]:
            return tuple(Shown(row.ref, row.key, row.arrived) for row in await connection.execute(approved))

        return await self._reading.run(read)

    async def refs(self, source: str, keys: Collection[str]) -> Mapping[str, str]:
        """The names that a source has for these posts, by key; posts that it does not know are left out."""
        named = select(sightings.c.post_key, sightings.c.ref).where(sightings.c.source == source)

        async def read(connection: AsyncConnection) -> Mapping[str, str]:
            found: dict[str, str] = {}
            for some in in_parts(keys):
                rows = await connection.execute(named.where(sightings.c.post_key.in_(some)))
                found |= {row.post_key: row.ref for row in rows}
            return found

        return await self._reading.run(read)


async def note(connection: AsyncConnection, source: str, arrivals: Iterable[Arrival]) -> None:
    """Keep the names under which a batch's living posts came, inside a transaction that the caller opened."""
    told = {each.sighting.ref: each.key for each in arrivals if each.sighting.ref and each.sighting.content}
    if not told:
        return
    known: set[str] = set()
    for some in in_parts(told):
        mine = select(sightings.c.ref).where(sightings.c.source == source)
        known |= set(await connection.scalars(mine.where(sightings.c.ref.in_(some))))
    told = {ref: key for ref, key in told.items() if ref not in known}
    alive = set()
    for some in in_parts(set(told.values())):
        alive |= set(
            await connection.scalars(
                select(posts.c.key).where(posts.c.key.in_(some), posts.c.status != Status.GONE.value)
            )
        )
    if new := [{"source": source, "ref": ref, "post_key": key} for ref, key in sorted(told.items()) if key in alive]:
        await connection.execute(insert(sightings), new)


async def forget(connection: AsyncConnection, keys: Collection[str]) -> None:
    """Drop every name of posts that are gone, inside a transaction that the caller opened."""
    for some in in_parts(keys):
        await connection.execute(delete(sightings).where(sightings.c.post_key.in_(some)))
