"""The engine of openings: the pages that are open as screens."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.screen import Opening
from backchannel.store.tables import openings
from backchannel.store.transactions import Transactions

REMEMBERED: Final = timedelta(hours=1)
UNPAIRED_MAX: Final = 300  # anybody may open a screen, as often as they like


class SqlOpenings:
    """Openings in a database."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def keep(self, these: Collection[Opening], at: datetime) -> None:
        """Write how pages stand."""
        unpaired = select(openings.c.id).where(openings.c.screen == "").order_by(openings.c.seen_at.desc())
        beyond = delete(openings).where(openings.c.screen == "", openings.c.id.not_in(unpaired.limit(UNPAIRED_MAX)))
        rows = [asdict(opening) for opening in sorted(these, key=lambda opening: opening.id)]

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(delete(openings).where(openings.c.seen_at < at - REMEMBERED))
            named = select(openings.c.id).where(openings.c.id.in_([row["id"] for row in rows]))
            known = set(await connection.scalars(named))
            changed = [row | {"of_id": row["id"]} for row in rows if row["id"] in known]
            if changed:
                await connection.execute(update(openings).where(openings.c.id == bindparam("of_id")), changed)
            if new := [row for row in rows if row["id"] not in known]:
                await connection.execute(insert(openings), new)
            await connection.execute(beyond)

        if rows:
            await self._writing.run(write)

    async def latest(self) -> tuple[Opening, ...]:
        """What is known, the one that was heard last first."""
        listed = select(openings).order_by(openings.c.seen_at.desc(), openings.c.id)

        async def read(connection: AsyncConnection) -> tuple[Opening, ...]:
            return tuple(Opening(**row) for row in (await connection.execute(listed)).mappings())

        return await self._reading.run(read)
