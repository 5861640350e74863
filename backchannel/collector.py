"""The collector: owns every source's task, back-off, cursor and health.

Of several nodes on one store one follows the networks, so that each is asked once. What people bring to a node
themselves (the floor) every node takes.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

import structlog

from backchannel.desk import Desk
from backchannel.errors import SourceError
from backchannel.hub.base import Leadership
from backchannel.hub.local import Alone
from backchannel.post import Sighting
from backchannel.sources.base import Batch, Source
from backchannel.store.base import Bookmark, Cursors, Received

BACKOFF_FIRST_S: Final = 1.0
BACKOFF_MAX_S: Final = 60.0
HEALTHY_AFTER: Final = timedelta(seconds=60)
NEEDS_PERSON_RETRY_S: Final = 300.0
OUR_SIDE: Final = "Something went wrong on our side; the log has the details."
OUR_SIDE_RETRY_S: Final = 1.0
REASONS_MAX: Final = 50
FORGOTTEN: Final = "its author was forgotten here"
LOCAL: Final = frozenset({"floor", "webhook"})  # what people bring to us: silence says nothing
DEAF_AFTER: Final = timedelta(minutes=30)
DEAF_REMEDY: Final = "Are its hashtags spelled as people write them there, and does its server know of their posts?"
STAND_EVERY_S: Final = 1.0
STANDS_BY: Final = (
    "Another server on this store follows the networks. This one does not; it serves pages and takes posts from phones,"
    " and follows the networks as soon as the other one ends."
)
TAKES_OVER: Final = "This server follows the networks now."

Duty = Callable[[], Coroutine[Any, Any, None]]

log = structlog.get_logger()


class State(StrEnum):
    """What a source is doing."""

    STARTING = "starting"
    FOLLOWING = "following"
    CATCHING_UP = "catching_up"
    WAITING = "waiting"  # for the next try
    NEEDS_YOU = "needs_you"  # waiting alone will not mend it
    ENDED = "ended"  # a recording was played to its end
    STANDING_BY = "standing_by"  # another node follows it


@dataclass(slots=True)
class Health:
    """How a source is, for the moderator: times are UTC, `refused` counts what could not be read, by reason."""

    name: str
    title: str
    network: str
    state: State = State.STARTING
    following_since: datetime | None = None
    last_heard_at: datetime | None = None
    last_post_at: datetime | None = None
    lag_s: float | None = None
    received: int = 0
    duplicates: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    rate_limit_left: int | None = None
    budget_left: int | None = None
    error: str = ""
    remedy: str = ""
    next_try_at: datetime | None = None

    def refuse(self, reason: str) -> None:
        """Count what could not be read; beyond so many different reasons they share one."""
        is_new = reason not in self.refused
        self.refused["other reasons" if is_new and len(self.refused) >= REASONS_MAX else reason] += 1


class Collector:
    """Follows all sources at once. What hurts one source stays with that source.

    Those `on_every_node` are followed whoever leads; who leads does the `duties` besides. `say` is told when this node
    stands by, and when it takes over.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        desk: Desk,
        cursors: Cursors,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        *,
        leadership: Leadership | None = None,
        on_every_node: Collection[Source] = (),
        duties: Mapping[str, Duty] = MappingProxyType({}),
        say: Callable[[str], None] = log.warning,
    ) -> None:
        self._here = [source for source in sources if source in on_every_node]
        self._networks = [source for source in sources if source not in on_every_node]
        self._leadership = leadership or Alone()
        self._duties = duties
        self._say = say
        self._desk = desk
        self._cursors = cursors
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._health = {source.name: Health(source.name, source.title, source.network) for source in sources}

    def health(self) -> tuple[Health, ...]:
        """How every source is, in the order of the configuration; one that is deaf without knowing it is told too."""
        return tuple(self._deaf(health) or health for health in self._health.values())

    def _deaf(self, health: Health) -> Health | None:
        """What to say of a source that follows, and is the only one to which nothing comes."""
        since = max(filter(None, (health.following_since, health.last_post_at)), default=None)
        if since is None or health.error or health.state is not State.FOLLOWING or health.network in LOCAL:
            return None
        others = [each for each in self._health.values() if each is not health and each.network not in LOCAL]
        heard = [each for each in others if each.last_post_at and each.last_post_at - since >= DEAF_AFTER]
        if not heard:
            return None
        minutes = (max(each.last_post_at for each in heard if each.last_post_at) - since) // timedelta(minutes=1)
        error = f"It answers, but no post has come from it for {minutes} minutes, while others have heard some."
        return replace(health, error=error, remedy=DEAF_REMEDY)

    @property
    def takes_posts_in(self) -> bool:
        """Whether what is heard reaches the store: false from a failure on our side until a batch went well."""
        return not any(health.error == OUR_SIDE for health in self._health.values())

    async def run(self) -> None:
        """Follow every source until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow(self._here), name="sources of this node")
            if self._networks or self._duties:
                group.create_task(self._follow_while_leading(), name="sources of the leader")

    async def _follow_while_leading(self) -> None:
        while True:
            await self._stand_until_elected()
            async with self._leadership.term():
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._follow(self._networks), name="networks")
                    for name, duty in self._duties.items():
                        group.create_task(duty(), name=name)
                return

    async def _stand_until_elected(self) -> None:
        stood_by = False
        while not await self._leadership.stand():
            if not stood_by:
                self._mark(State.STANDING_BY)
                self._say(STANDS_BY)
            stood_by = True
            await self._sleep(STAND_EVERY_S)
        if stood_by:
            self._mark(State.STARTING)
            self._say(TAKES_OVER)

    def _mark(self, state: State) -> None:
        for source in self._networks:
            health = self._health[source.name]
            health.state, health.error, health.remedy, health.next_try_at = state, "", "", None

    async def _follow(self, sources: Sequence[Source]) -> None:
        async with asyncio.TaskGroup() as group:
            for source in sources:
                group.create_task(self._keep_following(source), name=f"source {source.name}")

    async def _keep_following(self, source: Source) -> None:
        health = self._health[source.name]
        failures = 0
        while True:
            started = self._clock()
            trouble = await self._follow_until_trouble(source, health)
            if trouble is None:
                health.state = State.ENDED
                return
            failures = 1 if self._clock() - started >= HEALTHY_AFTER else failures + 1
            await self._wait(health, trouble, failures)

    async def _follow_until_trouble(self, source: Source, health: Health) -> SourceError | None:
        """None when the source ended by itself."""
        try:
            cursor = await self._cursors.read(source.name)
            async with aclosing(source.follow(cursor)) as batches:
                async for batch in batches:
                    await self._take(source, batch, health)
        except SourceError as error:
            log.warning("source in trouble", source=source.name, error=str(error))
            return error
        except Exception:  # the outermost edge of this source's task: the others must go on
            log.exception("source failed", source=source.name)
            return SourceError(OUR_SIDE, retry_after_s=OUR_SIDE_RETRY_S)
        return None

    async def _take(self, source: Source, batch: Batch, health: Health) -> None:
        bookmark = None if batch.cursor is None else Bookmark(source.name, batch.cursor)
        if batch.absences:
            # The cursor stays behind until all are carried out: a crash in between has them told again.
            await self._receive(batch.sightings, None, health)
            for absence in batch.absences:
                await self._desk.receive_absence(absence)
            await self._receive((), bookmark, health)
        elif batch.sightings or bookmark is not None:
            await self._receive(batch.sightings, bookmark, health)
        if batch.portraits:
            await self._desk.receive_portraits(batch.portraits)
        for reason in batch.refused:
            health.refuse(reason)
        health.last_heard_at = self._clock()
        health.following_since = health.following_since or health.last_heard_at
        health.state = State.FOLLOWING if batch.caught_up else State.CATCHING_UP
        health.rate_limit_left, health.budget_left = batch.rate_limit_left, batch.budget_left
        health.lag_s = batch.lag_s
        health.error, health.remedy, health.next_try_at = batch.trouble, batch.remedy, None

    async def _receive(self, sightings: Sequence[Sighting], bookmark: Bookmark | None, health: Health) -> None:
        try:
            received = await self._desk.receive(sightings, bookmark, health.name)
        except ValueError:  # words that no database takes: one by one, for a bad post must not stop its neighbours
            for sighting in sightings:
                try:
                    self._count(await self._desk.receive((sighting,), None, health.name), health)
                except ValueError:
                    health.refuse("the post cannot be stored")
            await self._desk.receive((), bookmark)
        else:
            self._count(received, health)

    def _count(self, received: Received, health: Health) -> None:
        health.received += received.new
        health.duplicates += received.known + received.copies
        for _ in range(received.refused):
            health.refuse(FORGOTTEN)
        if received.new or received.copies:
            health.last_post_at = self._clock()

    async def _wait(self, health: Health, trouble: SourceError, failures: int) -> None:
        pause_s = self._pause_s(trouble, failures)
        health.state = State.NEEDS_YOU if trouble.needs_person else State.WAITING
        health.error, health.remedy = str(trouble), trouble.remedy
        health.next_try_at = self._clock() + timedelta(seconds=pause_s)
        await self._sleep(pause_s)

    def _pause_s(self, trouble: SourceError, failures: int) -> float:
        if trouble.retry_after_s is not None:
            return trouble.retry_after_s + self._jitter()
        if trouble.needs_person:
            return NEEDS_PERSON_RETRY_S
        # Full jitter over a doubling bound, so that many sources of one server do not come back together.
        return max(0.1, self._jitter() * min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2.0**failures))
