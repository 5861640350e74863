"""A Mastodon source under test, in virtual time, and an ear that notes what it yields."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from backchannel.media.fetcher import Fetcher
from backchannel.sources.base import Batch
from backchannel.sources.mastodon import Mastodon, MastodonSettings
from tests.sources.mastodon_api import MastodonServer
from tests.sources.virtual_time import VirtualTime

TOKEN: Final = "sesame"
DEADLINE_S: Final = 10  # a source that listens for ever fails its test


def source(
    server: MastodonServer, *tags: str, time: VirtualTime | None = None, token: str = "", **more: Any
) -> Mastodon:
    """A source that follows hashtags on a server; `more` are settings."""
    settings = MastodonSettings(server=server.url, token_env="TOKEN" if token else "", **more)
    time = time or VirtualTime()
    return Mastodon(
        settings,
        tags or ("pink11",),
        clock=time.clock,
        sleep=time.sleep,
        alarm=time.alarm,
        fetcher=lambda: Fetcher(deadline_s=5),
        environ={"TOKEN": token},
    )


def ids(*batches: Batch) -> list[str]:
    """The posts that batches tell of, in their order."""
    return [sighting.id for batch in batches for sighting in batch.sightings]


def matches(*batches: Batch) -> list[tuple[str, ...]]:
    """What batches say that their posts matched."""
    return [sighting.matched for batch in batches for sighting in batch.sightings]


class Ear:
    """Listens to a source, and turns its time."""

    def __init__(self, batches: AsyncGenerator[Batch], time: VirtualTime) -> None:
        self._batches = batches
        self._time = time
        self.heard: list[Batch] = []

    @property
    def cursor(self) -> str | None:
        """The place that the store would keep."""
        return next((each.cursor for each in reversed(self.heard) if each.cursor), None)

    async def next(self) -> Batch:
        """The next batch, which comes without time passing, or by pauses that end at once."""
        async with asyncio.timeout(DEADLINE_S):
            self.heard.append(await anext(self._batches))
        return self.heard[-1]

    async def until(self, count: int) -> list[Batch]:
        """The next batches, until so many sightings and refusals are among them."""
        batches: list[Batch] = []
        while sum(len(each.sightings) + len(each.refused) for each in batches) < count:
            batches.append(await self.next())
        return batches

    async def after(self, seconds: float) -> Batch:
        """The next batch, which comes because time passes while the source listens."""
        async with asyncio.TaskGroup() as group:
            coming = group.create_task(self.next(), name="next batch")
            waited_for = group.create_task(self._time.until_waited_for(), name="waited for")
            await asyncio.wait([coming, waited_for], return_when=asyncio.FIRST_COMPLETED)
            waited_for.cancel()
            await self._time.turn(seconds)
        return coming.result()


@asynccontextmanager
async def listening(mastodon: Mastodon, time: VirtualTime, cursor: str | None = None) -> AsyncGenerator[Ear]:
    """An ear at a source, from a cursor on."""
    batches = mastodon.follow(cursor)
    try:
        yield Ear(batches, time)
    finally:
        await batches.aclose()
