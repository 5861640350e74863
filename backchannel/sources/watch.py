"""One run of following a server: timelines from a place on, and a stream beside them, until there is trouble."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing
from itertools import chain
from typing import Final

from backchannel.errors import SourceError
from backchannel.interest import Interest
from backchannel.media.fetcher import Fetcher
from backchannel.post import Sighting
from backchannel.sources import frame, status
from backchannel.sources.alarm import Alarm, Timing
from backchannel.sources.base import Batch
from backchannel.sources.fields import Fields
from backchannel.sources.frame import Frame, Kind
from backchannel.sources.instance import Instance
from backchannel.sources.lanes import Lane
from backchannel.sources.live import Live
from backchannel.sources.seen import Seen
from backchannel.sources.timeline import TimelinePage

# A page that is shorter is the last one; some servers never give more, whatever is asked for.
PAGE_FULL: Final = 20
PAGES_MAX: Final = 100  # in one round: a server that has more for ever is asked again after the pause

LOOK_BACK_EVERY_S: Final = 60.0
BESIDE_STREAM_EVERY_S: Final = 60.0  # streams miss posts that come late from other servers
LEARN_EVERY_S: Final = 86_400.0
LEARN_AGAIN_S: Final = 300.0
REST_S: Final = 300.0  # a lane that needs a person is not asked before
# Servers count requests that go on from a place by themselves: 300 in 15 minutes, of which some are kept for revisits.
PAGES_PER_S: Final = 300 / 900 * 0.8
TOLD_MAX: Final = 3
BEFORE_ALL: Final = "0"  # where nobody has written yet, whatever comes is news: also more of it than a page holds


class Watch:
    """Asks each lane for what is new, in rounds, and listens to the stream in between."""

    def __init__(
        self,
        fetcher: Fetcher,
        instance: Instance,
        interest: Interest,
        tags: Sequence[Lane],
        others: Sequence[Lane],
        every_s: float,
        timing: Timing,
    ) -> None:
        self._fetcher = fetcher
        self._instance = instance
        self._interest = interest
        self._tags = tags
        self._others = others
        self._every_s = every_s
        self._timing = timing
        self._live = Live(instance, interest.hashtags, timing)
        self._seen = Seen()
        self._places: dict[str, str] = {}
        self._resting: dict[str, tuple[Alarm, SourceError]] = {}
        self._turn = self._back_turn = 0
        self._lag_s: float | None = None
        self._learn_due = self._tags_due = timing.alarm(0)
        self._look_back_due = self._next_look_back()

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Whatever is heard, page by page and frame by frame; the very first pages hold the newest posts, not years."""
        self._places = _places(cursor, chain(self._tags, self._others))
        try:
            while True:
                await self._learn()
                await self._live.open()  # first: what comes while the timelines are read is not lost
                async with aclosing(self._round()) as batches:
                    async for batch in batches:
                        yield batch
                async with aclosing(self._listen()) as batches:
                    async for batch in batches:
                        yield batch
        finally:
            await self._live.close()

    async def _learn(self) -> None:
        if self._learn_due.rang:
            has_learnt = await self._instance.learn(self._fetcher)
            self._learn_due = self._timing.alarm(LEARN_EVERY_S if has_learnt else LEARN_AGAIN_S)

    async def _round(self) -> AsyncGenerator[Batch]:
        """Ask the lanes that are due; now and then for edits too, which a timeline read forward never shows."""
        is_tags_turn = self._tags_due.rang or not self._live.is_trusted
        found: list[Sighting] = []
        for lane in [*(self._tags if is_tags_turn else ()), *self._in_turn()]:
            async with aclosing(self._catch_up(lane)) as batches:
                async for batch in batches:
                    found += batch.sightings if lane in self._tags else ()
                    yield batch
        if is_tags_turn:
            self._live.reckon(found)
            self._tags_due = self._timing.alarm(max(BESIDE_STREAM_EVERY_S, self._every_s))
        self._raise_if_none_is_left()
        if self._look_back_due.rang:
            self._look_back_due = self._next_look_back()
            for lane in [*self._tags, *self._others[self._back_turn :][:1]]:
                if lane.name not in self._resting:
                    yield await self._look_back(lane)
            self._back_turn = (self._back_turn + 1) % max(1, len(self._others))

    def _next_look_back(self) -> Alarm:
        """Rings so early that the round which comes after it is in time."""
        return self._timing.alarm(LOOK_BACK_EVERY_S - self._every_s)

    def _in_turn(self) -> list[Lane]:
        """The next of the other lanes: as many as the server's limit leaves beside the hashtags."""
        many = min(max(1, int(self._every_s * PAGES_PER_S) - len(self._tags)), len(self._others))
        lanes = [self._others[(self._turn + step) % len(self._others)] for step in range(many)]
        self._turn = (self._turn + many) % max(1, len(self._others))
        return lanes

    async def _catch_up(self, lane: Lane) -> AsyncGenerator[Batch]:
        """Page forward from a lane's place; one that needs a person is left alone for a while, and told of."""
        if lane.name in self._resting and not self._resting[lane.name][0].rang:
            return
        try:
            async with aclosing(self._pages(lane)) as batches:
                async for batch in batches:
                    yield batch
        except SourceError as error:
            if not error.needs_person:
                raise
            self._resting[lane.name] = self._timing.alarm(REST_S), error
            self._learn_due = self._timing.alarm(REST_S)
            if len(self._resting) < len(self._tags) + len(self._others):
                yield self._batch()
        else:
            self._resting.pop(lane.name, None)

    async def _pages(self, lane: Lane) -> AsyncGenerator[Batch]:
        """Page forward until nothing newer is left."""
        for _ in range(PAGES_MAX):
            after = self._places.get(lane.name, "")
            page = await lane.page(self._fetcher, after, status.read_new)
            place = page.newest or after or (BEFORE_ALL if page.size == 0 else "")
            is_last = not after or page.size < PAGE_FULL or page.newest == after
            self._places[lane.name] = place
            cursor = json.dumps(self._places) if page.newest or place != after else None
            yield self._batch(page, page.sightings, page.refused, cursor=cursor, caught_up=is_last)
            if page.pause_s:
                await self._timing.sleep(page.pause_s)
            if is_last:
                return

    async def _look_back(self, lane: Lane) -> Batch:
        """The newest posts that were edited or taken back, or have links whose pages were looked at meanwhile."""
        page = await lane.page(self._fetcher, "", status.read_again)
        again = [
            each
            for each in page.sightings
            if each.content is None or each.content.edited_at or each.content.told_beside
        ]
        if page.pause_s:
            await self._timing.sleep(page.pause_s)
        return self._batch(page, again)

    def _raise_if_none_is_left(self) -> None:
        if self._resting and len(self._resting) == len(self._tags) + len(self._others):
            raise next(error for _, error in self._resting.values())

    async def _listen(self) -> AsyncGenerator[Batch]:
        """Wait for the next round, and tell at once what the stream tells."""
        if not self._live.is_open:
            await self._timing.sleep(self._every_s)
            return
        is_rare = self._live.is_trusted and not self._others
        due = self._tags_due if is_rare else self._timing.alarm(self._every_s)
        while self._live.is_open and not due.rang:
            frames = await self._live.hear(due)
            if frames:
                yield await asyncio.to_thread(self._told, frames)

    def _told(self, frames: Sequence[Frame | str]) -> Batch:
        """What frames of the stream tell."""
        told = [(each, self._meaning(each)) for each in frames]
        new = [means for each, means in told if isinstance(each, Frame) and each.kind is Kind.NEW]
        self._lag_s = min(self._lags(new), default=self._lag_s)
        sightings = [means for _, means in told if isinstance(means, Sighting)]
        refused = [means for _, means in told if isinstance(means, str) and means]
        return self._batch(sightings=sightings, refused=refused)

    def _meaning(self, told: Frame | str) -> Sighting | str:
        return told if isinstance(told, str) else frame.meaning(told, self._instance.host, self._interest)

    def _lags(self, found: Iterable[Sighting | str]) -> Iterator[float]:
        now = self._timing.clock()
        for each in found:
            if isinstance(each, Sighting) and each.content and each.content.posted_at:
                yield max(0.0, (now - each.content.posted_at).total_seconds())

    def _batch(
        self,
        page: TimelinePage | None = None,
        sightings: Iterable[Sighting] = (),
        refused: Iterable[str] = (),
        *,
        cursor: str | None = None,
        caught_up: bool = True,
    ) -> Batch:
        """What of it is news, with all that stands in the way just now."""
        told = list(self._standing())[:TOLD_MAX]
        pause_s = page.pause_s if page else 0.0
        pausing = [f"{self._instance.host} allows no more requests for {pause_s:.0f} s."] if pause_s else []
        return Batch(
            tuple(each for each in sightings if self._seen.is_news(each)),
            cursor=cursor,
            refused=tuple(refused),
            rate_limit_left=page.rate_limit_left if page else None,
            caught_up=caught_up,
            trouble=" ".join([*pausing, *map(str, told)]),
            lag_s=self._lag_s if self._live.is_trusted else None,
            remedy=" ".join(dict.fromkeys(error.remedy for error in told if error.remedy)),
        )

    def _standing(self) -> Iterator[SourceError]:
        """What stands in the way although the following goes on."""
        if error := self._live.trouble:
            yield error
        if error := self._instance.half_closed():
            yield error
        yield from (error for _, error in self._resting.values())


def _places(cursor: str | None, lanes: Iterable[Lane]) -> dict[str, str]:
    """Where each lane goes on; what cannot be read, or is followed no longer, is forgotten."""
    try:
        stored = Fields(json.loads(cursor or "{}"))
    except (ValueError, RecursionError):
        return {}
    return {lane.name: place for lane in lanes if (place := stored.text(lane.name))}
