"""Workers that are processes of their own, behind a server on a real socket."""

import asyncio
import re
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close, CloseCode

from backchannel import feed as frames
from backchannel.feed import View
from backchannel.hub import audience as audiences
from backchannel.hub import working
from backchannel.store.house import Store
from tests.hub.beside import beside
from tests.hub.desked import opened
from tests.hub.wire import Wire
from tests.served import Feed, Served, made_config, served

pytestmark = pytest.mark.timeout(60)

Processes = list[asyncio.subprocess.Process]


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Processes:
    """The workers' processes, in the order in which they were started."""
    started: Processes = []
    start = asyncio.create_subprocess_exec

    async def start_noted(*command: Any, **options: Any) -> asyncio.subprocess.Process:
        started.append(await start(*command, **options))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start_noted)
    return started


@pytest.fixture
async def house(tmp_path: Path, processes: Processes) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path), workers=2) as running:
        yield running


async def figure(house: Served, name: str) -> float:
    """One line of the metrics; 0 where there is none."""
    told = (await house.client.get("/metrics")).text
    found = re.search(rf"^{re.escape(name)} (\S+)$", told, re.MULTILINE)
    return float(found[1]) if found else 0.0


async def comes_to(house: Served, name: str, wanted: float, most: float | None = None) -> None:
    async with asyncio.timeout(20):
        while not wanted <= await figure(house, name) <= (wanted if most is None else most):
            pass


async def farewell(feed: Feed) -> ConnectionClosed:
    """How a socket was closed, after whatever it was told before."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            await asyncio.wait_for(feed.socket.recv(), 10)
    return closed.value


async def test_workers_share_the_viewers_tell_them_all_and_count_for_the_house(house: Served) -> None:
    async with AsyncExitStack() as stack:
        views = ["/feed/phone"] * 4 + ["/feed/posts", "/feed/posts?hall=foyer"]
        feeds = [await stack.enter_async_context(house.feed(view)) for view in views]
        epoch = (await feeds[0].frame("hello"))["epoch"]
        for feed in feeds:
            await feed.frame("snapshot")
        key = await house.approved("told by a worker")
        assert {(await feed.frame("put"))["key"] for feed in feeds} == {key}
        assert [await figure(house, f'backchannel_worker_clients{{worker="{each}"}}') for each in (1, 2)] == [3, 3]
        await comes_to(house, "backchannel_deliveries_total", len(feeds), most=100)  # beats are counted too
        assert await figure(house, 'backchannel_clients{stream="floor",view="phone"}') == 4
        async with house.feed(f"/feed/phone?epoch={epoch}&since=0") as late:
            assert [(await late.frame())["op"] for _ in range(2)] == ["hello", "put"]
            await asyncio.wait_for(await late.socket.ping(), 5)
    await comes_to(house, 'backchannel_clients{stream="floor",view="phone"}', 0)


async def test_a_worker_that_dies_costs_its_viewers_a_reconnect_and_nothing_else(
    house: Served, processes: Processes
) -> None:
    async with AsyncExitStack() as stack:
        feeds = [await stack.enter_async_context(house.feed("/feed/phone")) for _ in range(2)]
        epoch = (await feeds[0].frame("hello"))["epoch"]
        for feed in feeds:
            await feed.frame("snapshot")
        with capture_logs() as logs:
            processes[0].kill()
            assert (await farewell(feeds[0])).rcvd is None
            key = await house.approved("said meanwhile")
            assert (await feeds[1].frame("put"))["key"] == key
            again = await stack.enter_async_context(house.feed(f"/feed/phone?epoch={epoch}&since=0"))
            assert [(await again.frame())["op"] for _ in range(2)] == ["hello", "put"]
            await comes_to(house, "backchannel_workers", 2)
        assert [(each["why"], each["viewers"]) for each in logs] == [("SIGKILL", 1)]
        assert await figure(house, "backchannel_workers_lost_total") == 1
        assert await figure(house, 'backchannel_clients{stream="floor",view="phone"}') == 2
        assert len(processes) == 3


async def test_a_worker_that_stands_still_is_ended_as_dead_and_holds_nobody_up(
    house: Served, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.feed("/feed/phone") as held, house.feed("/feed/phone") as other:
        for feed in (held, other):
            await feed.frame("snapshot")
        processes[0].send_signal(signal.SIGSTOP)
        monkeypatch.setattr(working, "SILENT_LOOKS", 4)
        key = await house.approved("goes on")
        assert (await other.frame("put"))["key"] == key
        with capture_logs() as logs:
            await farewell(held)
            await comes_to(house, "backchannel_workers", 2)
        assert [each["why"] for each in logs] == ["it gives no sign of life"]


async def test_when_the_server_ends_the_workers_viewers_are_asked_to_come_back_and_no_worker_is_left(
    tmp_path: Path, processes: Processes
) -> None:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(served(made_config(tmp_path), workers=2))
        async with house.feed("/feed/phone") as one, house.feed("/feed/phone") as other:
            for feed in (one, other):
                await feed.frame("snapshot")
            await stack.aclose()
            for feed in (one, other):
                closed = (await farewell(feed)).rcvd
                assert closed is not None
                assert closed.code == CloseCode.SERVICE_RESTART
                assert re.fullmatch(r"come back within [\d.]+ s", closed.reason)
    assert [process.returncode for process in processes] == [0, 0]


async def test_who_is_left_alone_by_the_first_process_asks_everybody_to_come_back(store: Store) -> None:
    async with opened(store) as desked, beside(desked.fanout) as worker:
        audience = await worker.audience(desked.fanout.channel(View.PHONE))
        wire = Wire(audience.seat(None))
        audience.welcome(wire.viewer)
        await worker.working.end()
        assert wire.is_over
        assert Close.parse(wire.frames()[-1].data).code == CloseCode.SERVICE_RESTART


async def test_what_has_no_number_reaches_a_workers_viewers_and_who_comes_later_hears_the_last(store: Store) -> None:
    async with opened(store) as desked, beside(desked.fanout) as worker:
        audience = await worker.audience(desked.fanout.channel(View.PHONE))
        early, late = Wire(audience.seat(None)), Wire(audience.seat(None))
        audience.welcome(early.viewer)
        desked.fanout.say_to_phones("words", frames.reactions({"main": {"yes": 3}}))
        await desked.fanout.tell_phones(frames.beat(7))
        told: list[dict[str, Any]] = []
        while not {"reactions", "beat"} <= {frame["op"] for frame in told}:
            told += early.told()
            await asyncio.sleep(0)
        audience.welcome(late.viewer)
        assert {"op": "reactions", "halls": {"main": {"yes": 3}}} in late.told()


async def test_a_snapshot_that_cannot_be_made_is_asked_for_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiences, "RETRY_S", 0)
    async with opened(store) as desked, beside(desked.fanout) as worker:
        channel = desked.fanout.channel(View.PHONE)
        make, tries = channel.snapshot, 0

        async def make_at_last() -> tuple[int, str]:
            nonlocal tries
            tries += 1
            if tries < 3:
                raise OSError("the disk is full")
            return await make()

        monkeypatch.setattr(channel, "snapshot", make_at_last)
        audience = await worker.audience(channel)
        wire = Wire(audience.seat(None))
        audience.welcome(wire.viewer)
        told: list[str] = []
        with capture_logs() as logs:
            while "snapshot" not in told:
                told += [frame["op"] for frame in wire.told()]
                await asyncio.sleep(0)
        assert tries == 3
        assert len(logs) == 4  # both processes say so, twice
