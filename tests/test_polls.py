"""The polls of all halls: phones hear what changed of votes, one frame a hall, whatever the store does meanwhile."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from backchannel import polls
from backchannel.hub.local import LocalHub
from backchannel.poll import Ballot, Counted, Totals
from backchannel.polls import Polls
from backchannel.programme import Programme, Session, Speaker
from backchannel.question import State
from backchannel.updates import VOTES
from tests.made_up import MORNING, Clock

pytestmark = pytest.mark.anyio


class Tally:
    """Votes in memory: what each poll has."""

    def __init__(self) -> None:
        self.by_poll: dict[tuple[str, str], Totals] = {}
        self.is_broken = False

    async def cast(self, ballots: Sequence[Ballot], at: datetime) -> tuple[Counted, ...]:
        raise NotImplementedError

    async def voted(self, device: str, keys: object) -> frozenset[str]:
        raise NotImplementedError

    async def totals(self, hall: str, session: str) -> Totals:
        if self.is_broken:
            self.is_broken = False
            raise OSError
        return self.by_poll.get((hall, session), {})


class Phones:
    """What every phone was told."""

    phones_head = 7

    def __init__(self) -> None:
        self.heard: asyncio.Queue[list[dict[str, Any]]] = asyncio.Queue()

    async def tell_phones(self, message: str) -> None:
        """Note it."""
        told = json.loads(message)
        self.heard.put_nowait(told if isinstance(told, list) else [told])


class Halls:
    """Two halls, in one of which two talks follow each other."""

    def __init__(self) -> None:
        first = Session("one", "One", MORNING, MORNING + timedelta(minutes=45), "main", "main", (Speaker("Dana"),))
        then = Session("two", "Two", first.end, first.end + timedelta(minutes=45), "main", "main", (Speaker("Ines"),))
        self.clock, self.hub, self.votes, self.phones = Clock(), LocalHub(60), Tally(), Phones()
        programme = Programme((first, then))
        self.polls = Polls(
            None,  # type: ignore[arg-type] # nothing here reads a question
            self.votes,
            self.hub,
            self.phones,  # type: ignore[arg-type]
            lambda: programme,
            ["main", "foyer"],
            self.clock,
        )

    async def told(self) -> list[dict[str, Any]]:
        """What phones hear once somebody voted."""
        self.hub.wake((VOTES,))
        async with asyncio.timeout(5):
            return await self.phones.heard.get()


@asynccontextmanager
async def running(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Halls]:
    monkeypatch.setattr(polls, "TOLD_EVERY_S", 0.0)
    halls = Halls()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(halls.polls.run(), name="polls")
        yield halls
        task.cancel()


async def test_phones_hear_only_what_changed_and_one_that_asks_hears_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(monkeypatch) as halls:
        halls.votes.by_poll = {("main", "one"): {"a": (1, State.OPEN), "b": (2, State.OPEN)}}
        assert [frame["totals"] for frame in await halls.told()] == [{"a": [1, "open"], "b": [2, "open"]}]
        edition = halls.polls.edition
        halls.votes.by_poll[("main", "one")] = {"a": (1, State.OPEN), "b": (3, State.CURRENT)}
        halls.votes.by_poll[("foyer", "")] = {"c": (1, State.OPEN)}
        told = await halls.told()
        assert [(frame["hall"], frame["session"], frame["totals"]) for frame in told] == [
            ("main", "one", {"b": [3, "current"]}),
            ("foyer", "", {"c": [1, "open"]}),
        ]
        assert halls.polls.edition != edition
        [main, _] = map(json.loads, halls.polls.frames)
        assert main["totals"] == {"a": [1, "open"], "b": [3, "current"]}


async def test_when_the_session_changes_phones_hear_of_the_next_ones_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(monkeypatch) as halls:
        halls.votes.by_poll = {("main", "one"): {"a": (1, State.OPEN)}, ("main", "two"): {"b": (0, State.OPEN)}}
        assert (await halls.told())[0]["session"] == "one"
        halls.clock.turn(45 * 60)
        [frame] = await halls.told()
        assert (frame["session"], frame["totals"]) == ("two", {"b": [0, "open"]})


async def test_where_votes_cannot_be_read_they_are_told_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(monkeypatch) as halls:
        halls.votes.by_poll = {("main", "one"): {"a": (1, State.OPEN)}}
        halls.votes.is_broken = True
        halls.hub.wake((VOTES,))
        while halls.votes.is_broken:
            await asyncio.sleep(0)
        assert (await halls.told())[0]["totals"] == {"a": [1, "open"]}
