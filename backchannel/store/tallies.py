"""The engine of tallies: numbers that are only ever added to."""

from collections.abc import Collection, Mapping

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.store.tables import tallies
from backchannel.store.transactions import Transactions


class SqlTallies:
    """Tallies in a database: one row for each word of each place."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def add(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Add to the totals, in the order of the key, so that two nodes never wait for each other in a circle."""

        async def count(connection: AsyncConnection) -> None:
            for (place, word), many in sorted(counts.items()):
                mine = (tallies.c.place == place, tallies.c.word == word)
                raised = await connection.execute(update(tallies).where(*mine).values(many=tallies.c.many + many))
                if raised.rowcount == 0:
                    await connection.execute(insert(tallies).values(place=place, word=word, many=many))

        if counts:
            await self._writing.run(count)

    async def totals(self, places: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """The totals of these places."""
        named = select(tallies).where(tallies.c.place.in_(sorted(places)))

        async def read(connection: AsyncConnection) -> Mapping[str, Mapping[str, int]]:
            found: dict[str, dict[str, int]] = {}
            for row in await connection.execute(named):
                found.setdefault(row.place, {})[row.word] = row.many
            return found

        return await self._reading.run(read)
