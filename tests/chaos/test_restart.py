"""Restarts under load: everybody is told, everybody comes back to what they missed, and the server ends in time."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.chaos.house import built
from tests.chaos.scale import Scale
from tests.chaos.storm import restart_with
from tests.served import Feed

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

ENDS_WITHIN_S = 10
SERVICE_RESTART = 1012


async def farewell(feed: Feed) -> int:
    """The code that a socket was closed with, after whatever it was told before."""
    try:
        while True:
            await feed.socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0


async def test_told_to_end_under_load_it_ends_in_time_tells_everybody_and_keeps_what_it_confirmed(
    tmp_path: Path, scale: Scale
) -> None:
    async with built(tmp_path, posts=scale.of(400, 2000)) as house, AsyncExitStack() as stack:
        await house.begin()
        views = ["/feed/screen", "/feed/posts", *["/feed/phone"] * scale.of(30, 1000)]
        feeds = [await stack.enter_async_context(house.feed(view)) for view in views]
        feeds.append(await stack.enter_async_context(house.feed("/feed/console", additional_headers=house.headers)))
        confirmed = []

        async def moderate() -> None:
            for key in house.keys:
                if not await house.is_confirmed("approve", key):
                    return
                confirmed.append(key)
                if len(confirmed) == 20:
                    under_load.set()

        under_load = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(moderate(), name="moderator")
            await under_load.wait()
            async with asyncio.timeout(ENDS_WITHIN_S):
                await house.end()
                codes = await asyncio.gather(*map(farewell, feeds))
        assert set(codes) == {SERVICE_RESTART}
        found = await house.look()
        assert set(confirmed) <= {key for key, post in found.posts.items() if post.status == "approved"}
        found.assert_sound()


async def test_after_a_restart_everybody_comes_back_to_exactly_what_they_missed(tmp_path: Path, scale: Scale) -> None:
    async with built(tmp_path, posts=4) as house:
        before, while_away, after, _ = house.keys
        await house.begin()
        async with house.feed("/feed/phone") as phone:
            epoch = (await phone.frame("hello"))["epoch"]
            await phone.frame("snapshot")
            assert await house.is_confirmed("approve", before)
            seq = (await phone.frame("put"))["seq"]
        assert await house.is_confirmed("approve", while_away)
        await house.end()
        await house.begin()
        async with AsyncExitStack() as stack:

            async def come_back() -> Feed:
                feed = await stack.enter_async_context(house.feed(f"/feed/phone?epoch={epoch}&since={seq}"))
                hello, missed = await feed.frame(), await feed.frame()
                assert (hello["op"], hello["epoch"]) == ("hello", epoch)
                assert (missed["op"], missed["seq"], missed["key"]) == ("put", seq + 1, while_away)
                return feed

            phones = await asyncio.gather(*(come_back() for _ in range(scale.of(50, 1000))))
            assert await house.is_confirmed("approve", after)
            assert {(await phone.frame("put"))["key"] for phone in phones} == {after}


async def test_a_crowd_comes_back_spread_and_screens_before_it(tmp_path: Path, scale: Scale) -> None:
    await restart_with(tmp_path, scale, many=200, rate=100)
