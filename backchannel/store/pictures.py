"""The engine of pictures: bytes by name, and which posts show them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Text, delete, insert, or_, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.picture import Picture
from backchannel.post import WITH_AVATARS, Post, Status
from backchannel.store.base import Fetched, Served
from backchannel.store.parts import in_parts
from backchannel.store.picture_uses import end, throw_away
from backchannel.store.rows import WHOLE, post_of
from backchannel.store.tables import picture_uses, pictures, posts
from backchannel.store.transactions import Transactions
from backchannel.store.turns import Turn
from backchannel.store.writing import lock_posts, write

MANY: Final = 200  # posts that show one picture, such as their author's: whether one of so many is public is told
LOOKED_FOR: Final = (Status.APPROVED, Status.QUEUED, Status.HELD)


class SqlPictures:
    """Pictures in a database, beside the posts that show them. `halls` are the slugs of all halls."""

    def __init__(self, writing: Transactions, reading: Transactions, halls: Sequence[str]) -> None:
        self._writing = writing
        self._reading = reading
        self._halls = tuple(halls)

    async def find(self, url: str) -> Fetched | None:
        """What an address showed when it was fetched for another post."""
        known = select(pictures.c.name, pictures.c.width, pictures.c.height).join_from(
            picture_uses, pictures, pictures.c.name == picture_uses.c.name
        )
        one = known.where(picture_uses.c.url == url).limit(1)

        async def read(connection: AsyncConnection) -> Fetched | None:
            row = (await connection.execute(one)).one_or_none()
            return None if row is None else Fetched(url, row.name, row.width, row.height)

        return await self._reading.run(read)

    async def settle(self, key: str, new: Sequence[Fetched], at: datetime) -> frozenset[str]:
        """Keep what was found for a post, and of what it had only what it still shows."""

        async def keep(connection: AsyncConnection) -> frozenset[str]:
            post = (await lock_posts(connection, [key])).get(key)
            if post is None or post.status is Status.GONE:
                return frozenset()
            await _store(connection, new)
            found = _all(post, new, at)
            shown = {url: found[url] for url in post.picture_urls if url in found}
            await _use(connection, key, shown)
            after = replace(post, pictures=tuple(shown.values()))
            return await write(connection, [Turn(post, after)], at, self._halls) if after != post else frozenset()

        return await self._writing.run(keep)

    async def unsettled(self, limit: int) -> tuple[Post, ...]:
        """The latest posts that may be shown, have media, and no picture yet."""
        named = type_coerce(posts.c.spans, Text).contains('"kind":"emoji"')
        has_emoji = or_(named, posts.c.author_emoji.is_not(None), posts.c.warning_emoji.is_not(None))
        has_media = or_(posts.c.media != (), posts.c.network == WITH_AVATARS, has_emoji)
        waits = posts.c.status.in_([status.value for status in LOOKED_FOR])
        latest = select(*WHOLE).where(waits, has_media, posts.c.pictures.is_(None))
        first = latest.order_by(posts.c.arrived.desc()).limit(limit)

        async def read(connection: AsyncConnection) -> tuple[Post, ...]:
            return tuple(post_of(row) for row in (await connection.execute(first)).mappings())

        return await self._reading.run(read)

    async def served(self, name: str) -> Served | None:
        """A picture, and whether anybody may see it."""
        one = select(pictures.c.body).where(pictures.c.name == name)
        shown_by = select(*WHOLE).join_from(picture_uses, posts, posts.c.key == picture_uses.c.post_key)
        approved = shown_by.where(picture_uses.c.name == name, posts.c.status == Status.APPROVED.value).limit(MANY)

        async def read(connection: AsyncConnection) -> Served | None:
            body = (await connection.execute(one)).scalar_one_or_none()
            if body is None:
                return None
            told = (await connection.execute(approved)).mappings().all()
            return Served(body, is_public=any(name in _shown_by(post_of(row)) for row in told))

        return await self._reading.run(read)

    async def expire(self, before: datetime) -> None:
        """The column and the uses, in one transaction. Nobody is told: such a post has its description still."""
        unshown = posts.c.status.in_([Status.REJECTED.value, Status.WITHDRAWN.value])
        old = (unshown, posts.c.pictures.is_not(None), posts.c.decided_at < before)

        async def throw(connection: AsyncConnection) -> None:
            found = select(posts.c.key).where(*old).order_by(posts.c.key).with_for_update()
            keys = (await connection.scalars(found)).all()
            for part in in_parts(keys):
                await connection.execute(update(posts).where(posts.c.key.in_(part)).values(pictures=None))
            await throw_away(connection, keys)

        await self._writing.run(throw)


def _all(post: Post, new: Sequence[Fetched], at: datetime) -> dict[str, Picture]:
    had = {picture.url: picture for picture in post.pictures}
    return {each.url: Picture(each.url, each.name, each.width, each.height, at) for each in new} | had


def _shown_by(post: Post) -> frozenset[str]:
    """The names of what a post shows in public."""
    shown = (post.picture_of(url, is_public=True) for url in post.picture_urls)
    return frozenset(picture.name for picture in shown if picture)


async def _store(connection: AsyncConnection, new: Sequence[Fetched]) -> None:
    """Put the bytes there that are not; by name, so that two nodes never wait in a circle."""
    made = {each.name: each for each in new if each.body}
    known = set(await connection.scalars(select(pictures.c.name).where(pictures.c.name.in_(sorted(made)))))
    for name in sorted(made.keys() - known):
        one = made[name]
        row = {"name": name, "body": one.body, "width": one.width, "height": one.height}
        await connection.execute(insert(pictures).values(row))


async def _use(connection: AsyncConnection, key: str, shown: Mapping[str, Picture]) -> None:
    mine = picture_uses.c.post_key == key
    await end(connection, delete(picture_uses).where(mine, picture_uses.c.url.not_in(sorted(shown))))
    known = set(await connection.scalars(select(picture_uses.c.url).where(mine)))
    if new := [{"post_key": key, "url": url, "name": shown[url].name} for url in sorted(shown.keys() - known)]:
        await connection.execute(insert(picture_uses), new)
