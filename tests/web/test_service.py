from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.made_up import Clock
from tests.served import Served, made_config, served


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def timed(tmp_path: Path, clock: Clock) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path), clock=clock) as running:
        yield running


async def test_the_service_level_tells_what_comes_what_is_decided_and_what_waits(timed: Served, clock: Clock) -> None:
    headers = await timed.badge()
    keys = []
    for minute in range(3):
        keys += [await timed.post(f"post {minute} {number}") for number in range(3)]
        await timed.decide("hold", keys[-1], headers=headers)
        clock.turn(60 if minute < 2 else 30)
    level = (await timed.client.get("/api/service", headers=headers)).json()
    assert (level["came_a_minute"], level["decided_a_minute"], level["waiting"]) == (3, 1, 6)
    assert (level["by_minute"]["came"][:4], level["by_minute"]["decided"][:4]) == ([3, 3, 3, 0], [1, 1, 1, 0])
    assert (level["oldest_s"], level["waiting_p50_s"], level["waiting_p95_s"]) == (150, 90, 150)
    assert (level["backlog_min"], level["needs_hands"]) == (6, True)
    assert [hall["hall"] for hall in level["halls"]] == ["main", "foyer"]


async def test_an_idle_desk_waits_for_nothing(timed: Served) -> None:
    level = (await timed.client.get("/api/service", headers=await timed.badge())).json()
    assert (level["waiting"], level["oldest_s"], level["backlog_min"], level["needs_hands"]) == (0, None, 0, False)
    assert level["halls"] == [{"hall": slug, "ahead": 0, "ahead_s": 0} for slug in ("main", "foyer")]


async def test_what_many_consoles_ask_is_counted_once_until_it_is_two_seconds_old(timed: Served, clock: Clock) -> None:
    headers = await timed.badge()

    async def waiting() -> int:
        told: int = (await timed.client.get("/api/service", headers=headers)).json()["waiting"]
        return told

    assert await waiting() == 0
    await timed.post()
    clock.turn(1.9)
    assert await waiting() == 0
    clock.turn(0.1)
    assert await waiting() == 1
    await timed.post("Another one")
    clock.turn(-60)  # a clock that was put right
    assert await waiting() == 2
