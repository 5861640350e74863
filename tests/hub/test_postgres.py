import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from secrets import token_hex

import pytest
from anyio import create_task_group
from structlog.testing import capture_logs

from backchannel.hub.postgres import CHANNEL, PostgresHub
from backchannel.store.house import database_at
from backchannel.updates import DESK, FLOOR
from tests.cluster import Cluster

pytestmark = pytest.mark.anyio

END_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'backchannel hub'"


@pytest.fixture
def url(fresh_postgresql: Callable[[], str]) -> str:
    return fresh_postgresql()


def hub(url: str, poll_every_s: float = 3600) -> PostgresHub:
    database = database_at(url)
    assert database is not None
    return PostgresHub(database, poll_every_s=poll_every_s, reconnect_every_s=0.05)


@asynccontextmanager
async def running(*hubs: PostgresHub) -> AsyncGenerator[None]:
    async with create_task_group() as tasks:
        for each in hubs:
            tasks.start_soon(each.run)
        yield
        tasks.cancel_scope.cancel()


async def heard(teller: PostgresHub, listener: PostgresHub, stream: str) -> None:
    """Return once a listener heard what a teller says again and again."""
    waiter = token_hex(4)
    await listener.wait(stream, waiter)  # who comes for the first time finds its stream awake
    async with create_task_group() as tasks:

        async def listen() -> None:
            await listener.wait(stream, waiter)
            tasks.cancel_scope.cancel()

        tasks.start_soon(listen)
        while True:
            teller.wake((stream,))
            await asyncio.sleep(0.01)


async def test_news_of_one_node_wakes_the_others_and_itself(url: str) -> None:
    one, other = hub(url), hub(url)
    async with running(one, other), asyncio.timeout(10):
        await heard(one, other, DESK)
        await heard(other, one, DESK)
        await heard(one, one, FLOOR)


async def test_only_the_stream_that_has_news_is_woken(url: str) -> None:
    one, other = hub(url), hub(url)
    async with running(one, other), asyncio.timeout(10):
        await heard(one, other, DESK)
        await heard(other, one, DESK)
        await other.wait("hall:main")
        waiting = asyncio.timeout(0.2)
        with pytest.raises(TimeoutError):
            async with waiting:
                await other.wait("hall:main")


async def test_every_stream_of_a_long_list_is_told(url: str) -> None:
    one, other = hub(url), hub(url)
    streams = [f"hall:{'long-' * 7}{number}" for number in range(400)]
    async with running(one, other), asyncio.timeout(20):
        await heard(one, other, DESK)
        one.wake(streams)
        await asyncio.gather(*map(other.wait, streams))


async def test_a_connection_that_is_lost_is_made_again_and_told_without_secrets(url: str, postgresql: Cluster) -> None:
    one, other = hub(url), hub(url)
    with capture_logs() as logs:
        async with running(one, other), asyncio.timeout(10):
            await heard(one, other, DESK)
            await heard(other, one, DESK)
            postgresql.sql(END_SESSIONS)
            await heard(one, other, FLOOR)
            await heard(other, one, FLOOR)
    assert {entry["event"] for entry in logs} == {"hub is cut off from other nodes"}
    assert CHANNEL not in str(logs)


async def test_who_was_cut_off_looks_at_once_when_the_connection_is_back(url: str, postgresql: Cluster) -> None:
    one, other = hub(url), hub(url)
    async with running(one, other), asyncio.timeout(10):
        await heard(one, other, DESK)
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(other.wait(DESK), name="follower")
            await asyncio.sleep(0)
            postgresql.sql(END_SESSIONS)
            await waiting


async def test_without_any_hint_the_poll_wakes() -> None:
    async with asyncio.timeout(5):
        await hub("postgresql://127.0.0.1:1/none", poll_every_s=0.01).wait(DESK)
