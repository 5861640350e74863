"""Reactions: a few words that phones send while somebody speaks, counted for the session of each hall, told as totals.

A reaction is never stored or sent by itself. What comes within half a second is one write, and what every phone hears
are the totals, twice a second at most. What is kept in memory is bounded by the halls, the sessions, and who reacted in
the last second.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import structlog

from backchannel.hub.base import Hub
from backchannel.programme import Phase, Programme
from backchannel.store.base import Tallies
from backchannel.updates import REACTIONS

EVERY_S: Final = 1.0  # so often one phone counts
TOLD_EVERY_S: Final = 0.5

Totals = Mapping[str, Mapping[str, int]]

log = structlog.get_logger()


class Reaction(StrEnum):
    """What one may say without words of one's own."""

    MHM = "mhm"  # I listen
    YES = "yes"  # so it is
    HA = "ha"  # that is funny
    HM = "hm"  # I doubt it, or did not understand


class Reactions:
    """Counts reactions; `tell` is handed the totals of every hall whenever they are others."""

    def __init__(
        self,
        tallies: Tallies,
        hub: Hub,
        programme: Callable[[], Programme],
        halls: Sequence[str],
        clock: Callable[[], datetime],
        tell: Callable[[Totals], None],
    ) -> None:
        self._tallies = tallies
        self._hub = hub
        self._programme = programme
        self._halls = tuple(halls)
        self._clock = clock
        self._tell = tell
        self._counts: Counter[tuple[str, str]] = Counter()
        self._news = asyncio.Event()
        self._latest: dict[str, float] = {}  # who reacted in the last second, the earliest first
        self.totals: Totals = {hall: _named({}) for hall in self._halls}

    def react(self, device: str, hall: str, reaction: Reaction) -> bool:
        """Count a reaction; whether it counts: a phone has one in a second, and none after the last session."""
        if self._programme().phase(self._clock()) is Phase.AFTER:
            return False
        now = asyncio.get_running_loop().time()
        while self._latest and next(iter(self._latest.values())) <= now - EVERY_S:
            del self._latest[next(iter(self._latest))]
        if device in self._latest:
            return False
        self._latest[device] = now
        self._counts[self._place(hall), reaction.value] += 1
        self._news.set()
        return True

    async def run(self) -> None:
        """Keep what comes, and tell of it, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep(), name="keep reactions")
            group.create_task(self._follow(), name="follow reactions")

    async def _keep(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            counts, self._counts = self._counts, Counter()
            try:
                await self._tallies.add(counts)
            except Exception:  # the outermost edge of this task: they are kept with the next ones
                log.exception("reactions cannot be kept")
                self._counts.update(counts)
                self._news.set()
            self._hub.wake((REACTIONS,))
            await asyncio.sleep(TOLD_EVERY_S)

    async def _follow(self) -> None:
        while True:
            await self._hub.wait(REACTIONS, "reactions")
            try:
                totals = await self._read()
            except Exception:  # the outermost edge of this task: without the store what was told last stays
                log.exception("reactions cannot be read")
                continue
            if totals != self.totals:
                self.totals = totals
                self._tell(totals)
            await asyncio.sleep(TOLD_EVERY_S)

    async def _read(self) -> Totals:
        places = {hall: self._place(hall) for hall in self._halls}
        found = await self._tallies.totals(set(places.values()))
        return {hall: _named(found.get(place, {})) for hall, place in places.items()}

    def _place(self, hall: str) -> str:
        session = self._programme().now(self._clock(), hall)
        return f"{hall}/{session.id if session else ''}"


def _named(totals: Mapping[str, int]) -> Mapping[str, int]:
    """Every reaction with its number."""
    return {reaction.value: totals.get(reaction.value, 0) for reaction in Reaction}
