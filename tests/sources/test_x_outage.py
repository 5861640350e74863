"""X's stream breaks under posts, and searches find them late: nothing that X still offers is missing or doubled."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from backchannel.collector import Collector
from backchannel.desk import Desk
from backchannel.hub.local import LocalHub
from backchannel.media.fetcher import Fetcher
from backchannel.post import Status
from backchannel.sources.x import X, XSettings
from backchannel.store.base import Query
from backchannel.store.house import Store
from tests.made_up import Clock
from tests.sources.x_server import TOKEN, XServer, x_server

pytestmark = pytest.mark.anyio


class World:
    """A server of X, a store, and a clock that every wait turns on."""

    def __init__(self, server: XServer, group: asyncio.TaskGroup, store: Store, clock: Clock) -> None:
        self.server = server
        self.group = group
        self.clock = clock
        self._store = store
        self._written = 0

    @asynccontextmanager
    async def collecting(self) -> AsyncGenerator[Collector]:
        """Collect while the block lasts."""
        settings = XSettings(server=self.server.url, token_env="TOKEN", reads_per_day=10_000)
        source = X(settings, ["pink11"], clock=self.clock, fetcher=Fetcher, environ={"TOKEN": TOKEN})
        desk = Desk(self._store.posts, LocalHub(), self._store.secret, self.clock, seen=self._store.sightings)
        collector = Collector([source], desk, self._store.cursors, self.clock, sleep=self._sleep)
        task = self.group.create_task(collector.run(), name="collector")
        try:
            yield collector
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _sleep(self, seconds: float) -> None:
        self.clock.turn(seconds)
        await asyncio.sleep(0.002)

    def write(self, many: int, every_s: float = 1.0) -> None:
        """Have so many posts written, each a while after the last one."""
        for _ in range(many):
            self.server.post(f"Post {self._written} #pink11")
            self._written += 1
            self.clock.turn(every_s)

    @property
    def searches(self) -> int:
        """How often X was searched."""
        return sum("search/recent" in each for each in self.server.requests)

    async def kept(self) -> Counter[str]:
        """The posts that are in the store, each with how often it is."""
        pages = self._store.posts
        texts: Counter[str] = Counter()
        after = None
        while True:
            page = await pages.page(Query(Status.QUEUED, after=after, limit=200))
            texts.update(post.content.text for post in page.posts)
            if (after := page.next) is None:
                return texts

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait, keeping the stream alive."""
        async with asyncio.timeout(20):
            while not holds():
                self.server.say()
                await asyncio.sleep(0.005)

    async def whole(self) -> None:
        """In time every post is kept, and once."""
        expected = Counter(f"Post {number} #pink11" for number in range(self._written))
        async with asyncio.timeout(20):
            while len(await self.kept()) < len(expected):
                self.server.say()
                self.clock.turn(1)
                await asyncio.sleep(0.02)
        assert await self.kept() == expected


@pytest.fixture
async def world(store: Store) -> AsyncGenerator[World]:
    clock = Clock()
    async with x_server(clock) as (server, group):
        yield World(server, group, store, clock)
    assert server.faults == []


async def test_a_stream_that_breaks_again_and_again_costs_no_post(world: World) -> None:
    async with world.collecting():
        for _ in range(5):
            await world.until(lambda: world.server.is_streaming)
            world.write(7)
            world.server.cut()
            world.write(7)
        await world.whole()


async def test_posts_that_searches_find_late_are_not_lost_with_a_stream(world: World) -> None:
    async with world.collecting():
        await world.until(lambda: world.server.is_streaming)
        world.write(10)
        await world.whole()
        world.server.cut()
        before = set(world.server.posts)
        world.write(10)
        world.server.unindexed = set(world.server.posts) - before
        searched = world.searches
        await world.until(lambda: world.searches > searched)
        world.write(10)
        assert len(await world.kept()) < 30
        world.server.unindexed.clear()
        await world.whole()
