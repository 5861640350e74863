"""The engine of the rulebook: a row a version, written once, but for authors who are forgotten."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import RowMapping, Select, Text, delete, func, insert, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import RULE, folded_address
from backchannel.rulebook import Clause, Rulebook
from backchannel.store.base import PAGE_MAX, Written
from backchannel.store.tables import answers, decisions, posts, rulebooks
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


async def strike_out(connection: AsyncConnection, addresses: Collection[str], by: str, at: datetime) -> frozenset[str]:
    """Take an author out of every version, inside a transaction that the caller opened; who decided by these rules.

    Versions are never changed but for this: a rule about somebody names them, and so would the history of all rules.
    Where the newest one named them, the next one is written, so that whoever judges by it hears of it.
    """
    struck: set[str] = set()
    books = await _read(connection, _NEWEST)
    for book in books:
        clean = replace(book, clauses=tuple(filter(None, (_without(each, addresses) for each in book.clauses))))
        if clean == book:
            continue
        kept = {each.rule.name for each in clean.clauses}
        struck |= {f"{RULE}: {each.rule.name}" for each in book.clauses if each.rule.name not in kept}
        await connection.execute(update(rulebooks).where(rulebooks.c.version == book.version).values(_row(clean)))
        if book is books[0]:
            next_one = replace(clean, version=book.version + 1, by=by, at=at)
            await connection.execute(insert(rulebooks).values(_row(next_one)))
    return frozenset(struck)


async def lay_down(connection: AsyncConnection, by: str, at: datetime) -> frozenset[str]:
    """Keep of all versions the rules alone that name nobody, as one version; who decided by the others."""
    books = await _read(connection, _NEWEST)
    named = {f"{RULE}: {each.rule.name}" for book in books for each in book.clauses if each.rule.authors}
    if named:
        kept = tuple(each for each in books[0].clauses if not each.rule.authors)
        await connection.execute(delete(rulebooks))
        next_one = replace(books[0], version=books[0].version + 1, clauses=kept, by=by, at=at)
        await connection.execute(insert(rulebooks).values(_row(next_one)))
    return frozenset(named)


async def unname(connection: AsyncConnection, deciders: Collection[str]) -> None:
    """Have decisions by rules whose names tell of somebody read as decisions by a rule."""
    for rule in deciders:
        await connection.execute(update(decisions).where(decisions.c.by == rule).values(by=RULE))
        await connection.execute(update(posts).where(posts.c.decided_by == rule).values(decided_by=RULE))
        quoted = type_coerce(answers.c.outcomes, Text).contains(rule, autoescape=True)
        await connection.execute(delete(answers).where(quoted))


def _without(clause: Clause, addresses: Collection[str]) -> Clause | None:
    """A clause that does not name an author; None where it was about nobody else."""
    named = clause.rule.authors
    left = tuple(each for each in named if folded_address(each) not in addresses)
    if left == tuple(named):
        return clause
    return replace(clause, rule=replace(clause.rule, authors=left)) if left else None


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
