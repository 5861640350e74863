"""A restart of a server with thousands of phones, as a test that both the suite and `slow.py` run."""

import asyncio
import re
import resource
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from tests.chaos.crowd import crowd
from tests.chaos.house import House, built
from tests.chaos.scale import Scale

SCREENS: Final = 5
SCREENS_BACK_S: Final = 15.0  # the crowd is one busy process, and its screens live in it
LATE_S: Final = 20.0  # beyond the spread: who was refused tries again later and later


async def restart_with(folder: Path, scale: Scale, many: int, rate: int) -> None:
    """Everybody comes back to what they missed, without a storm, screens first, and no phone asks the store."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, many + 1000)), hard))
    async with built(folder, posts=3, limits=f"arrivals_per_second = {rate}") as house, AsyncExitStack() as stack:
        before, while_away, after = house.keys
        await house.begin()
        phones = await stack.enter_async_context(crowd(house.url, many, scale.random, at_once=rate // 4))
        assert await house.is_confirmed("approve", before)
        await phones.all_at(1, within_s=30)
        assert await house.is_confirmed("approve", while_away)
        await house.end()
        loop = asyncio.get_running_loop()
        await house.begin()
        began_at = loop.time()

        async def screen_back() -> float:
            screen = await stack.enter_async_context(house.feed("/feed/screen"))
            await screen.frame("snapshot")
            return loop.time()

        screens_back_at = max(await asyncio.gather(*(screen_back() for _ in range(SCREENS))))
        assert screens_back_at - began_at < SCREENS_BACK_S
        await phones.all_at(2, within_s=1.5 * many / rate + LATE_S)
        assert phones.holes == []
        assert await figure(house, "backchannel_ring_hits_total") >= many
        assert await figure(house, "backchannel_snapshots_total") <= SCREENS
        assert await house.is_confirmed("approve", after)
        await phones.all_at(3, within_s=30)
        came = sorted(phone.back_at for phone in phones.phones)
        assert screens_back_at < came[-1]
        # Admission lets in so many at once, and so many in each second after that.
        assert came[-1] - came[0] > 0.8 * (many - rate) / rate


async def figure(house: House, name: str) -> float:
    """What the server counted."""
    said = (await house.client.get("/metrics")).text
    return sum(float(found) for found in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", said, re.MULTILINE))
