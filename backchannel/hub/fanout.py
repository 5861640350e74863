"""The fan-out: tails the log, encodes every update once per view, and answers where each client's socket goes on.

There is no queue per client. A client is a position in its channel's ring: whoever is slow finds the frames it missed
there, bounded by the ring's size, and gets a snapshot where the ring has moved on. So a slow client costs nothing while
it waits, is never sent what was taken back meanwhile, and one task's blocked send blocks nobody else. The fast path for
thousands of phones hooks in at `Channel`: it holds the ring and says when there is news.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from anyio import current_time, move_on_after

from backchannel import feed
from backchannel.feed import BEAT_EVERY_S, RING_SIZE, Frame, Ring, View
from backchannel.hub.base import Hub
from backchannel.hub.cast import with_cast
from backchannel.post import Post, Status
from backchannel.stage import Stage
from backchannel.store.base import Heads, Log, Logged, Posts, Query
from backchannel.updates import CLAIMS, DESK, FLOOR, Kind, hall_stream

CATCH_UP_S: Final = 1.0
TAIL_LIMIT: Final = 100
CARDS_AT_ONCE: Final = 10  # then whatever else the event loop has to do has its turn
RETRY_SPREAD_S: Final = 2.0
SNAPSHOT_LIMITS: Final[Mapping[View, Mapping[Status, int]]] = {
    View.SCREEN: {Status.APPROVED: 30},
    View.PHONE: {Status.APPROVED: 50},
    View.POSTS: {Status.APPROVED: 200},
    View.CONSOLE: {
        Status.QUEUED: 200,
        Status.HELD: 50,
        Status.APPROVED: 50,
        Status.REJECTED: 50,
        Status.WITHDRAWN: 50,
    },
}

Render = Callable[[View, Post], Any]
Tally = Callable[[], Awaitable[Mapping[str, Any]]]
Claimed = Callable[[], Awaitable[Sequence[Any]]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a stream, as a client claims it."""

    epoch: str
    seq: int


class Channel:
    """One stream as one view sees it."""

    def __init__(
        self,
        view: View,
        stream: str,
        hall: str | None,
        *,
        posts: Posts,
        render: Render,
        tally: Tally,
        clock: Callable[[], datetime],
        halls: Sequence[str] = (),
    ) -> None:
        self.view = view
        self.stream = stream
        self.epoch = ""
        self.ring = Ring(0)
        self.clients = 0
        self._hall = hall
        self._posts = posts
        self._render = render
        self._tally = tally
        self._clock = clock
        self._counts: Mapping[str, Any] = {}
        self._claims: Sequence[Any] = ()
        self._words = 0
        self._stages = {slug: Stage(slug) for slug in halls}
        self._news = asyncio.Event()
        self._snapshot: tuple[int, str] | None = None
        self._snapshot_lock = asyncio.Lock()

    async def open(self, heads: Heads, logged: Sequence[Logged]) -> None:
        """Begin at the stream's head, with the frames that clients of the last run may have missed."""
        self.epoch = heads.epoch
        self._stages |= {slug: heads.stages[slug] for slug in self._stages if slug in heads.stages}
        self.ring = Ring(logged[0].update.seq - 1 if logged else heads.seqs.get(self.stream, 0))
        await self.publish(logged)

    async def publish(self, logged: Sequence[Logged]) -> None:
        """Encode updates, and wake everybody who waits for news."""
        for number, each in enumerate(logged, 1):
            if each.stage is not None and each.update.key in self._stages:
                self._stages[each.update.key] = each.stage
            self.ring.append(self._frame(each))
            if number % CARDS_AT_ONCE == 0:
                await asyncio.sleep(0)
        self._counts = await self._tally()
        self._news.set()
        self._news = asyncio.Event()

    def hear_claims(self, claims: Sequence[Any]) -> None:
        """Tell everybody at once, by a beat, where moderators took other posts into hand."""
        if claims == self._claims:
            return
        self._claims = claims
        self._words += 1
        self._news.set()
        self._news = asyncio.Event()

    async def follow(self, position: Position | None) -> AsyncGenerator[str]:
        """The messages for one client, from its position on; without one it begins with a snapshot. Never ends."""
        seq = -1 if position is None or position.epoch != self.epoch else position.seq
        if seq > self.ring.head:
            await self._catch_up(seq)  # before hello, which tells the client whether it must wait for a snapshot
        yield feed.hello(self.epoch, self.ring.head, RETRY_SPREAD_S)
        beat_at, heard = current_time() + BEAT_EVERY_S, self._words
        while True:
            news = self._news
            frames = self.ring.after(seq)
            is_due = current_time() >= beat_at or heard != self._words
            if frames is None:
                seq, text = await self._take_snapshot()
                yield text
            elif frames or is_due:
                seq = self.ring.head
                if self._counts or is_due:
                    frames.append(self.beat())
                    beat_at, heard = current_time() + BEAT_EVERY_S, self._words
                yield feed.message(frames)
            else:
                with move_on_after(beat_at - current_time()):
                    await news.wait()

    def beat(self) -> str:
        """The sign of life, with the console's counts where it is the console's."""
        return feed.beat(self.ring.head, **self._told())

    def _frame(self, logged: Logged) -> Frame:
        update = logged.update
        if update.kind is Kind.STAGE:
            return feed.stage(update.seq, (logged.stage or Stage(update.key)).to_wire())
        card = None if update.kind is Kind.DROP or logged.post is None else self._card(logged.post)
        if card is None:
            return feed.drop(update.seq, update.key)
        return feed.put(update.seq, update.key, "post" if self.view is View.POSTS else "html", card)

    async def _cards(self, posts: Sequence[Post]) -> AsyncGenerator[tuple[Post, Any | None]]:
        for number, post in enumerate(posts, 1):
            yield post, self._card(post)
            if number % CARDS_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _card(self, post: Post) -> Any | None:
        try:
            return self._render(self.view, post)
        except Exception:  # a post that cannot be rendered is not shown; the stream must go on for all others
            log.exception("post cannot be rendered", key=post.key, view=self.view)
            return None

    def _told(self) -> Mapping[str, Any]:
        return {**self._counts, "claims": self._claims, "at": self._clock()} if self._counts else {}

    async def _catch_up(self, seq: int) -> None:
        """A page may have been rendered a moment before its update reached us: wait for it, then believe the ring."""
        with move_on_after(CATCH_UP_S):
            while self.ring.head < seq:
                await self._news.wait()

    async def _take_snapshot(self) -> tuple[int, str]:
        """The stream as it is now, at the ring's head or before it; encoded once for all who ask at the same head."""
        async with self._snapshot_lock:
            if self._snapshot is None or self._snapshot[0] != self.ring.head:
                self._snapshot = await self._encode_snapshot()
            return self._snapshot

    async def _encode_snapshot(self) -> tuple[int, str]:
        # The head is taken before the posts are read: what changes meanwhile comes again as an update, and applying an
        # update to posts that already have it changes nothing. The other way round an update could be lost.
        seq, stages = self.ring.head, tuple(self._stages.values())
        posts: list[Post] = []
        for status, limit in SNAPSHOT_LIMITS[self.view].items():
            query = Query(status, stream=self.stream, hall=self._hall, limit=limit)
            posts += (await self._posts.page(query)).posts
        if self.view is View.SCREEN:
            posts = await with_cast(posts, stages[0], self._posts)
        cards = [(post.key, card) async for post, card in self._cards(posts) if card is not None]
        form = (
            {"posts": [card for _, card in cards]}
            if self.view is View.POSTS
            else {"cards": [{"key": key, "html": html} for key, html in cards]}
        )
        return seq, feed.encode(
            {"op": "snapshot", "epoch": self.epoch, "seq": seq, **form, **self._staged(stages), **self._told()}
        )

    def _staged(self, stages: Sequence[Stage]) -> Mapping[str, Any]:
        """What a snapshot says of stages: a screen's of its hall's, the console's of all."""
        if self.view is View.SCREEN:
            return {"stage": stages[0].to_wire()}
        return {"stages": [stage.to_wire() for stage in stages]} if self.view is View.CONSOLE else {}


class Fanout:
    """All channels; one task per stream keeps the order."""

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
        claimed: Claimed | None = None,
    ) -> None:
        self._log = log
        self._hub = hub
        self._halls = tuple(halls)
        self._claimed = claimed

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
            if self._claimed is not None:
                group.create_task(self._watch(self._claimed), name="watch claims")

    async def _watch(self, claimed: Claimed) -> None:
        """Tell the consoles of claims; those that lapse are noticed by the hub's own pause."""
        while True:
            await self._hub.wait(CLAIMS)
            try:
                self.channel(View.CONSOLE).hear_claims(await claimed())
            except Exception:  # the outermost edge of this task: without the store nobody's claim is known
                log.exception("claims cannot be read")

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
