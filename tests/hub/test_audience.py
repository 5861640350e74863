import asyncio
import itertools
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.frames import Close, CloseCode, Opcode

from backchannel import feed
from backchannel.feed import Ring, View
from backchannel.hub import audience as audiences
from backchannel.hub.audience import Audience
from backchannel.hub.channel import Channel
from backchannel.hub.strand import Position
from backchannel.post import Verb
from backchannel.store.house import Store
from tests.hub.desked import Desked, opened
from tests.hub.wire import Wire

pytestmark = pytest.mark.timeout(60)


class Seats:
    """The phones of a desk."""

    def __init__(self, desked: Desked) -> None:
        self.desked = desked
        self.channel: Channel = desked.fanout.channel(View.PHONE)
        audience = desked.fanout.audience(self.channel)
        assert audience is not None
        self.audience: Audience = audience
        self.numbers = itertools.count()

    def come(self, since: int | None = None) -> Wire:
        """A client with the page of a number; without one it has nothing yet."""
        position = None if since is None else Position(self.channel.epoch, since)
        wire = Wire(self.audience.seat(position))
        self.audience.welcome(wire.viewer)
        return wire

    async def approved(self, text: str = "words") -> str:
        return await self.desked.approved(f"post {next(self.numbers)}", f"{text} {next(self.numbers)}")

    async def settled(self, *wires: Wire) -> None:
        """Everybody who reads has been told all there is."""
        await self.desked.reached(self.channel)
        while any(not wire.is_over and wire.viewer.seq != self.channel.ring.head for wire in wires):
            await asyncio.sleep(0)


@asynccontextmanager
async def seats_of(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Seats]:
    monkeypatch.setattr(audiences, "TICK_S", 0)
    async with opened(store) as desked:
        yield Seats(desked)


async def test_everybody_is_greeted_and_told_what_is_new(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async with seats_of(store, monkeypatch) as seats:
        wires = [seats.come(0) for _ in range(3)]
        assert [[frame["op"] for frame in wire.told()] for wire in wires] == [["hello"]] * 3
        key = await seats.approved()
        await seats.settled(*wires)
        for wire in wires:
            assert [(frame["op"], frame["seq"], frame["key"]) for frame in wire.told()] == [("put", 1, key)]


async def test_who_comes_with_an_older_page_is_told_what_it_missed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with seats_of(store, monkeypatch) as seats:
        for _ in range(3):
            await seats.approved()
        await seats.desked.reached(seats.channel)
        assert [frame["seq"] for frame in seats.come(1).told()] == [3, 2, 3]  # hello names the head


async def test_who_has_no_place_is_given_the_snapshot(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async with seats_of(store, monkeypatch) as seats:
        key = await seats.approved()
        await seats.desked.reached(seats.channel)
        for wire in (seats.come(), seats.come(5)):
            await seats.settled(wire)
            hello, snapshot = wire.told()
            assert (hello["op"], snapshot["op"], snapshot["seq"]) == ("hello", "snapshot", 1)
            assert [card["key"] for card in snapshot["cards"]] == [key]


async def test_what_comes_right_behind_an_update_waits_for_its_tick(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with seats_of(store, monkeypatch) as seats:
        monkeypatch.setattr(audiences, "TICK_S", 3600)
        wire = seats.come(0)
        await seats.approved()
        await seats.settled(wire)
        assert [frame["seq"] for frame in wire.told()] == [0, 1]
        await seats.approved()
        await seats.approved()
        await seats.desked.reached(seats.channel)
        assert wire.told() == []


async def test_one_that_does_not_read_is_passed_over_and_told_all_when_it_reads_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with seats_of(store, monkeypatch) as seats:
        slow, quick = seats.come(0), seats.come(0)
        slow.told()
        slow.viewer.pause_writing()
        for _ in range(3):
            await seats.approved()
        await seats.settled(quick)
        assert slow.written == b""
        slow.viewer.resume_writing()
        assert [frame["seq"] for frame in slow.told()] == [1, 2, 3]


async def test_one_that_was_away_too_long_begins_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async with seats_of(store, monkeypatch) as seats:
        slow = seats.come(0)
        slow.told()
        slow.viewer.pause_writing()
        seats.channel.ring = Ring(0, size=2)
        for _ in range(3):
            await seats.approved()
        await seats.desked.reached(seats.channel)
        slow.viewer.resume_writing()
        await seats.settled(slow)
        assert [frame["op"] for frame in slow.told()] == ["snapshot"]


async def test_one_that_reads_nothing_is_ended_at_a_deadline(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiences, "STOPPED_MAX_S", 0)
    monkeypatch.setattr(audiences, "LOOK_EVERY_S", 0)
    async with seats_of(store, monkeypatch) as seats:
        deaf, other = seats.come(0), seats.come(0)
        deaf.viewer.pause_writing()
        while not deaf.was_aborted:
            await asyncio.sleep(0)
        assert not other.is_over
        assert seats.channel.clients == 1


async def test_one_that_does_not_answer_a_ping_is_gone_with_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "PINGS", float("inf"))
    async with seats_of(store, monkeypatch) as seats:
        silent, alive = seats.come(0), seats.come(0)
        while not silent.was_aborted:
            if any(frame.opcode is Opcode.PING for frame in alive.frames()):
                alive.say(Opcode.PONG)
            await asyncio.sleep(0)
        assert not alive.is_over


async def test_signs_of_life_name_the_head(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiences, "BEAT_EVERY_S", 0)
    async with seats_of(store, monkeypatch) as seats:
        await seats.approved()
        await seats.desked.reached(seats.channel)
        wire = seats.come(1)
        told = wire.told()
        while not any(frame["op"] == "beat" for frame in told):
            await asyncio.sleep(0)
            told = wire.told()
        assert {frame["seq"] for frame in told if frame["op"] == "beat"} == {1}


async def test_at_the_end_everybody_is_asked_to_come_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async with seats_of(store, monkeypatch) as seats:
        wire, deaf = seats.come(0), seats.come(0)
        await seats.approved()
        await seats.settled(wire, deaf)
        deaf.viewer.pause_writing()
    assert Close.parse(wire.frames()[-1].data).code == CloseCode.SERVICE_RESTART
    assert deaf.was_aborted


async def test_a_snapshot_that_cannot_be_made_is_tried_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiences, "RETRY_S", 0)
    async with seats_of(store, monkeypatch) as seats:
        page, failures = store.posts.page, 2

        async def fails(query: object) -> object:
            nonlocal failures
            failures -= 1
            if failures >= 0:
                raise OSError
            return await page(query)  # type: ignore[arg-type]

        monkeypatch.setattr(store.posts, "page", fails)
        wire = seats.come()
        await seats.settled(wire)
        assert [frame["op"] for frame in wire.told()] == ["hello", "snapshot"]


class Crowd:
    """Phones that come, stop, go on and leave while posts are shown and taken back."""

    def __init__(self, seats: Seats) -> None:
        self.seats = seats
        self.shown: list[str] = []
        self.begun: dict[Wire, int | None] = {}
        self.come()
        self.come()

    @property
    def wires(self) -> list[Wire]:
        return list(self.begun)

    async def approve(self) -> None:
        self.shown.append(await self.seats.approved())

    async def withdraw(self) -> None:
        if self.shown:
            await self.seats.desked.decide(Verb.WITHDRAW, self.shown[-1])

    def come(self) -> None:
        head = self.seats.channel.ring.head
        self.begun[self.seats.come(head)] = head

    def come_without_a_page(self) -> None:
        self.begun[self.seats.come()] = None

    def stop(self) -> None:
        self.wires[len(self.shown) % len(self.wires)].viewer.pause_writing()

    def go_on(self) -> None:
        for wire in self.wires:
            if wire.viewer.is_stopped:
                wire.viewer.resume_writing()

    def leave(self) -> None:
        if len(self.begun) > 1:
            wire = self.wires[0]
            del self.begun[wire]
            wire.close()

    async def turn(self) -> None:
        await asyncio.sleep(0)

    async def settle(self) -> None:
        await self.seats.settled(*(wire for wire in self.wires if not wire.viewer.is_stopped))


ACTS = st.sampled_from(
    [
        *[Crowd.approve] * 3,
        Crowd.withdraw,
        Crowd.come,
        Crowd.come_without_a_page,
        Crowd.stop,
        Crowd.go_on,
        Crowd.leave,
        Crowd.turn,
        Crowd.settle,
    ]
)


def followed(told: Sequence[dict[str, Any]], seq: int | None) -> int | None:
    """Where a client stands that was told this; it holds a place before any update comes, and none is left out."""
    for frame in told:
        if frame["op"] == "snapshot":
            seq = frame["seq"]
        elif frame["op"] in {"put", "drop"}:
            assert seq is not None
            assert frame["seq"] == seq + 1
            seq = frame["seq"]
    return seq


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=5, max_size=20))
async def test_whatever_happens_everybody_is_told_everything_in_order(
    store: Store, monkeypatch: pytest.MonkeyPatch, acts: Sequence[Callable[[Crowd], Awaitable[None] | None]]
) -> None:
    monkeypatch.setattr(audiences, "AT_ONCE", 2)
    monkeypatch.setattr(audiences, "SNAPSHOTS_AT_ONCE", 1)
    async with seats_of(store, monkeypatch) as seats:
        await seats.desked.reached(seats.channel)
        crowd = Crowd(seats)
        for act in [*acts, Crowd.go_on, Crowd.settle]:
            if (work := act(crowd)) is not None:
                await work
        for wire, begun in crowd.begun.items():
            assert followed(wire.told(), begun) == seats.channel.ring.head


async def test_what_is_taken_back_while_everybody_is_told_reaches_nobody_else(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "AT_ONCE", 1)
    async with seats_of(store, monkeypatch) as seats:
        first, *_, last = wires = [seats.come(0) for _ in range(4)]
        write = first.viewer.write

        def regret(frame: bytes) -> None:
            write(frame)
            if seats.channel.ring.head == 1:
                seats.channel.ring.append(feed.drop(2, first_key(frame)))

        first.viewer.write = regret
        await seats.approved("regretted")
        while any(wire.viewer.seq != 2 for wire in wires):
            await asyncio.sleep(0)
        assert [frame["op"] for frame in first.told()] == ["hello", "put", "drop"]
        assert [frame["op"] for frame in last.told()] == ["hello", "drop", "drop"]


def first_key(frame: bytes) -> str:
    key: str = json.loads(frame[frame.index(b"{") :])["key"]
    return key
