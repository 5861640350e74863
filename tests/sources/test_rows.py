"""Each network's row of README's table against its server: the same sentences for all of them."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest

from backchannel.collector import State
from backchannel.post import Status
from backchannel.store.house import Store
from tests.sources.followed import Followed
from tests.sources.networks import NETWORKS
from tests.sources.virtual_time import VirtualTime

pytestmark = pytest.mark.anyio

NEVER: Final = "never told"
# The words of README's table, in seconds.
WITHIN_S: Final = {
    "at once": 1,
    "at once with a token": 1,
    "within 15 s": 15,
    "within a minute": 60,
    "within 2 min": 120,
    "at the next look": 120,
    "on the wall": 120,
    "on the wall: within minutes": 120,
}


@pytest.fixture(params=NETWORKS.values(), ids=list(NETWORKS))
async def followed(request: pytest.FixtureRequest, tmp_path: Path, store: Store) -> AsyncGenerator[Followed]:
    time = VirtualTime()
    async with request.param.opened(tmp_path, time) as network:
        yield Followed(network, store, time)
    assert network.faults == []


async def holds_within(words: str, followed: Followed, holds: Callable[[], Awaitable[bool]]) -> None:
    """In time something holds; where the server tells by itself, without any time passing."""
    is_told = followed.network.is_pushed and words.startswith("at once")
    assert await followed.until(holds, step_s=0.0 if is_told else 1.0) <= WITHIN_S[words] + 2  # a turn, and asking


async def test_a_post_waits_in_the_queue_as_soon_as_readme_says(followed: Followed) -> None:
    async with followed.collecting():
        await followed.write()

        async def is_there() -> bool:
            return await followed.texts() == ["Post 0 #pink11"]

        await holds_within(followed.network.posts, followed, is_there)
        assert (followed.health.state, followed.health.error) == (State.FOLLOWING, "")


async def test_an_edit_changes_the_post_as_soon_as_readme_says(followed: Followed) -> None:
    async with followed.collecting():
        _, name, _ = await followed.write(3)
        await followed.until_whole()
        await followed.network.edit(name, "In other words #pink11", followed.time.clock())

        async def is_changed() -> bool:
            return await followed.texts() == ["Post 0 #pink11", "In other words #pink11", "Post 2 #pink11"]

        await holds_within(followed.network.edits, followed, is_changed)


async def test_a_deleted_post_leaves_the_wall_as_soon_as_readme_says(followed: Followed) -> None:
    async with followed.collecting():
        _, name, _ = await followed.write(3)
        await followed.until_whole()
        await followed.approve_all()
        await followed.network.delete(name)

        async def is_gone() -> bool:
            return set(await followed.texts(Status.APPROVED)) == {"Post 0 #pink11", "Post 2 #pink11"}

        if followed.network.deletes == NEVER:
            await followed.pass_time(600)
            assert not await is_gone()
        else:
            await holds_within(followed.network.deletes, followed, is_gone)


async def test_a_minute_without_the_server_costs_no_post_and_doubles_none(followed: Followed) -> None:
    async with followed.collecting():
        await followed.write(20)
        await followed.until_whole()
        await followed.write(10)
        await followed.network.down()
        await followed.write(60)
        await followed.until(lambda: bool(followed.health.error))
        assert (followed.health.state, followed.health.next_try_at is None) == (State.WAITING, False)
        await followed.network.up()
        await followed.write(20)
        await followed.until_whole()
        await followed.until(lambda: not followed.health.error)
        assert followed.health.received == 110


async def test_where_nobody_had_written_before_a_crowd_in_our_absence_is_heard_whole(followed: Followed) -> None:
    async with followed.collecting():
        for _ in range(30):
            await followed.pass_time(1)
    await followed.write(90)
    async with followed.collecting():
        await followed.until_whole()


async def test_a_minute_without_us_costs_no_post_and_doubles_none(followed: Followed) -> None:
    async with followed.collecting():
        await followed.write(20)
        await followed.until_whole()
        await followed.write(10)
    await followed.write(60)
    async with followed.collecting():
        await followed.write(10)
        await followed.until_whole()
        assert followed.health.error == ""


async def test_who_asks_too_often_waits_as_long_as_the_server_wants_and_loses_no_post(followed: Followed) -> None:
    async with followed.collecting():
        await followed.write(3)
        await followed.until_whole()
        await followed.network.limit()
        await followed.write(3)
        await followed.until(lambda: "ask less often" in followed.health.error)
        assert (followed.health.state, followed.health.next_try_at is None) == (State.WAITING, False)
        await followed.network.mend()
        await followed.write(3)
        await followed.until_whole()
        await followed.until(lambda: not followed.health.error)


async def test_a_network_that_is_closed_to_us_says_what_to_do_and_goes_on_once_it_is_done(followed: Followed) -> None:
    async with followed.collecting():
        await followed.write(3)
        await followed.until_whole()
        await followed.network.close()
        await followed.until(lambda: followed.health.state is State.NEEDS_YOU)
        assert followed.health.remedy
        await followed.write(3)
        await followed.network.mend()
        await followed.until_whole(step_s=10)
        await followed.until(lambda: not followed.health.error)


async def test_who_wants_to_be_on_no_wall_is_on_none(followed: Followed) -> None:
    async with followed.collecting():
        for word in ("#nowall", "#nobot"):
            await followed.network.post(f"Not for everybody {word} #pink11", followed.time.clock())
        await followed.write()
        await followed.until_whole()
        await followed.until(lambda: followed.health.refused.total() == 2)
        [reason] = followed.health.refused
        assert "opted out" in reason


async def test_what_cannot_be_read_is_counted_and_its_neighbours_are_kept(followed: Followed) -> None:
    async with followed.collecting():
        await followed.write()
        await followed.network.garble()
        await followed.write()
        await followed.until_whole()
        await followed.until(lambda: followed.health.refused.total() == 1)
        assert (followed.health.state, followed.health.error) == (State.FOLLOWING, "")
