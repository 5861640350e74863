"""What the stream of X left out: searched for when it was opened, and again until a search finds nothing new.

A search costs as much as the stream, so it is bounded: by half of what is left of the day's budget.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any, Final

from backchannel.media.fetcher import Fetcher
from backchannel.sources.base import Batch
from backchannel.sources.budget import until_midnight_s
from backchannel.sources.ledger import Ledger
from backchannel.sources.x_api import PAGE_MAX, PAGE_MIN, TooOld, XApi
from backchannel.sources.x_reader import NOTHING, Heard, XReader
from backchannel.sources.x_told import Told

PAGES_MAX: Final = 500
SAID: Final = timedelta(minutes=10)  # how long the health tells of what was left out
LEFT_OUT: Final = (
    "There was more to search for than half of what is left of today's budget: the oldest posts from while we were "
    "away are left out."
)
TOO_LITTLE: Final = "Too little of today's budget is left to search for posts from while we were away."
TOO_OLD: Final = "X remembers seven days: older posts from while we were away are missing."


class XSearch:
    """Searches by `rules` from the ledger's place on, when it `is_due`."""

    def __init__(
        self,
        api: XApi,
        rules: Sequence[str],
        reader: XReader,
        ledger: Ledger,
        *,
        clock: Callable[[], datetime],
        every_s: float,
    ) -> None:
        self._api = api
        self._rules = rules
        self._reader = reader
        self._ledger = ledger
        self._clock = clock
        self._every = timedelta(seconds=every_s)
        self._due: datetime | None = clock()
        self._is_first = True
        self._is_cut = False
        self._purse = 0
        self._said = ""
        self._said_until = clock()

    @property
    def is_due(self) -> bool:
        """Whether it is time to search."""
        return self._due is not None and self._clock() >= self._due

    async def catch_up(self, fetcher: Fetcher) -> AsyncGenerator[Batch]:
        """Yield a batch for every page, newest page first, each oldest post first; the last says that it is done."""
        self._is_cut, new = False, 0
        self._purse = allowance = self._allowance()
        for rule in self._rules:
            async with aclosing(self._pages(fetcher, rule)) as pages:
                async for told in pages:
                    new += self._ledger.see(each.id("id") for each in told.posts)
                    yield await self._batch(told)
        self._settle(new, has_read=self._purse < allowance)
        yield self.batch()

    def batch(self, heard: Heard = NOTHING, **more: Any) -> Batch:
        """A batch with what a moderator should know beside it."""
        return Batch(
            heard.sightings,
            cursor=self._ledger.cursor(),
            refused=heard.refused,
            trouble=self._said if self._clock() < self._said_until else "",
            budget_left=self._ledger.left,
            **more,
        )

    async def _pages(self, fetcher: Fetcher, rule: str) -> AsyncGenerator[Told]:
        """The pages after the ledger's place; of the very first search of all the newest one only, not a week."""
        since, page = self._ledger.place, ""
        for _ in range(PAGES_MAX):
            size = min(PAGE_MAX, self._purse)
            if size < PAGE_MIN:
                break
            try:
                told = await self._api.search(fetcher, rule, since=since, size=size, page=page)
            except TooOld:
                since = ""
                self._say(TOO_OLD)
                continue
            self._purse -= told.cost
            self._ledger.pay(told.cost)
            yield told
            page = told.next_page
            if self._ledger.is_new or not page:
                return
        self._is_cut = True

    async def _batch(self, told: Told) -> Batch:
        # In a thread, since a page of long posts would keep all others waiting.
        heard = await asyncio.to_thread(self._reader.read, told)
        in_order = Heard(heard.sightings[::-1], heard.refused)
        return self.batch(in_order, caught_up=False, rate_limit_left=told.rate_limit_left)

    def _allowance(self) -> int:
        left = self._ledger.left
        return max(left // 2, min(left, PAGE_MIN))

    def _settle(self, new: int, *, has_read: bool) -> None:
        """Decide from where the next search goes on, and when: none is needed where this one found nothing new."""
        at, is_first, self._is_first = self._clock(), self._is_first, False
        if self._is_cut and not has_read:
            self._say(TOO_LITTLE)
            self._due = at + timedelta(seconds=until_midnight_s(at))
            return
        if self._is_cut:
            self._say(LEFT_OUT)
        is_over = not new and not is_first
        self._ledger.searched(is_over=is_over)
        self._due = None if is_over else at + self._every

    def _say(self, words: str) -> None:
        self._said, self._said_until = words, self._clock() + SAID
