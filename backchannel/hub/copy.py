"""A worker's copy of a strand: it is told every frame that the first process encoded, and asks it for snapshots."""

import asyncio
from collections.abc import Callable

from backchannel import feed
from backchannel.errors import StoreError
from backchannel.feed import Ring
from backchannel.hub.strand import Doors, Strand
from backchannel.hub.telling import News, Open, Snapshot


class Copy(Strand):
    """One strand, as the first process tells it. `want` asks for its snapshot, which is `answered` later."""

    def __init__(self, opened: Open, doors: Doors, want: Callable[[], None]) -> None:
        super().__init__(opened.view, opened.stream, doors)
        self._want = want
        self._snapshot: tuple[int, str] | None = None
        self._answer: asyncio.Future[tuple[int, str]] | None = None
        self.open(opened)

    def open(self, opened: Open) -> None:
        """Begin at a place, with the frames that clients may have missed."""
        self.epoch = opened.epoch
        self.ring = Ring(opened.before)
        self.hear(News(opened.strand, opened.frames, None))

    def hear(self, news: News) -> None:
        """Take frames in, and wake everybody who waits for them."""
        for frame in news.frames:
            self.ring.append(frame)
        self._published(news.committed_at)

    async def snapshot(self) -> tuple[int, str]:
        """The stream as it is now; asked for once for all who want it at the same head. Raises StoreError."""
        if self._snapshot is None or self._snapshot[0] != self.ring.head:
            self._answer = asyncio.get_running_loop().create_future()
            self._want()
            self._snapshot = await self._answer
        return self._snapshot

    def answered(self, snapshot: Snapshot) -> None:
        """Give the snapshot to who asked for it."""
        if self._answer is None or self._answer.done():
            return
        if snapshot.text:
            self._answer.set_result((snapshot.seq, snapshot.text))
        else:
            self._answer.set_exception(StoreError("The first process cannot make a snapshot just now."))

    def beat(self) -> str:
        """The sign of life. Lines with viewers tell nothing else by it."""
        return feed.beat(self.ring.head)
