"""The engine of notes: what moderators say of posts, and their words on pictures."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Description, Outcome, Post, Result
from backchannel.store.base import Decided, Kept, Note
from backchannel.store.tables import log, notes, posts
from backchannel.store.transactions import Transactions
from backchannel.store.turns import Turn, outcome
from backchannel.store.writing import lock_posts, take, write
from backchannel.updates import DESK, Kind


class SqlNotes:
    """Notes in a database. `halls` are the slugs of all halls."""

    def __init__(self, writing: Transactions, reading: Transactions, halls: Sequence[str]) -> None:
        self._writing = writing
        self._reading = reading
        self._halls = tuple(halls)

    async def of(self, key: str) -> tuple[Note, ...]:
        """The notes on a post; of one that was taken back, no words."""
        listed = select(notes).where(notes.c.post_key == key).order_by(notes.c.at, notes.c.id)

        async def read(connection: AsyncConnection) -> tuple[Note, ...]:
            return tuple(map(_note, (await connection.execute(listed)).mappings()))

        return await self._reading.run(read)

    async def add(self, key: str, by: str, text: str, at: datetime) -> Note | None:
        """Keep a note on a post that stands by itself."""

        async def keep_it(connection: AsyncConnection) -> Note | None:
            post = await _standing(connection, key)
            if post is None:
                return None
            note = await keep(connection, post, Kept.NOTE, by, text, at)
            await _tell(connection, post, at)
            return note

        return await self._writing.run(keep_it)

    async def take_back(self, key: str, note_id: str, by: str, at: datetime) -> Note | None:
        """Take a note back; of several who try at once, one does."""
        mine = (notes.c.id == note_id, notes.c.post_key == key, notes.c.kind == Kept.NOTE.value)
        taken = update(notes).where(*mine, notes.c.taken_at.is_(None)).values(taken_by=by, taken_at=at).returning(notes)

        async def take_it(connection: AsyncConnection) -> Note | None:
            post = await _standing(connection, key)
            row = (await connection.execute(taken)).mappings().one_or_none() if post else None
            if post is None or row is None:
                return None
            await _count(connection, post)
            await _tell(connection, post, at)
            return _note(row)

        return await self._writing.run(take_it)

    async def describe(self, key: str, place: int, text: str, by: str, at: datetime) -> Decided:
        """Describe a picture, and tell every stream."""

        async def put(connection: AsyncConnection) -> Decided:
            post = await _standing(connection, key)
            if post is None or place >= len(post.content.media):
                return Decided((Outcome(key, Result.UNKNOWN),))
            media = post.content.media[place]
            if media.alt:
                return Decided((outcome(Result.REFUSED, post),))
            after = post.described(Description(place, media.url, text, by))
            streams = await write(connection, [Turn(post, after)], at, self._halls)
            await keep(connection, post, Kept.DESCRIPTION, by, text, at)
            return Decided((outcome(Result.DONE, after),), streams)

        return await self._writing.run(put)


async def _standing(connection: AsyncConnection, key: str) -> Post | None:
    post = (await lock_posts(connection, [key])).get(key)
    return post if post is not None and post.stands else None


async def keep(connection: AsyncConnection, post: Post, kind: Kept, by: str, text: str, at: datetime) -> Note:
    """Keep a note on a post that is locked; whoever does tells the desk."""
    await _count(connection, post)
    note = Note(secrets.token_hex(8), by, text, at, kind)
    row = {"id": note.id, "post_key": post.key, "kind": kind.value, "by": by, "text": text, "at": at}
    await connection.execute(insert(notes).values(row))
    return note


async def _tell(connection: AsyncConnection, post: Post, at: datetime) -> None:
    """An update for the desk alone: nobody else sees notes."""
    numbers = await take(connection, {DESK: 1})
    row = {"stream": DESK, "seq": next(numbers[DESK]), "kind": Kind.PUT.value, "at": at}
    await connection.execute(insert(log).values(row | {"post_key": post.key, "version": post.version}))


async def _count(connection: AsyncConnection, post: Post) -> None:
    await connection.execute(update(posts).where(posts.c.key == post.key).values(remarks=post.remarks + 1))


def _note(told: RowMapping) -> Note:
    return Note(
        told["id"],
        told["by"],
        "" if told["taken_at"] else told["text"],
        told["at"],
        Kept(told["kind"]),
        told["taken_by"] or "",
        told["taken_at"],
    )
