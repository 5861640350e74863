"""Hours of a conference in minutes: posts, decisions, phones that come and go, and whether memory grows.

What grows for ever would grow with every hour; what is kept for a while, such as rings and caches, has grown before.
SQLite keeps up to 2 MB of pages for each of its connections, which would take ten hours to fill: so a long queue lies
there, and is leafed through first.
"""

import asyncio
import json
import os
import secrets
import sys
from pathlib import Path
from statistics import mean
from typing import Any, Final

from httpx2 import AsyncClient
from websockets.asyncio.client import connect

from tests.bench.contest import serving
from tests.bench.table import ROOT, Row
from tests.chaos.house import House, built

WARM: Final = 3  # hours until caches and rings are full
POSTS: Final = 400  # in an hour: two of them fill a ring
VISITS: Final = 600  # of phones, in an hour
AT_ONCE: Final = 40
QUEUED: Final = 8000
READERS: Final = 8


def rows(folder: Path, hours: int, scale: float = 1.0) -> list[Row]:
    """The row of the memory."""
    sizes = asyncio.run(_measured(folder, hours + WARM, scale))[WARM:]
    slope, noise = slope_of(sizes)
    name = f"memory an hour, over {hours} simulated hours with phones that come and go"
    if scale < 1:  # caches are not full yet
        return [Row(name, round(slope, 3), "MB")]
    return [Row(name, round(slope, 3), "MB", f"0 ± {2 * noise:.2f}", slope <= 2 * noise)]


def slope_of(sizes: list[float]) -> tuple[float, float]:
    """By how much each is larger than the one before, and the error of that (least squares)."""
    hours = range(len(sizes))
    middle, average = mean(hours), mean(sizes)
    spread = sum((hour - middle) ** 2 for hour in hours)
    slope = sum((hour - middle) * (size - average) for hour, size in zip(hours, sizes, strict=True)) / spread
    rest = sum((size - average - slope * (hour - middle)) ** 2 for hour, size in zip(hours, sizes, strict=True))
    return slope, (rest / max(1, len(sizes) - 2) / spread) ** 0.5


async def _measured(folder: Path, hours: int, scale: float) -> list[float]:
    """The memory of the server at the end of each hour, in MB."""
    place = folder / "hours"
    place.mkdir()
    sizes = []
    async with built(place, posts=int(QUEUED * scale)) as house:
        port = int(house.url.rpartition(":")[2])
        command = (sys.executable, str(ROOT / "server.py"), "--config", str(house.config))
        with serving(command, port) as pid:
            async with asyncio.TaskGroup() as group:
                for _ in range(READERS):
                    group.create_task(_leaf_through(house), name="reader")
            for hour in range(hours):
                await _pass(house, hour, int(POSTS * scale), int(VISITS * scale))
                sizes.append(_resident_mb(pid))
    return sizes


async def _pass(house: House, hour: int, posts: int, visits: int) -> None:
    """An hour: everybody at once, as fast as the server answers."""
    places = asyncio.Semaphore(AT_ONCE)
    async with AsyncClient(base_url=house.url, timeout=30) as client, asyncio.TaskGroup() as group:
        group.create_task(_moderate(client, house, hour, posts), name="moderator")
        for _ in range(visits):
            group.create_task(_visit(house, places), name="phone")


async def _leaf_through(house: House) -> None:
    """Read the whole queue, page by page."""
    place: str | None = "0"
    async with AsyncClient(base_url=house.url, timeout=30, headers=house.headers) as client:
        while place is not None:
            answer = await client.get("/api/posts", params={"status": "queued", "after": place})
            place = answer.raise_for_status().json()["next"]


async def _moderate(client: AsyncClient, house: House, hour: int, posts: int) -> None:
    """Post, approve, and take every other one back."""
    for number in range(posts):
        headers = {"Origin": house.url, "Cookie": f"device={secrets.token_urlsafe(16)}"}
        text = f"Question {number} of hour {hour}, {secrets.token_hex(8)}?"
        answer = await client.post("/posts", json={"text": text}, headers=headers)
        key = answer.json()["key"]
        for verb in ("approve", "withdraw")[: 1 + number % 2]:
            await client.post("/api/decisions", json={"posts": [key], "verb": verb}, headers=house.headers)


async def _visit(house: House, places: asyncio.Semaphore) -> None:
    """Come with nothing, hear something, break off, and come back to where it was."""
    async with places:
        feed = house.url.replace("http", "ws", 1) + "/feed/phone"
        async with connect(feed, compression=None) as socket:
            hello: Any = json.loads(await socket.recv())
            await socket.recv()
        async with connect(f"{feed}?epoch={hello['epoch']}&since={hello['seq']}", compression=None) as socket:
            await socket.recv()


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
