"""The networks of README's table, each a server of ours and the source that follows it: what people and trouble do."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final, Self

from backchannel.media.fetcher import Fetcher
from backchannel.sources.base import Source
from backchannel.sources.bluesky import Bluesky, BlueskySettings
from backchannel.sources.feed import Feed, FeedSettings
from backchannel.sources.jetstream import Jetstream
from backchannel.sources.mastodon import Mastodon, MastodonSettings
from backchannel.sources.matrix import Matrix, MatrixSettings
from backchannel.sources.x import X, XSettings
from tests.sources import jetstream_server, mastodon_shapes, x_server
from tests.sources.feed_server import FeedServer, atom, entry, feed_server
from tests.sources.jetstream_server import JetstreamServer
from tests.sources.mastodon_api import MastodonServer
from tests.sources.mastodon_server import Switch, switched_server
from tests.sources.mastodon_trouble import Mode
from tests.sources.matrix_server import ALIAS, ME, MatrixServer, matrix_server
from tests.sources.virtual_time import VirtualTime
from tests.sources.x_server import XServer

TOKEN: Final = "sesame"


def fetcher() -> Fetcher:
    """What asks over HTTP, with less patience than in life."""
    return Fetcher(deadline_s=5)


class Network(ABC):
    """What people do on a network, and what happens to its server. `faults` lists what the server did not understand.

    `row` names it in README's table; `posts`, `edits` and `deletes` are words of its cells there. `is_asked` is true
    where the source asks in turns, and then time stands still; elsewhere a second takes `tick_s` of true time. Where it
    `is_pushed`, the server tells by itself.
    """

    row: ClassVar[str]
    posts: ClassVar[str] = "at once"
    edits: ClassVar[str] = "at once"
    deletes: ClassVar[str] = "at once"
    is_asked: ClassVar[bool] = True
    is_pushed: ClassVar[bool] = False
    tick_s: ClassVar[float] = 0.001
    faults: list[str]

    @classmethod
    @abstractmethod
    def opened(cls, folder: Path, time: VirtualTime) -> AbstractAsyncContextManager[Self]:
        """It, with a server of its own that may write into the folder, while the block lasts."""

    @abstractmethod
    def source(self, time: VirtualTime) -> Source:
        """A source that follows #pink11 there, made anew."""

    async def heard(self) -> None:  # noqa: B027 (most cannot tell)
        """Wait until the source listens, where the server can tell."""

    async def beat(self) -> None:  # noqa: B027 (most wait to be asked)
        """Do what the server does all the time."""

    @abstractmethod
    async def post(self, text: str, at: datetime) -> str:
        """Have a post written; the network's name of it."""

    @abstractmethod
    async def edit(self, name: str, text: str, at: datetime) -> None:
        """Have it written anew."""

    @abstractmethod
    async def delete(self, name: str) -> None:
        """Have it taken away."""

    @abstractmethod
    async def down(self) -> None:
        """End the server; it keeps what people write meanwhile."""

    @abstractmethod
    async def up(self) -> None:
        """Start it again, where it was."""

    @abstractmethod
    async def limit(self) -> None:
        """Have it refuse us for having asked too often."""

    @abstractmethod
    async def close(self) -> None:
        """Have it show us nothing, until somebody mends that."""

    @abstractmethod
    async def mend(self) -> None:
        """Have it answer as ever."""

    @abstractmethod
    async def garble(self) -> None:
        """Have it say something that nobody can read."""


class _OnMastodon(Network):
    row = "Mastodon and its kin"
    posts = "within 15 s"
    edits = "within a minute"
    deletes = "on the wall: within minutes"
    token = ""

    def __init__(self, server: MastodonServer, switch: Switch) -> None:
        self.faults = server.faults
        self._server = server
        self._switch = switch
        server.token = self.token

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path, time: VirtualTime) -> AsyncGenerator[Self]:
        async with switched_server() as running:
            yield cls(*running)

    def source(self, time: VirtualTime) -> Source:
        return Mastodon(
            MastodonSettings(server=self._server.url, token_env="TOKEN" if self.token else ""),
            ["pink11"],
            clock=time.clock,
            sleep=time.wait,
            alarm=time.alarm,
            fetcher=fetcher,
            environ={"TOKEN": self.token},
        )

    async def post(self, text: str, at: datetime) -> str:
        made = mastodon_shapes.made_up(text.removesuffix(" #pink11"), created_at=at.isoformat())
        return str(self._server.post(made)["uri"])

    async def edit(self, name: str, text: str, at: datetime) -> None:
        self._server.edit(name, content=f"<p>{text}</p>", edited_at=at.isoformat())

    async def delete(self, name: str) -> None:
        self._server.delete(name)

    async def down(self) -> None:
        await self._switch.off()

    async def up(self) -> None:
        await self._switch.on()

    async def limit(self) -> None:
        self._server.mode = Mode.LIMITED

    async def close(self) -> None:
        self._server.token = "another one"
        await self._server.streaming.revoke()

    async def mend(self) -> None:
        self._server.mode, self._server.token = Mode.FINE, self.token

    async def garble(self) -> None:
        self._server.post(mastodon_shapes.made_up(account=None))


class _OnMastodonLive(_OnMastodon):
    posts = edits = deletes = "at once with a token"
    is_pushed = True
    token = TOKEN

    async def heard(self) -> None:
        await self._server.streaming.until_subscribed()


class _OnBluesky(Network):
    row = "Bluesky"
    is_asked = False
    is_pushed = True
    tick_s = 0.01

    def __init__(self, server: JetstreamServer, running: AsyncExitStack) -> None:
        self.faults = server.faults
        self._server = server
        self._running = running
        self._paths = server.paths

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path, time: VirtualTime) -> AsyncGenerator[Self]:
        async with AsyncExitStack() as running:
            yield cls(await running.enter_async_context(jetstream_server.jetstream_server()), running)

    def source(self, time: VirtualTime) -> Source:
        return Bluesky(
            BlueskySettings(self._server.url, fallbacks=(), api="http://127.0.0.1:9"),
            ["pink11"],
            clock=time.clock,
            sleep=time.wait,
            jetstream=lambda url: Jetstream(url, open_s=5),
            every_s=0.02,
        )

    async def heard(self) -> None:
        await self._server.until_heard()

    async def beat(self) -> None:
        await self._server.post(**jetstream_server.made_up("Every post of the network passes by."))

    async def post(self, text: str, at: datetime) -> str:
        return await self._server.post(**jetstream_server.made_up(text, createdAt=at.isoformat()))

    async def edit(self, name: str, text: str, at: datetime) -> None:
        await self._server.post(name, operation="update", **jetstream_server.made_up(text))

    async def delete(self, name: str) -> None:
        await self._server.delete(name)

    async def down(self) -> None:
        await self._running.aclose()

    async def up(self) -> None:
        await self._running.enter_async_context(jetstream_server.jetstream_server(self._server))

    async def limit(self) -> None:
        self._server.mode = jetstream_server.Mode.LIMITED
        await self._server.close()

    async def close(self) -> None:
        self._server.paths = set()  # nothing there is closed to anybody: all that can be is that it is no Jetstream
        await self._server.close()

    async def mend(self) -> None:
        self._server.mode, self._server.paths = jetstream_server.Mode.FINE, self._paths

    async def garble(self) -> None:
        await self._server.raw("#pink11")


class _OnX(Network):
    row = "X"
    is_asked = False
    is_pushed = True
    tick_s = 0.01
    deletes = "on the wall"

    def __init__(self, server: XServer, group: asyncio.TaskGroup) -> None:
        self.faults = server.faults
        self._server = server
        self._group = group

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path, time: VirtualTime) -> AsyncGenerator[Self]:
        async with x_server.x_server(time.clock) as running:
            yield cls(*running)

    def source(self, time: VirtualTime) -> Source:
        settings = XSettings(server=self._server.url, token_env="TOKEN", reads_per_day=10_000)
        return X(settings, ["pink11"], clock=time.clock, fetcher=fetcher, environ={"TOKEN": TOKEN})

    async def beat(self) -> None:
        self._server.say()

    async def post(self, text: str, at: datetime) -> str:
        return self._server.post(text)

    async def edit(self, name: str, text: str, at: datetime) -> None:
        self._server.edit(name, text)

    async def delete(self, name: str) -> None:
        self._server.delete(name)

    async def down(self) -> None:
        await self._server.down()

    async def up(self) -> None:
        await self._server.up(self._group)

    async def limit(self) -> None:
        self._server.mode = x_server.Mode.LIMITED
        self._server.cut()

    async def close(self) -> None:
        self._server.mode = x_server.Mode.UNKNOWN_TOKEN
        self._server.cut()

    async def mend(self) -> None:
        self._server.mode = x_server.Mode.FINE

    async def garble(self) -> None:
        self._server.say(b"{")


class _InAFeed(Network):
    row = "feeds"
    posts = "within 2 min"
    edits = "at the next look"
    deletes = "never told"

    def __init__(self, server: FeedServer) -> None:
        self.faults = server.faults
        self._server = server
        self._entries: dict[str, str] = {}
        self._write()

    def _write(self) -> None:
        self._server.write(atom(*reversed(self._entries.values())))

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path, time: VirtualTime) -> AsyncGenerator[Self]:
        files = folder / "files"
        files.mkdir()
        async with feed_server(files) as server:
            yield cls(server)

    def source(self, time: VirtualTime) -> Source:
        settings = FeedSettings(url=self._server.url)
        return Feed(settings, ["pink11"], clock=time.clock, sleep=time.wait, fetcher=fetcher)

    async def post(self, text: str, at: datetime) -> str:
        name = str(len(self._entries))
        self._entries[name] = entry(name, text, at.isoformat())
        self._write()
        return name

    async def edit(self, name: str, text: str, at: datetime) -> None:
        self._entries[name] = entry(name, text, updated=at.isoformat())
        self._write()

    async def delete(self, name: str) -> None:
        del self._entries[name]
        self._write()

    async def down(self) -> None:
        await self._server.site.shut()

    async def up(self) -> None:
        await self._server.site.open()

    async def limit(self) -> None:
        self._server.status = 429

    async def close(self) -> None:
        self._server.status = 403

    async def mend(self) -> None:
        self._server.status = 0

    async def garble(self) -> None:
        self._entries["garbled"] = "<entry><title>Of no name #pink11</title></entry>"
        self._write()


class _InAMatrixRoom(Network):
    row = "a Matrix room"

    def __init__(self, server: MatrixServer) -> None:
        self.faults = server.faults
        self._server = server

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path, time: VirtualTime) -> AsyncGenerator[Self]:
        async with matrix_server() as server:
            yield cls(server)

    def source(self, time: VirtualTime) -> Source:
        settings = MatrixSettings(room=ALIAS, server=self._server.url, token_env="TOKEN")
        return Matrix(settings, (), clock=time.clock, sleep=time.wait, fetcher=fetcher, environ={"TOKEN": TOKEN})

    async def post(self, text: str, at: datetime) -> str:
        return self._server.say(text)

    async def edit(self, name: str, text: str, at: datetime) -> None:
        self._server.edit(name, text)

    async def delete(self, name: str) -> None:
        self._server.redact(name)

    async def down(self) -> None:
        await self._server.site.shut()

    async def up(self) -> None:
        await self._server.site.open()

    async def limit(self) -> None:
        self._server.trouble = 429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 7000}

    async def close(self) -> None:
        self._server.joined.discard(ME)
        self._server.is_open = False

    async def mend(self) -> None:
        self._server.trouble, self._server.is_open = None, True
        self._server.joined.add(ME)

    async def garble(self) -> None:
        self._server.send({"msgtype": 7, "body": []})


NETWORKS: Final[Mapping[str, type[Network]]] = {
    "mastodon": _OnMastodon,
    "mastodon with a token": _OnMastodonLive,
    "bluesky": _OnBluesky,
    "feed": _InAFeed,
    "x": _OnX,
    "matrix": _InAMatrixRoom,
}
