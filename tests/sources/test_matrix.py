"""Following a Matrix room through a homeserver on a real socket."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from backchannel.media.fetcher import Fetcher
from backchannel.sources.base import Batch
from backchannel.sources.matrix import Matrix, MatrixSettings
from tests.made_up import Clock
from tests.sources.matrix_server import ALIAS, TOKEN, MatrixServer, matrix_server

pytestmark = pytest.mark.anyio

AFTERNOON: Final = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncGenerator[MatrixServer]:
    async with matrix_server() as server:
        yield server
    assert server.faults == []


class Sleeper:
    """Sleeps in no time, and remembers for how long it was asked to."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Sleep."""
        self.slept.append(seconds)


def matrix(
    server: MatrixServer, *, sleep: Sleeper | None = None, clock: Clock | None = None, **settings: Any
) -> Matrix:
    return Matrix(
        MatrixSettings(**({"room": ALIAS, "server": server.url, "token_env": "TOKEN"} | settings)),
        ("pink11",),
        clock=clock or Clock(AFTERNOON),
        sleep=sleep or Sleeper(),
        fetcher=lambda: Fetcher(deadline_s=5),
        environ={"TOKEN": TOKEN},
    )


async def heard(source: Matrix, count: int, cursor: str | None = None) -> list[Batch]:
    """So many batches from the start on."""
    batches: list[Batch] = []
    async with aclosing(source.follow(cursor)) as following:
        async for batch in following:
            batches.append(batch)
            if len(batches) == count:
                break
    return batches


def words(*batches: Batch) -> list[str]:
    """What is said."""
    return [sighting.content.text for batch in batches for sighting in batch.sightings if sighting.content]


async def test_what_is_said_in_the_room_is_told_oldest_first(server: MatrixServer) -> None:
    server.say("Soup is served")
    server.say("Which soup?")
    (batch,) = await heard(matrix(server), 1)
    assert words(batch) == ["Soup is served", "Which soup?"]
    [soup, _] = batch.sightings
    assert soup.content
    assert (soup.content.author.name, soup.content.author.address) == ("Ines Kowalczyk", "@ines:matrix.example")
    assert (batch.refused, batch.trouble, batch.caught_up) == ((), "", True)
