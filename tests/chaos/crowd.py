"""A crowd of phones in one process, light enough for ten thousand: each comes back as the page's script does."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random
from typing import Any, Final

from websockets.frames import Close, Frame, Opcode
from websockets.streams import StreamReader

RETRY_S: Final = 0.3
RETRY_MAX_S: Final = 10.0
SERVICE_RESTART: Final = 1012
SPREAD: Final = re.compile(r"^come back within ([\d.]+) s$")
HEAD: Final = (
    "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Crowd:
    """So many phones of one server. `back_at` is when each was greeted last, by the loop's clock."""

    def __init__(self, host: str, port: int, many: int, random: Random) -> None:
        self.host, self.port, self.random = host, port, random
        self.phones = [Phone(self) for _ in range(many)]
        self.refused = 0
        self.holes: list[str] = []
        self.news = asyncio.Event()
        self.knocking: set[asyncio.Task[None]] = set()

    @property
    def here(self) -> int:
        """How many are greeted."""
        return sum(phone.is_here for phone in self.phones)

    async def all_at(self, seq: int, within_s: float) -> None:
        """Return once all were told everything up to a number."""
        async with asyncio.timeout(within_s):
            while any(phone.seq < seq or not phone.is_here for phone in self.phones):
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def crowd(url: str, many: int, random: Random, at_once: int = 100) -> AsyncGenerator[Crowd]:
    """A crowd that came, each phone with its snapshot, and that stays away once the block ends."""
    host, _, port = url.removeprefix("http://").partition(":")
    made = Crowd(host, int(port), many, random)
    try:
        for first in range(0, many, at_once):
            await asyncio.gather(*(phone.connect() for phone in made.phones[first : first + at_once]))
        await made.all_at(0, within_s=60)
        yield made
    finally:
        for phone in made.phones:
            phone.go_home()


class Phone(asyncio.Protocol):
    """One of them: its place in the stream, and when it tries again."""

    def __init__(self, of: Crowd) -> None:
        self._of = of
        self._transport: asyncio.Transport | None = None
        self._unread = b""
        self._has_head = self._stays_home = False
        self._spread_s = 0.0
        self._retries = 0
        self.is_here = False
        self.epoch, self.seq = "", -1
        self.back_at = 0.0

    async def connect(self) -> None:
        """Knock; where nobody opens, try again later."""
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self, self._of.host, self._of.port)
        except OSError:
            self._try_again(0)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the feed, from where this phone stands."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._unread, self._has_head = transport, b"", False
        place = f"?epoch={self.epoch}&since={self.seq}" if self.seq >= 0 else ""
        transport.write(HEAD.format(path=f"/feed/phone{place}", host=self._of.host, port=self._of.port).encode())

    def data_received(self, data: bytes) -> None:
        """Hear what the server says."""
        self._unread += data
        if not self._has_head:
            head, ended, rest = self._unread.partition(b"\r\n\r\n")
            if not ended:
                return
            self._has_head = True
            if b" 101 " not in head:
                self._of.refused += 1
                self._unread = b""
                return
            self._unread = rest
        self._hear()

    def connection_lost(self, exc: Exception | None) -> None:
        """Come back."""
        self.is_here = False
        self._try_again(self._spread_s)
        self._spread_s = 0

    def go_home(self) -> None:
        """Never come back."""
        self._stays_home = True
        if self._transport is not None:
            self._transport.abort()

    def _try_again(self, spread_s: float) -> None:
        if self._stays_home:
            return
        longest = max(spread_s, min(RETRY_MAX_S, RETRY_S * 2**self._retries))
        self._retries += 1
        loop = asyncio.get_running_loop()
        loop.call_later(self._of.random.random() * longest, lambda: self._knock(loop))

    def _knock(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._stays_home:
            task = loop.create_task(self.connect(), name="phone")
            self._of.knocking.add(task)  # the loop itself keeps no task alive that nobody holds
            task.add_done_callback(self._of.knocking.discard)

    def _hear(self) -> None:
        reader = StreamReader()
        reader.feed_data(self._unread)
        while (rest := bytes(reader.buffer)) and (frame := _frame(reader)) is not None:
            if frame.opcode is Opcode.CLOSE:
                close = Close.parse(frame.data)
                found = SPREAD.match(close.reason)
                self._spread_s = float(found[1]) if found and close.code == SERVICE_RESTART else 0.0
            elif frame.opcode is Opcode.TEXT:
                self._take(json.loads(bytes(frame.data)))
        self._unread = rest
        self._of.news.set()

    def _take(self, message: Any) -> None:
        for frame in message if isinstance(message, list) else [message]:
            if frame["op"] == "hello":
                self.is_here, self._retries = True, 0
                self.back_at = asyncio.get_running_loop().time()
                self.epoch = frame["epoch"]
            elif frame["op"] == "snapshot":
                self.seq = frame["seq"]
            elif frame["op"] in {"put", "drop"}:
                if frame["seq"] != self.seq + 1:
                    self._of.holes.append(f"{frame['seq']} after {self.seq}")
                self.seq = frame["seq"]


def _frame(reader: StreamReader) -> Frame | None:
    parsing = Frame.parse(reader.read_exact, mask=False)
    try:
        next(parsing)
    except StopIteration as done:
        found: Frame = done.value
        return found
    return None
