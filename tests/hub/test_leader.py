import asyncio
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from backchannel.hub.leader import SessionLock
from backchannel.hub.local import Alone
from backchannel.store.house import database_at
from tests.cluster import Cluster

pytestmark = pytest.mark.anyio

END_LEADER = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'backchannel leader'"


@pytest.fixture
def url(fresh_postgresql: Callable[[], str]) -> str:
    return fresh_postgresql()


def candidate(url: str) -> SessionLock:
    database = database_at(url)
    assert database is not None
    return SessionLock(database)


async def elected(lock: SessionLock, within_s: float = 10) -> None:
    async with asyncio.timeout(within_s):
        while not await lock.stand():
            await asyncio.sleep(0.05)


async def test_of_several_who_stand_one_leads(url: str) -> None:
    candidates = [candidate(url) for _ in range(4)]
    won = [lock for lock in candidates if await lock.stand()]
    assert len(won) == 1
    async with won[0].term():
        assert [await lock.stand() for lock in candidates if lock is not won[0]] == [False] * 3


async def test_who_led_is_followed_by_another_at_once(url: str) -> None:
    one, other = candidate(url), candidate(url)
    assert await one.stand()
    async with one.term():
        assert not await other.stand()
    assert await other.stand()
    async with other.term():
        assert not await one.stand()


async def test_two_databases_of_one_server_have_a_leader_each(fresh_postgresql: Callable[[], str]) -> None:
    locks = [candidate(fresh_postgresql()) for _ in range(2)]
    for lock in locks:
        assert await lock.stand()
    for lock in locks:
        async with lock.term():
            pass


async def test_a_leader_whose_session_is_ended_stops_at_once_and_may_stand_again(url: str, postgresql: Cluster) -> None:
    one = candidate(url)
    assert await one.stand()
    stopped = False
    with capture_logs() as logs:
        async with asyncio.timeout(10), one.term():
            try:
                postgresql.sql(END_LEADER)
                await asyncio.Event().wait()
            finally:
                stopped = True
    assert stopped
    assert [entry["event"] for entry in logs] == ["this node leads no longer"]
    await elected(one)
    async with one.term():
        pass


async def test_a_leader_that_is_frozen_is_replaced(url: str) -> None:
    frozen, other = candidate(url), candidate(url)
    assert await frozen.stand()  # and then it says nothing: its term, in which it would speak up, never begins
    await elected(other)
    async with other.term():
        assert not await candidate(url).stand()
    with capture_logs():
        async with asyncio.timeout(5), frozen.term():
            await asyncio.Event().wait()


async def test_an_error_in_a_term_is_the_bodys_own(url: str) -> None:
    one = candidate(url)
    assert await one.stand()
    with pytest.raises(ExceptionGroup) as caught:
        async with one.term():
            raise LookupError
    assert caught.group_contains(LookupError)
    assert await one.stand()
    async with one.term():
        pass


async def test_who_cannot_ask_does_not_lead() -> None:
    with capture_logs() as logs:
        assert not await candidate("postgresql://mo:sesame@127.0.0.1:1/none").stand()
    assert [entry["event"] for entry in logs] == ["the store cannot be asked who collects"]
    assert "sesame" not in str(logs)


async def test_a_node_alone_always_leads() -> None:
    assert await Alone().stand()
    async with Alone().term():
        assert await Alone().stand()
