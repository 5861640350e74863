import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from anyio import CancelScope, create_task_group

from backchannel.collector import NEEDS_PERSON_RETRY_S, STANDS_BY, TAKES_OVER, Collector, State
from backchannel.desk import Desk
from backchannel.errors import SourceError
from backchannel.hub.local import LocalHub
from backchannel.post import Status
from backchannel.sources.base import Batch
from backchannel.store.base import Query
from backchannel.store.house import Store
from tests.made_up import Clock, gone, sighting


class Scripted:
    """A source that yields what its script says: a list of runs, each a list of batches and at most one error."""

    network = "mastodon"

    def __init__(self, name: str, *runs: Sequence[Batch | Exception]) -> None:
        self.name = name
        self.title = name.title()
        self.began_at: list[str | None] = []
        self._runs = list(runs)

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        self.began_at.append(cursor)
        for step in self._runs.pop(0):
            if isinstance(step, Exception):
                raise step
            yield step


class Naps:
    """Sleeps that end at once and are remembered."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def collect(store: Store, naps: Naps) -> Callable[..., Awaitable[Collector]]:
    async def run(*sources: Scripted) -> Collector:
        clock = Clock()
        desk = Desk(store.posts, LocalHub(), store.secret, clock)
        collector = Collector(sources, desk, store.cursors, clock, sleep=naps, jitter=lambda: 0.5)
        await collector.run()
        return collector

    return run


Collect = Callable[..., Awaitable[Collector]]


async def texts(store: Store, status: Status = Status.QUEUED) -> list[str]:
    return [post.content.text for post in (await store.posts.page(Query(status))).posts]


async def test_what_a_source_hears_waits_in_the_queue(store: Store, collect: Collect) -> None:
    collector = await collect(Scripted("one", [Batch((sighting("1", "first"), sighting("2", "second")), cursor="2")]))
    assert await texts(store) == ["first", "second"]
    health = collector.health()[0]
    assert (health.state, health.received, health.duplicates) == (State.ENDED, 2, 0)


async def test_a_source_goes_on_from_its_stored_cursor_after_trouble(store: Store, collect: Collect) -> None:
    source = Scripted(
        "one", [Batch((sighting("1"),), cursor="page 1"), SourceError("The server is away.")], [Batch(cursor="page 2")]
    )
    await collect(source)
    assert source.began_at == [None, "page 1"]
    assert await store.cursors.read("one") == "page 2"


async def test_repeats_are_counted_and_not_queued_again(store: Store, collect: Collect) -> None:
    collector = await collect(Scripted("one", [Batch((sighting("1"),)), Batch((sighting("1"),))]))
    assert len(await texts(store)) == 1
    assert collector.health()[0].duplicates == 1


async def test_a_delete_beats_a_later_sighting(store: Store, collect: Collect) -> None:
    await collect(Scripted("one", [Batch((gone("1"),)), Batch((sighting("1"),))]))
    assert await texts(store) == []


async def test_one_sources_trouble_is_its_own(store: Store, collect: Collect) -> None:
    broken = Scripted("broken", [RuntimeError("a bug of ours")], [])
    collector = await collect(broken, Scripted("sound", [Batch((sighting("1", "heard"),))]))
    assert await texts(store) == ["heard"]
    assert [health.state for health in collector.health()] == [State.ENDED, State.ENDED]


async def test_back_off_doubles_is_bounded_and_starts_anew_after_health(store: Store, naps: Naps) -> None:
    clock = Clock()

    class Flaky(Scripted):
        async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
            if len(self.began_at) == 9:
                clock.turn(61)
            async for batch in super().follow(cursor):
                yield batch

    runs: list[list[Batch | Exception]] = [[Batch(), SourceError("away")] for _ in range(10)]
    source = Flaky("flaky", *runs, [])
    desk = Desk(store.posts, LocalHub(), store.secret, clock)
    await Collector([source], desk, store.cursors, clock, sleep=naps, jitter=lambda: 1.0).run()
    assert naps.seconds == [2, 4, 8, 16, 32, 60, 60, 60, 60, 2]


async def test_the_networks_own_wish_is_obeyed(collect: Collect, naps: Naps) -> None:
    await collect(Scripted("one", [SourceError("Slow down.", retry_after_s=120)], []))
    assert naps.seconds == [120.5]


async def test_trouble_is_told_with_its_remedy_and_the_next_try(store: Store) -> None:
    clock = Clock()
    asleep = asyncio.Event()

    async def sleep_for_good(seconds: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    trouble = SourceError("The server wants a token.", remedy="Make one.", needs_person=True)
    desk = Desk(store.posts, LocalHub(), store.secret, clock)
    collector = Collector([Scripted("one", [trouble])], desk, store.cursors, clock, sleep=sleep_for_good)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(collector.run(), name="collector")
        await asleep.wait()
        health = collector.health()[0]
        running.cancel()
    assert (health.state, health.error, health.remedy) == (
        State.NEEDS_YOU,
        "The server wants a token.",
        "Make one.",
    )
    assert health.next_try_at == clock.at + timedelta(seconds=NEEDS_PERSON_RETRY_S)


async def test_a_post_that_no_database_takes_does_not_stop_its_neighbours(store: Store, collect: Collect) -> None:
    poison = sighting("2\ud800", "poison")
    batch = Batch((sighting("1", "before"), poison, sighting("3", "after")), cursor="after the page")
    collector = await collect(Scripted("one", [batch]))
    assert await texts(store) == ["before", "after"]
    assert collector.health()[0].refused == {"the post cannot be stored": 1}
    assert await store.cursors.read("one") == "after the page"


async def test_different_reasons_are_bounded(collect: Collect) -> None:
    collector = await collect(
        Scripted("one", [Batch(refused=tuple(f"line {number}: broken" for number in range(500)))])
    )
    refused = collector.health()[0].refused
    assert (len(refused), refused.total()) == (51, 500)


async def test_refused_posts_are_counted_by_reason(collect: Collect) -> None:
    refused = ("no author", "no text", "no author")
    collector = await collect(Scripted("one", [Batch(refused=refused, rate_limit_left=3)]))
    health = collector.health()[0]
    assert health.refused == {"no author": 2, "no text": 1}
    assert health.rate_limit_left == 3


class Slow(Scripted):
    """A source whose next batch comes when it is let."""

    def __init__(self, name: str, *batches: Batch) -> None:
        super().__init__(name)
        self._batches = batches
        self.taken = asyncio.Event()
        self.go_on = asyncio.Event()

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        for batch in self._batches:
            yield batch
            self.taken.set()
            await self.go_on.wait()
            self.go_on.clear()


async def test_health_says_what_the_last_batch_said(store: Store) -> None:
    clock = Clock()
    half = Batch((sighting("1"),), caught_up=False, lag_s=40.0, rate_limit_left=3, trouble="Half of it.", remedy="Do.")
    source = Slow("one", half, Batch(lag_s=2.0, budget_left=7))
    collector = Collector([source], Desk(store.posts, LocalHub(), store.secret, clock), store.cursors, clock)
    assert collector.health()[0].state is State.STARTING
    async with create_task_group() as tasks:
        tasks.start_soon(collector.run)
        await source.taken.wait()
        health, came_at = replace(collector.health()[0]), clock.at
        source.taken.clear()
        clock.turn(30)
        source.go_on.set()
        await source.taken.wait()
        later = replace(collector.health()[0])
        tasks.cancel_scope.cancel()
    assert (health.state, health.last_heard_at, health.last_post_at) == (State.CATCHING_UP, came_at, came_at)
    assert (health.lag_s, health.rate_limit_left, health.error, health.remedy) == (40.0, 3, "Half of it.", "Do.")
    assert (later.state, later.last_heard_at, later.last_post_at) == (State.FOLLOWING, clock.at, came_at)
    assert (later.lag_s, later.rate_limit_left, later.budget_left, later.error, later.remedy) == (2.0, None, 7, "", "")


class Elections:
    """Leadership as a test deals it out: who stands wins after so many tries; `end` ends the term."""

    def __init__(self, *tries: int) -> None:
        self.terms = 0
        self._tries = list(tries)
        self._scope = CancelScope()

    async def stand(self) -> bool:
        self._tries[0] -= 1
        if self._tries[0] > 0:
            return False
        self._tries.pop(0)
        return True

    @asynccontextmanager
    async def term(self) -> AsyncGenerator[None]:
        self.terms += 1
        with CancelScope() as self._scope:
            yield

    def end(self) -> None:
        self._scope.cancel()


class Endless(Scripted):
    """A source that stays."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.follows = asyncio.Event()

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        self.follows.set()
        yield Batch()
        await asyncio.Event().wait()


@pytest.fixture
def lead(store: Store) -> Callable[..., Collector]:
    def made(elections: Elections, *sources: Scripted, **more: Any) -> Collector:
        clock = Clock()
        desk = Desk(store.posts, LocalHub(), store.secret, clock)
        return Collector(sources, desk, store.cursors, clock, leadership=elections, **more)

    return made


async def test_a_node_that_does_not_lead_follows_no_network_and_takes_posts_from_phones(
    lead: Callable[..., Collector],
) -> None:
    floor, network, said, asleep = Endless("floor"), Endless("network"), list[str](), asyncio.Event()

    async def sleep_for_good(_: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    collector = lead(Elections(2), floor, network, on_every_node=(floor,), say=said.append, sleep=sleep_for_good)
    async with create_task_group() as tasks:
        tasks.start_soon(collector.run)
        await floor.follows.wait()
        await asleep.wait()
        tasks.cancel_scope.cancel()
    assert [health.state for health in collector.health()] == [State.FOLLOWING, State.STANDING_BY]
    assert said == [STANDS_BY]
    assert not network.follows.is_set()


async def test_a_node_takes_over_when_it_is_elected_and_says_so_once(
    lead: Callable[..., Collector], naps: Naps
) -> None:
    said: list[str] = []
    collector = lead(Elections(4), Scripted("network", [Batch()]), say=said.append, sleep=naps)
    await collector.run()
    assert said == [STANDS_BY, TAKES_OVER]
    assert len(naps.seconds) == 3
    assert collector.health()[0].state is State.ENDED


async def test_a_node_that_loses_the_lead_lets_its_networks_go_and_stands_again(
    lead: Callable[..., Collector], naps: Naps
) -> None:
    elections, network, said = Elections(1, 2), Endless("network"), list[str]()
    collector = lead(elections, network, say=said.append, sleep=naps)
    async with create_task_group() as tasks:
        tasks.start_soon(collector.run)
        await network.follows.wait()
        network.follows.clear()
        elections.end()
        await network.follows.wait()
        tasks.cancel_scope.cancel()
    assert elections.terms == 2
    assert said == [STANDS_BY, TAKES_OVER]


async def test_a_source_to_which_nothing_comes_while_others_hear_posts_is_noticed(store: Store) -> None:
    clock = Clock()

    class Timed(Scripted):
        """Lets so many minutes pass before each batch, then stays without end."""

        def __init__(self, name: str, *batches: tuple[int, Batch]) -> None:
            super().__init__(name)
            self._batches = batches

        async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
            if self.name == "hears":
                await deaf_began.wait()
            for minutes, batch in self._batches:
                clock.turn(60 * minutes)
                yield batch
            (heard if self.name == "hears" else deaf_began).set()
            await asyncio.Event().wait()

    deaf_began, heard = asyncio.Event(), asyncio.Event()
    deaf = Timed("deaf", (0, Batch()))
    hears = Timed("hears", (5, Batch((sighting("1"),))), (30, Batch((sighting("2"),))))
    collector = Collector((deaf, hears), Desk(store.posts, LocalHub(), store.secret, clock), store.cursors, clock)
    async with create_task_group() as tasks:
        tasks.start_soon(collector.run)
        await heard.wait()
        told = {health.name: (health.error, health.remedy) for health in collector.health()}
        tasks.cancel_scope.cancel()
    assert "no post has come from it for 35 minutes" in told["deaf"][0]
    assert "hashtags" in told["deaf"][1]
    assert told["hears"] == ("", "")
