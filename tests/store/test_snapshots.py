"""Promise 3: a snapshot plus the updates after it is what a fresh snapshot gives, on every stream."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from backchannel.post import Media, Order, Post, Status, Verb, moved
from backchannel.store.base import Arrival, Logged, Query
from backchannel.store.house import Store, open_store
from backchannel.store.tables import decisions
from backchannel.updates import DESK, FLOOR, Kind
from tests.store.peek import rows_of
from tests.store.world import HALLS, NOON, after, arrival, content, gone, key, order

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(2 * settings().max_examples)]  # on every engine

# What each stream's followers see: the lists they start from.
LISTS: Final[dict[str, list[Query]]] = {
    DESK: [Query(status, DESK) for status in Status if status is not Status.GONE],
    FLOOR: [Query(Status.APPROVED, FLOOR)],
    "hall:main": [Query(Status.APPROVED, "hall:main", "main")],
    "hall:side": [Query(Status.APPROVED, "hall:side", "side")],
}

AT_ONCE: Final = 5
NUMBERS = st.integers(0, 4)
# Mostly the same words, so that many edits change nothing that a screen shows.
CONTENTS = st.builds(
    content,
    st.sampled_from(["one", "one", "one", "two"]),
    media=st.sampled_from([(), (), (), (Media("image"),)]),
    language=st.sampled_from(["", "de", "fr"]),
    edited_at=st.sampled_from([None, *map(after, range(1, 10))]),
)
VERDICTS = st.sampled_from([Status.QUEUED, Status.HELD, Status.REJECTED, Status.APPROVED])
# Posts that say the same are copies; with a boost comes a copy that has no words.
FOLDS = st.sampled_from(["", "same", "same", "other"])
BOOSTS = st.sampled_from(["", "", key("boost-1"), key("boost-2")])
SEEN = st.builds(
    arrival, NUMBERS, CONTENTS, status=VERDICTS, fold=FOLDS, boost=BOOSTS, rule=st.sampled_from(["", "words"])
)
ARRIVALS = st.one_of(*[SEEN] * 8, st.builds(gone, NUMBERS | st.just("boost-1")))
BATCHES = st.lists(ARRIVALS, min_size=1, max_size=3)
ORDERS = st.builds(
    Order,
    posts=st.lists(NUMBERS.map(key), min_size=1, max_size=3).map(tuple),
    verb=st.sampled_from([*[Verb.APPROVE] * 3, *Verb]),
    by=st.sampled_from(["mo", "eve"]),
    halls=st.none() | st.lists(st.sampled_from(HALLS), unique=True).map(tuple),
)
# Whether a follower comes before the step, what happens, and whether some read after it.
STEPS = st.lists(st.tuples(st.booleans(), st.one_of(BATCHES, ORDERS), st.booleans()), min_size=6, max_size=12)
# What stands when the first follower comes: one post everywhere, one in one hall, one in the queue.
BEFORE: Final[list[list[Arrival] | Order]] = [
    [arrival(number, content("one"), fold=fold) for number, fold in enumerate(["same", "other", ""])],
    order(Verb.APPROVE, 0),
    order(Verb.APPROVE, 1, halls=("side",)),
]
Step = tuple[bool, list[Arrival] | Order, bool]
MODEST = settings(
    max_examples=settings().max_examples // 8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes longer than a test may; failures are short
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


async def take(store: Store, step: list[Arrival] | Order) -> None:
    if isinstance(step, Order):
        await store.posts.decide(step, NOON)
    else:
        await store.posts.receive(step, NOON)


@dataclass
class Follower:
    """Whoever holds a snapshot of a stream and applies its updates: oldest first, a known post keeps its place."""

    stream: str
    seq: int
    shown: dict[str, Post] = field(default_factory=dict)

    async def catch_up(self, store: Store) -> None:
        missed: Sequence[Logged] | None = None
        while missed is None or len(missed) == AT_ONCE:
            missed = await store.log.since(self.stream, self.seq, AT_ONCE)
            for logged in missed:
                assert logged.update.seq == self.seq + 1
                assert logged.post is None or self.stream == DESK or logged.post.status is Status.APPROVED
                self.seq = logged.update.seq
                if logged.update.kind is Kind.DROP or logged.post is None:
                    self.shown.pop(logged.update.key, None)
                else:
                    self.shown[logged.update.key] = logged.post


async def snapshots(store: Store) -> dict[str, Follower]:
    """A follower of each stream who just came."""
    seqs = (await store.log.heads()).seqs
    followers = {stream: Follower(stream, seqs[stream]) for stream in LISTS}
    for stream, follower in followers.items():
        for query in LISTS[stream]:
            page = await store.posts.page(query)
            assert page.seq == follower.seq
            follower.shown |= {post.key: post for post in reversed(page.posts)}
    return followers


def shown_by(follower: Follower) -> Any:
    """What a follower sees. A console sorts by the numbers in each post; a public stream has its own order."""
    return follower.shown if follower.stream == DESK else list(follower.shown.items())


@MODEST
@given(steps=STEPS)
@example(steps=[(False, [arrival(0, content("one", language="de", edited_at=after(1)))], True)])
@example(steps=[(False, [arrival(0, content("two", edited_at=after(1)))], True)])
@example(steps=[(False, [gone(0), gone(2)], True)])
@example(steps=[(False, order(Verb.WITHDRAW, 0, 1), True)])
@example(steps=[(False, order(Verb.RESTORE, 0), True), (False, order(Verb.APPROVE, 0), True)])
@example(steps=[(False, [arrival(3, content("one"), fold="same")], True), (False, [gone(3)], True)])
@example(steps=[(False, [arrival(3, content("one"), fold="same")], True), (True, [gone(3)], True)])
@example(steps=[(False, [arrival(3, content("one"), fold="same")], True), (False, [gone(0)], True)])
@example(steps=[(False, [arrival(3, content("one"), fold="other", boost=key("boost-1"))], True)])
@example(
    steps=[
        (
            False,
            [arrival(0, content("two", edited_at=after(1)), status=Status.APPROVED, fold="same", rule="words")],
            True,
        )
    ]
)
@example(steps=[(False, [arrival(0, content("two", edited_at=after(1)), status=Status.REJECTED, rule="words")], True)])
@example(steps=[(False, order(Verb.RESTORE, 1), False), (True, order(Verb.APPROVE, 1, halls=("main",)), True)])
async def test_a_snapshot_plus_its_updates_is_a_fresh_snapshot(fresh_url: Callable[[], str], steps: list[Step]) -> None:
    async with open_store(fresh_url(), HALLS) as store:
        for step in BEFORE:
            await take(store, step)
        followers = [*(await snapshots(store)).values()]
        for somebody_comes, step, some_read in steps:
            if somebody_comes:
                followers += (await snapshots(store)).values()
            await take(store, step)
            for follower in followers[len(LISTS) :] if some_read else ():
                await follower.catch_up(store)
        fresh = await snapshots(store)
        for follower in followers:
            await follower.catch_up(store)
            assert shown_by(follower) == shown_by(fresh[follower.stream])
            assert follower.seq == fresh[follower.stream].seq


@MODEST
@given(steps=STEPS)
async def test_every_status_is_what_the_decisions_made_of_it(fresh_url: Callable[[], str], steps: list[Step]) -> None:
    url = fresh_url()
    async with open_store(url, HALLS) as store:
        for _, step, _ in steps:
            await take(store, step)
        statuses = {number: await store.posts.find(key(number)) for number in range(5)}
    folded: dict[str, Status] = {}
    for row in await rows_of(url, decisions):
        is_new = row["post_key"] not in folded
        before = Status(row["before"])
        assert before is folded.get(row["post_key"], Status.QUEUED) or (is_new and before is Status.COPY)
        # A rule's verdict on a new post may approve, reject or hold, as a person's may; so every row is a move.
        status = moved(before, Verb(row["verb"]))
        assert status == row["after"]
        folded[row["post_key"]] = Status(row["after"])
    for post in statuses.values():
        if post is not None and post.status is Status.COPY:
            assert post.key not in folded
        elif post is not None and post.status is not Status.GONE:
            assert post.status == folded.get(post.key, Status.QUEUED)
