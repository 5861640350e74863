"""The gallery: fetches the pictures of posts once, as soon as they are queued, beside everything else.

No post waits for its picture: cards have a box with the picture's description until it is there, and an update follows.
Who leads does it. After a restart what has no picture yet is looked for again. What is not shown to anybody loses its
pictures after a time; what is gone, at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from backchannel.hub.base import Hub
from backchannel.media.darkroom import NoPictureError, Print
from backchannel.media.lens import NotYetError
from backchannel.post import Post, Status
from backchannel.store.base import Fetched, Log, Pictures
from backchannel.updates import DESK

AT_ONCE: Final = 8  # looks at once
WAITING_MAX: Final = 200  # posts whose pictures are looked for; the log keeps the rest
PAUSES_S: Final = (0.0, 5.0, 30.0)  # before each try
READ_AT_ONCE: Final = 100
SWEPT_MAX: Final = 500
EXPIRES_EVERY_S: Final = 3600.0
ANEW_AFTER_S: Final = 1.0
LOOKED_FOR: Final = frozenset({Status.QUEUED, Status.HELD, Status.APPROVED})

Look = Callable[[str], Awaitable[Print]]

log = structlog.get_logger()


class Gallery:
    """Finds pictures for posts. `look` brings one from an address; `keeps` is how long an unshown post keeps them."""

    def __init__(
        self,
        posts_log: Log,
        pictures: Pictures,
        hub: Hub,
        look: Look,
        clock: Callable[[], datetime],
        keeps: timedelta,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._log = posts_log
        self._pictures = pictures
        self._hub = hub
        self._look = look
        self._clock = clock
        self._keeps = keeps
        self._sleep = sleep
        self._looks = asyncio.Semaphore(AT_ONCE)
        self._room = asyncio.Semaphore(WAITING_MAX)
        self._busy: set[str] = set()
        self._due: dict[str, Post] = {}  # what became of a busy one meanwhile
        self._given_up: dict[str, None] = {}  # addresses that show nothing, so many of the last ones

    async def run(self) -> None:
        """Look for pictures, until cancelled. Trouble with the store is told in the log; then it begins anew."""
        while True:
            try:
                await self._watch()
            except Exception:  # the outermost edge of this duty: the wall goes on without pictures meanwhile
                log.exception("pictures are not looked for")
            await self._sleep(ANEW_AFTER_S)

    async def _watch(self) -> None:
        """Look for what has no picture yet, then for every post that comes."""
        seq = (await self._log.heads()).seqs[DESK]
        async with asyncio.TaskGroup() as looks:
            looks.create_task(self._expire(), name="old pictures")
            await self._start(looks, await self._pictures.unsettled(SWEPT_MAX))
            while True:
                await self._hub.wait(DESK, "gallery")
                seq = await self._follow(looks, seq)

    async def _follow(self, looks: asyncio.TaskGroup, seq: int) -> int:
        """Look for what the desk heard of since; returns how far it has read."""
        while True:
            told = await self._log.since(DESK, seq, READ_AT_ONCE)
            latest = {each.update.key: each.post for each in told if each.post is not None}
            await self._start(looks, tuple(latest.values()))
            if not told:
                return seq
            seq = told[-1].update.seq

    async def _start(self, looks: asyncio.TaskGroup, posts: Sequence[Post]) -> None:
        for post in posts:
            if post.key in self._busy:
                self._due[post.key] = post
            elif self._wants(post):
                await self._room.acquire()
                self._busy.add(post.key)
                looks.create_task(self._settle(post), name=f"pictures of {post.key}")

    def _wants(self, post: Post) -> bool:
        """Whether a post lacks a picture, or has one that it no longer shows."""
        had = {picture.url for picture in post.pictures}
        shows = set(post.picture_urls)
        return post.status in LOOKED_FOR and (bool(had - shows) or not shows - had <= self._given_up.keys())

    async def _settle(self, post: Post) -> None:
        due: Post | None = post
        try:
            while due is not None:
                if self._wants(due):
                    await self._find(due)
                due = self._due.pop(post.key, None)
        except Exception:  # the outermost edge of this task: one post's pictures are no other's
            log.exception("pictures were not kept", post=post.key)
        finally:
            self._due.pop(post.key, None)
            self._busy.discard(post.key)
            self._room.release()

    async def _find(self, post: Post) -> None:
        had = {picture.url for picture in post.pictures}
        found = [await self._found(url) for url in post.picture_urls if url not in had]
        self._hub.wake(await self._pictures.settle(post.key, [each for each in found if each], self._clock()))

    async def _expire(self) -> None:
        while True:
            try:
                await self._pictures.expire(self._clock() - self._keeps)
            except Exception:  # the outermost edge of this task: the next hour may go well
                log.exception("old pictures were not thrown away")
            await self._sleep(EXPIRES_EVERY_S)

    async def _found(self, url: str) -> Fetched | None:
        if url in self._given_up:
            return None
        if known := await self._pictures.find(url):
            return known
        for pause in PAUSES_S:
            await self._sleep(pause)
            try:
                async with self._looks:
                    shown = await self._look(url)
            except NotYetError as trouble:
                log.info("no picture yet", why=str(trouble))
            except NoPictureError as trouble:
                log.info("no picture", why=str(trouble))
                break
            else:
                return Fetched(url, shown.name, shown.width, shown.height, shown.body)
        self._give_up(url)
        return None

    def _give_up(self, url: str) -> None:
        self._given_up[url] = None
        if len(self._given_up) > 10 * WAITING_MAX:
            del self._given_up[next(iter(self._given_up))]
