import asyncio
from contextlib import aclosing

import pytest

from backchannel.errors import Refusal
from backchannel.post import Sighting
from backchannel.sources.base import Batch
from backchannel.sources.inbox import GROUP_MAX, WAITING_MAX, Inbox
from tests.made_up import sighting


def opened() -> Inbox:
    return Inbox("plaza", "Plaza", "plaza")


def letter(name: str, many: int) -> list[Sighting]:
    return [sighting(f"{name}{number}", network="plaza") for number in range(many)]


async def settle() -> None:
    """Let every task that can run do so, once around the loop a few times."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_poster_is_answered_only_when_the_post_is_on_disk() -> None:
    inbox = opened()
    async with aclosing(inbox.follow(None)) as batches, asyncio.TaskGroup() as group:
        await anext(batches)
        posting = group.create_task(inbox.post(sighting("1", network="plaza")), name="posting")
        batch = await anext(batches)
        await settle()
        assert [each.id for each in batch.sightings] == ["1"]
        assert not posting.done()
        following = group.create_task(anext(batches), name="following")  # asking on says: it is on disk
        await posting
        following.cancel()


async def test_a_group_that_was_not_committed_waits_on() -> None:
    inbox = opened()
    async with asyncio.TaskGroup() as group:
        posting = group.create_task(inbox.post(sighting("1", network="plaza")), name="posting")
        async with aclosing(inbox.follow(None)) as batches:
            await anext(batches)
            assert len((await anext(batches)).sightings) == 1
        assert not posting.done()
        async with aclosing(inbox.follow(None)) as batches:
            await anext(batches)
            assert [each.id for each in (await anext(batches)).sightings] == ["1"]
        posting.cancel()


async def test_posts_that_arrive_together_are_one_group() -> None:
    inbox = opened()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(inbox.post(sighting(str(number), network="plaza")), name=f"post {number}")
            for number in range(GROUP_MAX + 20)
        ]
        await settle()
        async with aclosing(inbox.follow(None)) as batches:
            await anext(batches)
            assert len((await anext(batches)).sightings) == GROUP_MAX
            assert len((await anext(batches)).sightings) == 20
        for task in tasks:
            task.cancel()


async def test_what_waits_is_bounded() -> None:
    inbox = opened()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(inbox.post(sighting(str(number), network="plaza")), name=f"post {number}")
            for number in range(WAITING_MAX)
        ]
        await settle()
        with pytest.raises(Refusal) as refused:
            await inbox.post(sighting("one too many", network="plaza"))
        assert refused.value.status == 503
        for task in tasks:
            task.cancel()


async def test_who_was_told_that_it_could_not_be_kept_does_not_find_it_kept() -> None:
    inbox = opened()
    async with asyncio.TaskGroup() as group:
        posting = group.create_task(inbox.post(sighting("given up", network="plaza")), name="posting")
        await settle()
        posting.cancel()
        await settle()
        later = group.create_task(inbox.post(sighting("later", network="plaza")), name="later")
        await settle()
        async with aclosing(inbox.follow(None)) as batches:
            await anext(batches)
            assert [each.id for each in (await anext(batches)).sightings] == ["later"]
        later.cancel()


async def test_posts_that_were_handed_in_together_are_kept_together() -> None:
    inbox = opened()
    async with aclosing(inbox.follow(None)) as batches, asyncio.TaskGroup() as group:
        await anext(batches)
        tasks = [group.create_task(inbox.post(*letter(name, 60)), name=name) for name in "ab"]
        await settle()
        assert {each.id[0] for each in (await anext(batches)).sightings} == {"a"}
        second = await anext(batches)
        await settle()
        assert ({each.id[0] for each in second.sightings}, len(second.sightings)) == ({"b"}, 60)
        assert [task.done() for task in tasks] == [True, False]
        tasks[1].cancel()


async def test_every_post_of_a_letter_counts_towards_the_bound() -> None:
    inbox = opened()
    async with asyncio.TaskGroup() as group:
        full = WAITING_MAX // GROUP_MAX
        tasks = [
            group.create_task(inbox.post(*letter(str(number), GROUP_MAX)), name=str(number)) for number in range(full)
        ]
        await settle()
        with pytest.raises(Refusal):
            await inbox.post(sighting("one too many", network="plaza"))
        tasks[0].cancel()
        await settle()
        tasks.append(group.create_task(inbox.post(*letter("again", GROUP_MAX)), name="again"))
        await settle()
        assert not tasks[-1].done()
        for task in tasks:
            task.cancel()


async def test_what_could_not_be_read_is_told_once() -> None:
    inbox = opened()
    inbox.refuse(["a post is empty"] * 2)
    async with aclosing(inbox.follow(None)) as batches, asyncio.TaskGroup() as group:
        await anext(batches)
        assert await anext(batches) == Batch(refused=("a post is empty",) * 2)
        posting = group.create_task(inbox.post(sighting("1", network="plaza")), name="posting")
        batch = await anext(batches)
        assert (len(batch.sightings), batch.refused) == (1, ())
        posting.cancel()
