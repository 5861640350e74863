"""The fan-out: tails the log of every stream, and has its channels and their audiences tell everybody."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import structlog
from anyio import move_on_after

from backchannel.admission import Admission
from backchannel.feed import RING_SIZE, View, message
from backchannel.figures import Figures
from backchannel.hub.audience import Audience
from backchannel.hub.base import Hub
from backchannel.hub.channel import Channel, Render, Tally
from backchannel.hub.workers import Workers
from backchannel.store.base import Log, Logged, Posts
from backchannel.updates import DESK, FLOOR, Kind, hall_stream

TAIL_LIMIT: Final = 100
# A post and the turn of the stage that shows it are two transactions. Screens hear of both at once: they move once.
TURN_COMES_WITHIN_S: Final = 0.04
# Whose clients are told and have nothing to say: there may be thousands of them.
HAS_AUDIENCE: Final = frozenset({View.PHONE, View.POSTS})
JUST_MISSED: Final = 100  # updates that a channel opened for another language can still tell one by one

IDLE_S: Final = 40.0

Told = Callable[[], Awaitable[Any]]
Hears = Callable[[str, Sequence[Logged]], None]

log = structlog.get_logger()


class Fanout:
    """All channels; one task per stream keeps the order.

    `besides` are told to the consoles whenever the hub is woken by their name, in beats and snapshots.
    `otherwise` renders for other languages: each has channels of its own once somebody asks for it, so that an
    update is encoded once for every language that is in use, and not for those that nobody reads. `hears` is told
    of a stream's updates before anybody who follows it. Who says nothing for `idle_s`, not even to a ping, is ended.
    `workers` serve viewers in this process's place.
    """

    def __init__(
        self,
        log: Log,
        posts: Posts,
        hub: Hub,
        *,
        halls: Sequence[str],
        render: Render,
        tally: Tally,
        clock: Callable[[], datetime],
        besides: Mapping[str, Told] = MappingProxyType({}),
        otherwise: Mapping[str, Render] = MappingProxyType({}),
        hears: Hears = lambda _stream, _logged: None,
        admission: Admission | None = None,
        idle_s: float = IDLE_S,
        workers: Workers | None = None,
    ) -> None:
        self.admission = admission or Admission.of_all()
        self.workers = workers or Workers(0, self.admission, idle_s)
        self._idle_s = idle_s
        self._log = log
        self._hub = hub
        self._halls = tuple(halls)
        self._directed = frozenset(map(hall_stream, halls))
        self._besides = besides
        self._hears = hears

        self._otherwise = otherwise
        self._told: dict[str, Any] = {}
        self._said = ""
        self._sayings: dict[str, str] = {}
        self._carried: Mapping[str, Mapping[str, int]] = {}
        self._group: asyncio.TaskGroup | None = None

        async def no_tally() -> Mapping[str, Any]:
            return {}

        def channel(view: View, stream: str, hall: str | None = None, render: Render = render) -> Channel:
            counts = tally if view is View.CONSOLE else no_tally
            seen = self._halls if view is View.CONSOLE else (hall,) if hall else ()
            return Channel(
                view,
                stream,
                hall,
                posts=posts,
                render=render,
                tally=counts,
                clock=clock,
                admission=self.admission,
                halls=seen,
            )

        self._new = channel
        self._channels: dict[str, list[Channel]] = {
            DESK: [channel(View.CONSOLE, DESK)],
            FLOOR: [channel(View.PHONE, FLOOR), channel(View.POSTS, FLOOR)],
        }
        for hall in halls:
            stream = hall_stream(hall)
            self._channels[stream] = [channel(View.SCREEN, stream, hall), channel(View.POSTS, stream, hall)]
        self._tailing = {stream: asyncio.Lock() for stream in self._channels}
        self._translated: dict[tuple[Channel, str], Channel] = {}

        self._audiences = {each: self._audience(each) for each in self.channels if each.view in HAS_AUDIENCE}

    def _audience(self, channel: Channel) -> Audience:
        return Audience(channel, self.admission, self._idle_s)

    @property
    def figures(self) -> Figures:
        """What it did since the start."""
        return self.admission.figures

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Every channel."""
        return tuple(channel for group in self._channels.values() for channel in group)

    def channel(self, view: View, hall: str | None = None) -> Channel:
        """The channel that a client of this view follows; `hall` must be one of ours."""
        if view is View.CONSOLE:
            stream = DESK
        elif view is View.SCREEN:
            stream = hall_stream(hall or self._halls[0])
        else:
            stream = FLOOR if hall is None or view is View.PHONE else hall_stream(hall)
        return next(channel for channel in self._channels[stream] if channel.view is view)

    def at_hand(self, view: View, hall: str | None = None, language: str = "") -> Channel | None:
        """The same in a language; None where nobody has asked for it yet."""
        plain = self.channel(view, hall)
        if language not in self._otherwise or view is View.POSTS:
            return plain
        return self._translated.get((plain, language))

    async def tuned(self, view: View, hall: str | None = None, language: str = "") -> Channel:
        """The same in a language, where its words are rendered otherwise."""
        if (channel := self.at_hand(view, hall, language)) is not None:
            return channel
        plain = self.channel(view, hall)
        async with self._tailing[plain.stream]:  # nothing is published meanwhile
            known = self._translated.get((plain, language))
            return known or await self._translate(
                plain, hall or (self._halls[0] if view is View.SCREEN else None), language
            )

    async def _translate(self, plain: Channel, hall: str | None, language: str) -> Channel:
        channel = self._new(plain.view, plain.stream, hall, self._otherwise[language])
        heads = await self._log.heads()
        first = max(0, heads.seqs.get(plain.stream, 0) - JUST_MISSED)
        await channel.open(heads, await self._log.since(plain.stream, first, JUST_MISSED))
        if channel.view is View.CONSOLE:
            for name, what in self._told.items():
                channel.tell(name, what)
        if channel.view is View.SCREEN:
            self._carry(channel)
        if channel.view in HAS_AUDIENCE:
            audience = self._audiences[channel] = self._audience(channel)
            if self._said:
                self._say(channel, audience)
            if self._group is not None:
                self._group.create_task(audience.run(), name=f"audience {language}")
        self._channels[plain.stream].append(channel)
        self._translated[plain, language] = channel
        return channel

    def audience(self, channel: Channel) -> Audience | None:
        """Who is told together there; None where every client has a task of its own, since it has something to say."""
        return self._audiences.get(channel)

    def say_to_phones(self, about: str, words: str) -> None:
        """Tell every phone what has no number; of what is said about one thing the latest alone counts."""
        self._sayings[about] = words
        self._said = message(self._sayings.values())
        for channel, audience in self._of_phones():
            self._say(channel, audience)

    def _say(self, channel: Channel, audience: Audience) -> None:
        audience.say(self._said)
        self.workers.say(channel, self._said)

    def carry_to_screens(self, reactions: Mapping[str, Mapping[str, int]]) -> None:
        """Let the beats of every hall's screens tell of its reactions: as often is calm enough for a wall."""
        self._carried = reactions
        for channel in self.channels:
            if channel.view is View.SCREEN:
                self._carry(channel)

    def _carry(self, channel: Channel) -> None:
        hall = channel.hall
        if hall is not None and hall in self._carried:
            channel.carry("reactions", {hall: self._carried[hall]})

    @property
    def said_to_phones(self) -> tuple[str, ...]:
        """What phones were told last that has no number, a frame for each thing that was spoken of."""
        return tuple(self._sayings.values())

    def _of_phones(self) -> list[tuple[Channel, Audience]]:
        """Everybody with a phone, in every language."""
        return [each for each in self._audiences.items() if each[0].view is View.PHONE]

    @property
    def phones_head(self) -> int:
        """The number that phones have been told up to."""
        return self.channel(View.PHONE).ring.head

    async def tell_phones(self, message: str) -> None:
        """Tell every phone of something that has no number."""
        for channel, audience in self._of_phones():
            self.workers.announce(channel, message)
            await audience.announce(message)

    async def open(self) -> None:
        """Bring every channel to its stream's head; nobody can be answered before."""
        heads = await self._log.heads()
        for stream, channels in self._channels.items():
            first = max(0, heads.seqs.get(stream, 0) - RING_SIZE)
            logged = await self._log.since(stream, first, RING_SIZE)
            for channel in channels:
                await channel.open(heads, logged)

    async def run(self) -> None:
        """Tail every stream until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            for stream, channels in self._channels.items():
                group.create_task(self._tail(stream, channels), name=f"tail {stream}")
            for audience in self._audiences.values():
                group.create_task(audience.run(), name="audience")
            for name, told in self._besides.items():
                group.create_task(self._watch(name, told), name=f"watch {name}")

    async def _watch(self, name: str, told: Told) -> None:
        """Tell the consoles of claims, or of rules; those that lapse are noticed by the hub's own pause."""
        while True:
            await self._hub.wait(name, "fan-out")
            try:
                self._told[name] = what = await told()
                for channel in self._channels[DESK]:
                    channel.tell(name, what)
            except Exception:  # the outermost edge of this task: without the store nobody's claim is known
                log.exception("cannot be read", what=name)

    async def _tail(self, stream: str, channels: Sequence[Channel]) -> None:
        while True:
            woken_at = await self._hub.wait(stream)
            try:
                await self._publish_news(stream, channels, woken_at)
            except Exception:  # the outermost edge of this stream's task: nothing new is shown until the store answers
                log.exception("stream cannot be read", stream=stream)

    async def _publish_news(self, stream: str, channels: Sequence[Channel], woken_at: float | None = None) -> None:
        while await self._publish_some(stream, channels, woken_at) == TAIL_LIMIT:
            pass  # there may be more; what is committed from now on wakes us again

    async def _publish_some(self, stream: str, channels: Sequence[Channel], woken_at: float | None) -> int:
        async with self._tailing[stream]:
            logged = await self._news(stream, channels)
            if stream in self._directed and logged and all(each.update.kind is Kind.PUT for each in logged):
                with move_on_after(TURN_COMES_WITHIN_S):
                    await self._hub.wait(stream)
                logged = await self._news(stream, channels)
            heard = channels[0].ring.head
            self._hears(stream, [each for each in logged if each.update.seq > heard])
            for channel in channels:
                if news := [each for each in logged if each.update.seq > channel.ring.head]:
                    await channel.publish(news, woken_at)
        return len(logged)

    async def _news(self, stream: str, channels: Sequence[Channel]) -> Sequence[Logged]:
        return await self._log.since(stream, min(channel.ring.head for channel in channels), TAIL_LIMIT)
