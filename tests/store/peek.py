"""What no port tells, read from the database itself."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Table, select

from backchannel.store.house import place_at

Rows = list[dict[str, Any]]


async def rows_of(url: str, table: Table) -> Rows:
    """All rows of a table, in the order of its primary key."""
    async with peeking(url) as rows_of_table:
        return await rows_of_table(table)


@asynccontextmanager
async def peeking(url: str) -> AsyncGenerator[Callable[[Table], Awaitable[Rows]]]:
    """The same for a while, by a connection that stays."""
    writing, reading = place_at(url).open_engines()

    async def rows_of_table(table: Table) -> Rows:
        async with reading.begin() as connection:
            rows = await connection.execute(select(table).order_by(*table.primary_key))
            return [dict(row) for row in rows.mappings()]

    try:
        yield rows_of_table
    finally:
        await reading.dispose()
        await writing.dispose()
