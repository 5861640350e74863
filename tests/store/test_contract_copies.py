"""One duplicate, one card: what says the same as an earlier post is folded into it, and nothing living is lost."""

from typing import Any

import pytest

from backchannel.post import Post, Result, Status, Verb
from backchannel.store.base import Arrival, Query, Received
from backchannel.store.house import Store
from backchannel.store.tables import decisions, posts
from backchannel.updates import DESK, FLOOR, Kind
from tests.store.peek import rows_of
from tests.store.world import NOON, after, arrival, content, decide, gone, key, keys_of, order, receive

pytestmark = pytest.mark.anyio


def same(number: int | str, text: str = "hello", **more: Any) -> Arrival:
    """A post whose fold is its words."""
    return arrival(number, content(text), fold=text, **more)


def edited(number: int, text: str, fold: str = "", **more: Any) -> Arrival:
    """A later version of such a post."""
    return arrival(number, content(text, edited_at=after(1)), fold=fold or text, **more)


def boost(number: int, of: Arrival) -> Arrival:
    """A boost of a post."""
    return Arrival(of.key, of.sighting, fold=of.fold, boost=f"test:boost-{number}")


def unboosted(number: int) -> Arrival:
    return gone(f"boost-{number}")


async def found(store: Store, number: int | str) -> Post:
    post = await store.posts.find(key(number))
    assert post is not None
    return post


async def listed(store: Store, status: Status = Status.QUEUED) -> list[str]:
    return keys_of((await store.posts.page(Query(status))).posts)


async def test_what_says_the_same_is_a_copy_of_the_first(store: Store) -> None:
    await receive(store, same(1))
    received = await store.posts.receive([same(2), same(3), same(4, "other")], NOON)
    assert received == Received(new=1, copies=2, streams=frozenset({DESK}))
    assert await listed(store) == [key(1), key(4)]
    assert (await found(store, 1)).similar == 2
    copy = await found(store, 2)
    assert (copy.status, copy.copy_of, copy.decision) == (Status.COPY, key(1), None)
    assert (await store.posts.counts()).by_status[Status.QUEUED] == 2


async def test_a_copy_is_folded_within_its_own_batch_and_known_when_it_comes_again(store: Store) -> None:
    assert await store.posts.receive([same(1), same(2)], NOON) == Received(1, copies=1, streams=frozenset({DESK}))
    assert await store.posts.receive([same(1), same(2)], NOON) == Received(known=2)


async def test_who_says_nothing_certain_is_never_folded(store: Store) -> None:
    await receive(store, arrival(1), arrival(2))
    assert await listed(store) == [key(1), key(2)]


async def test_a_copy_is_told_where_the_first_is_seen_and_nowhere_else(store: Store) -> None:
    await receive(store, same(1))
    await decide(store, Verb.APPROVE, 1, halls=("side",))
    received = await store.posts.receive([same(2)], NOON)
    assert received.streams == {DESK, FLOOR, "hall:side"}
    for stream in (DESK, FLOOR, "hall:side"):
        last = (await store.log.since(stream, 0, 9))[-1]
        assert (last.update.key, last.update.kind) == (key(1), Kind.PUT)
        assert last.post is not None
        assert last.post.similar == 1


async def test_a_copy_does_not_spoil_the_decision_that_somebody_is_about_to_take(store: Store) -> None:
    await receive(store, same(1))
    await receive(store, same(2))
    decided = await store.posts.decide(order(Verb.APPROVE, 1, versions={key(1): 1}), NOON)
    assert decided.outcomes[0].outcome is Result.DONE
    assert await listed(store) == []


async def test_nobody_decides_on_a_copy_before_it_is_a_post_of_its_own(store: Store) -> None:
    await receive(store, same(1), same(2))
    for verb in set(Verb) - {Verb.RESTORE}:
        decided = await store.posts.decide(order(verb, 2), NOON)
        assert (decided.outcomes[0].outcome, decided.streams) == (Result.REFUSED, frozenset())


async def test_a_person_makes_a_copy_a_post_of_its_own(store: Store, url: str) -> None:
    await receive(store, same(1), same(2), same(3), same(9, "other"))
    await decide(store, Verb.REJECT, 1, reason="spam")
    decided = await store.posts.decide(order(Verb.RESTORE, 2, versions={key(2): 1}), NOON)
    assert (decided.outcomes[0].outcome, decided.outcomes[0].status) == (Result.DONE, Status.QUEUED)
    own, former = await found(store, 2), await found(store, 1)
    assert (own.copy_of, own.version, own.decision and own.decision.by) == ("", 2, "mo")
    assert await listed(store) == [key(9), key(2)]
    assert (former.status, former.similar, former.version) == (Status.REJECTED, 1, 2)
    told = [(logged.update.key, logged.post and logged.post.similar) for logged in await store.log.since(DESK, 0, 99)]
    assert told[-2:] == [(key(2), 0), (key(1), 1)]
    moves = [(row["post_key"], row["before"], row["after"]) for row in await rows_of(url, decisions)]
    assert moves == [(key(1), "queued", "rejected"), (key(2), "copy", "queued")]


async def test_a_copy_that_became_a_post_of_its_own_stays_one(store: Store) -> None:
    await receive(store, same(1), same(2))
    await decide(store, Verb.RESTORE, 2)
    await receive(store, same(2), edited(2, "HELLO", fold="hello"), gone(1))
    assert await listed(store) == [key(2)]
    await decide(store, Verb.APPROVE, 2)
    await receive(store, same(3))
    assert ((await found(store, 2)).similar, (await found(store, 3)).copy_of) == (1, key(2))


async def test_one_order_reaches_a_post_and_its_copies(store: Store) -> None:
    await receive(store, same(1), same(2), same(3))
    await decide(store, Verb.REJECT, 1)
    decided = await store.posts.decide(order(Verb.RESTORE, 1, 3, 2, 3), NOON)
    assert {outcome.outcome for outcome in decided.outcomes} == {Result.DONE}
    assert await listed(store) == [key(1), key(2), key(3)]
    assert (await found(store, 1)).similar == 0


async def test_nothing_is_made_of_a_boost(store: Store) -> None:
    first = same(1)
    await receive(store, first, boost(1, first))
    decided = await store.posts.decide(order(Verb.RESTORE, "boost-1"), NOON)
    assert (decided.outcomes[0].outcome, decided.streams) == (Result.REFUSED, frozenset())


@pytest.mark.parametrize("verb", [Verb.REJECT, Verb.HOLD])
async def test_a_late_copy_of_a_post_that_was_put_aside_stays_folded(store: Store, verb: Verb) -> None:
    await receive(store, same(1))
    await decide(store, verb, 1)
    await receive(store, same(2))
    assert await listed(store) == []


async def test_who_says_it_again_after_it_was_deleted_says_something_new(store: Store) -> None:
    await receive(store, same(1), gone(1))
    await receive(store, same(2))
    assert await listed(store) == [key(2)]


async def test_a_copy_that_is_deleted_is_counted_no_longer_and_leaves_nothing(store: Store, url: str) -> None:
    await receive(store, same(1), same(2), same(3))
    received = await store.posts.receive([gone(2)], NOON)
    assert received == Received(gone=1, streams=frozenset({DESK}))
    assert (await found(store, 1)).similar == 1
    row = next(row for row in await rows_of(url, posts) if row["key"] == key(2))
    assert (row["text"], row["fold"], row["copy_of"], row["network_id"]) == ("", None, None, None)
    assert await store.posts.receive([same(2), gone(2)], NOON) == Received(known=2)


async def test_the_oldest_living_copy_takes_the_place_of_a_post_that_is_gone(store: Store) -> None:
    await receive(store, same(1), same(9, "other"))
    for minute, number in enumerate([4, 3, 2]):
        await store.posts.receive([same(number)], after(minute))
    await receive(store, gone(4))
    await receive(store, gone(1))
    assert await listed(store) == [key(9), key(3)]
    heir, rest = await found(store, 3), await found(store, 2)
    assert (heir.similar, heir.copy_of, heir.received_at, heir.content.text) == (1, "", after(1), "hello")
    assert (rest.status, rest.copy_of) == (Status.COPY, key(3))
    await receive(store, same(5))
    assert (await found(store, 3)).similar == 2


async def test_what_was_approved_is_not_approved_for_the_copy_that_follows(store: Store) -> None:
    await receive(store, same(1), same(2))
    await decide(store, Verb.APPROVE, 1)
    await receive(store, gone(1))
    assert await listed(store, Status.APPROVED) == []
    assert await listed(store) == [key(2)]
    assert [logged.post for logged in await store.log.since(FLOOR, 0, 9)] == [None, None]


@pytest.mark.parametrize(
    ("verbs", "status"),
    [
        ([Verb.REJECT], Status.REJECTED),
        ([Verb.APPROVE, Verb.WITHDRAW], Status.REJECTED),
        ([Verb.HOLD], Status.HELD),
    ],
)
async def test_what_was_put_aside_stays_aside_with_the_reason(store: Store, verbs: list[Verb], status: Status) -> None:
    await receive(store, same(1), same(2))
    for verb in verbs:
        await decide(store, verb, 1, reason="spam")
    await receive(store, gone(1))
    heir = await found(store, 2)
    assert heir.decision is not None
    assert (heir.status, heir.decision.by, heir.decision.reason) == (status, "rule: same words", "spam")
    await decide(store, Verb.RESTORE, 2)
    assert await listed(store) == [key(2)]


async def test_an_edit_of_the_first_sets_its_copies_free(store: Store) -> None:
    await receive(store, same(1), same(2), same(3))
    await receive(store, edited(1, "now this"))
    assert await listed(store) == [key(1), key(2)]
    assert ((await found(store, 1)).similar, (await found(store, 2)).similar) == (0, 1)


async def test_a_copy_that_is_edited_to_say_something_else_is_judged_like_a_new_post(store: Store, url: str) -> None:
    await receive(store, same(1), same(2))
    other = edited(2, "another", status=Status.HELD, rule="words")
    assert (await store.posts.receive([other], after(5))).changed == 1
    own = await found(store, 2)
    assert own.decision is not None
    assert (own.status, own.decision.by, own.copy_of, own.received_at) == (Status.HELD, "rule: words", "", NOON)
    assert [(row["before"], row["after"]) for row in await rows_of(url, decisions)] == [("queued", "held")]
    assert (await found(store, 1)).similar == 0


async def test_a_copy_that_is_edited_and_still_says_the_same_stays_one(store: Store) -> None:
    await receive(store, same(1), same(2))
    received = await store.posts.receive([edited(2, "HELLO", fold="hello")], NOON)
    assert received == Received(changed=1)
    assert (await found(store, 2)).content.text == "HELLO"
    assert (await found(store, 1)).similar == 1


async def test_an_edit_that_says_what_another_says_stays_a_post_of_its_own(store: Store) -> None:
    await receive(store, same(1), same(2, "other"))
    await receive(store, edited(2, "hello"))
    assert await listed(store) == [key(1), key(2)]


async def test_a_boost_counts_once_and_brings_an_original_that_was_not_known(store: Store) -> None:
    first = same(1)
    assert await store.posts.receive([boost(1, first)], NOON) == Received(new=1, streams=frozenset({DESK}))
    assert await store.posts.receive([boost(2, first), boost(1, first), first], NOON) == Received(
        copies=1, known=2, streams=frozenset({DESK})
    )
    assert (await found(store, 1)).similar == 2
    await receive(store, unboosted(1))
    assert (await found(store, 1)).similar == 1


async def test_a_boost_of_a_copy_counts_for_the_first_and_a_boost_of_what_is_gone_for_nobody(store: Store) -> None:
    first, copy = same(1), same(2)
    await receive(store, first, copy, boost(1, copy))
    assert (await found(store, 1)).similar == 2
    await receive(store, gone(1), gone(2))
    assert await store.posts.receive([boost(2, copy)], NOON) == Received(known=1)


async def test_a_boost_never_takes_the_place_of_what_it_boosted(store: Store) -> None:
    first = same(1)
    await receive(store, boost(1, first), gone(1))
    assert [await listed(store, status) for status in (Status.QUEUED, Status.APPROVED)] == [[], []]


async def test_a_boost_stays_with_a_post_that_was_edited(store: Store) -> None:
    await receive(store, boost(1, same(1)), same(2))
    await receive(store, edited(1, "now this"))
    assert ((await found(store, 1)).similar, (await found(store, 2)).similar) == (1, 0)


async def test_an_authors_posts_name_the_copies_too_newest_first(store: Store) -> None:
    for minute, number in enumerate([1, 2, 3]):
        await store.posts.receive([same(number)], after(minute))
    assert keys_of(await store.posts.of_authors("test", ["id-ada"], 2)) == [key(3), key(2)]
