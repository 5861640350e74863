"""The fan-out: tails the log of every stream, and has its channels and their audiences tell everybody."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import structlog

from backchannel.feed import RING_SIZE, View
from backchannel.hub.audience import Audience
from backchannel.hub.base import Hub
from backchannel.hub.channel import Channel, Render, Tally
from backchannel.store.base import Log, Posts
from backchannel.updates import DESK, FLOOR, hall_stream

TAIL_LIMIT: Final = 100
# Whose clients are told and have nothing to say: there may be thousands of them.
HAS_AUDIENCE: Final = frozenset({View.PHONE, View.POSTS})

Told = Callable[[], Awaitable[Any]]

log = structlog.get_logger()


class Fanout:
    """All channels; one task per stream keeps the order.

    `besides` are told to the consoles whenever the hub is woken by their name, in beats and snapshots.
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
    ) -> None:
        self._log = log
        self._hub = hub
        self._halls = tuple(halls)
        self._besides = besides

        async def no_tally() -> Mapping[str, Any]:
            return {}

        def channel(view: View, stream: str, hall: str | None = None) -> Channel:
            counts = tally if view is View.CONSOLE else no_tally
            seen = self._halls if view is View.CONSOLE else (hall,) if hall else ()
            return Channel(view, stream, hall, posts=posts, render=render, tally=counts, clock=clock, halls=seen)

        self._channels: dict[str, tuple[Channel, ...]] = {
            DESK: (channel(View.CONSOLE, DESK),),
            FLOOR: (channel(View.PHONE, FLOOR), channel(View.POSTS, FLOOR)),
        }
        for hall in halls:
            stream = hall_stream(hall)
            self._channels[stream] = (channel(View.SCREEN, stream, hall), channel(View.POSTS, stream, hall))

        self._audiences = {channel: Audience(channel) for channel in self.channels if channel.view in HAS_AUDIENCE}

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

    def audience(self, channel: Channel) -> Audience | None:
        """Who is told together there; None where every client has a task of its own, since it has something to say."""
        return self._audiences.get(channel)

    def say_to_phones(self, words: str) -> None:
        """Tell every phone what has no number."""
        self._audiences[self.channel(View.PHONE)].say(words)

    @property
    def phones_head(self) -> int:
        """The number that phones have been told up to."""
        return self.channel(View.PHONE).ring.head

    async def tell_phones(self, message: str) -> None:
        """Tell every phone of something that has no number."""
        if (audience := self.audience(self.channel(View.PHONE))) is not None:
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
                self.channel(View.CONSOLE).tell(name, await told())
            except Exception:  # the outermost edge of this task: without the store nobody's claim is known
                log.exception("cannot be read", what=name)

    async def _tail(self, stream: str, channels: Sequence[Channel]) -> None:
        while True:
            await self._hub.wait(stream)
            try:
                await self._publish_news(stream, channels)
            except Exception:  # the outermost edge of this stream's task: nothing new is shown until the store answers
                log.exception("stream cannot be read", stream=stream)

    async def _publish_news(self, stream: str, channels: Sequence[Channel]) -> None:
        head = min(channel.ring.head for channel in channels)
        while logged := await self._log.since(stream, head, TAIL_LIMIT):
            for channel in channels:
                await channel.publish([each for each in logged if each.update.seq > channel.ring.head])
            head = logged[-1].update.seq
