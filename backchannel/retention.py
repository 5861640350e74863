"""Retention: nothing that people said is kept longer than the conference needs it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from backchannel.forgotten import Forgot
from backchannel.hub.base import Hub
from backchannel.store.base import Retiring
from backchannel.updates import RULES

log = structlog.get_logger()

EVERY_S: Final = 3600.0
AT_ONCE: Final = 200  # in one transaction: decisions of moderators come between


@dataclass(frozen=True, slots=True)
class Terms:
    """How long posts are kept: those that were put aside for so long, all of them until `over`; None for ever."""

    unshown: timedelta | None = None
    over: datetime | None = None


class Retention:
    """Erases posts whose time is over, hour by hour."""

    def __init__(
        self,
        retiring: Retiring,
        hub: Hub,
        clock: Callable[[], datetime],
        terms: Terms,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._retiring = retiring
        self._hub = hub
        self._clock = clock
        self._terms = terms
        self._sleep = sleep

    async def run(self) -> None:
        """Look every hour, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:  # the outermost edge of this duty: the next hour may go well
                log.exception("what is over was not erased")
            await self._sleep(EVERY_S)

    async def look(self) -> int:
        """Erase what is over now; how many posts that were."""
        now, many = self._clock(), 0
        if self._terms.unshown is not None:
            before = now - self._terms.unshown
            while gone := await self._retire(self._retiring.retire_unshown(before, now, AT_ONCE)):
                many += gone
        if self._terms.over is not None and now >= self._terms.over:
            while gone := await self._retire(self._retiring.retire(now, now, AT_ONCE)):
                many += gone
            await self._retiring.close(now)
            self._hub.wake((RULES,))
        if many:
            log.warning("erased, since their time is over", posts=many)
        return many

    async def _retire(self, retiring: Awaitable[Forgot]) -> int:
        forgot = await retiring
        self._hub.wake(forgot.streams)
        return forgot.posts
