"""What no port tells, read from the database itself."""

from typing import Any

from sqlalchemy import Table, make_url, select

from backchannel.store import sqlite


async def rows_of(url: str, table: Table) -> list[dict[str, Any]]:
    """All rows of a table, in the order of its primary key."""
    writing, reading = sqlite.open_engines(sqlite.path_of(make_url(url)))
    try:
        async with reading.begin() as connection:
            rows = await connection.execute(select(table).order_by(*table.primary_key))
            return [dict(row) for row in rows.mappings()]
    finally:
        await reading.dispose()
        await writing.dispose()
