"""Mastodon and whatever speaks its API: asks a server for timelines again and again, and listens to its stream."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from backchannel.errors import StartError
from backchannel.interest import Following, Interest
from backchannel.media.fetcher import Fetcher
from backchannel.sources.alarm import Alarm, Timing
from backchannel.sources.base import Batch
from backchannel.sources.instance import Instance
from backchannel.sources.lanes import other_lanes, tag_lanes
from backchannel.sources.second_look import SecondLook
from backchannel.sources.secret import secret
from backchannel.sources.status import NETWORK
from backchannel.sources.timeline import Timeline
from backchannel.sources.watch import Watch
from backchannel.text import web_url


@dataclass(frozen=True, slots=True)
class MastodonSettings(Following):
    """Which server is asked, how often and for what."""

    network: ClassVar[str] = NETWORK

    server: Annotated[str, Meta(min_length=1, max_length=200)] = "mastodon.social"
    every_s: Annotated[float, Meta(ge=5, le=3600)] = 15.0
    token_file: str = ""
    token_env: str = ""


class Mastodon:
    """Follows hashtags, accounts and phrases through one server, which knows the posts of every server around it."""

    network = NETWORK

    def __init__(
        self,
        settings: MastodonSettings,
        hashtags: Sequence[str],
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        alarm: Callable[[float], Alarm] = Alarm,
        fetcher: Callable[[], Fetcher] = Fetcher,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        file, env = settings.token_file, settings.token_env
        token = secret(f"[[sources]] ({NETWORK})", "token", file=file, env=env, environ=environ)
        self._interest = settings.interest(hashtags)
        self._instance = Instance(_url(settings.server), token, _scopes(self._interest))
        timeline = Timeline(self._instance, self._interest)
        self._tags = tag_lanes(timeline, self._interest.hashtags)
        self._others = other_lanes(timeline, self._interest)
        self._second_look = SecondLook(self._instance, self._interest)
        self._every_s = settings.every_s
        self._timing = Timing(clock, sleep, alarm)
        self._fetcher = fetcher
        self.name = f"{NETWORK}:{self._instance.host}"
        self.title = f"Mastodon ({self._instance.host})"

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Yield batches from a cursor on: a page of a timeline each, oldest post first, or what the stream tells."""
        async with self._fetcher() as fetcher:
            watch = Watch(
                fetcher, self._instance, self._interest, self._tags, self._others, self._every_s, self._timing
            )
            async with aclosing(watch.batches(cursor)) as batches:
                async for batch in batches:
                    yield batch

    async def revisit(self, refs: Sequence[str]) -> Batch:
        """What the server says now of posts that it told of. Raises SourceError."""
        async with self._fetcher() as fetcher:
            return await self._second_look.look(fetcher, refs)


def _scopes(interest: Interest) -> tuple[str, ...]:
    """What an access token must allow."""
    more = (("read:accounts", interest.accounts), ("read:search", interest.phrases))
    return ("read:statuses", *(scope for scope, wishes in more if wishes))


def _url(server: str) -> str:
    url = web_url(server if "://" in server else f"https://{server}")
    if not url:
        msg = f"[[sources]] (mastodon) server: {server!r} is no server; write its name, like mastodon.social"
        raise StartError(msg)
    return url
