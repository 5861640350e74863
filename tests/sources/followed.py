"""One network that is followed for real: a server of ours, a source, a collector and a store, in time tests turn."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from backchannel.collector import Collector, Health
from backchannel.desk import Desk
from backchannel.hub.local import LocalHub
from backchannel.post import Order, Post, Status, Verb
from backchannel.recheck import Recheck
from backchannel.sources.base import Revisiting
from backchannel.store.base import Query
from backchannel.store.house import Store
from tests.sources.networks import Network
from tests.sources.virtual_time import VirtualTime

DEADLINE_S: Final = 30.0


class Followed:
    """A store, and what collects a network's posts into it."""

    def __init__(self, network: Network, store: Store, time: VirtualTime) -> None:
        self.network = network
        self.store = store
        self.time = time
        self.desk = Desk(store.posts, LocalHub(), store.secret, time.clock, seen=store.sightings)
        self._collector: Collector
        self._parties = 0  # who waits for time to pass, when none of them is at work
        self._written = 0

    @property
    def health(self) -> Health:
        """How the source is."""
        return self._collector.health()[0]

    @asynccontextmanager
    async def collecting(self) -> AsyncGenerator[None]:
        """Collect while the block lasts, as a server does that was started just now."""
        source = self.network.source(self.time)
        duties = {}
        if isinstance(source, Revisiting):
            recheck = Recheck(source, self.desk, self.store.sightings, self.store.stages, self.time.wait)
            duties["recheck"] = recheck.run
        self._collector = Collector(
            [source], self.desk, self.store.cursors, self.time.clock, self.time.wait, lambda: 0.5, duties=duties
        )
        self._parties = 1 + len(duties)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self._collector.run(), name="collector")
            await self.until(lambda: self.health.last_heard_at is not None or bool(self.health.error))
            await self.network.heard()
            yield
            running.cancel()
        self._parties = 0

    async def write(self, many: int = 1) -> list[str]:
        """Have posts written, one a second; their names."""
        names = []
        for _ in range(many):
            names.append(await self.network.post(f"Post {self._written} #pink11", self.time.clock()))
            self._written += 1
            await self.pass_time(1)
        return names

    async def posts(self, status: Status) -> tuple[Post, ...]:
        """The posts that stand there, 200 at most."""
        return (await self.store.posts.page(Query(status, limit=200))).posts

    async def texts(self, status: Status = Status.QUEUED) -> list[str]:
        """What they say."""
        return [post.content.text for post in await self.posts(status)]

    async def approve_all(self) -> None:
        """Approve all that waits."""
        keys = tuple(post.key for post in await self.posts(Status.QUEUED))
        await self.desk.decide(Order(keys, Verb.APPROVE, "Jo"))

    async def until_whole(self, step_s: float = 1.0) -> None:
        """In time every post that was written waits in the queue, and once."""

        async def is_whole() -> bool:
            return (await self.store.posts.counts()).by_status.get(Status.QUEUED, 0) >= self._written

        await self.until(is_whole, step_s)
        assert sorted(await self.texts()) == sorted(f"Post {number} #pink11" for number in range(self._written))

    async def until(self, holds: Callable[[], bool | Awaitable[bool]], step_s: float = 1.0) -> float:
        """Let time pass until something holds; how many seconds that took."""
        began_s = self.time.now_s
        async with asyncio.timeout(DEADLINE_S):
            while not await _told(holds()):
                await self.pass_time(step_s)
        return self.time.now_s - began_s

    async def pass_time(self, seconds: float) -> None:
        """Let so much time pass, in one step; not while a server is asked, for it answers in true time."""
        await self.network.beat()
        if self.network.is_asked:
            await self.time.until_waited_for(self._parties)
        await self.time.turn(seconds)
        await asyncio.sleep(self.network.tick_s)


async def _told(claim: bool | Awaitable[bool]) -> bool:
    return claim if isinstance(claim, bool) else await claim
