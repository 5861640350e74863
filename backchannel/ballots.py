"""The ballot box: votes of many phones, counted in groups. A transaction each would keep everybody waiting."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import structlog
from anyio import fail_after

from backchannel.errors import Refusal
from backchannel.hub.base import Hub
from backchannel.poll import Ballot, Counted
from backchannel.store.base import Votes
from backchannel.updates import VOTES

GATHER_S: Final = 0.05  # nobody notices it, and a group of fifty costs what one vote costs
AT_ONCE: Final = 500
WAITING_MAX: Final = 10_000
PATIENCE_S: Final = 10.0

log = structlog.get_logger()


class BallotBox:
    """Counts votes for who waits for the answer: when it comes, the vote is on disk."""

    def __init__(self, votes: Votes, hub: Hub, clock: Callable[[], datetime]) -> None:
        self._votes = votes
        self._hub = hub
        self._clock = clock
        self._waiting: list[tuple[Ballot, asyncio.Future[Counted]]] = []
        self._is_wanted = asyncio.Event()

    async def cast(self, ballot: Ballot) -> Counted:
        """What became of a vote. Raises Refusal 503 where it cannot be counted now; then casting it again is right."""
        if len(self._waiting) >= WAITING_MAX:
            raise _busy()
        answer: asyncio.Future[Counted] = asyncio.get_running_loop().create_future()
        self._waiting.append((ballot, answer))
        self._is_wanted.set()
        try:
            with fail_after(PATIENCE_S):
                return await answer
        except TimeoutError as error:
            raise _busy() from error

    async def run(self) -> None:
        """Count until cancelled."""
        while True:
            await self._is_wanted.wait()
            await asyncio.sleep(GATHER_S)
            group, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            if not self._waiting:
                self._is_wanted.clear()
            await self._count(group)

    async def _count(self, group: Sequence[tuple[Ballot, asyncio.Future[Counted]]]) -> None:
        try:
            counted = await self._votes.cast([ballot for ballot, _ in group], self._clock())
        except Exception:  # the outermost edge of this group: its voters are told, and the next group may do better
            log.exception("votes cannot be counted", many=len(group))
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(_busy())
            return
        for (_, answer), each in zip(group, counted, strict=True):
            if not answer.done():
                answer.set_result(each)
        self._hub.wake((VOTES,))


def _busy() -> Refusal:
    return Refusal(503, "busy", "Your vote could not be counted just now. Please try again.")
