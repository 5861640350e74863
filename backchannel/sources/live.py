"""The stream beside the timelines: opened where there is a token, opened again when it ends, and never leaned on.

Trust is earned: until it told of a post, and whenever a poll finds what it should have told of, the timelines are asked
as often as without it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from backchannel.errors import SourceError
from backchannel.post import Sighting
from backchannel.sources import frame
from backchannel.sources.alarm import Alarm, Timing
from backchannel.sources.frame import Frame, Kind
from backchannel.sources.instance import Instance
from backchannel.sources.streaming import Stream, open_stream

RETRY_S: Final = 5.0
RETRY_MAX_S: Final = 300.0
STEADY_S: Final = 60.0


class Live:
    """The stream of one server's hashtags, open or not. Nothing here raises: what hinders it is its `trouble`."""

    def __init__(self, instance: Instance, tags: Sequence[str], timing: Timing) -> None:
        self._instance = instance
        self._tags = tags
        self._timing = timing
        self._stream: Stream | None = None
        self._opened_at: datetime | None = None
        self._steady: Alarm | None = None
        self._retry: Alarm | None = None
        self._failures = 0
        self._has_told = False  # of a post, since the last reckoning
        self._is_proven = False
        self._owes = False
        self.trouble: SourceError | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can be listened to."""
        return self._stream is not None

    @property
    def is_trusted(self) -> bool:
        """Whether it tells of what the timelines show: then they are asked rarely."""
        return self.is_open and self._is_proven and not self._owes and self.trouble is None

    async def open(self) -> None:
        """Open it where there is a token and hashtags to hear of; after a failure not before a while."""
        if self.is_open or not self._instance.has_token or not self._tags:
            return
        if self._retry is not None and not self._retry.rang:
            return
        opened_at = self._timing.clock()
        try:
            self._stream = await open_stream(self._instance, self._tags)
        except SourceError as error:
            self._fail(error)
        else:
            self._opened_at, self._steady = opened_at, self._timing.alarm(STEADY_S)
            self._has_told = self._owes = False
            self.trouble = None

    async def hear(self, alarm: Alarm) -> list[Frame | str]:
        """What it tells, as soon as it tells anything; nothing once the alarm goes off, or when it ends."""
        if self._stream is None:
            return []
        try:
            frames = [frame.read(each) for each in await self._stream.frames(alarm)]
        except SourceError as error:
            await self._drop(error)
            return []
        for each in frames:
            if isinstance(each, Frame) and each.kind is Kind.ERROR:
                msg = f"{self._instance.host} refuses a subscription. It says: {each.words}"
                await self._drop(SourceError(msg, needs_person=True))
            elif isinstance(each, Frame) and each.kind is Kind.NEW:
                self._has_told = self._is_proven = True
                self._owes = False
                self.trouble = None if self.is_open else self.trouble
        return frames

    def reckon(self, found: Iterable[Sighting]) -> None:
        """Compare it with what the timelines had that was news: what it leaves out twice running, it is deaf to.

        Only posts from after it was opened count. It may be late by a poll, and may leave some out, so long as it says
        anything.
        """
        if not self.is_open:
            return
        if self._owes and not self._has_told:
            self._is_proven = False
            msg = f"{self._instance.host} opens its stream, but sends nothing on it."
            self.trouble = SourceError(msg, remedy="Posts still come, only somewhat later: there is nothing to do.")
        self._owes = not self._has_told and any(map(self._should_have_told, found))
        self._has_told = False

    async def close(self) -> None:
        """Hang up, without a word of it."""
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.close()

    async def _drop(self, error: SourceError) -> None:
        await self.close()
        self._fail(error)

    def _fail(self, error: SourceError) -> None:
        """Say why it is away, and for how long it is left alone: twice as long each time, until it was steady."""
        is_steady, self._steady = self._steady is not None and self._steady.rang, None
        self._failures = 1 if is_steady else self._failures + 1
        pause_s = RETRY_MAX_S if error.needs_person else min(RETRY_S * 2.0 ** (self._failures - 1), RETRY_MAX_S)
        self._retry = self._timing.alarm(pause_s)
        msg = f"There is no live stream: {error} Posts still come, only somewhat later."
        self.trouble = SourceError(msg, remedy=error.remedy)

    def _should_have_told(self, sighting: Sighting) -> bool:
        posted_at = sighting.content.posted_at if sighting.content else None
        return posted_at is not None and self._opened_at is not None and posted_at >= self._opened_at
