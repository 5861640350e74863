"""The engine of questions: the polls of sessions, and how far each question has come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.poll import ANSWERS, Asked, Poll, answers_to
from backchannel.post import Post, Status
from backchannel.question import Question, State
from backchannel.store.base import Bound, Kept
from backchannel.store.lists import IS_ANSWER
from backchannel.store.members import as_list, members
from backchannel.store.notes import keep
from backchannel.store.rows import WHOLE, post_of
from backchannel.store.tables import posts
from backchannel.store.transactions import Transactions
from backchannel.store.turns import Turn
from backchannel.store.votes import IS_SHOWN, VOTES, is_in, roots
from backchannel.store.writing import lock_posts, write

# What may still be merged: it was not put aside.
ALIVE: Final = frozenset({Status.QUEUED, Status.HELD, Status.APPROVED})

_COPIES: Final = (
    select(posts.c.copy_of, posts.c.author_name)
    .join_from(roots, posts, posts.c.copy_of == roots.c.value)
    .where(posts.c.status == Status.COPY.value, posts.c.asks.is_not(None))
    .order_by(posts.c.received_at, posts.c.key)
)


_authors: Final = members("authors")
_ANSWERS: Final = (
    select(*WHOLE)
    .join_from(_authors, posts, posts.c.author_id == _authors.c.value)
    .where(posts.c.network == ANSWERS, posts.c.status == Status.APPROVED.value)
    .order_by(posts.c.arrived)
)


# Nothing of what was asked is in them: a question that is forgotten would live on beside another.
MERGED: Final = "Merged into another question."
STANDS: Final = "Stands for another question as well."
STEPS: Final = {
    State.OPEN: "Put back among the open questions.",
    State.CURRENT: "Taken up: it is being answered.",
    State.ANSWERED: "Marked as answered.",
}


class SqlQuestions:
    """Questions in a database: columns of the post, and a row a vote. `halls` are the slugs of all halls."""

    def __init__(self, writing: Transactions, reading: Transactions, halls: Sequence[str]) -> None:
        self._writing = writing
        self._reading = reading
        self._halls = tuple(halls)

    async def poll(self, hall: str, session: str) -> Poll:
        """The questions of a session, all of one moment."""
        shown = select(*WHOLE).where(IS_SHOWN, is_in(hall, session)).order_by(posts.c.arrived)

        async def read(connection: AsyncConnection) -> Poll:
            found = [post_of(row) for row in (await connection.execute(shown)).mappings()]
            keys = {"roots": as_list(post.key for post in found)}
            totals = {row.root: row.votes for row in await connection.execute(VOTES, keys)}
            copies: dict[str, list[str]] = {}
            for row in await connection.execute(_COPIES, keys):
                copies.setdefault(row.copy_of, []).append(row.author_name)
            answers: dict[str, list[Post]] = {}
            wanted = {"authors": as_list(answers_to(post.key) for post in found)}
            for told in (await connection.execute(_ANSWERS, wanted)).mappings():
                answers.setdefault(told["author_id"], []).append(post_of(told))
            asked = (
                _asked(post, totals.get(post.key, 0), copies.get(post.key, ()), answers.get(answers_to(post.key), ()))
                for post in found
            )
            return Poll(hall, session, tuple(asked))

        return await self._reading.run(read)

    async def said(self, session: str, limit: int) -> tuple[Post, ...]:
        """What else was said in a session."""
        shown = (posts.c.status == Status.APPROVED.value, posts.c.asks.is_(None), posts.c.session == session)
        latest = select(*WHOLE).where(*shown, ~IS_ANSWER).order_by(posts.c.arrived.desc()).limit(limit)

        async def read(connection: AsyncConnection) -> tuple[Post, ...]:
            found = [post_of(row) for row in (await connection.execute(latest)).mappings()]
            return tuple(reversed(found))

        return await self._reading.run(read)

    async def mark(self, key: str, state: State, by: str, at: datetime) -> Bound:
        """Say how far a question has come."""

        async def turn(connection: AsyncConnection) -> Bound:
            others = await _current_beside(connection, key) if state is State.CURRENT else []
            found = await lock_posts(connection, [key, *others])
            post = found.get(key)
            if post is None or post.question is None or post.status is not Status.APPROVED:
                return Bound(None)
            if post.question.state is state:
                return Bound(post)
            after = replace(post, question=replace(post.question, state=state, at=at))
            steps = [Turn(found[other], _reopened(found[other], at)) for other in others if other in found]
            streams = await write(connection, [*steps, Turn(post, after)], at, self._halls)
            await keep(connection, post, Kept.STEP, by, STEPS[state], at)
            return Bound(after, streams)

        return await self._writing.run(turn)

    async def merge(self, key: str, into: str, by: str, at: datetime) -> Bound:
        """Make a question a copy of another one."""
        theirs = select(posts.c.key).where(posts.c.copy_of == key, posts.c.status == Status.COPY.value)

        async def fold(connection: AsyncConnection) -> Bound:
            copies = list(await connection.scalars(theirs))
            found = await lock_posts(connection, [key, into, *copies])
            post, home = found.get(key), found.get(into)
            if key == into or not _is_alive(post) or not _is_alive(home) or post is None or home is None:
                return Bound(None)
            copy = replace(post, status=Status.COPY, decision=None, copy_of=into, release_at=None, similar=0)
            steps = [Turn(found[each], replace(found[each], copy_of=into)) for each in copies if each in found]
            steps.append(Turn(post, replace(copy, version=post.version + 1)))
            after = replace(home, similar=home.similar + 1 + len(copies), question=_further(post, home))
            streams = await write(connection, [*steps, Turn(home, after)], at, self._halls)
            await keep(connection, post, Kept.STEP, by, MERGED, at)
            await keep(connection, home, Kept.STEP, by, STANDS, at)
            return Bound(after, streams)

        return await self._writing.run(fold)


def _asked(post: Post, many: int, others: Sequence[str], answers: Sequence[Post]) -> Asked:
    return Asked(post, many, tuple(dict.fromkeys((post.content.author.name, *others))), tuple(answers))


async def _current_beside(connection: AsyncConnection, key: str) -> list[str]:
    """What is current in the session of a question, or in its hall where it has none."""
    mine = (await connection.execute(select(posts.c.asks, posts.c.session).where(posts.c.key == key))).one_or_none()
    if mine is None or mine.asks is None:
        return []
    current = select(posts.c.key).where(
        IS_SHOWN, is_in(mine.asks, mine.session or ""), posts.c.asks_state == State.CURRENT.value, posts.c.key != key
    )
    return list(await connection.scalars(current))


def _reopened(post: Post, at: datetime) -> Post:
    return replace(post, question=replace(post.question or Question(""), state=State.OPEN, at=at))


def _is_alive(post: Post | None) -> bool:
    return post is not None and post.question is not None and post.status in ALIVE


def _further(post: Post, home: Post) -> Question | None:
    """What is being answered goes on being answered under the question that stands for it."""
    if post.question and home.question and post.question.state is State.CURRENT and home.question.state is State.OPEN:
        return replace(home.question, state=State.CURRENT, at=post.question.at)
    return home.question
