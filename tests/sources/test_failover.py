"""Jetstreams end, come back, stand in for one another: nothing that is still offered is missing or doubled."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import timedelta

import pytest

from backchannel.errors import SourceError
from backchannel.sources.base import Batch
from backchannel.sources.bluesky import Bluesky, BlueskySettings
from backchannel.sources.hosts import BACK_AFTER
from backchannel.sources.jetstream import Jetstream
from tests.made_up import Clock
from tests.sources.jetstream_server import NOON, V1, V2, JetstreamServer, jetstream_server, made_up

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON + timedelta(seconds=1))


def source(clock: Clock, *servers: JetstreamServer) -> Bluesky:
    first, *others = (server.url for server in servers)
    return Bluesky(
        BlueskySettings(first, fallbacks=tuple(others), api="http://127.0.0.1:9"),
        ("pink11",),
        clock=clock,
        jetstream=lambda url: Jetstream(url, open_s=5),
        every_s=0.02,
    )


class Following:
    """What a collector does, step by step: follows from the stored place, and keeps what was heard in order."""

    def __init__(self, bluesky: Bluesky, cursor: str | None = None) -> None:
        self.bluesky = bluesky
        self.cursor = cursor
        self.heard: list[str] = []
        self.batches: list[Batch] = []
        self.errors: list[SourceError] = []

    async def until(self, rkey: str) -> None:
        """Follow until a post is heard, anew after each error; a server that fails for ever ends the test."""
        for _ in range(6):
            async with aclosing(self.bluesky.follow(self.cursor)) as batches:
                try:
                    async for batch in batches:
                        self.batches.append(batch)
                        self.cursor = batch.cursor or self.cursor
                        self.heard += [each.id.rpartition("/")[2] for each in batch.sightings]
                        if rkey in self.heard:
                            return
                except SourceError as error:
                    self.errors.append(error)
        raise AssertionError(self.errors)

    @property
    def once(self) -> list[str]:
        """What was heard, as a store keeps it."""
        return list(dict.fromkeys(self.heard))


@asynccontextmanager
async def servers(count: int) -> AsyncGenerator[tuple[list[JetstreamServer], list[AsyncExitStack]]]:
    """Servers, each with what ends it."""
    async with AsyncExitStack() as all_of_them:
        stacks = [await all_of_them.enter_async_context(AsyncExitStack()) for _ in range(count)]
        yield [await stack.enter_async_context(jetstream_server()) for stack in stacks], stacks


async def post(rkey: str, *everywhere: JetstreamServer) -> None:
    for server in everywhere:
        await server.post(rkey, **made_up(f"Number {rkey} #pink11"))


@pytest.mark.parametrize("path", [V2, V1])
async def test_the_next_host_goes_on_by_time_a_little_rewound(clock: Clock, path: str) -> None:
    async with servers(2) as ((first, second), (ends_first, _)):
        second.paths = {path}
        for number in range(3):
            await second.keep("commit", {"collection": "app.bsky.feed.like"})  # it counts in another way
            await post(f"3old{number}", first)
        following = Following(source(clock, first, second), cursor='{"time_us":1794916700000000}')
        await following.until("3old2")
        await ends_first.aclose()
        for number in range(5):
            await post(f"3new{number}", second)
        await following.until("3new4")
        assert following.once == ["3old0", "3old1", "3old2", *(f"3new{number}" for number in range(5))]
        assert "cursor=1794916795" in second.requests[-1]  # five seconds before the last post
        trouble = following.batches[-1].trouble
        assert "refuses connections" in trouble
        assert f"Meanwhile {second.url.removeprefix('ws://')} is listened to." in trouble
        assert following.bluesky.name == f"bluesky:{first.url.removeprefix('ws://')}"
        assert second.faults == []


async def test_the_first_host_is_asked_again_later_and_goes_on_without_a_gap(clock: Clock) -> None:
    async with servers(2) as ((first, second), (ends_first, _)):
        await ends_first.aclose()
        await post("3a", second, first)
        following = Following(source(clock, first, second), cursor='{"time_us":1794916700000000}')
        await following.until("3a")
        async with jetstream_server(first), aclosing(following.bluesky.follow(following.cursor)) as batches:
            await anext(batches)
            await post("3b", first, second)
            clock.turn(BACK_AFTER.total_seconds())
            await post("3c", first)
            heard: list[Batch] = []
            while not any(each.id.endswith("3c") for batch in heard for each in batch.sightings):
                heard.append(await anext(batches))
        assert heard[-1].trouble == ""
        assert {each.id.rpartition("/")[2] for batch in heard for each in batch.sightings} >= {"3b", "3c"}


async def test_a_restarted_server_of_ours_goes_on_at_the_stand_in_by_its_number(clock: Clock) -> None:
    async with servers(2) as ((first, second), (ends_first, _)):
        await ends_first.aclose()
        await post("3a", second)
        following = Following(source(clock, first, second), cursor='{"time_us":1794916700000000}')
        await following.until("3a")
        again = Following(source(clock, first, second), following.cursor)
        await post("3b", second)
        await again.until("3b")
        assert "cursor=1000" in second.requests[-1]
