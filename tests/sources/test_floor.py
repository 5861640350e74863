import asyncio
from contextlib import aclosing

import pytest

from backchannel.errors import Refusal
from backchannel.sources.floor import GROUP_MAX, WAITING_MAX, Floor
from tests.made_up import sighting


async def settle() -> None:
    """Let every task that can run do so, once around the loop a few times."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_poster_is_answered_only_when_the_post_is_on_disk() -> None:
    floor = Floor()
    async with aclosing(floor.follow(None)) as batches, asyncio.TaskGroup() as group:
        await anext(batches)
        posting = group.create_task(floor.post(sighting("1", network="floor")), name="posting")
        batch = await anext(batches)
        await settle()
        assert [each.id for each in batch.sightings] == ["1"]
        assert not posting.done()
        following = group.create_task(anext(batches), name="following")  # asking on says: it is on disk
        await posting
        following.cancel()


async def test_a_group_that_was_not_committed_waits_on() -> None:
    floor = Floor()
    async with asyncio.TaskGroup() as group:
        posting = group.create_task(floor.post(sighting("1", network="floor")), name="posting")
        async with aclosing(floor.follow(None)) as batches:
            await anext(batches)
            assert len((await anext(batches)).sightings) == 1
        assert not posting.done()
        async with aclosing(floor.follow(None)) as batches:
            await anext(batches)
            assert [each.id for each in (await anext(batches)).sightings] == ["1"]
        posting.cancel()


async def test_posts_that_arrive_together_are_one_group() -> None:
    floor = Floor()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(floor.post(sighting(str(number), network="floor")), name=f"post {number}")
            for number in range(GROUP_MAX + 20)
        ]
        await settle()
        async with aclosing(floor.follow(None)) as batches:
            await anext(batches)
            assert len((await anext(batches)).sightings) == GROUP_MAX
            assert len((await anext(batches)).sightings) == 20
        for task in tasks:
            task.cancel()


async def test_what_waits_is_bounded() -> None:
    floor = Floor()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(floor.post(sighting(str(number), network="floor")), name=f"post {number}")
            for number in range(WAITING_MAX)
        ]
        await settle()
        with pytest.raises(Refusal) as refused:
            await floor.post(sighting("one too many", network="floor"))
        assert refused.value.status == 503
        for task in tasks:
            task.cancel()


async def test_who_was_told_that_it_could_not_be_kept_does_not_find_it_kept() -> None:
    floor = Floor()
    async with asyncio.TaskGroup() as group:
        posting = group.create_task(floor.post(sighting("given up", network="floor")), name="posting")
        await settle()
        posting.cancel()
        await settle()
        later = group.create_task(floor.post(sighting("later", network="floor")), name="later")
        await settle()
        async with aclosing(floor.follow(None)) as batches:
            await anext(batches)
            assert [each.id for each in (await anext(batches)).sightings] == ["later"]
        later.cancel()
