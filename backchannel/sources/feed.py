"""Blogs and podcasts: reads an RSS, Atom or JSON feed again and again, and tells of what is new or changed in it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from backchannel.errors import StartError
from backchannel.interest import Following
from backchannel.media.fetcher import Fetcher
from backchannel.sources.base import Batch
from backchannel.sources.entry import NETWORK
from backchannel.sources.fields import Fields
from backchannel.sources.reading import Reading
from backchannel.sources.subscription import Subscription, Validators
from backchannel.sources.told import Told, digest_of, place_of
from backchannel.text import web_url


@dataclass(frozen=True, slots=True)
class FeedSettings(Following):
    """Which feed is read, how often, and whether all of it is the conference's."""

    network: ClassVar[str] = NETWORK

    url: Annotated[str, Meta(min_length=1, max_length=900)]
    every_s: Annotated[float, Meta(ge=60, le=3600)] = 120.0
    every_entry: bool = False


class Feed:
    """Follows one feed. Entries that leave it are not deleted: feeds only hold so many."""

    network = NETWORK

    def __init__(
        self,
        settings: FeedSettings,
        hashtags: Sequence[str],
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        fetcher: Callable[[], Fetcher] = Fetcher,
        subscription: Callable[[str], Subscription] = Subscription,
    ) -> None:
        self._url = _url(settings.url)
        self._subscription = subscription(self._url)
        self._every_s = settings.every_s
        self._takes_all = settings.every_entry
        self._interest = settings.interest(hashtags)
        self._followed = digest_of(repr((replace(settings, every_s=0.0), *hashtags)))
        self._clock = clock
        self._sleep = sleep
        self._fetcher = fetcher
        where, _, query = self._url.partition("?")
        # Behind the question mark may stand what only the feed's readers shall know, and names are shown.
        self.name = f"{NETWORK}:{where}?{digest_of(query)}" if query else f"{NETWORK}:{where}"
        self.title = f"Feed ({self._subscription.where})"

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Yield a batch for every answer, oldest entry first, and an empty one where nothing changed."""
        told, trouble = place_of(cursor, self._followed), ""
        async with self._fetcher() as fetcher:
            while True:
                news = await self._subscription.ask(fetcher, told.validators if told else Validators())
                if news.feed is None:
                    yield Batch(trouble=trouble)
                else:
                    reading = await asyncio.to_thread(self._read, news.feed, told)  # others go on meanwhile
                    told, trouble = Told(self._followed, news.validators, reading.lines), _trouble(news.feed)
                    yield Batch(tuple(reading.sightings), told.stored(), tuple(reading.refused), trouble=trouble)
                await self._sleep(max(self._every_s, news.pause_s))

    def _read(self, feed: Fields, told: Told | None) -> Reading:
        reading = Reading(self._url, self._interest, told, self._clock(), takes_all=self._takes_all)
        reading.read(feed)
        return reading


def _trouble(feed: Fields) -> str:
    place = feed.line("_broken", 40)
    return f"The feed is broken at {place}: entries may be missing." if place else ""


def _url(url: str) -> str:
    if not web_url(url):
        msg = f"[[sources]] ({NETWORK}) url: {url!r} is no address of a feed; write one like https://blog.example/feed.xml"
        raise StartError(msg)
    return url
