"""The open store: every port over one database, with the secret and the epoch it was founded with."""

import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import URL, insert, make_url, select, update
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.errors import StartError
from backchannel.store import sqlite
from backchannel.store.badges import SqlBadges
from backchannel.store.base import Badges, Cursors, Log, Posts
from backchannel.store.cursors import SqlCursors
from backchannel.store.log import SqlLog
from backchannel.store.migrations import migrate
from backchannel.store.sql import SqlPosts
from backchannel.store.tables import house
from backchannel.store.transactions import Transactions

SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Store:
    """The ports of one store. `secret` is the one for `key_of`; `epoch` is the one that positions belong to."""

    posts: Posts
    log: Log
    badges: Badges
    cursors: Cursors
    secret: bytes
    epoch: str


@asynccontextmanager
async def open_store(url: str, halls: Sequence[str]) -> AsyncGenerator[Store]:
    """The store that `store.url` names, brought to this version. Raises StartError in one sentence."""
    path = sqlite.path_of(_parsed(url))
    writer, readers = sqlite.open_engines(path)
    writing, reading = Transactions(writer), Transactions(readers)
    try:
        try:
            await migrate(writer)
            secret, epoch = await writing.run(lambda connection: _found(connection, halls))
        except DBAPIError as error:
            raise StartError(sqlite.what_is_wrong(path, error)) from error
        yield Store(
            posts=SqlPosts(writing, reading, halls),
            log=SqlLog(reading, halls),
            badges=SqlBadges(writing, reading),
            cursors=SqlCursors(reading),
            secret=secret,
            epoch=epoch,
        )
    finally:
        await reading.close()
        await writing.close()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        msg = f"store.url: {url!r} is no address of a store; write sqlite:///FILE."
        raise StartError(msg) from error
    if parsed.drivername == "postgresql":
        msg = "store.url: PostgreSQL comes with the next version; until then write sqlite:///FILE."
        raise StartError(msg)
    if parsed.drivername != "sqlite":
        msg = f"store.url: {parsed.drivername!r} is no kind of store; write sqlite:///FILE."
        raise StartError(msg)
    return parsed


async def _found(connection: AsyncConnection, halls: Sequence[str]) -> tuple[bytes, str]:
    """The secret and the epoch; both are made when a store is first opened.

    Other halls begin a new epoch: a hall that comes back would otherwise take its old position for the present one,
    though posts were withdrawn while its stream was not written.
    """
    slugs = tuple(sorted(halls))
    row = (await connection.execute(select(house))).one_or_none()
    if row is not None and row.halls == slugs:
        return row.secret, row.epoch
    epoch = secrets.token_hex(8)
    if row is not None:
        await connection.execute(update(house).values(epoch=epoch, halls=slugs))
        return row.secret, epoch
    secret = secrets.token_bytes(SECRET_BYTES)
    await connection.execute(insert(house).values(id=1, epoch=epoch, secret=secret, halls=slugs))
    return secret, epoch
