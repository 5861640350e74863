"""A channel: one stream as one view sees it. It encodes every update once, and answers where each client goes on.

There is no queue per client. A client is a position in its channel's ring: whoever is slow finds the frames it missed
there, bounded by the ring's size, and gets a snapshot where the ring has moved on. So a slow client costs nothing while
it waits, is never sent what was taken back meanwhile, and one task's blocked send blocks nobody else.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Any, Final

import structlog
from anyio import current_time, move_on_after

from backchannel import feed
from backchannel.admission import Admission
from backchannel.cooperative import cooperatively
from backchannel.feed import BEAT_EVERY_S, Frame, Ring, View
from backchannel.hub.cast import with_cast
from backchannel.hub.strand import NOWHERE, Position, Strand
from backchannel.post import Post, Status
from backchannel.stage import Stage
from backchannel.store.base import Heads, Logged, Posts, Query
from backchannel.updates import Kind

CATCH_UP_S: Final = 1.0
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

log = structlog.get_logger()


class Channel(Strand):
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
        admission: Admission,
        halls: Sequence[str] = (),
    ) -> None:
        super().__init__(view, stream, admission)
        self.hall = hall
        self._posts = posts
        self._render = render
        self._tally = tally
        self._clock = clock
        self._figures = admission.figures
        self._counts: Mapping[str, Any] = {}
        self._besides: dict[str, Any] = {}
        self._carried: dict[str, Any] = {}
        self._words = 0
        self._stages = {slug: Stage(slug) for slug in halls}
        self._snapshot: tuple[int, str] | None = None
        self._snapshot_lock = asyncio.Lock()

    async def open(self, heads: Heads, logged: Sequence[Logged]) -> None:
        """Begin at the stream's head, with the frames that clients of the last run may have missed."""
        self.epoch = heads.epoch
        self._stages |= {slug: heads.stages[slug] for slug in self._stages if slug in heads.stages}
        self.ring = Ring(logged[0].update.seq - 1 if logged else heads.seqs.get(self.stream, 0))
        self._counts = await self._tally()
        await self.publish(logged)

    async def publish(self, logged: Sequence[Logged], committed_at: float | None = None) -> None:
        """Encode updates, and wake everybody who waits for news; `committed_at` is by the clock that only goes on."""
        async for each in cooperatively(logged):
            if each.stage is not None and each.update.key in self._stages:
                self._stages[each.update.key] = each.stage
            self.ring.append(self._frame(each))
        if any(each.update.kind is not Kind.STAGE for each in logged):  # a turn of a stage moves no post
            self._counts = await self._tally()
        self._published(committed_at)

    def tell(self, name: str, what: Any) -> None:
        """Tell everybody at once, by a beat, of something that has no number: claims, or the rules in force."""
        if self._besides.get(name) == what:
            return
        self._besides[name] = what
        self._words += 1
        self._wake()

    def carry(self, name: str, what: Any) -> None:
        """Have every beat from now on tell of something that has no number; nobody is woken for it."""
        self._carried[name] = what

    async def follow(self, position: Position | None) -> AsyncGenerator[str]:
        """The messages for one client, from its position on; without one it begins with a snapshot. Never ends."""
        await self.reach(position)  # before hello, which tells the client whether it must wait for a snapshot
        seq = self.place_of(position)
        self._figures.resumed += seq != NOWHERE and self.ring.holds(seq)
        yield self.hello()
        beat_at, heard, has_waited = current_time() + BEAT_EVERY_S, self._words, False
        while True:
            news = self._news
            frames = self.ring.after(seq)
            is_due = current_time() >= beat_at or heard != self._words
            if frames is None:
                seq, text = await self.snapshot()
                yield text
                self._figures.snapshots += 1
            elif frames or is_due:
                seq, is_news = self.ring.head, bool(frames) and has_waited
                if self._counts or is_due:
                    frames.append(self.beat())
                    beat_at, heard = current_time() + BEAT_EVERY_S, self._words
                yield feed.message(frames)
                if is_news and self.committed_at is not None:
                    self._figures.lag[self.view].observe(monotonic() - self.committed_at)
            else:
                has_waited = True
                with move_on_after(beat_at - current_time()):
                    await news.wait()

    async def reach(self, position: Position | None) -> None:
        """A page may have been rendered a moment before its update reached us: wait for it, then believe the ring."""
        place = self.place_of(position)
        if place <= self.ring.head:
            return
        with move_on_after(CATCH_UP_S):
            while self.ring.head < place:
                await self.news()

    async def snapshot(self) -> tuple[int, str]:
        """The stream as it is now, at the ring's head or before it; encoded once for all who ask at the same head."""
        async with self._snapshot_lock:
            if self._snapshot is None or self._snapshot[0] != self.ring.head:
                self._snapshot = await self._encode_snapshot()
            return self._snapshot

    def beat(self) -> str:
        """The sign of life, with the console's counts where it is the console's."""
        return feed.beat(self.ring.head, **self._told(), **self._carried)

    def _frame(self, logged: Logged) -> Frame:
        update = logged.update
        if update.kind is Kind.STAGE:
            return feed.stage(update.seq, (logged.stage or Stage(update.key)).to_wire())
        card = None if update.kind is Kind.DROP or logged.post is None else self._card(logged.post)
        if card is None:
            return feed.drop(update.seq, update.key)
        return feed.put(update.seq, update.key, "post" if self.view is View.POSTS else "html", card)

    def _card(self, post: Post) -> Any | None:
        try:
            return self._render(self.view, post)
        except Exception:  # a post that cannot be rendered is not shown; the stream must go on for all others
            log.exception("post cannot be rendered", key=post.key, view=self.view)
            return None

    def _told(self) -> Mapping[str, Any]:
        return {**self._counts, **self._besides, "at": self._clock()} if self._counts else {}

    async def _encode_snapshot(self) -> tuple[int, str]:
        # The head is taken before the posts are read: what changes meanwhile comes again as an update, and applying an
        # update to posts that already have it changes nothing. The other way round an update could be lost.
        seq, stages = self.ring.head, tuple(self._stages.values())
        posts: list[Post] = []
        for status, limit in SNAPSHOT_LIMITS[self.view].items():
            query = Query(status, stream=self.stream, hall=self.hall, limit=limit)
            posts += (await self._posts.page(query)).posts
        if self.view is View.SCREEN:
            posts = await with_cast(posts, stages[0], self._posts)
        cards = [(post.key, card) async for post in cooperatively(posts) if (card := self._card(post)) is not None]
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
