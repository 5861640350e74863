"""The wall as the phone's page has it: rendered once for all phones of a language, as long as nothing changes on it.

A thousand phones that open the page in the same minute would have the same thirty cards read and rendered anew each.
Whether something changed is asked of the log every time, so that nothing that was taken back is ever in a page.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from time import monotonic
from typing import Final

from markupsafe import Markup

from backchannel.feed import View
from backchannel.post import Status
from backchannel.store.base import Log, Posts, Query
from backchannel.updates import FLOOR
from backchannel.web.cards import Cards
from backchannel.web.catalogues import Tongue

NEWEST: Final = 30
KEPT_S: Final = 10.0  # a session may get another title meanwhile, and that is no update


@dataclass(frozen=True, slots=True)
class Standing:
    """The cards of the wall, newest first, as they stood at a number of the floor's stream."""

    epoch: str
    seq: int
    cards: Markup
    until: float = 0.0


EMPTY: Final = Standing("", 0, Markup())


class Wall:
    """What is on the wall, in every language that is asked for."""

    def __init__(self, posts: Posts, log: Log, cards: Cards) -> None:
        self._posts = posts
        self._log = log
        self._cards = cards
        self._kept: dict[str, Standing] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def now(self, tongue: Tongue) -> Standing:
        """How it stands."""
        kept = self._kept.get(tongue.tag)
        if kept is not None and await self._holds(kept):
            return kept
        async with self._asking[tongue.tag]:
            kept = self._kept.get(tongue.tag)
            if kept is not None and await self._holds(kept):
                return kept
            self._kept[tongue.tag] = standing = await self._read(tongue)
            return standing

    async def _holds(self, kept: Standing) -> bool:
        return monotonic() < kept.until and not await self._log.since(FLOOR, kept.seq, 1)

    async def _read(self, tongue: Tongue) -> Standing:
        page = await self._posts.page(Query(Status.APPROVED, stream=FLOOR, limit=NEWEST))
        cards = "\n".join(self._cards.card(View.PHONE, post, tongue) for post in page.posts)
        return Standing(page.epoch, page.seq, Markup(cards), monotonic() + KEPT_S)  # noqa: S704 (our own template)
