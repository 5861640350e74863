"""Reactions: counted in groups, told as totals, bounded whatever the crowd does."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from backchannel.hub.local import LocalHub
from backchannel.programme import Programme, Session
from backchannel.reactions import TOLD_EVERY_S, Reaction, Reactions, Totals
from tests.made_up import MORNING, Clock

pytestmark = pytest.mark.anyio


class Kept:
    """Tallies in memory that note every write."""

    def __init__(self) -> None:
        self.writes: list[Mapping[tuple[str, str], int]] = []
        self.is_broken = False

    async def add(self, counts: Mapping[tuple[str, str], int]) -> None:
        if self.is_broken:
            self.is_broken = False
            raise OSError
        self.writes.append(dict(counts))

    async def totals(self, places: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for write in self.writes:
            for (place, word), many in write.items():
                if place in places:
                    words = found.setdefault(place, {})
                    words[word] = words.get(word, 0) + many
        return found


class Hall:
    """Reactions of one hall, what was told, and the clock that its programme goes by."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.kept = Kept()
        self.told: asyncio.Queue[Totals] = asyncio.Queue()
        talk = Session("talk", "A talk", MORNING, MORNING + timedelta(minutes=45), hall="main")
        night = Session("night", "Closing", MORNING + timedelta(hours=3), MORNING + timedelta(hours=4), hall="main")
        programme = Programme((talk, night))
        self.reactions = Reactions(
            self.kept, LocalHub(0.05), lambda: programme, ["main"], self.clock, self.told.put_nowait
        )


@asynccontextmanager
async def running() -> AsyncGenerator[Hall]:
    hall = Hall()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(hall.reactions.run(), name="reactions")
        yield hall
        running.cancel()


async def next_total(hall: Hall, word: str) -> int:
    async with asyncio.timeout(10):
        return (await hall.told.get())["main"][word]


async def test_a_crowd_in_one_moment_is_one_write_and_one_total() -> None:
    async with running() as hall:
        for number in range(2000):
            assert hall.reactions.react(f"phone {number}", "main", Reaction.YES)
        assert await next_total(hall, "yes") == 2000
        assert hall.kept.writes == [{("main/talk", "yes"): 2000}]


async def test_a_phone_counts_once_in_a_second() -> None:
    async with running() as hall:
        counted = [hall.reactions.react("phone", "main", word) for word in (Reaction.YES, Reaction.YES, Reaction.HA)]
        assert counted == [True, False, False]
        assert hall.reactions.react("another", "main", Reaction.YES)
        assert await next_total(hall, "yes") == 2


async def test_what_the_store_would_not_keep_is_kept_with_the_next() -> None:
    async with running() as hall:
        hall.kept.is_broken = True
        hall.reactions.react("phone", "main", Reaction.HM)
        assert await next_total(hall, "hm") == 1


async def test_the_next_session_begins_at_nothing() -> None:
    async with running() as hall:
        hall.reactions.react("phone", "main", Reaction.YES)
        assert await next_total(hall, "yes") == 1
        hall.clock.turn(3600)
        assert await next_total(hall, "yes") == 0


async def test_after_the_last_session_nothing_is_left_to_react_to() -> None:
    async with running() as hall:
        hall.clock.turn(4 * 3600)
        assert not hall.reactions.react("phone", "main", Reaction.YES)


async def test_totals_are_told_twice_a_second_at_most() -> None:
    async with running() as hall:
        told_at = []
        for number in range(3):
            hall.reactions.react(f"phone {number}", "main", Reaction.YES)
            assert await next_total(hall, "yes") == number + 1
            told_at.append(asyncio.get_running_loop().time())
        assert told_at[2] - told_at[0] >= 2 * TOLD_EVERY_S * 0.9
