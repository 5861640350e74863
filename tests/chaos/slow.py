"""What takes as long as its deadlines do: only python -m tests.chaos has the patience."""

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.chaos.house import House, built, until
from tests.chaos.scale import Scale
from tests.chaos.storm import restart_with
from tests.served import Feed

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

REAPED_WITHIN_S = 45
STOPPED_MAX_S = 10


async def clients(house: House, view: str) -> int:
    """How many sockets of a view the server counts."""
    said = (await house.client.get("/metrics")).text
    return round(sum(float(found) for found in re.findall(rf'backchannel_clients{{[^}}]*view="{view}"}} (\S+)', said)))


def stop_reading(feed: Feed) -> None:
    """From now on nothing is read there, not even a ping: as of a phone that left the building."""
    feed.socket.transport.pause_reading()


@pytest.mark.parametrize("view", ["phone", "screen"])
async def test_a_socket_whose_client_vanished_is_reaped(tmp_path: Path, view: str) -> None:
    async with built(tmp_path, posts=1) as house:
        await house.begin()
        async with house.feed(f"/feed/{view}", ping_interval=None, close_timeout=0) as feed:
            await feed.frame("snapshot")
            assert await clients(house, view) == 1
            stop_reading(feed)

            async def is_reaped() -> bool:
                return await clients(house, view) == 0

            await until(is_reaped, REAPED_WITHIN_S)
            feed.socket.transport.abort()


async def test_phones_that_do_not_read_are_ended_and_the_others_are_told_everything(
    tmp_path: Path, scale: Scale
) -> None:
    many, stalled = 500, 5
    async with built(tmp_path, posts=600) as house, AsyncExitStack() as stack:
        await house.begin()
        phones = [await stack.enter_async_context(house.feed(ping_interval=None, close_timeout=0)) for _ in range(many)]
        for phone in phones[:stalled]:
            stop_reading(phone)

        async def hear(phone: Feed) -> list[str]:
            return [(await phone.frame("put"))["key"] for _ in house.keys]

        async with asyncio.TaskGroup() as group:
            hearing = [group.create_task(hear(phone), name="phone") for phone in phones[stalled:]]
            for key in house.keys:
                assert await house.is_confirmed("approve", key)
        assert all(task.result() == house.keys for task in hearing)

        async def are_ended() -> bool:
            return await clients(house, "phone") == many - stalled

        await until(are_ended, STOPPED_MAX_S + 2)
        for phone in phones[:stalled]:
            phone.socket.transport.abort()


@pytest.mark.parametrize("many", [5_000, 10_000])
async def test_thousands_come_back_after_a_restart(tmp_path: Path, scale: Scale, many: int) -> None:
    await restart_with(tmp_path, scale, many, rate=2000)
