"""The open store: every port over one database, with the secret and the epoch it was founded with."""

import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, make_url, select, update
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.errors import StartError
from backchannel.store import postgresql, sqlite
from backchannel.store.accounts import SqlAccounts
from backchannel.store.authors import SqlAuthors
from backchannel.store.badges import SqlBadges
from backchannel.store.base import (
    Accounts,
    Authors,
    Badges,
    Bindings,
    Claims,
    Copies,
    Cursors,
    Finds,
    Forgetting,
    Holds,
    Latest,
    Log,
    Messages,
    Notes,
    Openings,
    Passwords,
    People,
    Pictures,
    Posts,
    Questions,
    Recalls,
    Receipts,
    Record,
    Retiring,
    Rulebooks,
    Sayings,
    Screens,
    Sightings,
    Stages,
    Tallies,
    Votes,
)
from backchannel.store.bindings import SqlBindings
from backchannel.store.claims import SqlClaims
from backchannel.store.copies import SqlCopies
from backchannel.store.cursors import SqlCursors
from backchannel.store.forgetting import SqlForgetting
from backchannel.store.holds import SqlHolds
from backchannel.store.latest import SqlLatest
from backchannel.store.lists import SqlFinds
from backchannel.store.log import SqlLog
from backchannel.store.messages import SqlMessages
from backchannel.store.migrations import migrate
from backchannel.store.notes import SqlNotes
from backchannel.store.openings import SqlOpenings
from backchannel.store.passwords import SqlPasswords
from backchannel.store.people import SqlPeople
from backchannel.store.pictures import SqlPictures
from backchannel.store.questions import SqlQuestions
from backchannel.store.recalls import SqlRecalls
from backchannel.store.receipts import SqlReceipts
from backchannel.store.record import SqlRecord
from backchannel.store.retiring import SqlRetiring
from backchannel.store.rulebooks import SqlRulebooks
from backchannel.store.sayings import SqlSayings
from backchannel.store.screens import SqlScreens
from backchannel.store.sightings import SqlSightings
from backchannel.store.sql import SqlPosts
from backchannel.store.stages import SqlStages
from backchannel.store.tables import house, streams
from backchannel.store.tallies import SqlTallies
from backchannel.store.transactions import Transactions
from backchannel.store.votes import SqlVotes
from backchannel.updates import DESK, FLOOR, hall_stream

SECRET_BYTES: Final = 32
FORMS: Final = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"


@dataclass(frozen=True, slots=True)
class Store:
    """The ports of one store. `secret` is the one for `key_of`; `epoch` is the one that positions belong to."""

    posts: Posts
    finds: Finds
    copies: Copies
    authors: Authors
    forgetting: Forgetting
    retiring: Retiring
    log: Log
    badges: Badges
    people: People
    passwords: Passwords
    notes: Notes
    pictures: Pictures
    messages: Messages
    cursors: Cursors
    stages: Stages
    record: Record
    accounts: Accounts
    sightings: Sightings
    claims: Claims
    bindings: Bindings
    questions: Questions
    votes: Votes
    holds: Holds
    sayings: Sayings
    rulebooks: Rulebooks
    latest: Latest
    tallies: Tallies
    screens: Screens
    openings: Openings
    receipts: Receipts
    recalls: Recalls
    secret: bytes
    epoch: str


@asynccontextmanager
async def open_store(url: str, halls: Sequence[str]) -> AsyncGenerator[Store]:
    """The store that `store.url` names, brought to this version. Raises StartError in one sentence."""
    place = place_at(url)
    await place.prepare()
    writing, reading = (Transactions(engine, place.deadline_s, place.trouble) for engine in place.open_engines())
    try:
        try:
            await migrate(writing.engine)
            opening = Transactions(writing.engine, place.deadline_s)  # what is wrong is told otherwise at the start
            secret, epoch = await opening.run(lambda connection: _found(connection, halls))
        except DBAPIError as error:
            raise StartError(place.what_is_wrong(error)) from error
        yield Store(
            posts=SqlPosts(writing, reading, halls),
            finds=SqlFinds(reading),
            copies=SqlCopies(reading),
            authors=SqlAuthors(reading),
            forgetting=SqlForgetting(writing, reading, halls, place.sweep),
            retiring=SqlRetiring(writing, halls),
            log=SqlLog(reading, halls),
            badges=SqlBadges(writing, reading),
            people=SqlPeople(writing, reading),
            passwords=SqlPasswords(writing, reading),
            notes=SqlNotes(writing, reading, halls),
            pictures=SqlPictures(writing, reading, halls),
            messages=SqlMessages(writing, reading),
            cursors=SqlCursors(reading),
            stages=SqlStages(writing, reading, halls),
            record=SqlRecord(reading, halls),
            accounts=SqlAccounts(reading),
            sightings=SqlSightings(reading),
            claims=SqlClaims(writing, reading),
            bindings=SqlBindings(writing, halls),
            questions=SqlQuestions(writing, reading, halls),
            votes=SqlVotes(writing, reading),
            holds=SqlHolds(reading),
            sayings=SqlSayings(reading),
            rulebooks=SqlRulebooks(writing, reading),
            latest=SqlLatest(reading),
            tallies=SqlTallies(writing, reading),
            screens=SqlScreens(writing, reading),
            openings=SqlOpenings(writing, reading),
            receipts=SqlReceipts(writing, reading),
            recalls=SqlRecalls(writing, reading),
            secret=secret,
            epoch=epoch,
        )
    finally:
        await reading.close()
        await writing.close()


def place_at(url: str) -> sqlite.File | postgresql.Database:
    """Where a URL keeps things; a file is made where it is missing. Raises StartError where it is no use."""
    return database_at(url) or sqlite.File(sqlite.path_of(make_url(url)))


def database_at(url: str) -> postgresql.Database | None:
    """The database that a URL names, or None where it names a file of SQLite. Raises StartError for anything else."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # no part of it is repeated: it may hold a password
        msg = f"store.url is no address of a store; write {FORMS}."
        raise StartError(msg) from error
    if parsed.drivername in postgresql.SCHEMES:
        return postgresql.database_of(parsed)
    if parsed.drivername != "sqlite":
        msg = f"store.url: {parsed.drivername!r} is no kind of store; write {FORMS}."
        raise StartError(msg)
    return None


async def _found(connection: AsyncConnection, halls: Sequence[str]) -> tuple[bytes, str]:
    """The secret and the epoch; both are made when a store is first opened.

    Other halls begin a new epoch: a hall that comes back would otherwise take its old position for the present one,
    though posts were withdrawn while its stream was not written.
    """
    slugs = tuple(sorted(halls))
    await _begin_streams(connection, slugs)
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


async def _begin_streams(connection: AsyncConnection, slugs: Sequence[str]) -> None:
    """Every stream has its counter before the first who count on it meet: each would make it, and only one can."""
    known = set(await connection.scalars(select(streams.c.name)))
    if new := sorted({DESK, FLOOR, *map(hall_stream, slugs)} - known):
        await connection.execute(insert(streams), [{"name": name, "seq": 0} for name in new])
