"""The polls of all halls: which session is asked in each, and what phones are told of its votes, twice a second."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import structlog

from backchannel import feed
from backchannel.hub.base import Hub
from backchannel.hub.fanout import Fanout
from backchannel.poll import Poll, Totals
from backchannel.programme import Programme, Session
from backchannel.question import addressed, changes_at
from backchannel.store.base import Questions, Votes
from backchannel.updates import VOTES

TOLD_EVERY_S: Final = 0.5  # however many votes come, a phone hears of a hall no more often

log = structlog.get_logger()


class Polls:
    """What is asked in each hall at this moment. `edition` changes with whatever phones are told of it."""

    def __init__(
        self,
        questions: Questions,
        votes: Votes,
        hub: Hub,
        fanout: Fanout,
        programme: Callable[[], Programme],
        halls: Sequence[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._questions = questions
        self._votes = votes
        self._hub = hub
        self._fanout = fanout
        self._programme = programme
        self._halls = tuple(halls)
        self._clock = clock
        self._told: dict[tuple[str, str], Totals] = {}
        self._edition = 0

    @property
    def edition(self) -> tuple[int, int]:
        """Where what phones know stands: the number of their stream, and how often they were told of votes."""
        return self._fanout.phones_head, self._edition

    @property
    def frames(self) -> list[str]:
        """All that phones were told of votes, for one that hears of them now and then."""
        told = self._told.items()
        return [_frame(place, totals) for place, totals in told if totals]

    @property
    def now(self) -> datetime:
        """What time it is."""
        return self._clock()

    def session(self, hall: str, at: datetime | None = None) -> Session | None:
        """Which session is asked in a hall now, or at another moment."""
        return addressed(self._programme(), at or self._clock(), hall)

    def find(self, session: str) -> Session | None:
        """A session of the programme."""
        return self._programme().find(session)

    def changes_at(self, hall: str) -> datetime | None:
        """When that is next another one."""
        return changes_at(self._programme(), self._clock(), hall)

    async def of(self, hall: str, session: str | None = None) -> Poll:
        """The questions of a hall as they are in the store: those of the session that is asked now, or of another."""
        return await self._questions.poll(hall, self._asked(hall) if session is None else session)

    async def run(self) -> None:
        """Tell phones of votes until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._hub.wait(VOTES, "polls")
            began = loop.time()
            try:
                await self._tell()
            except Exception:  # the outermost edge of this task: phones keep the totals that they have
                log.exception("votes cannot be read")
            await asyncio.sleep(max(0.0, began + TOLD_EVERY_S - loop.time()))

    async def _tell(self) -> None:
        frames: list[str] = []
        told: dict[tuple[str, str], Totals] = {}
        for hall in self._halls:
            place = hall, self._asked(hall)
            told[place] = totals = await self._votes.totals(*place)
            before = self._told.get(place, {})
            changed = {key: total for key, total in totals.items() if before.get(key) != total}
            if changed:
                frames.append(_frame(place, changed))
        self._told = told
        if frames:
            self._edition += 1
            await self._fanout.tell_phones(feed.message(frames))

    def _asked(self, hall: str) -> str:
        session = self.session(hall)
        return session.id if session else ""


def _frame(place: tuple[str, str], totals: Totals) -> str:
    hall, session = place
    return feed.encode({"op": "votes", "hall": hall, "session": session, "totals": totals})
