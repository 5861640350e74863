"""Frames at random, on every view: half JSON, too much of it, wrong types, binary, broken WebSocket frames.

`python -m tests.security.fuzz [FRAMES [SEED]]` sends ten thousand to a server of its own, and says what came of it: how
sockets ended, whether the server answers, and how its memory grew.
"""

import asyncio
import json
import random
import resource
import struct
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.served import Served, made_config, served

VIEWS: Final = ("/feed/screen?hall=main", "/feed/console", "/feed/phone", "/feed/posts")
OPS: Final = ("painted", "claim", "here", "left", "put", "drop", "hello", "", "__proto__", "beat", 7, None)
ODD: Final[tuple[Any, ...]] = (
    None, True, -1, 0, 2**63, 1e308, "", "a" * 200, "\0", "\ud800", "<script>", [], [[]], {}, {"a": {}}, [1] * 300,
    ["x" * 200] * 300,
)  # fmt: skip


class Storm:
    """Sends frames on sockets of a server, a new one where the last was closed."""

    def __init__(self, house: Served, seed: int) -> None:
        self._house = house
        self._dice = random.Random(seed)  # noqa: S311 (a fuzz that can be had again)
        self.sent = 0
        self.closed: Counter[int] = Counter()

    async def rage(self, frames: int) -> None:
        """Send so many."""
        badge = await self._house.badge("Mo")
        until = self.sent + frames
        while self.sent < until:
            view = self._dice.choice(VIEWS)
            headers = badge if "console" in view else None
            try:
                async with self._house.feed(view, headers, origin=self._house.url) as feed:
                    await self._talk(feed.socket, min(until, self.sent + 40))
            except ConnectionClosed as closed:
                self.closed[closed.rcvd.code if closed.rcvd else 1006] += 1
            except InvalidStatus as refused:
                self.closed[1008] += 1
                if refused.response.status_code >= 500 and refused.response.status_code != 503:
                    raise
            except (ConnectionError, TimeoutError):
                self.closed[1006] += 1
            await self._break_in()

    async def _talk(self, socket: ClientConnection, until: int) -> None:
        while self.sent < until:
            self.sent += 1
            await socket.send(self.frame())
            if self._dice.random() < 0.3:
                await asyncio.wait_for(socket.recv(), 5)

    async def _break_in(self) -> None:
        """Bytes that are no WebSocket at all, behind a handshake or without one."""
        self.sent += 1
        parts = urlsplit(self._house.url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        handshake = (
            f"GET /feed/screen HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Origin: {self._house.url}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        writer.write(handshake.encode() + self._wire())
        try:
            await writer.drain()
            writer.write_eof()
            await asyncio.wait_for(reader.read(100_000), 5)
        except (OSError, TimeoutError):
            pass
        finally:
            writer.close()

    def frame(self) -> str | bytes:
        """A message, mostly a wrong one."""
        dice, kind = self._dice, self._dice.random()
        if kind < 0.08:
            return dice.randbytes(dice.randrange(200))
        if kind < 0.16:
            return "[" * dice.choice((10, 1000, 15_000))
        if kind < 0.2:
            return "x" * dice.choice((100, 16 * 1024, 16 * 1024 + 1, 200_000))
        names = ("op", "key", "seq", "keys", "t", "width", "height", "more")
        said = {"op": dice.choice(OPS)} | {dice.choice(names): dice.choice(ODD) for _ in range(dice.randrange(4))}
        text = json.dumps(said)
        return text[: dice.randrange(len(text) + 1)] if dice.random() < 0.2 else text

    def _wire(self) -> bytes:
        """A frame that breaks RFC 6455: no mask, an unknown opcode, a lying length, a fragmented control frame."""
        dice = self._dice
        first = dice.choice((0x81, 0x83, 0x8F, 0xF1, 0x09, 0x89, 0x88, 0x01, 0x00))
        length = dice.choice(
            (bytes([5]), bytes([0x85]), b"\xfe" + struct.pack(">H", 3), b"\xff" + struct.pack(">Q", 2**63))
        )
        return bytes([first]) + length + dice.randbytes(dice.randrange(60))


async def main(frames: int, seed: int) -> None:
    """The long form."""
    with tempfile.TemporaryDirectory() as folder:
        async with served(made_config(Path(folder), limits={"clients_per_device": 1000})) as house:
            storm = Storm(house, seed)
            await storm.rage(frames // 5)  # so that what is made once is there
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            await storm.rage(frames - storm.sent)
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            health = (await house.client.get("/healthz")).status_code
    sys.stdout.write(f"{storm.sent} frames, ends {dict(storm.closed)}, health {health}, grown by {grown:.1f} MB\n")
    if health != 200 or grown > 50:
        sys.exit(1)


if __name__ == "__main__":
    asyncio.run(main(*(int(each) for each in (*sys.argv[1:], *("10000", "11")[len(sys.argv) - 1 :]))))
