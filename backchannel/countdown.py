"""The countdown: what a rule holds for a time is shown when the time is over, unless somebody decided before.

The time stands with the post, so a restart or another node changes nothing. The rules are asked again first: what they
would not let go by then, since the desk is in lock-down or the rule says more now, stays held for a person. Orders name
the version that was seen, so that a moderator who is faster wins.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

import structlog

from backchannel.desk import Desk
from backchannel.post import RULE, Order, Post, Status, Verb
from backchannel.store.base import Holds

ROUND_EVERY_S: Final = 1.0
AT_ONCE: Final = 200
NOBODY_STOPPED_IT: Final = "Nobody stopped it"
NO_LONGER: Final = "The rules would not show it any more"

log = structlog.get_logger()


class Countdown:
    """Shows what nobody stopped."""

    def __init__(
        self,
        holds: Holds,
        desk: Desk,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._holds = holds
        self._desk = desk
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Look every second, until cancelled. A round that fails is told in the log; the next one does its work."""
        while True:
            try:
                await self.round()
            except Exception:  # the outermost edge of this duty: the next round may go well
                log.exception("countdown failed")
            await self._sleep(ROUND_EVERY_S)

    async def round(self) -> None:
        """Decide on everything whose time is over."""
        due = await self._holds.due(self._clock(), AT_ONCE)
        verdicts = await self._desk.judge_again(due)
        told = [(_by(post), verdict.lets_go, post) for post, verdict in zip(due, verdicts, strict=True)]
        for (by, lets_go), some in groupby(sorted(told, key=_order_of), key=_order_of):
            await self._order([post for *_, post in some], by, lets_go=lets_go)

    async def _order(self, posts: Sequence[Post], by: str, *, lets_go: bool) -> None:
        verb, why = (Verb.APPROVE, NOBODY_STOPPED_IT) if lets_go else (Verb.HOLD, NO_LONGER)
        versions = {post.key: post.version for post in posts}
        await self._desk.decide(Order(tuple(versions), verb, by, why, versions=versions))


def _by(post: Post) -> str:
    """The rule that held a post."""
    return post.decision.by if post.decision and post.status is Status.HELD else RULE


def _order_of(told: tuple[str, bool, Post]) -> tuple[str, bool]:
    return told[:2]
