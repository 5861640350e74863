"""Messages cut out of what arrives, however it is parted, and everything else left to the library."""

import asyncio
import base64
import hashlib
import random
import struct
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK, InvalidStatus

from backchannel.sources.frames import WAITING_MAX, FrameConnection

pytestmark = pytest.mark.anyio

MAX = 100_000
WORDS = [b"", b"a", b"b" * 125, b"c" * 126, b"d" * 65535, b"e" * 65536, "größe".encode(), b"\xff"]


def frame(payload: bytes, first: int = 0x81) -> bytes:
    """A frame as a server sends it."""
    if len(payload) < 126:
        return bytes([first, len(payload)]) + payload
    kind, size = ("H", 126) if len(payload) < 65536 else ("Q", 127)
    return bytes([first, size]) + struct.pack(f">{kind}", len(payload)) + payload


PING = frame(b"are you there", 0x89)
CLOSE = frame(struct.pack(">H", 1000) + b"good night", 0x88)
FRAGMENTS = frame(b"one, ", 0x01) + frame(b"", 0x00) + PING + frame(b"two", 0x80)
CONVERSATION = b"".join(map(frame, WORDS)) + PING + FRAGMENTS + frame(b"x", 0x82) + CLOSE


@asynccontextmanager
async def served(
    stream: bytes, sizes: Sequence[int] = (), refusal: bytes = b"", *, ends: bool = False
) -> AsyncGenerator[tuple[str, bytearray]]:
    """A server that greets, sends a stream in pieces of such sizes, and notes what it hears; it may end by itself."""
    heard, left = bytearray(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        key = head.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())  # noqa: S324
        greeting = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        said = refusal or greeting + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + stream
        for size in sizes:
            writer.write(said[:size])
            said = said[size:]
            await writer.drain()
            await asyncio.sleep(0)
        writer.write(said)
        if ends:
            writer.write_eof()
        heard.extend(await reader.read())
        writer.close()
        left.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield "ws://127.0.0.1:{1}".format(*server.sockets[0].getsockname()), heard
        await left.wait()


@asynccontextmanager
async def dialled(url: str, close_timeout: float = 0.05) -> AsyncGenerator[FrameConnection]:
    async with connect(
        url,
        create_connection=FrameConnection,
        compression=None,
        max_size=MAX,
        ping_interval=None,
        close_timeout=close_timeout,
    ) as connection:
        assert isinstance(connection, FrameConnection)
        yield connection


async def all_of(connection: FrameConnection) -> tuple[list[bytes], ConnectionClosed]:
    """Every message until the end, and the end."""
    messages: list[bytes] = []
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            await connection.wait()
            while connection.messages:
                messages.append(connection.messages.popleft())
    return messages, closed.value


@pytest.mark.parametrize("seed", range(12))
async def test_however_a_stream_is_parted_its_messages_are_whole_and_in_order(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (no secret)
    sizes = [chance.choice([1, 2, 3, 50, 200, 5000, 70_000]) for _ in range(40 + 20 * seed)]
    async with served(CONVERSATION, sizes) as (url, heard), dialled(url) as connection:
        messages, closed = await all_of(connection)
    assert messages == [*WORDS, b"one, two", b"x"]
    assert isinstance(closed, ConnectionClosedOK)
    assert closed.rcvd is not None
    assert closed.rcvd.reason == "good night"
    assert heard.count(0x8A) >= 2  # both pings were answered


async def test_a_message_that_is_too_large_ends_the_connection_and_says_why() -> None:
    stream = frame(b"fine") + frame(b"z" * (MAX + 1)) + frame(b"never")
    async with served(stream) as (url, _), dialled(url) as connection:
        messages, closed = await all_of(connection)
    assert messages == [b"fine"]
    assert closed.sent is not None
    assert closed.sent.code == 1009


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x81\x85masked....",
        b"\xc1\x01x",  # a reserved bit
        b"\x83\x01x",  # an opcode that nobody knows
        frame(b"more", 0x80),  # the end of fragments that never began
        frame(b"one", 0x01) + frame(b"whole"),  # a message inside of another
    ],
)
async def test_what_breaks_the_protocol_ends_the_connection(nonsense: bytes) -> None:
    async with served(frame(b"fine") + nonsense + frame(b"never")) as (url, _), dialled(url) as connection:
        messages, closed = await all_of(connection)
    assert messages == [b"fine"]
    assert closed.sent is not None
    assert closed.sent.code == 1002


async def test_an_end_without_a_word_is_an_end() -> None:
    async with jilted() as url, dialled(url) as connection:
        assert (await all_of(connection))[0] == []


@asynccontextmanager
async def jilted() -> AsyncGenerator[str]:
    """A server that greets and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        key = head.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())  # noqa: S324
        writer.write(b"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept)
        writer.write(b"\r\n\r\n" + frame(b"half of it")[:5])
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield "ws://127.0.0.1:{1}".format(*server.sockets[0].getsockname())


@pytest.mark.parametrize("sizes", [(), (1,) * 30, (60, 10)])
async def test_a_refused_handshake_comes_with_its_body(sizes: tuple[int, ...]) -> None:
    refusal = b'HTTP/1.1 400 Bad Request\r\nContent-Length: 7\r\n\r\n{"a":1}'
    async with served(b"", sizes, refusal) as (url, _):
        with pytest.raises(InvalidStatus) as told:
            async with dialled(url):
                pass
    assert told.value.response.body == b'{"a":1}'


async def test_what_nobody_takes_makes_the_server_wait() -> None:
    many = 4 * WAITING_MAX // 50_000
    async with served(frame(b"m" * 50_000) * many + CLOSE) as (url, _), dialled(url) as connection:
        await connection.wait()
        for _ in range(50):
            await asyncio.sleep(0.002)
        assert sum(map(len, connection.messages)) <= 2 * WAITING_MAX
        messages, _ = await all_of(connection)
    assert len(messages) == many


async def test_who_leaves_a_server_that_waits_hears_its_farewell() -> None:
    stream = frame(b"m" * 50_000) * (8 * WAITING_MAX // 50_000) + CLOSE
    async with served(stream, ends=True) as (url, _):
        async with dialled(url, close_timeout=10) as connection:
            await connection.wait()
            while sum(map(len, connection.messages)) < WAITING_MAX:
                await asyncio.sleep(0)
        assert connection.close_code == 1000
        assert not connection.messages


async def test_to_wait_no_longer_loses_nothing() -> None:
    async with served(CONVERSATION, (1,) * 200) as (url, _), dialled(url) as connection:
        while not connection.messages:
            try:
                async with asyncio.timeout(0):
                    await connection.wait()
            except TimeoutError:
                continue
        assert (await all_of(connection))[0] == [*WORDS, b"one, two", b"x"]
