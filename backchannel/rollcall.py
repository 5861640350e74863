"""The roll call: after a takedown every screen of the hall says that the post is gone, and the desk hears who did."""

import asyncio
import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog
from anyio import current_time, move_on_after

from backchannel.hub.base import Hub
from backchannel.store.base import Recalls
from backchannel.takedown import Count, Takedown, Takedowns
from backchannel.updates import TAKEDOWNS

TOLD_EVERY_S: Final = 0.2

log = structlog.get_logger()


class RollCall:
    """Counts for the screens of this server; what it counted is kept, and consoles of every server hear of it."""

    def __init__(self, recalls: Recalls, hub: Hub, clock: Callable[[], datetime], lease_s: float) -> None:
        self._recalls = recalls
        self._hub = hub
        self._clock = clock
        self._kept_for = timedelta(seconds=2 * lease_s)
        self._node = secrets.token_hex(4)
        self._takedowns = Takedowns(lease_s)
        self._begun: dict[Takedown, datetime] = {}
        self._counts: dict[Takedown, Count] = {}
        self._called = asyncio.Event()
        self._counted = asyncio.Event()

    def call(self, takedown: Takedown, screens: Mapping[str, str]) -> None:
        """Ask these screens, each with its name."""
        now = self._clock()
        self._takedowns.begin(takedown, screens, current_time())
        self._begun = {each: at for each, at in self._begun.items() if at + self._kept_for > now} | {takedown: now}
        self._called.set()

    def answer(self, screen: str, hall: str, seq: int, keys: Collection[str]) -> None:
        """Hear what a screen has on the glass, with everything up to `seq` applied."""
        self._takedowns.painted(screen, hall, seq, keys, current_time())
        self._count()

    def end(self, hall: str, key: str) -> None:
        """Nobody is asked any more: the post is shown again."""
        self._takedowns.shown_again(hall, key)

    async def run(self) -> None:
        """Tell of who confirmed, and of who did not in time, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._wait_for_late(), name="wait for late screens")
            group.create_task(self._tell(), name="tell of takedowns")

    def _count(self) -> None:
        for count in self._takedowns.news(current_time()):
            self._counts[count.takedown] = count
            self._counted.set()

    async def _wait_for_late(self) -> None:
        while True:
            self._called.clear()
            due = self._takedowns.due
            with move_on_after(None if due is None else max(due - current_time(), 0)):
                await self._called.wait()
            self._count()

    async def _tell(self) -> None:
        while True:
            await self._counted.wait()
            self._counted.clear()
            counts, self._counts = self._counts, {}
            try:
                await self._recalls.keep(self._node, {count: self._begun[each] for each, count in counts.items()})
            except Exception:  # the outermost edge of this task: they are told with the next ones
                log.exception("takedowns cannot be told of")
                self._counts = counts | self._counts
                self._counted.set()
            self._hub.wake((TAKEDOWNS,))
            await asyncio.sleep(TOLD_EVERY_S)
