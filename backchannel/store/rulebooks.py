"""The engine of the rulebook: a row a version, written once."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import RowMapping, Select, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.rulebook import Rulebook
from backchannel.store.base import PAGE_MAX, Written
from backchannel.store.tables import rulebooks
from backchannel.store.transactions import Transactions

NOBODYS: Final = Rulebook()
BOOKS: Final = msgspec.json.Decoder(Rulebook)
_NEWEST: Final = select(rulebooks).order_by(rulebooks.c.version.desc())


class SqlRulebooks:
    """Rulebooks in a database."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def newest(self) -> Rulebook:
        """The newest version. Raises ValueError where it was written by a version of ours that had other rules."""
        found = await self._reading.run(lambda connection: _read(connection, _NEWEST.limit(1)))
        return found[0] if found else NOBODYS

    async def version(self) -> int:
        """The number of the newest version, which is asked for every second and more."""
        last = select(func.coalesce(func.max(rulebooks.c.version), 0))

        async def read(connection: AsyncConnection) -> int:
            return int((await connection.execute(last)).scalar_one())

        return await self._reading.run(read)

    async def versions(self, before: int | None = None, limit: int = PAGE_MAX) -> tuple[Rulebook, ...]:
        """The versions, newest first."""
        asked = _NEWEST.limit(min(limit, PAGE_MAX))
        asked = asked if before is None else asked.where(rulebooks.c.version < before)
        return await self._reading.run(lambda connection: _read(connection, asked))

    async def write(self, book: Rulebook) -> Written:
        """Write the next version. Two who write at once meet in the primary key; the second is told of the first."""
        next_one = replace(book, version=book.version + 1)

        async def append(connection: AsyncConnection) -> Written:
            newest = (*await _read(connection, _NEWEST.limit(1)), NOBODYS)[0]
            if newest.version != book.version:
                return Written(newest, done=False)
            await connection.execute(insert(rulebooks).values(_row(next_one)))
            return Written(next_one, done=True)

        return await self._writing.run(append)


async def _read(connection: AsyncConnection, asked: Select[*tuple[Any, ...]]) -> tuple[Rulebook, ...]:
    return tuple(_book(row) for row in (await connection.execute(asked)).mappings())


def _book(row: RowMapping) -> Rulebook:
    at: datetime = row["at"]
    try:
        book = BOOKS.decode(row["book"])
    except msgspec.DecodeError as error:
        msg = f"version {row['version']} of the rulebook cannot be read: {error}"
        raise ValueError(msg) from error
    return replace(book, version=row["version"], by=row["by"], at=at)


def _row(book: Rulebook) -> dict[str, Any]:
    return {
        "version": book.version,
        "book": msgspec.json.encode(book).decode(),
        "by": book.by,
        "at": book.at,
    }
