"""Connections that are taken over from uvicorn, on a real server."""

import asyncio
import gc
import json
import socket
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from backchannel.hub import audience as audiences
from backchannel.hub import viewer as viewers
from backchannel.web import handshake, sockets, transport
from backchannel.web.transport import ClientProtocol
from backchannel.web.turnstile import Turnstile
from tests.served import Feed, Served, made_config, served
from tests.web.test_sockets import clients

HANDSHAKE: Final = (
    "GET /feed/phone HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def open_protocols() -> int:
    """How many connections are looked after by what stands between uvicorn and the application."""
    gc.collect()
    kinds = (ClientProtocol, handshake.Handshake)
    return sum(isinstance(each, kinds) for each in gc.get_objects())


def looked_after() -> list[ClientProtocol]:
    """The sockets that uvicorn has."""
    return [each for each in gc.get_objects() if type(each) is ClientProtocol and not each.transport.is_closing()]


@pytest.mark.parametrize(("view", "many"), [("phone", 0), ("posts", 0), ("screen", 1)])
async def test_who_only_listens_is_no_longer_looked_after_by_uvicorn(house: Served, view: str, many: int) -> None:
    before = open_protocols()
    async with house.feed(f"/feed/{view}") as feed:
        await feed.frame("snapshot")
        await clients(house, view, 1)
        assert open_protocols() - before == many
        key = await house.approved("told")
        assert (await feed.frame("put"))["key"] == key
    await clients(house, view, 0)


async def test_a_connection_that_is_ending_when_the_server_ends_stops_no_other_from_being_told(house: Served) -> None:
    async with house.feed("/feed/screen") as ending:
        await ending.frame("snapshot")
        [protocol] = looked_after()
        async with house.feed("/feed/screen") as other:
            await other.frame("snapshot")
            protocol.conn.send_close(CloseCode.GOING_AWAY)
            for each in looked_after():
                each.shutdown()
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(other.frame("never"), 5)
            assert other.socket.close_code == CloseCode.SERVICE_RESTART
        await asyncio.wait_for(ending.socket.wait_closed(), 5)


async def test_a_viewer_answers_pings(house: Served) -> None:
    async with house.feed("/feed/phone") as feed:
        await feed.frame("hello")
        await asyncio.wait_for(await feed.socket.ping(), 5)


async def test_a_viewer_that_says_goodbye_is_answered(house: Served) -> None:
    async with house.feed("/feed/phone") as feed:
        await feed.frame("hello")
        await feed.socket.close(CloseCode.GOING_AWAY)
        assert feed.socket.close_code == CloseCode.GOING_AWAY


async def test_where_the_server_keeps_its_connections_phones_are_served_all_the_same(
    house: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Turnstile, "let_in", lambda *_: False)
    monkeypatch.setattr(handshake, "LISTENERS", ())
    monkeypatch.setattr(sockets, "detach", lambda socket, viewer: False)
    async with house.feed("/feed/phone") as feed:
        await feed.frame("snapshot")
        key = await house.approved("told")
        assert (await feed.frame("put"))["key"] == key
        await clients(house, "phone", 1)
        await feed.socket.send("let me in")
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(feed.frame("never"), 5)


async def test_when_the_server_ends_viewers_are_asked_to_come_back(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(served(made_config(tmp_path)))
        async with house.feed("/feed/phone") as feed:
            await feed.frame("snapshot")
            await stack.aclose()
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(feed.frame("never"), 5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.SERVICE_RESTART


async def test_a_viewer_that_reads_nothing_is_ended_and_costs_the_others_nothing(
    house: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "STOPPED_MAX_S", 0.1)
    monkeypatch.setattr(audiences, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(transport, "SEND_BUFFER", 4096)
    keys = [await house.post(f"{number} " * 60) for number in range(10, 30)]
    loop = asyncio.get_running_loop()
    host, port = house.url.removeprefix("http://").split(":")
    async with house.feed("/feed/phone") as reader:
        await reader.frame("snapshot")
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.setblocking(False)
            await loop.sock_connect(deaf, (host, int(port)))
            await loop.sock_sendall(deaf, HANDSHAKE.format(host=host, port=port).encode())
            await clients(house, "phone", 2)
            await house.decide("approve", *keys)
            for verb in ("withdraw", "restore", "approve") * 3:
                await house.decide(verb, *keys)
            await clients(house, "phone", 1)
        await house.approved("the last one")
        seqs = [(await reader.frame("put", "drop"))["seq"] for _ in keys]
        assert seqs == list(range(1, len(keys) + 1))


async def test_a_viewer_that_reads_again_before_its_deadline_is_told_at_once_all_that_was_not_kept_for_it(
    house: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "SEND_BUFFER", 4096)
    monkeypatch.setattr(viewers, "BUFFER_MAX", 4096)
    keys = [await house.post(f"{number} " * 60) for number in range(10, 30)]
    host, port = house.url.removeprefix("http://").split(":")
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect((host, int(port)))
        async with house.feed("/feed/phone") as quick, connect(f"ws://{host}:{port}/feed/phone", sock=slow) as socket_:
            await quick.frame("snapshot")
            feed = Feed(socket_)
            await feed.frame("snapshot")
            socket_.transport.pause_reading()
            told: list[int] = []
            for verb in ("approve", "withdraw", "restore") * 3:
                await house.decide(verb, *keys)
                told += [(await quick.frame("put", "drop"))["seq"] for _ in keys if verb != "restore"]
            socket_.transport.resume_reading()
            messages: list[list[int]] = []
            while not messages or messages[-1][-1] < told[-1]:
                message = json.loads(await asyncio.wait_for(socket_.recv(), 10))
                frames = message if isinstance(message, list) else [message]
                messages.append([frame["seq"] for frame in frames if frame["op"] in {"put", "drop"}])
    assert [seq for message in messages for seq in message] == told == list(range(1, 6 * len(keys) + 1))
    assert len(messages[-1]) > len(keys)  # several orders in one: what is kept for one that does not read is bounded
