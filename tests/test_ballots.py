"""The ballot box: many votes in one transaction, and an answer only once a vote is on disk."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import pytest

from backchannel import ballots
from backchannel.ballots import BallotBox
from backchannel.errors import Refusal
from backchannel.hub.local import LocalHub
from backchannel.poll import Ballot, Cast, Counted, Totals
from tests.made_up import Clock

pytestmark = pytest.mark.anyio


class Tally:
    """Votes in memory, by the group in which they came; the first group may fail."""

    def __init__(self, *, fails: bool = False, hangs: bool = False) -> None:
        self.groups: list[int] = []
        self._fails = fails
        self._hangs = hangs

    async def cast(self, group: Sequence[Ballot], at: datetime) -> tuple[Counted, ...]:
        self.groups.append(len(group))
        if self._fails:
            self._fails = False
            raise OSError
        if self._hangs:
            await asyncio.Event().wait()
        return tuple(Counted(Cast.COUNTED, each.key) for each in group)

    async def voted(self, device: str, keys: object) -> frozenset[str]:
        raise NotImplementedError

    async def totals(self, hall: str, session: str) -> Totals:
        raise NotImplementedError


async def cast(tally: Tally, many: int) -> list[object]:
    """What each of so many voters is told."""
    box = BallotBox(tally, LocalHub(), Clock())
    running = asyncio.get_running_loop().create_task(box.run(), name="ballots")
    voters = (box.cast(Ballot("floor:1", f"device {number}", up=True)) for number in range(many))
    told = await asyncio.gather(*voters, return_exceptions=True)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return list(told)


async def test_votes_that_come_together_are_counted_in_few_transactions() -> None:
    tally = Tally()
    told = await cast(tally, 700)
    assert told == [Counted(Cast.COUNTED, "floor:1")] * 700
    assert tally.groups == [ballots.AT_ONCE, 700 - ballots.AT_ONCE]


async def test_where_a_group_cannot_be_counted_its_voters_are_told_and_the_next_group_is_counted() -> None:
    told = await cast(Tally(fails=True), ballots.AT_ONCE + 1)
    refused = [each for each in told if isinstance(each, Refusal)]
    assert len(refused) == ballots.AT_ONCE
    assert {(each.status, each.code) for each in refused} == {(503, "busy")}
    assert told[-1] == Counted(Cast.COUNTED, "floor:1")


async def test_more_votes_than_wait_at_most_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballots, "WAITING_MAX", 3)
    told = await cast(Tally(), 5)
    assert [isinstance(each, Refusal) for each in told] == [False, False, False, True, True]


async def test_nobody_waits_for_ever_where_the_store_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballots, "PATIENCE_S", 0.02)
    monkeypatch.setattr(ballots, "LOOK_EVERY_S", 0.01)
    told = await cast(Tally(hangs=True), ballots.AT_ONCE + 1)
    assert {each.code for each in told if isinstance(each, Refusal)} == {"busy"}
    assert len(told) == ballots.AT_ONCE + 1
    assert not any(isinstance(each, Counted) for each in told)
