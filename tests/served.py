"""A whole Backchannel on a real socket, and clients that speak to it as browsers and programs do."""

import asyncio
import json
import secrets
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient, Response
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from backchannel.app import admission_of, open_house
from backchannel.clock import now
from backchannel.config import Config, parse
from backchannel.gallery import Look
from backchannel.networks import NETWORKS, Rehearsal
from backchannel.post import Author, Content, Sighting, key_of
from backchannel.roles import Role
from backchannel.store.base import Arrival, Badge
from backchannel.store.house import Store
from backchannel.web import badges
from backchannel.web.form_age import FormAge
from server import Server, addresses_of, listening, uvicorn_config
from tests import migrated

PATIENCE_S = 30  # these machines have two noisy cores
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)  # some tests have a clock of their own
HALLS = [{"slug": "main", "name": "Main hall"}, {"slug": "foyer", "name": "Foyer"}]


def made_config(folder: Path, **tables: Any) -> Config:
    """A configuration on a free port, with the floor as its only source and no pictures unless told otherwise."""
    plain = {
        "server": {"port": 0},
        "store": {"url": migrated.at(folder / "backchannel.db")},
        "halls": HALLS,
        "sources": [{"network": "floor"}],
        "media": {"fetch": False},  # nobody out there is asked
        "moderation": {"floor_form_age_s": 0},  # browsers that tests drive type faster than people
    }
    return parse(plain | tables, NETWORKS)


@dataclass(frozen=True, slots=True)
class Served:
    """A running server. `url` is where; `store` looks behind the scenes."""

    url: str
    store: Store
    client: AsyncClient

    @property
    def from_page(self) -> dict[str, str]:
        """What a browser adds to a command from our own page."""
        return {"Origin": self.url}

    @property
    def made(self) -> str:
        """The stamp of a form that somebody had time to fill in."""
        return FormAge(self.store.secret, now).stamp_at(LONG_AGO)

    async def badge(self, name: str = "Jo", role: Role = Role.MODERATOR) -> dict[str, str]:
        """The header of a badge."""
        return {"Authorization": f"Bearer {await badges.issue(self.store.badges, Badge(name, role), now())}"}

    async def post(self, text: str = "Ask who wrote the runbook.", **fields: str) -> str:
        """Type a post, on this client's phone where it has opened the page, else on a new one; returns its key."""
        headers = self.from_page
        if "device" not in self.client.cookies:
            headers |= {"Cookie": f"device={secrets.token_urlsafe(16)}"}
        answer = await self.client.post("/posts", json={"text": text, **fields}, headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["key"])

    async def fill(self, posts: int) -> list[str]:
        """Have so many posts wait, each by somebody else and in other words; returns their keys, oldest first."""
        keys = [key_of("floor", f"filled {number}", self.store.secret) for number in range(posts)]
        for first in range(0, posts, 500):
            batch = range(first, min(first + 500, posts))
            arrivals = [Arrival(keys[number], _made_up(number)) for number in batch]
            await self.store.posts.receive(arrivals, now())
        return keys

    async def decide(self, verb: str, *keys: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
        """Send an order."""
        body = {"posts": list(keys), "verb": verb, **more}
        return await self.client.post("/api/decisions", json=body, headers=headers or await self.badge())

    async def approved(self, text: str = "Ask who wrote the runbook.", **more: Any) -> str:
        """Type a post and approve it; returns its key."""
        key = await self.post(text)
        assert (await self.decide("approve", key, **more)).status_code == 200
        return key

    @asynccontextmanager
    async def feed(
        self, address: str, headers: dict[str, str] | None = None, origin: str | None = None
    ) -> AsyncGenerator["Feed"]:
        """A socket on one of the feeds."""
        url = self.url.replace("http", "ws", 1) + address
        async with connect(
            url, additional_headers=headers, origin=Origin(origin) if origin else None, compression=None
        ) as socket:
            yield Feed(socket)


def _made_up(number: int) -> Sighting:
    author = Author(f"Person {number}", f"@person{number}@social.example", id=f"person {number}")
    return Sighting("floor", f"filled {number}", Content(author, f"Waiting {number}."))


class Feed:
    """A socket whose messages come as a flow of single frames."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self._frames: list[dict[str, Any]] = []

    async def frame(self, *ops: str) -> dict[str, Any]:
        """The next frame of one of these kinds, or of any."""
        while True:
            while self._frames:
                frame = self._frames.pop(0)
                if not ops or frame["op"] in ops:
                    return frame
            async with asyncio.timeout(10):
                message = json.loads(await self.socket.recv())
            self._frames = message if isinstance(message, list) else [message]


@asynccontextmanager
async def served(
    config: Config,
    rehearsal: Rehearsal | None = None,
    clock: Callable[[], datetime] = now,
    look: Look | None = None,
    workers: int = 0,
) -> AsyncGenerator[Served]:
    """Serve a configuration until the block ends."""
    with listening(config) as listener:
        where = addresses_of(config, listener.getsockname()[1])
        admission = admission_of(config)
        async with (
            open_house(config, where, rehearsal, clock, admission=admission, look=look, workers=workers) as (
                web,
                store,
            ),
            AsyncClient(base_url=where.local, timeout=PATIENCE_S, verify=False) as client,
        ):
            server = Server(uvicorn_config(config, web.app, admission, web.turnstile))
            async with asyncio.TaskGroup() as group:
                serving = group.create_task(server.serve([listener]), name="server")
                while not server.started:
                    await asyncio.sleep(0)
                try:
                    yield Served(where.local, store, client)
                finally:
                    server.handle_exit(signal.SIGTERM, None)
                    await serving
