"""The engine of forgetting: everything of an author goes in one transaction, and their marks stay.

Whoever takes posts in reads the marks in the same transaction. In PostgreSQL the table is locked for as long as
somebody is being forgotten, so that no post slips in that was begun before; SQLite has one writer anyway.
"""

import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, delete, func, insert, or_, select, text, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backchannel.forgotten import Forgot, Leaving, is_somebody
from backchannel.post import Author, Decision, Post, Sighting, Status, Verb, folded_address
from backchannel.store.base import Arrival
from backchannel.store.members import as_list, members
from backchannel.store.parts import in_parts
from backchannel.store.reception import Reception, concerned
from backchannel.store.rulebooks import strike_out, unname
from backchannel.store.tables import decisions, forgotten, posts, votes
from backchannel.store.transactions import Transactions
from backchannel.store.turns import Turn
from backchannel.store.writing import lock_posts, write

_marks: Final = members("marks")
_KNOWN: Final = select(forgotten.c.mark).join_from(_marks, forgotten, forgotten.c.mark == _marks.c.value)
_ALIVE: Final = posts.c.status != Status.GONE.value
_AUTHOR: Final = (
    posts.c.network,
    posts.c.author_id,
    posts.c.author_name,
    posts.c.author_address,
    posts.c.author_url,
)


class SqlForgetting:
    """Forgetting in a database. `sweep` has the engine let go of what it keeps of rows that are deleted."""

    def __init__(
        self,
        writing: Transactions,
        reading: Transactions,
        halls: Sequence[str],
        sweep: Callable[[AsyncEngine], Awaitable[None]],
    ) -> None:
        self._writing = writing
        self._reading = reading
        self._halls = tuple(halls)
        self._sweep = sweep

    async def of_post(self, key: str) -> Leaving | None:
        """The author of a post."""
        return await self._reading.run(lambda connection: _of_post(connection, key))

    async def known(self, address: str) -> tuple[Leaving, ...]:
        """Who is known by an address, or by the address of a profile."""
        return await self._reading.run(lambda connection: _known(connection, folded_address(address)))

    async def mentions(self, leaving: Leaving) -> int:
        """How many posts of others mention an author."""
        return await self._reading.run(lambda connection: _mentions(connection, leaving))

    async def forget(self, leaving: Leaving, marks: Collection[str], by: str, at: datetime) -> Forgot:
        """Forget an author, in one transaction; the marks refuse what comes again."""

        async def erase(connection: AsyncConnection) -> Forgot:
            await _keep(connection, marks, at)
            keys = await _keys_of(connection, leaving)
            answering = await _answering(connection, leaving)
            arrivals = [Arrival(key, Sighting(leaving.network, "", None, only_known=True)) for key in keys]
            touched = await concerned(connection, arrivals, at) | set(answering)
            reception = Reception(await lock_posts(connection, touched), at)
            for key in answering:
                reception.cut_off(key)
            for arrival in arrivals:
                reception.take(arrival)
            turns = [_told(turn, keys, Decision(by, Verb.FORGET, "", at)) for turn in reception.turns]
            act = secrets.token_hex(8) if sum(turn.is_decision for turn in turns) > 1 else None
            streams = await write(connection, turns, at, self._halls, act)
            await _scrub(connection, keys, await strike_out(connection, leaving.addresses, by, at))
            await connection.execute(delete(votes).where(votes.c.device == leaving.id))
            return Forgot(len(keys), await _mentions(connection, leaving), streams)

        forgot = await self._writing.run(erase)
        await self._sweep(self._writing.engine)
        return forgot


async def refused(connection: AsyncConnection, marks: Collection[str]) -> frozenset[str]:
    """Which of these are marks of somebody who was forgotten, inside a transaction that the caller opened."""
    if not marks:
        return frozenset()
    return frozenset(await connection.scalars(_KNOWN, {"marks": as_list(marks)}))


async def _keep(connection: AsyncConnection, marks: Collection[str], at: datetime) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(text("LOCK TABLE forgotten IN ACCESS EXCLUSIVE MODE"))
    if new := set(marks) - await refused(connection, marks):
        await connection.execute(insert(forgotten), [{"mark": mark, "at": at} for mark in sorted(new)])


async def _of_post(connection: AsyncConnection, key: str) -> Leaving | None:
    row = (await connection.execute(select(*_AUTHOR).where(posts.c.key == key, _ALIVE))).one_or_none()
    if row is None:
        return None
    author = _author(row)
    if is_somebody(row.network, author):
        return await _whole(connection, row.network, author)
    return Leaving(row.network, author.id, frozenset({author.name} - {""}), posts=1, key=key)


async def _known(connection: AsyncConnection, address: str) -> tuple[Leaving, ...]:
    rows = await connection.execute(select(*_AUTHOR).where(_ALIVE).distinct())
    found: dict[tuple[str, str], Author] = {}
    for row in rows:
        if address in _author(row).addresses:
            found[row.network, row.author_id or ""] = _author(row)
    return tuple([await _whole(connection, network, found[network, name]) for network, name in sorted(found)])


async def _whole(connection: AsyncConnection, network: str, author: Author) -> Leaving:
    """An author with all that posts here call them."""
    named = select(*_AUTHOR, func.count().label("many")).where(_is_by(network, author), _ALIVE).group_by(*_AUTHOR)
    rows = (await connection.execute(named)).all()
    return Leaving(
        network,
        author.id,
        names=frozenset(row.author_name for row in rows) - {""},
        addresses=frozenset(address for row in rows for address in _author(row).addresses),
        posts=sum(row.many for row in rows),
    )


def _is_by(network: str, author: Author) -> ColumnElement[bool]:
    if author.id:
        return (posts.c.network == network) & (posts.c.author_id == author.id)
    return (posts.c.network == network) & (posts.c.author_address == author.address) & posts.c.author_id.is_(None)


def _author(row: Any) -> Author:
    return Author(row.author_name, row.author_address, row.author_url, id=row.author_id or "")


async def _keys_of(connection: AsyncConnection, leaving: Leaving) -> list[str]:
    """The posts of an author, and the boosts: they have no author, but their network's name for them has one."""
    if leaving.key:
        return [leaving.key]
    ours = posts.c.network == leaving.network
    if not leaving.id:
        rows = await connection.execute(select(posts.c.key, *_AUTHOR).where(ours, posts.c.author_id.is_(None), _ALIVE))
        return sorted(row.key for row in rows if _author(row).addresses & leaving.addresses)
    boosts = (posts.c.status == Status.COPY.value) & posts.c.network_id.contains(f"{leaving.id}/", autoescape=True)
    theirs = or_(posts.c.author_id == leaving.id, posts.c.author_id.is_(None) & boosts)
    return sorted(await connection.scalars(select(posts.c.key).where(ours, _ALIVE, theirs)))


async def _answering(connection: AsyncConnection, leaving: Leaving) -> list[str]:
    """The posts of others that say whom they answer."""
    if leaving.key:
        return []
    answer = select(posts.c.key, posts.c.reply_name, posts.c.reply_address)
    rows = await connection.execute(answer.where(posts.c.reply_name.is_not(None), _ALIVE))
    return sorted(
        row.key
        for row in rows
        if (folded_address(row.reply_address) in leaving.addresses if row.reply_address else False)
        or (not row.reply_address and row.reply_name in leaving.names)
    )


async def _mentions(connection: AsyncConnection, leaving: Leaving) -> int:
    said = [
        column.contains(address, autoescape=True)
        for address in leaving.addresses
        for column in (func.lower(posts.c.text), func.lower(type_coerce(posts.c.spans, Text)))
    ]
    if not said or leaving.key:
        return 0
    others = or_(posts.c.author_id.is_(None), posts.c.author_id != leaving.id)
    return (await connection.execute(select(func.count()).where(_ALIVE, others, or_(*said)))).scalar_one()


def _told(turn: Turn, keys: Collection[str], decision: Decision) -> Turn:
    """A turn as the record has it: that it was forgotten is told, and by whom."""
    after: Post = turn.after
    return replace(turn, after=replace(after, decision=decision)) if _is_last(after, keys) else turn


def _is_last(after: Post, keys: Collection[str]) -> bool:
    return after.status is Status.GONE and after.key in keys


async def _scrub(connection: AsyncConnection, keys: Collection[str], struck: Collection[str]) -> None:
    """Reasons may quote what is gone, and a rule that was struck out has the author's name in its own."""
    for some in in_parts(keys):
        here = decisions.c.post_key.in_(some)
        await connection.execute(update(decisions).where(here).values(reason=""))
    await unname(connection, struck)
