"""The engine of posts: one SQL for SQLite and PostgreSQL. Every method is one transaction."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.concern import Concern
from backchannel.cooperative import cooperatively
from backchannel.post import Order, Outcome, Post, Result, Status
from backchannel.store.base import PAGE_MAX, Arrival, Bookmark, Counts, Decided, Page, Query, Received
from backchannel.store.cursors import keep
from backchannel.store.forgetting import refused
from backchannel.store.lists import WAS_SEEN, listed, page_of
from backchannel.store.log import position
from backchannel.store.members import as_list, members
from backchannel.store.orders import carry_out, touched
from backchannel.store.reception import Reception, concerned
from backchannel.store.rows import WHOLE, post_of
from backchannel.store.sightings import note
from backchannel.store.tables import answers, posts
from backchannel.store.transactions import Transactions
from backchannel.store.turns import outcome
from backchannel.store.writing import lock_posts, write

_authors: Final = members("authors")
_NEWEST: Final = (posts.c.received_at.desc(), posts.c.arrived.desc())  # since copies have no number
_placed: Final = (
    select(posts.c.key, func.row_number().over(partition_by=posts.c.author_id, order_by=_NEWEST).label("place"))
    .join_from(_authors, posts, posts.c.author_id == _authors.c.value)
    .where(posts.c.network == bindparam("of_network"), posts.c.status != Status.GONE.value)
    .subquery()
)
_LATEST: Final = (
    select(*WHOLE)
    .join_from(_placed, posts, posts.c.key == _placed.c.key)
    .where(_placed.c.place <= bindparam("limit"))
    .order_by(*_NEWEST)
)
_COUNTED: Final = select(posts.c.status, func.count()).where(WAS_SEEN).group_by(posts.c.status)
_OLDEST: Final = (
    select(posts.c.received_at).where(posts.c.status == Status.QUEUED.value).order_by(posts.c.arrived).limit(1)
)


class SqlPosts:
    """Posts in a database. `halls` are the slugs of all halls; what `reading` begins sees one moment throughout."""

    def __init__(self, writing: Transactions, reading: Transactions, halls: Sequence[str]) -> None:
        self._writing = writing
        self._reading = reading
        self._halls = tuple(halls)

    async def receive(
        self, arrivals: Sequence[Arrival], at: datetime, bookmark: Bookmark | None = None, source: str = ""
    ) -> Received:
        """Take a batch in with its bookmark; a post that comes twice in it is taken in the order of the batch."""

        async def take_in(connection: AsyncConnection) -> Received:
            taken, many = await _welcome(connection, arrivals)
            reception = Reception(await lock_posts(connection, await concerned(connection, taken, at)), at)
            async for arrival in cooperatively(taken):
                reception.take(arrival)
            streams = await write(connection, reception.turns, at, self._halls)
            await note(connection, source, taken)
            if bookmark is not None:
                await keep(connection, bookmark, at)
            return Received(**reception.tally, refused=many, streams=streams)

        return await self._writing.run(take_in)

    async def decide(self, order: Order, at: datetime, two_people: Collection[Concern] = ()) -> Decided:
        """Carry an order out, or repeat its first answer; an order without `idem` is not remembered."""

        async def take_effect(connection: AsyncConnection) -> Decided:
            if order.idem and (first := await _answer(connection, order)) is not None:
                return Decided(first)
            found = await lock_posts(connection, await touched(connection, order))
            results, turns = carry_out(found, order, at, two_people)
            act = secrets.token_hex(8) if sum(turn.is_decision for turn in turns) > 1 else None
            streams = await write(connection, turns, at, self._halls, act)
            outcomes = tuple(_outcome(key, found.get(key), results.get(key)) for key in order.posts)
            if order.idem:
                row = {"by": order.by, "idem": order.idem, "outcomes": outcomes, "at": at}
                await connection.execute(insert(answers).values(row))
            return Decided(outcomes, streams)

        return await self._writing.run(take_effect)

    async def page(self, query: Query) -> Page:
        """A page and its position, both of one moment."""
        limit = min(query.limit, PAGE_MAX)

        async def read(connection: AsyncConnection) -> Page:
            epoch, seq = await position(connection, query.stream)
            found = await _posts(connection, listed(query).limit(limit + 1))
            return page_of(query, epoch, seq, found, limit)

        return await self._reading.run(read)

    async def find(self, key: str) -> Post | None:
        """One post, or None."""
        found = await self._reading.run(lambda connection: _posts(connection, select(*WHOLE).where(posts.c.key == key)))
        return found[0] if found else None

    async def of_authors(self, network: str, author_ids: Collection[str], limit: int) -> tuple[Post, ...]:
        """The latest posts of each author, newest first."""
        latest = _LATEST.params(authors=as_list(set(author_ids)), of_network=network, limit=limit)
        return await self._reading.run(lambda connection: _posts(connection, latest))

    async def counts(self) -> Counts:
        """How many posts stand where, every status named."""

        async def read(connection: AsyncConnection) -> Counts:
            by_status = {Status(status): many for status, many in await connection.execute(_COUNTED)}
            oldest = (await connection.execute(_OLDEST)).scalar_one_or_none()
            return Counts(dict.fromkeys(Status, 0) | by_status, oldest)

        return await self._reading.run(read)


async def _welcome(connection: AsyncConnection, arrivals: Sequence[Arrival]) -> tuple[Sequence[Arrival], int]:
    """The batch without authors who were forgotten, and how many of it were theirs."""
    marks = {mark for each in arrivals for mark in (*each.known_by, each.carried_by) if mark}
    known = await refused(connection, marks)
    if not known:
        return arrivals, 0
    taken = [each for each in arrivals if each.sighting.content is None or not each.known_by & known]
    uncarried = [replace(each, boost="") if each.carried_by in known else each for each in taken]
    return uncarried, len(arrivals) - len(taken)


async def _posts(connection: AsyncConnection, query: Select[*tuple[Any, ...]]) -> tuple[Post, ...]:
    return tuple(post_of(row) for row in (await connection.execute(query)).mappings())


async def _answer(connection: AsyncConnection, order: Order) -> tuple[Outcome, ...] | None:
    same = (answers.c.by == order.by, answers.c.idem == order.idem)
    outcomes: tuple[Outcome, ...] | None
    outcomes = (await connection.execute(select(answers.c.outcomes).where(*same))).scalar_one_or_none()
    return outcomes


def _outcome(key: str, before: Post | None, after: Post | Result | None) -> Outcome:
    if before is None or after is None:
        return Outcome(key, Result.UNKNOWN)
    return outcome(Result.DONE, after) if isinstance(after, Post) else outcome(after, before)
