"""What no port tells, read from the database itself."""

from typing import Any

from sqlalchemy import Table, select

from backchannel.store.house import place_at


async def rows_of(url: str, table: Table) -> list[dict[str, Any]]:
    """All rows of a table, in the order of its primary key."""
    writing, reading = place_at(url).open_engines()
    try:
        async with reading.begin() as connection:
            rows = await connection.execute(select(table).order_by(*table.primary_key))
            return [dict(row) for row in rows.mappings()]
    finally:
        await reading.dispose()
        await writing.dispose()
