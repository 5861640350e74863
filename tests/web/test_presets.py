"""The switch of the rules, from the command to the hall, by a clock that is turned by hand."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from backchannel.post import Post
from tests.made_up import Clock
from tests.served import PATIENCE_S, Served, made_config, served

pytestmark = pytest.mark.anyio

KNOWN: Final = "known-phone-0123456789"


async def switch(house: Served, preset: str) -> None:
    body = {"preset": preset}
    answer = await house.client.post("/api/rules/preset", json=body, headers=await house.badge())
    assert answer.status_code == 200, answer.text


async def found(house: Served, key: str) -> Post:
    post = await house.store.posts.find(key)
    assert post is not None
    return post


async def said(house: Served, text: str, phone: str = "") -> Post:
    """A post from a phone of its own, or from this one."""
    house.client.cookies.clear()
    if phone:
        house.client.cookies.set("device", phone)
    return await found(house, await house.post(text))


async def test_each_preset_does_from_the_command_to_the_hall_what_it_says(tmp_path: Path) -> None:
    clock = Clock()
    config = made_config(tmp_path)
    async with served(config, clock=clock) as house, house.feed("/feed/posts") as hall:
        await hall.frame("hello")
        await switch(house, "break")
        held, stopped = [await said(house, text) for text in ("Where is the coffee?", "Buy coffee!")]
        assert (held.status, held.reasons) == ("held", ("Break: shown after 15 s",))
        assert held.release_at is not None
        assert (held.release_at - clock.at).total_seconds() == 15
        assert (await house.decide("reject", stopped.key)).status_code == 200
        clock.turn(14)
        known = await said(house, "Approved by a person", KNOWN)  # who is shown now, and nothing else is meanwhile
        assert (await house.decide("approve", known.key)).status_code == 200
        assert (await hall.frame("put"))["key"] == known.key
        clock.turn(1)
        assert (await hall.frame("put"))["key"] == held.key
        assert (await found(house, stopped.key)).status == "rejected"

        late = await said(house, "Held, and then people decide all")
        await switch(house, "keynote")
        assert (await said(house, "In the keynote", KNOWN)).status == "queued"
        clock.turn(15)
        async with asyncio.timeout(PATIENCE_S):
            while (post := await found(house, late.key)).release_at is not None:
                await asyncio.sleep(0)
        assert post.status == "held"

        await switch(house, "lockdown")
        stranger, friend = await said(house, "From a stranger"), await said(house, "From a friend", KNOWN)
        assert (stranger.status, stranger.reasons) == ("held", ("Lock-down: only known people",))
        assert (stranger.release_at, friend.status) == (None, "queued")
