"""What the server takes on, and how it refuses the rest, on a real socket."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.served import Feed, Served, made_config, served

NARROW = {"clients": 10, "clients_per_device": 2, "message_bytes": 1024, "messages_per_minute": 3, "idle_s": 2}
DEVICE = {"Cookie": "device=ines"}


@pytest.fixture
async def narrow(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path, limits=NARROW)) as running:
        yield running


async def refused(house: Served, address: str, headers: dict[str, str] | None = None) -> tuple[int, bool]:
    """The status of a refusal, and whether it says when to come again."""
    with pytest.raises(InvalidStatus) as no:
        async with house.feed(address, headers):
            pass
    return no.value.response.status_code, "retry-after" in no.value.response.headers


async def closed(feed: Feed) -> int:
    """The code that a socket is closed with."""
    with pytest.raises(ConnectionClosed) as over:
        async with asyncio.timeout(10):
            while True:
                await feed.socket.recv()
    assert over.value.rcvd is not None
    return over.value.rcvd.code


async def heard_to_the_end(house: Served, head: bytes) -> bytes:
    """All that the server says until it ends the connection itself."""
    host, port = house.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    with closing(writer):
        writer.write(head)
        async with asyncio.timeout(10):
            return await reader.read()


async def counted(house: Served, name: str) -> bool:
    """Whether a figure was counted once."""
    return f"{name} 1.0" in (await house.client.get("/metrics")).text


@pytest.mark.usefixtures("way")
async def test_one_device_and_all_devices_have_so_many_places_and_a_screen_still_has_one(narrow: Served) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(narrow.feed("/feed/phone", DEVICE))
        assert await refused(narrow, "/feed/phone", DEVICE) == (429, True)
        for _ in range(7):
            await stack.enter_async_context(narrow.feed("/feed/phone"))
        assert await refused(narrow, "/feed/phone") == (503, True)
        ready = await narrow.client.get("/readyz")
        assert ready.status_code == 503
        assert "9 of 10 places" in ready.text
        screen = await stack.enter_async_context(narrow.feed("/feed/screen"))
        await screen.frame("snapshot")
    assert await counted(narrow, 'backchannel_refused_total{why="device"}')
    assert await counted(narrow, 'backchannel_refused_total{why="full"}')
    async with asyncio.timeout(10):
        while (await narrow.client.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.01)


async def test_who_says_too_much_at_once_or_too_often_or_nothing_at_all_is_shown_out(narrow: Served) -> None:
    async with narrow.feed("/feed/screen") as screen:
        await screen.socket.send("x" * 1025)
        assert await closed(screen) == 1009
    async with narrow.feed("/feed/screen") as screen:
        for _ in range(4):
            await screen.socket.send('{"op":"painted","seq":0,"keys":[]}')
        assert await closed(screen) == 1008
    async with narrow.feed("/feed/screen") as screen:
        await screen.socket.send("x" * 70_000)  # more than is taken in at all
        assert await closed(screen) == 1009
    halves = (b"", b"GET /feed/phone HTTP/1.1\r\nHost: half")
    assert await asyncio.gather(*(heard_to_the_end(narrow, half) for half in halves)) == [b"", b""]
    metrics = (await narrow.client.get("/metrics")).text
    for why, times in {"size": 2, "messages": 1, "silent": 2}.items():
        assert f'backchannel_evictions_total{{why="{why}"}} {times}.0' in metrics


@pytest.mark.usefixtures("way")
async def test_when_many_come_at_once_phones_are_asked_to_come_again_and_screens_are_let_in(tmp_path: Path) -> None:
    async with served(made_config(tmp_path, limits={"arrivals_per_second": 1})) as house, AsyncExitStack() as stack:
        await stack.enter_async_context(house.feed("/feed/phone"))
        assert await refused(house, "/feed/phone") == (503, True)
        for _ in range(3):
            await stack.enter_async_context(house.feed("/feed/screen"))
        assert await counted(house, 'backchannel_refused_total{why="rush"}')


@contextmanager
def statements() -> Generator[list[str]]:
    """What is asked of databases meanwhile."""
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.usefixtures("way")
async def test_who_comes_back_is_answered_without_a_look_into_the_store(house: Served) -> None:
    key, many = await house.approved("missed"), 60
    async with AsyncExitStack() as stack:
        with statements() as asked:
            for _ in range(many):
                address = f"/feed/phone?epoch={house.store.epoch}&since=0"
                feed = await stack.enter_async_context(house.feed(address))
                assert (await feed.frame("put"))["key"] == key
    assert len(asked) < many  # what looks at the store every second goes on looking
    assert f"backchannel_ring_hits_total {many}.0" in (await house.client.get("/metrics")).text


async def test_every_delivery_is_counted_with_its_lag(house: Served) -> None:
    async with house.feed("/feed/phone") as phone, house.feed("/feed/screen") as screen:
        await phone.frame("snapshot")
        await screen.frame("snapshot")
        key = await house.approved("counted")
        for feed in (phone, screen):
            assert (await feed.frame("put"))["key"] == key
        metrics = (await house.client.get("/metrics")).text
    for view in ("phone", "screen"):
        assert f'backchannel_lag_seconds_count{{view="{view}"}} 1.0' in metrics
    assert "process_open_fds" in metrics
