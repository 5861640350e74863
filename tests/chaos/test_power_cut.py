"""Promises 1 and 3 under power cuts: what was confirmed is kept, and every stream is numbered without a hole."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.post import Status
from tests.chaos.house import House, built
from tests.chaos.scale import Scale

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

MODERATORS = 4
BURST = 25  # decisions until the lights go out, at most


async def decide_until_dark(house: House, keys: Iterator[str], confirmed: dict[str, Status], most: int) -> None:
    """Approve, and now and then withdraw again, until so many are confirmed; then the power fails in the middle."""
    enough = asyncio.Event()
    first = len(confirmed)

    async def moderate(number: int) -> None:
        for key in keys:
            for verb, status in (("approve", Status.APPROVED), ("withdraw", Status.WITHDRAWN))[: 1 + number % 2]:
                confirmed.pop(key, None)  # from here on nobody knows, until it is confirmed
                if not await house.is_confirmed(verb, key):
                    return
                confirmed[key] = status
                if len(confirmed) - first >= most:
                    enough.set()

    async with asyncio.TaskGroup() as group:
        for number in range(MODERATORS):
            group.create_task(moderate(number), name=f"moderator {number}")
        await enough.wait()
        await house.cut()


async def test_what_was_confirmed_before_the_power_failed_is_kept_and_no_number_is_missing(
    tmp_path: Path, scale: Scale
) -> None:
    cuts = scale.of(2, 20)
    confirmed: dict[str, Status] = {}
    async with built(tmp_path, posts=cuts * (BURST + MODERATORS)) as house:
        keys = iter(house.keys)
        for _ in range(cuts):
            await house.begin()
            await decide_until_dark(house, keys, confirmed, scale.random.randint(1, BURST))
            found = await house.look()
            assert {key: found.posts[key].status for key in confirmed} == confirmed
            found.assert_sound()
