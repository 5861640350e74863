"""The ballot box: votes of many phones, counted in groups. A transaction each would keep everybody waiting."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from backchannel.errors import Refusal
from backchannel.hub.base import Hub
from backchannel.poll import Ballot, Counted
from backchannel.store.base import Votes
from backchannel.updates import VOTES

GATHER_S: Final = 0.1  # nobody notices it, a group of a hundred costs what one vote costs, and decisions come between
AT_ONCE: Final = 500
WAITING_MAX: Final = 10_000
PATIENCE_S: Final = 10.0
LOOK_EVERY_S: Final = 1.0  # at who lost patience: a timer for each would cost as much as reading the vote

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Voter:
    ballot: Ballot
    answer: asyncio.Future[Counted]
    since: float

    def tell(self, counted: Counted | None) -> None:
        """Tell what became of the vote; None where it cannot be counted now."""
        if self.answer.done():
            return
        if counted is None:
            self.answer.set_exception(_busy())
        else:
            self.answer.set_result(counted)


class BallotBox:
    """Counts votes for who waits for the answer: when it comes, the vote is on disk."""

    def __init__(self, votes: Votes, hub: Hub, clock: Callable[[], datetime]) -> None:
        self._votes = votes
        self._hub = hub
        self._clock = clock
        self._waiting: list[_Voter] = []
        self._counting: list[_Voter] = []
        self._is_wanted = asyncio.Event()

    async def cast(self, ballot: Ballot) -> Counted:
        """What became of a vote. Raises Refusal 503 where it cannot be counted now; then casting it again is right."""
        if len(self._waiting) >= WAITING_MAX:
            raise _busy()
        loop = asyncio.get_running_loop()
        voter = _Voter(ballot, loop.create_future(), loop.time())
        self._waiting.append(voter)
        self._is_wanted.set()
        return await voter.answer

    async def run(self) -> None:
        """Count until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._count_all(), name="count votes")
            group.create_task(self._excuse_all(), name="excuse voters")

    async def _count_all(self) -> None:
        while True:
            await self._is_wanted.wait()
            await asyncio.sleep(GATHER_S)
            self._counting, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            if not self._waiting:
                self._is_wanted.clear()
            await self._count(self._counting)
            self._counting = []

    async def _excuse_all(self) -> None:
        """Have nobody wait for longer than their patience, whatever the store does."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            late = asyncio.get_running_loop().time() - PATIENCE_S
            for voter in (*self._counting, *self._waiting):
                if voter.since <= late:
                    voter.tell(None)

    async def _count(self, group: Sequence[_Voter]) -> None:
        try:
            counted = await self._votes.cast([voter.ballot for voter in group], self._clock())
        except Exception:  # the outermost edge of this group: its voters are told, and the next group may do better
            log.exception("votes cannot be counted", many=len(group))
            for voter in group:
                voter.tell(None)
            return
        for voter, each in zip(group, counted, strict=True):
            voter.tell(each)
        self._hub.wake((VOTES,))


def _busy() -> Refusal:
    return Refusal(503, "busy", "Your vote could not be counted just now. Please try again.")
