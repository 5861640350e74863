"""Handshakes of listeners, byte for byte, on a real server."""

import asyncio
from contextlib import closing, suppress
from typing import Final

import pytest
from websockets.asyncio.client import connect
from websockets.frames import Frame, Opcode

from tests.served import Feed, Served

pytestmark = pytest.mark.usefixtures("way")

KEY: Final = "dGhlIHNhbXBsZSBub25jZQ=="
PLAIN: Final = {
    "Host": "{host}",
    "Connection": "keep-alive, Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
}


async def said(house: Served, head: bytes, then: bytes = b"", *, wait_s: float = 5) -> bytes:
    """What the server says until it ends the connection, or is silent; `then` is said once it has answered."""
    host, port = house.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    told = b""
    with closing(writer):
        writer.write(head)
        if then:
            told = await reader.readuntil(b"\r\n\r\n")
            writer.write(then)
        try:
            async with asyncio.timeout(wait_s):
                while part := await reader.read(65536):
                    told += part
        except TimeoutError:
            pass
    with suppress(ConnectionError):
        await writer.wait_closed()
    return told


def head_of(house: Served, path: str = "/feed/phone", **changed: str | None) -> bytes:
    """A handshake; a header that is changed to None is left out."""
    host = house.url.removeprefix("http://")
    headers = {**PLAIN, "Host": host, **{name.replace("_", "-"): value for name, value in changed.items()}}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode()


async def test_a_plain_handshake_is_answered_with_the_key_of_the_standard(house: Served) -> None:
    told = await said(house, head_of(house), Frame(Opcode.CLOSE, b"").serialize(mask=True))
    head, _, frames = told.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert b"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    assert b'"op":"hello"' in frames


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"Sec_WebSocket_Key": None}, 400),
        ({"Sec_WebSocket_Key": "short"}, 400),
        ({"Sec_WebSocket_Key": f"{KEY}\r\nSec-WebSocket-Key: {KEY}"}, 400),
        ({"Sec_WebSocket_Version": "8"}, 400),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
async def test_what_is_no_plain_handshake_is_refused_as_everywhere(
    house: Served, changed: dict[str, str | None], status: int
) -> None:
    for path in ("/feed/phone", "/feed/screen"):
        told = await said(house, head_of(house, path, **changed))
        assert told.startswith(f"HTTP/1.1 {status} ".encode()), told[:200]


async def test_a_refusal_says_why_in_json(house: Served) -> None:
    told = await said(house, head_of(house, "/feed/phone?since=yesterday"))
    head, _, body = told.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-length: %d" % len(body) in head
    assert b"since is the number" in body


async def test_a_head_that_does_not_end_is_not_waited_for(house: Served) -> None:
    told = await said(house, b"GET /feed/phone HTTP/1.1\r\n" + b"X-Filler: 0123456789\r\n" * 4000)
    assert told.startswith(b"HTTP/1.1 431 ")


async def test_a_body_is_no_head(house: Served) -> None:
    answer = await house.client.post("/posts", content=b"x" * 200_000, headers=house.from_page)
    assert answer.status_code != 431


async def test_who_leaves_in_the_handshake_disturbs_nobody(house: Served) -> None:
    host, port = house.url.removeprefix("http://").split(":")
    for _ in range(20):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(head_of(house))
        writer.transport.abort()
    assert (await house.client.get("/healthz")).status_code == 200
    told = await said(house, head_of(house), Frame(Opcode.CLOSE, b"").serialize(mask=True))
    assert b'"op":"hello"' in told


async def test_who_can_inflate_gets_a_large_snapshot_pressed_and_all_else_as_it_is(house: Served) -> None:
    for number in range(12):
        await house.approved(f"Said by number {number}: " + "so many words " * 15)
    for offer in ("permessage-deflate; client_max_window_bits", "permessage-deflate; server_max_window_bits=10", None):
        told = await said(house, head_of(house, Sec_WebSocket_Extensions=offer), wait_s=1)
        head, _, frames = told.partition(b"\r\n\r\n")
        is_pressed = offer is not None and "server_max" not in offer
        assert (b"sec-websocket-extensions: permessage-deflate" in head) is is_pressed
        assert b'"op":"hello"' in frames
        assert (b'"op":"snapshot"' in frames) is not is_pressed
    async with connect(house.url.replace("http", "ws", 1) + "/feed/phone", compression="deflate") as socket:
        feed = Feed(socket)
        assert len((await feed.frame("snapshot"))["cards"]) == 12
        key = await house.approved("And one more")
        assert (await feed.frame("put"))["key"] == key
