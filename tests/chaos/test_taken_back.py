"""Promise 5 while people come, and after a power cut: what was taken back is gone at once, and sent to nobody again."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.chaos.house import House, built
from tests.chaos.scale import Scale
from tests.served import Feed

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

GONE_WITHIN_S = 2.0
VIEWS = ("phone", "posts", "screen", "screen?hall=foyer")


async def sent_to(house: House, address: str) -> str:
    """All that somebody is sent who comes now, up to where the stream stands."""
    async with house.feed(address) as feed:
        head = (await feed.frame("hello"))["seq"]
        sent = [await feed.frame("snapshot", "put", "drop", "stage")]
        while sent[-1]["seq"] < head:
            sent.append(await feed.frame("snapshot", "put", "drop", "stage"))
    return json.dumps(sent)


async def assert_nobody_is_sent(house: House, epoch: str, taken_back: list[int]) -> None:
    """Not who comes with nothing, nor who was away since the beginning, nor who opens a page."""
    for view in VIEWS:
        path, asked = f"/feed/{view}", f"epoch={epoch}&since=0"
        late = f"{path}&{asked}" if "?" in view else f"{path}?{asked}"
        sent = await sent_to(house, path) + await sent_to(house, late)
        assert [number for number in taken_back if words(number) in sent] == [], view
    for page in ("/", "/screen", "/api/posts?limit=200", "/feed.json"):
        shown = (await house.client.get(page)).text
        assert [number for number in taken_back if words(number) in shown] == [], page


def words(number: int) -> str:
    """What a post of the house says, as far as nobody else says it."""
    return f"Question {number}, for"


async def test_what_was_taken_back_leaves_in_two_seconds_and_is_sent_to_nobody_again(
    tmp_path: Path, scale: Scale
) -> None:
    many = scale.of(8, 100)
    taken_back = list(range(0, many, 2))
    loop = asyncio.get_running_loop()
    async with built(tmp_path, posts=many) as house, AsyncExitStack() as stack:
        await house.begin()
        feeds = [await stack.enter_async_context(house.feed(f"/feed/{view}")) for view in VIEWS]
        epoch = (await feeds[0].frame("hello"))["epoch"]
        for feed in feeds:
            await feed.frame("snapshot")
        for key in house.keys:
            assert await house.is_confirmed("approve", key)

        async def gone_at(feed: Feed) -> dict[str, float]:
            return {(await feed.frame("drop"))["key"]: loop.time() for _ in taken_back}

        confirmed_at = {}
        async with asyncio.TaskGroup() as group:
            hearing = [group.create_task(gone_at(feed), name="feed") for feed in feeds]
            for number in taken_back:
                assert await house.is_confirmed("withdraw", house.keys[number])
                confirmed_at[house.keys[number]] = loop.time()
        for gone in (task.result() for task in hearing):
            assert gone.keys() == confirmed_at.keys()
            assert max(gone[key] - confirmed_at[key] for key in gone) < GONE_WITHIN_S
        await assert_nobody_is_sent(house, epoch, taken_back)
        await stack.aclose()
        await house.cut()
        await house.begin()
        await assert_nobody_is_sent(house, epoch, taken_back)
