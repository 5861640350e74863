"""The engine of recalls: what became of takedowns, one row for each server that has screens in the hall."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.store.base import Recall
from backchannel.store.tables import takedowns
from backchannel.store.transactions import Transactions
from backchannel.takedown import Count

REMEMBERED: Final = timedelta(days=1)


class SqlRecalls:
    """Recalls in a database."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def keep(self, node: str, counts: Mapping[Count, datetime]) -> None:
        """Write how takedowns stand on one server."""

        async def write(connection: AsyncConnection) -> None:
            for count, at in counts.items():
                row = _row(node, count, at)
                mine = [takedowns.c[name] == row[name] for name in ("hall", "seq", "node")]
                changed = await connection.execute(update(takedowns).where(*mine).values(row))
                if changed.rowcount == 0:
                    await connection.execute(delete(takedowns).where(takedowns.c.at < at - REMEMBERED))
                    await connection.execute(insert(takedowns).values(row))

        if counts:
            await self._writing.run(write)

    async def since(self, at: datetime) -> tuple[Recall, ...]:
        """Those that began after a moment, servers together."""
        listed = select(takedowns).where(takedowns.c.at > at).order_by(takedowns.c.hall, takedowns.c.seq)

        async def read(connection: AsyncConnection) -> tuple[Recall, ...]:
            rows = (await connection.execute(listed)).mappings().all()
            recalls = [_recall(list(group)) for _, group in groupby(rows, lambda row: (row["hall"], row["seq"]))]
            return tuple(sorted(recalls, key=lambda recall: (recall.at, recall.hall), reverse=True))

        return await self._reading.run(read)


def _row(node: str, count: Count, at: datetime) -> dict[str, Any]:
    return {
        "hall": count.takedown.hall,
        "seq": count.takedown.seq,
        "node": node,
        "post_key": count.takedown.key,
        "at": at,
        "asked": count.asked,
        "confirmed": count.confirmed,
        "took_ms": None if count.took_s is None else round(count.took_s * 1000),
        "late": count.late,
    }


def _recall(rows: list[RowMapping]) -> Recall:
    first = rows[0]
    return Recall(
        first["hall"],
        first["post_key"],
        min(row["at"] for row in rows),
        sum(row["asked"] for row in rows),
        sum(row["confirmed"] for row in rows),
        max((row["took_ms"] for row in rows if row["took_ms"] is not None), default=None),
        tuple(sorted(name for row in rows for name in row["late"])),
    )
