"""The engine of votes: a row each, counted where it is read, and cast by the batch."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, distinct, func, insert, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.poll import Ballot, Cast, Counted, Totals, last_of_each
from backchannel.post import Status
from backchannel.question import State
from backchannel.store.members import as_list, members
from backchannel.store.tables import posts, votes
from backchannel.store.transactions import Transactions

roots: Final = members("roots")
# Every question with itself, and with the copies whose votes are its own.
_family: Final = union_all(
    select(roots.c.value.label("root"), roots.c.value.label("key")),
    select(posts.c.copy_of.label("root"), posts.c.key.label("key"))
    .join_from(roots, posts, posts.c.copy_of == roots.c.value)
    .where(posts.c.status == Status.COPY.value, posts.c.asks.is_not(None)),
).subquery()
_devices: Final = members("devices")
VOTES: Final = (
    select(_family.c.root, func.count(distinct(votes.c.device)).label("votes"))
    .join_from(_family, votes, votes.c.post_key == _family.c.key)
    .group_by(_family.c.root)
)
_FAMILIES: Final = select(_family.c.root, _family.c.key)
# All votes of these devices, for a device gives few: joined with the questions, SQLite walks through all of theirs.
GIVEN: Final = select(votes.c.post_key, votes.c.device).where(votes.c.device.in_(select(_devices.c.value)))
_TAKEN: Final = delete(votes).where(votes.c.post_key == bindparam("of_key"), votes.c.device == bindparam("of_device"))
IS_SHOWN: Final = and_(posts.c.asks.is_not(None), posts.c.status == Status.APPROVED.value)
_stands_for: Final = posts.alias("stands_for")
# Each question by the name it was voted for, with the one that stands for it and is shown.
_HOMES: Final = (
    select(posts.c.key, _stands_for.c.key.label("root"))
    .join_from(roots, posts, posts.c.key == roots.c.value)
    .join(
        _stands_for,
        _stands_for.c.key == case((posts.c.status == Status.COPY.value, posts.c.copy_of), else_=posts.c.key),
    )
    .where(posts.c.asks.is_not(None), _stands_for.c.asks.is_not(None), _stands_for.c.status == Status.APPROVED.value)
)


class SqlVotes:
    """Votes in a database."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def cast(self, ballots: Sequence[Ballot], at: datetime) -> tuple[Counted, ...]:
        """Count a batch; the answers have its order."""

        async def count(connection: AsyncConnection) -> tuple[Counted, ...]:
            homes = await _homes(connection, ballots)
            wanted = last_of_each(ballots, homes)
            there = await _given(connection, {root for root, _ in wanted}, {device for _, device in wanted})
            changed = {pair: up for pair, up in sorted(wanted.items()) if up is not (pair in there)}
            if given := [{"post_key": root, "device": by, "at": at} for (root, by), up in changed.items() if up]:
                await connection.execute(insert(votes), given)
            if taken := [
                {"of_key": key, "of_device": pair[1]} for pair, up in changed.items() if not up for key in there[pair]
            ]:
                await connection.execute(_TAKEN, taken)
            return tuple(_counted(each, homes, changed) for each in ballots)

        return await self._writing.run(count)

    async def voted(self, device: str, keys: Collection[str]) -> frozenset[str]:
        """Which of these questions a device wants answered, by themselves or by a copy."""

        async def read(connection: AsyncConnection) -> frozenset[str]:
            return frozenset(root for root, _ in await _given(connection, keys, [device]))

        return await self._reading.run(read)

    async def totals(self, hall: str, session: str) -> Totals:
        """What of a poll changes, without its words."""
        shown = select(posts.c.key, posts.c.asks_state).where(IS_SHOWN, is_in(hall, session))

        async def read(connection: AsyncConnection) -> Totals:
            states = {row.key: State(row.asks_state) for row in await connection.execute(shown)}
            counted = await connection.execute(VOTES, {"roots": as_list(states)}) if states else ()
            totals = {row.root: row.votes for row in counted}
            return {key: (totals.get(key, 0), state) for key, state in states.items()}

        return await self._reading.run(read)


def is_in(hall: str, session: str) -> ColumnElement[bool]:
    """Whether a question belongs to a session, or without one to a hall."""
    if session:
        return posts.c.session == session
    return and_(posts.c.asks == hall, func.coalesce(posts.c.session, "") == "")


async def _homes(connection: AsyncConnection, ballots: Sequence[Ballot]) -> Mapping[str, str]:
    """The shown question that stands for each that was voted for."""
    rows = await connection.execute(_HOMES, {"roots": as_list({each.key for each in ballots})})
    return {row.key: row.root for row in rows}


async def _given(
    connection: AsyncConnection, roots: Collection[str], devices: Collection[str]
) -> Mapping[tuple[str, str], Collection[str]]:
    """By question and device, for which posts the device's votes stand: the question itself, or its copies."""
    if not roots:
        return {}
    families = await connection.execute(_FAMILIES, {"roots": as_list(roots)})
    root_of = {row.key: row.root for row in families}
    there: dict[tuple[str, str], list[str]] = {}
    for row in await connection.execute(GIVEN, {"devices": as_list(devices)}):
        if row.post_key in root_of:
            there.setdefault((root_of[row.post_key], row.device), []).append(row.post_key)
    return there


def _counted(ballot: Ballot, homes: Mapping[str, str], changed: Mapping[tuple[str, str], bool]) -> Counted:
    root = homes.get(ballot.key)
    if root is None:
        return Counted(Cast.UNKNOWN, ballot.key)
    became = changed.get((root, ballot.device))
    return Counted(Cast.SAME if became is None else Cast.COUNTED if became else Cast.TAKEN_BACK, root)
