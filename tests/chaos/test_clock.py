"""Clocks that jump by an hour, forwards and back, as a venue's machine does when it first meets a time server."""

from datetime import timedelta
from pathlib import Path

import pytest

from backchannel.clock import now
from tests.served import made_config, served

pytestmark = pytest.mark.anyio

JUMPS = [timedelta(hours=1), timedelta(hours=-1)]


@pytest.mark.parametrize("jump", JUMPS, ids=["forwards", "back"])
async def test_a_clock_that_jumps_stops_nobody(tmp_path: Path, jump: timedelta) -> None:
    ahead = timedelta(0)
    config = made_config(tmp_path, moderation={"floor_posts_per_minute": 1})
    async with served(config, clock=lambda: now() + ahead) as house:
        jo = await house.badge()
        await house.client.get("/")  # a phone: it has a name from now on
        first = await house.post("Before the clock jumped.")
        async with house.feed("/feed/screen") as screen, house.feed("/feed/console", headers=jo) as console:
            await screen.frame("snapshot")
            await console.frame("snapshot")
            ahead = jump
            second = await house.post("After the clock jumped, from the same phone.")
            assert (await console.frame("put"))["key"] == second
            for key in (second, first):
                assert (await house.decide("approve", key, headers=jo)).status_code == 200
                assert (await screen.frame("put"))["key"] == key
            assert (await house.decide("withdraw", second, headers=jo)).status_code == 200
            assert (await screen.frame("drop"))["key"] == second
        assert (await house.client.get("/readyz")).json()["ready"]
