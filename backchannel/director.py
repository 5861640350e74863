"""The director: one per hall. Follows the hall's stream and turns its stage; pacing decides, the store keeps.

The stage row is the truth. After a restart the director goes on from the row's position: what waited then waits again,
what was on air stays for its time, and the rest is the archive. What came on air before its number, since channels take
turns, may be shown once more then; nothing is skipped. Moderators change the same row by its version, so panic
and pins never wait for the director; it hears of them in the log like everybody else.
"""

from collections.abc import Callable
from datetime import datetime
from functools import reduce
from typing import Final

import structlog
from anyio import move_on_after

from backchannel.direction import Direction, directed
from backchannel.hub.base import Hub
from backchannel.lineup import ARCHIVE_MAX, Entry, Lineup
from backchannel.pacing import dwell_s
from backchannel.post import Post, Status
from backchannel.sponsor import NO_SPONSORS, Rota
from backchannel.stage import Panic, Stage
from backchannel.store.base import PAGE_MAX, Log, Logged, Posts, Query, Stages
from backchannel.updates import Kind, hall_stream

READ_AT_ONCE: Final = 500
# A screen holds at least so many of the newest posts; an older one is put again before it comes on air.
HELD_BY_SCREENS: Final = 30
WAITER: Final = "director"

log = structlog.get_logger()


class Director:
    """Keeps what is on air and what is next in one hall."""

    def __init__(
        self,
        hall: str,
        stages: Stages,
        log: Log,
        posts: Posts,
        hub: Hub,
        clock: Callable[[], datetime],
        rota: Rota = NO_SPONSORS,
    ) -> None:
        self._hall = hall
        self._stream = hall_stream(hall)
        self._stages = stages
        self._log = log
        self._posts = posts
        self._hub = hub
        self._clock = clock
        self._rota = rota
        self._stage = Stage(hall)
        self._lineup = Lineup()
        self._seq: int | None = None  # None before the first step, and after trouble

    async def run(self) -> None:
        """Direct until cancelled."""
        self._seq = None
        while True:
            due: datetime | None = None
            try:
                due = await self.step()
            except (
                Exception
            ):  # the outermost edge of this hall's task: screens keep what they show until it works again
                log.exception("hall cannot be directed", hall=self._hall)
                self._seq = None
            await self._rest(due)

    async def step(self) -> datetime | None:
        """Hear what is new and turn what is due. Tells when the next turn is due; None where only news brings one."""
        await (self._hear() if self._seq is not None else self._resume())
        while (direction := directed(self._stage, self._lineup, self._clock(), self._rota)).stage != self._stage:
            await self._carry_out(direction)
            await self._hear()
        return direction.due

    async def _rest(self, due: datetime | None) -> None:
        seconds = None if due is None else max((due - self._clock()).total_seconds(), 0)
        with move_on_after(seconds):
            await self._hub.wait(self._stream, WAITER)

    async def _carry_out(self, direction: Direction) -> None:
        """Write a turn. Where somebody else was first, nothing is done, and the log tells what they did."""
        before, after = self._stage, direction.stage
        near = {*before.on_air, *before.next, before.spotlight}  # what was lined up long ago a screen may have let go
        fresh = [key for key in (*after.on_air, *after.next) if key not in near]
        again = [key for key in dict.fromkeys(fresh) if self._lineup.newer(key) >= HELD_BY_SCREENS]
        now = self._clock()
        changed = await self._stages.change(after, now, again)
        self._hub.wake(changed.streams)
        if not changed.done:
            return
        self._stage = changed.stage
        self._lineup = direction.lineup.showing(changed.stage.on_air, now)
        await self._recall(changed.stage)
        if direction.turn is not None and direction.turn.aged_out:
            log.warning(
                "posts waited too long and went to the archive",
                hall=self._hall,
                keys=direction.turn.aged_out,
                so_far=changed.stage.aged_out,
            )

    async def _hear(self) -> None:
        is_more = True
        while is_more:
            logged = await self._log.since(self._stream, self._seq or 0, READ_AT_ONCE)
            for each in logged:
                await self._apply(each)
                self._seq = each.update.seq
            is_more = len(logged) == READ_AT_ONCE

    async def _apply(self, logged: Logged) -> None:
        if logged.update.kind is Kind.STAGE:
            if logged.stage is not None and logged.stage.version > self._stage.version:
                await self._follow(logged.stage)
        elif logged.update.kind is Kind.DROP or logged.post is None:
            self._lineup = self._lineup.dropped(logged.update.key)
        elif logged.post.moved > self._stage.position or logged.post.key in self._lineup.keys:
            self._lineup = self._lineup.received(entry_of(logged.post))

    async def _follow(self, stage: Stage) -> None:
        """Go on from a stage that somebody else changed."""
        now = self._clock()
        came_back = self._stage.panic is not Panic.OFF and stage.panic is Panic.OFF
        self._stage = stage
        await self._recall(stage)
        self._lineup = self._lineup.showing(stage.on_air, now)
        if came_back:
            self._lineup = self._lineup.restarted(now)

    async def _recall(self, stage: Stage) -> None:
        """Know every post on air or lined up, also one that is too old for the archive."""
        for key in (*stage.on_air, *stage.lined_up):
            if key not in self._lineup.keys and (post := await self._posts.find(key)) is not None:
                self._lineup = self._lineup.recalled(entry_of(post))

    async def _resume(self) -> None:
        """Begin where the stage row stands. The log's position is read first: what comes meanwhile is heard again."""
        heads = await self._log.heads()
        stage = heads.stages.get(self._hall, Stage(self._hall))
        waiting, archive = await self._approved(stage)
        self._stage = stage
        self._lineup = reduce(Lineup.received, waiting, Lineup(archive=archive))
        await self._recall(stage)
        self._lineup = self._lineup.showing(stage.on_air, stage.turned_at or self._clock(), coming=())
        self._seq = heads.seqs.get(self._stream, 0)

    async def _approved(self, stage: Stage) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """What waits, in order, and the latest of what was shown; in a hall that never turned nothing waits."""
        waiting: list[Entry] = []
        archive: list[Entry] = []
        after: int | None = None
        while True:
            query = Query(Status.APPROVED, self._stream, self._hall, after=after, limit=PAGE_MAX)
            page = await self._posts.page(query)
            for entry in map(entry_of, page.posts):
                (waiting if stage.version and entry.number > stage.position else archive).append(entry)
            after = page.next
            if after is None or len(archive) >= ARCHIVE_MAX or not stage.version:
                on_air = [entry for entry in waiting if entry.key in stage.on_air]
                return tuple(sorted(set(waiting) - set(on_air), key=_number)), (*archive, *on_air)


def entry_of(post: Post) -> Entry:
    """A post as pacing sees it; its text never leaves here."""
    author = post.content.author
    known_by = author.id or min(author.addresses, default="")
    return Entry(post.key, post.moved, dwell_s(post.content.text), channel=post.channel, author=known_by)


def _number(entry: Entry) -> int:
    return entry.number
