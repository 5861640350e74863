"""What no port tells, read from the database itself."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from sqlalchemy import Table, select

from backchannel.store.house import place_at

Rows: TypeAlias = Callable[[Table], Awaitable[list[dict[str, Any]]]]


async def rows_of(url: str, table: Table) -> list[dict[str, Any]]:
    """All rows of a table, in the order of its primary key."""
    async with peeking(url) as rows:
        return await rows(table)


@asynccontextmanager
async def peeking(url: str) -> AsyncGenerator[Rows]:
    """The same for who looks often."""
    writing, reading = place_at(url).open_engines()

    async def rows(table: Table) -> list[dict[str, Any]]:
        async with reading.begin() as connection:
            found = await connection.execute(select(table).order_by(*table.primary_key))
            return [dict(row) for row in found.mappings()]

    try:
        yield rows
    finally:
        await reading.dispose()
        await writing.dispose()
