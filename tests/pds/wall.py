"""A whole Backchannel that follows the network of one PDS, and how a moderator and the public see it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from tests.served import Feed, Served, made_config, served

Json = dict[str, Any]

WITHIN_S: Final = 20
LISTS: Final = ("queued", "held", "approved", "rejected", "withdrawn")


class Wall:
    """A running server, seen by a moderator."""

    def __init__(self, house: Served, badge: dict[str, str]) -> None:
        self.house = house
        self._badge = badge

    async def posts(self, status: str) -> list[Json]:
        """The posts of one list."""
        answer = await self.house.client.get("/api/posts", params={"status": status}, headers=self._badge)
        assert answer.status_code == 200, answer.text
        return [dict(each) for each in answer.json()["posts"]]

    async def source(self) -> Json:
        """How the source is."""
        answer = await self.house.client.get("/api/sources", headers=self._badge)
        return dict(answer.json()["sources"][0])

    async def the(self, text: str, status: str = "queued") -> Json:
        """The post that has a text, once it is in a list."""
        async with asyncio.timeout(WITHIN_S):
            while not (found := [each for each in await self.posts(status) if text in each["text"]]):
                await asyncio.sleep(0.02)
        return found[0]

    async def all_of(self, *texts: str) -> dict[str, str]:
        """In which list each text is; one that is in none is left out."""
        return {
            text: status
            for status in LISTS
            for each in await self.posts(status)
            for text in texts
            if text in each["text"]
        }

    async def approved(self, text: str) -> str:
        """Approve the post that has a text, once it is there; returns its key."""
        key = str((await self.the(text))["key"])
        answer = await self.house.decide("approve", key, headers=self._badge)
        assert answer.status_code == 200, answer.text
        return key

    @asynccontextmanager
    async def public(self) -> AsyncGenerator[Feed]:
        """What everybody is shown, from now on."""
        async with self.house.feed("/feed/posts") as feed:
            await feed.frame("snapshot")
            yield feed


@asynccontextmanager
async def open_wall(folder: Path, source: Json) -> AsyncGenerator[Wall]:
    """A server that follows a source, once it does; opened again in the same folder it goes on where it ended."""
    async with served(made_config(folder, sources=[{"network": "bluesky", "fallbacks": []} | source])) as house:
        wall = Wall(house, await house.badge())
        async with asyncio.timeout(WITHIN_S):
            while (await wall.source())["last_heard_at"] is None:
                await asyncio.sleep(0.02)
        yield wall
