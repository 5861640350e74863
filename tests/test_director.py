"""Promises of the director, in virtual time: the recording at 20 times its speed, restarts, panic, pins."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from backchannel.desk import Desk
from backchannel.director import HELD_BY_SCREENS, Director
from backchannel.feed import View
from backchannel.hub.channel import Channel
from backchannel.hub.fanout import Fanout
from backchannel.hub.local import LocalHub
from backchannel.hub.strand import Position
from backchannel.pacing import dwell_s
from backchannel.post import Content, Order, Sighting, Status, Verb
from backchannel.sources.recording import Recording
from backchannel.stage import PLACES, Layout, Panic, Stage
from backchannel.store.base import PAGE_MAX
from backchannel.store.house import Store
from backchannel.updates import Kind
from tests.made_up import Clock, gone, sighting
from tests.store.world import every_page

ASKED_EVERY_S = 5
RECORDING = Path(__file__).parent / "recordings" / "pink11.jsonl"


class House:
    """A desk and the director of one hall, over one store and a clock that is turned by hand."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = Clock()
        self.hub = LocalHub(poll_every_s=60)
        self.desk = Desk(store.posts, self.hub, store.secret, self.clock)
        self.due: datetime | None = None
        self.numbers = count(1)
        self.restart()

    def restart(self) -> None:
        store = self.store
        self.director = Director("main", store.stages, store.log, store.posts, self.hub, self.clock)

    async def look(self) -> Stage:
        self.due = await self.director.step()
        return await self.stage()

    async def stage(self) -> Stage:
        return await self.store.stages.read("main")

    async def pass_by(self, seconds: float) -> Stage:
        until = self.clock.at + timedelta(seconds=seconds)
        while self.due is not None and self.due <= until:
            self.clock.at = max(self.clock.at, self.due)
            await self.look()
        self.clock.at = until
        return await self.look()

    async def approved(self, many: int = 1, text: str = "Ask who wrote the runbook.") -> list[str]:
        seen = [sighting(str(next(self.numbers)), text) for _ in range(many)]
        await self.desk.receive(seen)
        keys = [self.desk.key(each) for each in seen]
        await self.decide(Verb.APPROVE, *keys)
        return keys

    async def decide(self, verb: Verb, *keys: str) -> None:
        await self.desk.decide(Order(tuple(keys), verb, "Jo"))

    async def change(self, stage: Stage) -> Stage:
        """What a moderator does over the API."""
        changed = await self.store.stages.change(stage, self.clock.at)
        assert changed.done
        return changed.stage


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


async def test_an_approved_post_is_on_air_at_once_and_a_queued_one_never(house: House) -> None:
    await house.desk.receive([sighting("waiting")])
    assert await house.look() == Stage("main")
    [key] = await house.approved()
    assert (await house.look()).on_air == (key,)


async def test_a_withdrawn_post_makes_room_for_the_next_at_once(house: House) -> None:
    await house.change(Stage("main", layout=Layout.SPOTLIGHT))
    first, second = await house.approved(2)
    assert (await house.look()).on_air == (first,)
    await house.decide(Verb.WITHDRAW, first)
    assert (await house.stage()).on_air == ()  # with the decision, before the director hears of it
    assert (await house.look()).on_air == (second,)


async def test_a_post_that_is_gone_while_it_waits_never_comes_on_air(house: House) -> None:
    first, second, third = await house.approved(3)
    await house.look()
    await house.desk.receive([gone("2")])
    stage = await house.pass_by(60)
    assert set(stage.on_air) == {first, third}
    assert second not in stage.keys


async def test_after_a_restart_nothing_is_skipped_and_not_everything_comes_again(house: House) -> None:
    await house.change(Stage("main", layout=Layout.SPOTLIGHT))
    keys = await house.approved(6)
    await house.look()
    for _ in range(2):
        await house.pass_by(6)
    before = await house.stage()
    assert before.on_air == (keys[2],)
    await house.approved()
    house.restart()
    house.due = None
    assert replace(await house.look(), version=0, next=()) == replace(before, version=0, next=())
    seen: list[str] = []
    for _ in range(4):
        on_air = (await house.stage()).on_air
        while (await house.pass_by(1)).on_air == on_air:
            pass
        seen += (await house.stage()).on_air
    assert seen[:3] == keys[3:6]


async def test_a_restart_does_not_shorten_what_is_on_air(house: House) -> None:
    await house.change(Stage("main", layout=Layout.SPOTLIGHT))
    first, second = await house.approved(2)
    await house.look()
    house.clock.turn(4)
    house.restart()
    house.due = None
    assert (await house.look()).on_air == (first,)
    assert (await house.pass_by(0.9)).on_air == (first,)
    assert (await house.pass_by(10)).on_air == (second,)


async def test_a_store_full_of_old_posts_begins_with_the_newest_and_replays_no_queue(house: House) -> None:
    keys = await house.approved(150)
    stage = await house.look()
    assert stage.on_air == (keys[-1],)
    stage = await house.pass_by(10)
    assert set(stage.on_air) == set(keys[-4:])
    assert stage.aged_out == 0


async def test_at_a_panic_level_nothing_turns_and_afterwards_what_is_on_air_gets_its_time(house: House) -> None:
    stage = await house.change(Stage("main", layout=Layout.SPOTLIGHT))
    first, second = await house.approved(2)
    stage = await house.look()
    for panic in (Panic.FREEZE, Panic.HOLDING, Panic.BLACK):
        stage = await house.change(stage.alarmed(panic, house.clock.at))
        assert await house.pass_by(100) == stage
    stage = await house.change(stage.alarmed(Panic.OFF, house.clock.at))
    assert (await house.pass_by(5)).on_air == (first,)
    assert (await house.pass_by(10)).on_air == (second,)


async def test_a_pin_beyond_the_archive_stays_until_it_is_taken_off(house: House) -> None:
    [old] = await house.approved()
    await house.look()
    newer = await house.approved(PAGE_MAX + 60)
    await house.pass_by(1200)
    house.restart()
    stage = await house.look()
    stage = await house.change(stage.pinned(old, house.clock.at))
    assert stage.on_air[0] == old
    stage = await house.pass_by(100)
    assert stage.on_air[0] == old
    assert set(stage.on_air[1:]) <= set(newer)
    await house.change(stage.pinned(None, house.clock.at))
    assert old not in (await house.pass_by(200)).on_air[:4]


async def test_what_a_screen_may_have_forgotten_is_put_again_before_it_comes(house: House) -> None:
    await house.change(Stage("main", panic=Panic.HOLDING))
    keys = await house.approved(HELD_BY_SCREENS + 10)
    stage = await house.look()
    await house.change(stage.alarmed(Panic.OFF, house.clock.at))
    head = (await house.store.log.heads()).seqs["hall:main"]
    stage = await house.look()
    assert stage.keys == (keys[0], *keys[1:4])
    logged = await house.store.log.since("hall:main", head, 99)
    assert [(each.update.kind, each.update.key) for each in logged] == [
        *((Kind.PUT, key) for key in stage.keys),
        (Kind.STAGE, "main"),
    ]


async def test_who_was_faster_is_heard_and_nothing_of_theirs_is_overwritten(house: House) -> None:
    await house.approved()
    await house.look()
    await house.change((await house.stage()).calmed(True))
    await house.approved()
    stage = await house.pass_by(31)
    assert stage.calm
    assert len(stage.on_air) == 2


async def test_the_director_runs_by_itself(house: House) -> None:
    async with asyncio.TaskGroup() as group:
        running = group.create_task(house.director.run(), name="director main")
        [key] = await house.approved()
        while (await house.stage()).on_air != (key,):
            await asyncio.sleep(0)
        running.cancel()


@dataclass
class Audience:
    """Who watches the stage for too short a stay: of what was seen in the sure places, and for how long."""

    store: Store
    came: dict[str, datetime] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    left: list[tuple[str, float]] = field(default_factory=list)
    layouts: set[Layout] = field(default_factory=set)
    before: tuple[str, ...] = ()

    async def watch(self, stage: Stage, now: datetime) -> None:
        sure = stage.on_air[: PLACES[stage.layout]]
        for key in [key for key in self.came if key not in sure]:
            stayed = (now - self.came.pop(key)).total_seconds()
            if await is_approved(self.store, key):  # what was taken back had to leave at once
                self.left.append((key, stayed))
        for key in [key for key in sure if key not in self.came]:
            assert await is_approved(self.store, key)
            if key not in self.before:  # else it moved up where something was taken back, after its stay
                self.came[key] = now
                self.seen.add(key)
        self.before = stage.on_air
        self.layouts.add(stage.layout)


class Screen:
    """A client that applies frames; `held` is its stage at every number."""

    def __init__(self, channel: Channel, position: Position | None) -> None:
        self.channel = channel
        self.messages = channel.follow(position)
        self.seq = -1 if position is None else position.seq
        self.stage: dict[str, Any] = Stage("main").to_wire()
        self.held: dict[int, dict[str, Any]] = {}

    async def catch_up(self) -> None:
        while self.seq < self.channel.ring.head:
            message = json.loads(await anext(self.messages))
            for frame in message if isinstance(message, list) else [message]:
                self._apply(frame)

    def _apply(self, frame: dict[str, Any]) -> None:
        if frame["op"] in {"hello", "beat"}:
            return
        if frame["op"] == "snapshot":
            self.stage = frame["stage"]
        else:
            assert frame["seq"] == self.seq + 1
        if frame["op"] == "stage":
            self.stage = {name: value for name, value in frame.items() if name not in {"op", "seq"}}
        self.seq = frame["seq"]
        self.held[self.seq] = self.stage


class Projector:
    """The fan-out of the hall's screens; it tails the log when it is told to, not by itself."""

    def __init__(self, house: House) -> None:
        self._fanout = Fanout(
            house.store.log,
            house.store.posts,
            house.hub,
            halls=["main"],
            render=lambda _, post: post.key,
            tally=_no_tally,
            clock=house.clock,
        )
        self.channel = self._fanout.channel(View.SCREEN, "main")

    async def open(self) -> None:
        await self._fanout.open()

    async def tail(self) -> None:
        await self._fanout._publish_news("hall:main", [self.channel])


async def _no_tally() -> Mapping[str, Any]:
    return {}


class Performance:
    """The recording, played at a speed in virtual time while a moderator approves all but spam."""

    def __init__(self, house: House, projector: Projector, audience: Audience) -> None:
        self.house = house
        self.projector = projector
        self.audience = audience
        self.screens = [Screen(projector.channel, Position(house.store.epoch, 0))]
        self.approved: set[str] = set()
        self.began = house.clock.at

    async def play(self, speed: float) -> None:
        recording = Recording(
            RECORDING, speed, clock=self.house.clock, sleep=self._until_asked, monotonic=self._monotonic
        )
        async for batch in recording.follow(None):
            await self.house.desk.receive(batch.sightings)
            await self._moderate(batch.sightings)
            await self._look()

    async def _moderate(self, sightings: Sequence[Sighting]) -> None:
        spam = {self.house.desk.key(each) for each in sightings if each.content and is_spam(each.content)}
        fine = {self.house.desk.key(each) for each in sightings} - spam
        self.approved |= fine
        for verb, keys in ((Verb.REJECT, spam), (Verb.APPROVE, fine)):
            if keys:
                await self.house.decide(verb, *sorted(keys))

    async def _until_asked(self, seconds: float) -> None:
        """What is written within a few seconds comes together, as of networks that are asked in turns."""
        await self.go_on(max(seconds, ASKED_EVERY_S))

    async def go_on(self, seconds: float) -> None:
        until = self.house.clock.at + timedelta(seconds=seconds)
        while self.house.due is not None and self.house.due <= until:
            self.house.clock.at = max(self.house.clock.at, self.house.due)
            await self._look()
        self.house.clock.at = until

    def _monotonic(self) -> float:
        return (self.house.clock.at - self.began).total_seconds()

    async def _look(self) -> None:
        stage = await self.house.look()
        await self.audience.watch(stage, self.house.clock.at)
        await self.projector.tail()
        if self.projector.channel.ring.head > 100 * len(self.screens):
            self.screens.append(Screen(self.projector.channel, None))
        for screen in self.screens:
            await screen.catch_up()
            assert screen.stage == json.loads(json.dumps(stage.to_wire()))


@pytest.mark.timeout(300)
async def test_the_recording_at_20_times_its_speed_is_shown_whole_readable_and_the_same_on_every_screen(
    house: House,
) -> None:
    await house.change(Stage("main", layout=Layout.SPOTLIGHT))
    audience = Audience(house.store)
    projector = Projector(house)
    await projector.open()
    performance = Performance(house, projector, audience)
    with capture_logs() as logs:
        await performance.play(20)
        await performance.go_on(600)
    for screen in performance.screens:
        await screen.messages.aclose()
    stage = await house.stage()
    aged_out = {key for entry in logs for key in entry.get("keys", ())}
    assert stage.aged_out == sum(len(entry.get("keys", ())) for entry in logs)
    posts = {post.key: post for post in (await every_page(house.store, status=Status.APPROVED)).posts}
    still_shown = performance.approved & posts.keys()
    assert len(still_shown) > 300
    assert still_shown <= audience.seen | aged_out
    left = [(posts[key], stayed) for key, stayed in audience.left if key in posts]
    assert len(left) > 100
    assert audience.layouts == {Layout.SPOTLIGHT, Layout.COLUMNS}  # the burst brought columns
    for post, stayed in left:
        assert stayed >= max(dwell_s(post.content.text) * 0.7, 5) - 1e-3
    first, *others = performance.screens
    assert len(others) >= 2
    for screen in others:
        common = screen.held.keys() & first.held.keys()
        assert common
        assert all(screen.held[seq] == first.held[seq] for seq in common)


def is_spam(content: Content) -> bool:
    return content.author.name.endswith("Bot")


async def is_approved(store: Store, key: str) -> bool:
    post = await store.posts.find(key)
    return post is not None and post.status is Status.APPROVED
