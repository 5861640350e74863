"""A Backchannel in a process of its own, to which things are done, and what must be true of its store afterwards."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Self

import pytest
from httpx2 import AsyncClient, HTTPError, Response
from sqlalchemy import select
from websockets.asyncio.client import connect

from backchannel.clock import now
from backchannel.post import Author, Content, Post, Sighting, Status, key_of
from backchannel.roles import Role
from backchannel.store.base import Arrival, Badge, Query
from backchannel.store.house import Store, open_store, place_at
from backchannel.store.tables import log
from backchannel.updates import FLOOR, Kind, hall_stream
from backchannel.web import badges
from tests import migrated
from tests.journeys.people import Running, free_port, start
from tests.served import Feed

HALLS: Final = ("main", "foyer")
ANSWER_S: Final = 30
PAGE: Final = 200
CONFIG: Final = """
[server]
port = {port}
[store]
url = "{store}"
[moderation]
floor_posts_per_minute = 600
floor_newcomers_per_minute = 100000
floor_waiting_max = 100000
[[halls]]
slug = "main"
name = "Main hall"
[[halls]]
slug = "foyer"
name = "Foyer"
[[sources]]
network = "floor"
[limits]
{limits}
"""


class House:
    """One installation: its folder, its store, and the server that runs on it, if one does."""

    def __init__(self, folder: Path, url: str, config: Path, store: str, badge: str, keys: list[str]) -> None:
        self.folder = folder
        self.url = url
        self.config = config
        self.store = store
        self.keys = keys
        self.headers = {"Authorization": f"Bearer {badge}"}
        self._running: Running | None = None
        self.client = AsyncClient(base_url=url, timeout=ANSWER_S, verify=False)

    @property
    def running(self) -> Running:
        """The server."""
        assert self._running is not None
        return self._running

    async def begin(self, **environment: str) -> None:
        """Start the server, and wait until it answers."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            self._running = await start(self.config, self.url)

    async def cut(self) -> None:
        """End the server as a power cut does."""
        if self._running is not None:
            await self._running.kill()
            self._running = None

    async def end(self) -> None:
        """End the server as its operator does."""
        await self.running.end(signal.SIGTERM)
        self._running = None

    async def decide(self, verb: str, *keys: str, **more: Any) -> Response:
        """Send an order. Raises HTTPError where no answer comes."""
        body = {"posts": list(keys), "verb": verb, **more}
        return await self.client.post("/api/decisions", json=body, headers=self.headers)

    async def is_confirmed(self, verb: str, key: str) -> bool:
        """Whether an order was carried out, as far as its moderator was told."""
        try:
            answer = await self.decide(verb, key)
        except HTTPError:
            return False
        return answer.status_code == 200 and answer.json()["outcomes"][0]["outcome"] == "done"

    @asynccontextmanager
    async def feed(self, address: str = "/feed/phone", **options: Any) -> AsyncGenerator[Feed]:
        """A client of one of the feeds."""
        async with connect(self.url.replace("http", "ws", 1) + address, compression=None, **options) as socket:
            yield Feed(socket)

    async def look(self) -> "Found":
        """What the store holds. Only while no server runs."""
        async with open_store(self.store, list(HALLS)) as store:
            return await Found.read(store, self.store)


@asynccontextmanager
async def built(folder: Path, posts: int, limits: str = "") -> AsyncGenerator[House]:
    """A house with so many posts in its queue, whose server is not yet started; what still runs is ended."""
    store, port = migrated.at(folder / "backchannel.db"), free_port()
    config = folder / "config.toml"
    config.write_text(CONFIG.format(port=port, store=store, limits=limits))
    async with open_store(store, list(HALLS)) as opened:
        keys = [key_of("floor", str(number), opened.secret) for number in range(posts)]
        arrivals = [Arrival(key, _made_up(number)) for number, key in enumerate(keys)]
        for first in range(0, posts, PAGE):
            await opened.posts.receive(arrivals[first : first + PAGE], now())
        badge = await badges.issue(opened.badges, Badge("Jo", Role.MODERATOR), now())
    house = House(folder, f"http://127.0.0.1:{port}", config, store, badge, keys)
    try:
        yield house
    finally:
        await house.client.aclose()
        await house.cut()


def _made_up(number: int) -> Sighting:
    author = Author(f"Person {number}", f"@person{number}@social.example", id=f"person {number}")
    return Sighting("floor", str(number), Content(author, f"Question {number}, for whoever is on stage."))


class Found:
    """What a store holds: every post, and every stream's updates."""

    def __init__(self, posts: Mapping[str, Post], updates: Mapping[str, list[Any]]) -> None:
        self.posts = posts
        self.updates = updates

    @classmethod
    async def read(cls, store: Store, url: str) -> Self:
        """Read all of it."""
        posts: dict[str, Post] = {}
        for status in Status:
            query = Query(status, limit=PAGE)
            while True:
                page = await store.posts.page(query)
                posts |= {post.key: post for post in page.posts}
                if page.next is None:
                    break
                query = Query(status, after=page.next, limit=PAGE)
        writing, reading = place_at(url).open_engines()
        updates: dict[str, list[Any]] = {}
        async with reading.connect() as connection:
            for row in (await connection.execute(select(log).order_by(log.c.stream, log.c.seq))).mappings():
                updates.setdefault(row["stream"], []).append(row)
        await writing.dispose()
        await reading.dispose()
        return cls(posts, updates)

    def of(self, status: Status) -> set[str]:
        """The keys of the posts with a status."""
        return {key for key, post in self.posts.items() if post.status is status}

    def assert_sound(self) -> None:
        """Every stream is numbered from 1 without a hole, and what it tells makes what stands in the posts."""
        for stream, rows in self.updates.items():
            assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1)), stream
        for stream in (FLOOR, *map(hall_stream, HALLS)):
            shown: set[str] = set()
            for row in self.updates.get(stream, []):
                if row["kind"] == Kind.PUT:
                    shown.add(row["post_key"])
                elif row["kind"] == Kind.DROP:
                    shown.discard(row["post_key"])
            assert shown == self.of(Status.APPROVED), stream


async def until(holds: Any, within_s: float) -> None:
    """Ask again and again until it holds. What is asked is a server in another process: nobody tells us."""
    async with asyncio.timeout(within_s):
        while not await holds():
            await asyncio.sleep(0.05)
