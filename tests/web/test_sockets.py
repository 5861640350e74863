import asyncio
import socket

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from backchannel.web import conversation, transport
from tests.served import Served

HANDSHAKE = (
    "GET /feed/console HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {Authorization}\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


async def test_a_phone_goes_on_from_the_page_without_a_gap(house: Served) -> None:
    page = await house.client.get("/api/posts")
    assert page.json()["posts"] == []
    async with house.feed(f"/feed/phone?epoch={house.store.epoch}&since=0") as feed:
        hello = await feed.frame("hello")
        assert hello["epoch"] == house.store.epoch
        key = await house.approved("shown")
        put = await feed.frame()
        assert (put["op"], put["seq"], put["key"]) == ("put", 1, key)
        assert "shown" in put["html"]


async def test_withdrawing_reaches_screen_phone_and_integrator(house: Served) -> None:
    key = await house.approved("regretted")
    for address in ("/feed/screen?hall=foyer", "/feed/phone?", "/feed/posts?"):
        async with house.feed(f"{address}&epoch={house.store.epoch}&since=1") as feed:
            await feed.frame("hello")
            await house.decide("withdraw", key)
            drop = await feed.frame("drop")
            assert drop["key"] == key
            await house.decide("restore", key)
            await house.decide("approve", key)
            await feed.frame("put")


async def test_integrators_get_posts_as_json_and_never_who_decided(house: Served) -> None:
    async with house.feed("/feed/posts", origin="https://anywhere.example") as feed:
        snapshot = await feed.frame("snapshot")
        assert snapshot["posts"] == []
        key = await house.approved("shown", reason="private words")
        put = await feed.frame("put")
        assert (put["post"]["key"], put["post"]["text"]) == (key, "shown")
        assert "private words" not in str(put)
        assert "decision" not in put["post"]


async def test_the_console_hears_of_every_change_and_the_counts(house: Served) -> None:
    async with house.feed("/feed/console", headers=await house.badge()) as feed:
        await feed.frame("snapshot")
        key = await house.post("waiting")
        assert (await feed.frame("put"))["key"] == key
        beat = await feed.frame("beat")
        assert beat["counts"]["queued"] == 1
        assert beat["oldest_queued_at"] <= beat["at"]


@pytest.mark.parametrize(
    ("address", "origin", "status"),
    [
        ("/feed/console", None, 403),
        ("/feed/everything", None, 404),
        ("/feed/screen?hall=cellar", None, 404),
        ("/feed/phone?since=yesterday", None, 400),
        ("/feed/phone?since=-1", None, 400),
        ("/feed/phone", "https://evil.example", 403),
        ("/feed/screen", "https://evil.example", 403),
    ],
)
async def test_a_feed_refuses_before_the_handshake(
    house: Served, address: str, origin: str | None, status: int
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with house.feed(address, origin=origin):
            pass
    assert refused.value.response.status_code == status


async def test_the_console_is_closed_to_a_stranger_from_our_own_page(house: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with house.feed("/feed/console", origin=house.url):
            pass
    assert refused.value.response.status_code == 401


async def test_a_phone_that_speaks_is_shown_out(house: Served) -> None:
    async with house.feed("/feed/phone") as feed:
        await feed.frame("hello")
        await feed.socket.send("let me in")
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(_until_closed(feed.socket), 5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008


async def test_a_screen_may_say_what_it_painted(house: Served) -> None:
    async with house.feed("/feed/screen") as feed:
        await feed.frame("snapshot")
        await feed.socket.send('{"op":"painted","seq":0,"keys":[]}')
        await house.approved("still connected")
        assert (await feed.frame("put"))["op"] == "put"


async def test_what_a_moderator_has_in_hand_is_told_to_the_others_at_once(house: Served) -> None:
    sam, jo = await house.badge("Sam"), await house.badge("Jo")
    async with house.feed("/feed/console", sam) as hers, house.feed("/feed/console", jo) as his:
        await his.frame("snapshot")
        await hers.frame("snapshot")
        await hers.socket.send('{"op":"claim","key":"floor:1"}')
        claims: list[dict[str, str]] = []
        while not claims:
            claims = (await his.frame("beat")).get("claims", [])
        assert [(claim["by"], claim["key"]) for claim in claims] == [("Sam", "floor:1")]


@pytest.mark.parametrize("frame", ["claim", "[]", '{"key":1}', '{"op":"claim","key":"' + "x" * 101 + '"}'])
async def test_a_console_that_says_what_is_no_claim_is_shown_out(house: Served, frame: str) -> None:
    async with house.feed("/feed/console", await house.badge()) as feed:
        await feed.frame("hello")
        await feed.socket.send(frame)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(_until_closed(feed.socket), 5)


async def test_a_reader_that_stopped_reading_disturbs_nobody(house: Served) -> None:
    async with house.feed("/feed/phone") as sleeper, house.feed("/feed/phone") as reader:
        await sleeper.frame("hello")
        await reader.frame("snapshot")
        for key in [await house.approved("x" * 290 + str(number)) for number in range(30)]:
            assert (await reader.frame("put"))["key"] == key


async def test_a_client_that_reads_nothing_is_ended_at_a_deadline(
    house: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "SEND_DEADLINE_S", 0.2)
    monkeypatch.setattr(transport, "SEND_BUFFER", 4096)
    badge = await house.badge()
    await asyncio.gather(*(house.post(f"{number} " * 70) for number in range(100, 180)))
    loop = asyncio.get_running_loop()
    host, port = house.url.removeprefix("http://").split(":")
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        await loop.sock_connect(deaf, (host, int(port)))
        await loop.sock_sendall(deaf, HANDSHAKE.format(host=host, port=port, **badge).encode())
        await clients(house, "console", 1)
        await house.post("one more than fits")
        await clients(house, "console", 0)


async def test_a_client_that_left_is_forgotten(house: Served) -> None:
    async with house.feed("/feed/phone") as feed:
        await feed.frame("hello")
        await clients(house, "phone", 1)
    await clients(house, "phone", 0)


async def clients(house: Served, view: str, count: int) -> None:
    """Wait until so many sockets of a view are open."""
    async with asyncio.timeout(10):
        while f'view="{view}"}} {count}.0' not in (await house.client.get("/metrics")).text:
            await asyncio.sleep(0)


async def _until_closed(socket: object) -> None:
    while True:
        await socket.recv()  # type: ignore[attr-defined]
