"""Promises 2 and 3 with many at once: one decision has one winner, and who resumes by number misses nothing."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backchannel.post import Result, Verb
from backchannel.store.house import Store, open_store
from backchannel.updates import DESK, FLOOR
from tests.store.world import HALLS, NOON, after, arrival, key, order, receive

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(2 * settings().max_examples)]  # on every engine

MODEST = settings(
    max_examples=settings().max_examples // 10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes longer than a test may; failures are short
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
VERBS = st.lists(st.sampled_from([Verb.APPROVE, Verb.REJECT, Verb.HOLD]), min_size=2, max_size=8)
# For each writer: the sizes of its batches (0 is one that fails half-way), and after how many reads it is cancelled.
WRITERS = st.lists(
    st.tuples(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.none() | st.integers(0, 6)),
    min_size=2,
    max_size=5,
)


@MODEST
@given(verbs=VERBS)
async def test_two_decisions_at_once_have_one_winner(fresh_url: Callable[[], str], verbs: list[Verb]) -> None:
    async with open_store(fresh_url(), HALLS) as store:
        await receive(store, arrival(1))
        asked = [order(verb, 1, by=f"mo-{place}", versions={key(1): 1}) for place, verb in enumerate(verbs)]
        answers = await asyncio.gather(*(store.posts.decide(one, after(place)) for place, one in enumerate(asked)))
        outcomes = [answer.outcomes[0] for answer in answers]
        [winner] = [place for place, outcome in enumerate(outcomes) if outcome.outcome is Result.DONE]
        for outcome in outcomes[:winner] + outcomes[winner + 1 :]:
            assert outcome.outcome is Result.CONFLICT
            assert (outcome.by, outcome.at, outcome.version) == (f"mo-{winner}", after(winner), 2)
        assert (await store.log.heads()).seqs[DESK] == 2


async def write(store: Store, name: int, batches: list[int]) -> None:
    for number, size in enumerate(batches):
        batch = [arrival(f"{name}-{number}-{place}") for place in range(size)]
        if size:
            await store.posts.receive(batch, NOON)
            await store.posts.decide(order(Verb.APPROVE, f"{name}-{number}-0"), NOON)
            continue
        with pytest.raises(ValueError, match="offset-naive"):  # after the numbers were taken, rows cannot be written
            await store.posts.receive([arrival("never")], NOON.replace(tzinfo=None))


@MODEST
@given(writers=WRITERS)
async def test_a_reader_that_resumes_misses_nothing(
    fresh_url: Callable[[], str], writers: list[tuple[list[int], int | None]]
) -> None:
    async with open_store(fresh_url(), HALLS) as store:
        seen: dict[str, list[int]] = {DESK: [], FLOOR: []}

        async def read() -> bool:
            before = sum(map(len, seen.values()))
            for stream, seqs in seen.items():
                last = seqs[-1] if seqs else 0
                seqs += [logged.update.seq for logged in await store.log.since(stream, last, 5)]
            return sum(map(len, seen.values())) > before

        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(write(store, name, batches), name=f"writer {name}")
                for name, (batches, _) in enumerate(writers)
            ]
            reads = 0
            while not all(task.done() for task in tasks):
                for task, (_, cancelled_after) in zip(tasks, writers, strict=True):
                    if reads == cancelled_after:
                        task.cancel()
                await read()
                reads += 1
        assert (await store.posts.receive([arrival("last")], NOON)).new == 1
        heads = (await store.log.heads()).seqs
        while await read():
            pass
        for (
            stream,
            seqs,
        ) in seen.items():  # what a cancelled writer began still runs to its end, also after the last one
            assert seqs == list(range(1, len(seqs) + 1))
            assert len(seqs) >= heads[stream]


async def write_and_fail(store: Store, name: int, rounds: int) -> None:
    """Every third batch fails after its numbers were taken; the others are approved at once."""
    for number in range(rounds):
        if (name + number) % 3 == 0:
            with pytest.raises(ValueError, match="offset-naive"):
                await store.posts.receive([arrival("never")], NOON.replace(tzinfo=None))
            continue
        numbers = [f"{name}-{number}-{place}" for place in range(1 + number % 3)]
        await store.posts.receive([*map(arrival, numbers), arrival(f"shared-{number}")], NOON)
        await store.posts.decide(order(Verb.APPROVE, *numbers, by=f"mo-{name}"), NOON)


async def test_eight_writers_on_two_nodes_leave_no_hole_and_a_reader_misses_nothing(url: str) -> None:
    seen: dict[str, list[int]] = {DESK: [], FLOOR: [], "hall:main": [], "hall:side": []}
    async with open_store(url, HALLS) as one, open_store(url, HALLS) as other:

        async def read() -> None:
            for stream, seqs in seen.items():
                seqs += [logged.update.seq for logged in await one.log.since(stream, len(seqs), 7)]

        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(write_and_fail(store, name, rounds=12), name=f"writer {name}")
                for name, store in enumerate([one, other] * 4)
            ]
            while not all(task.done() for task in tasks):
                await read()
        heads = (await other.log.heads()).seqs
        while any(len(seqs) < heads[stream] for stream, seqs in seen.items()):
            await read()
    approved = sum(1 + number % 3 for name in range(8) for number in range(12) if (name + number) % 3)
    assert heads == {DESK: 2 * approved + 12, FLOOR: approved, "hall:main": approved, "hall:side": approved}
    for stream, seqs in seen.items():
        assert seqs == list(range(1, heads[stream] + 1))
