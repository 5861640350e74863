import pytest

from backchannel.post import Decision, Order, Outcome, Result, Status, Verb
from backchannel.store.base import Decided
from backchannel.store.house import Store
from backchannel.store.tables import decisions
from backchannel.updates import DESK
from tests.store.peek import rows_of
from tests.store.world import NOON, after, arrival, decide, gone, key, keys_of, order, receive

pytestmark = pytest.mark.anyio


async def outcome_of(store: Store, asked: Order) -> Outcome:
    return (await store.posts.decide(asked, after(1))).outcomes[0]


async def test_a_decision_says_what_who_why_and_when(store: Store, url: str) -> None:
    await receive(store, arrival(1))
    asked = order(Verb.REJECT, 1, by="mo", reason="spam", versions={key(1): 1})
    assert await store.posts.decide(asked, after(1)) == Decided(
        (Outcome(key(1), Result.DONE, Status.REJECTED, 2, "mo", after(1)),), frozenset({DESK})
    )
    post = await store.posts.find(key(1))
    assert post is not None
    assert post.decision == Decision("mo", Verb.REJECT, "spam", after(1))
    [row] = await rows_of(url, decisions)
    assert (row["post_key"], row["version"], row["before"], row["after"]) == (key(1), 2, "queued", "rejected")
    assert (row["verb"], row["by"], row["reason"], row["at"]) == ("reject", "mo", "spam", after(1))


@pytest.mark.parametrize("halls", [None, (), ("side",), ("main", "side")])
async def test_an_approval_goes_to_its_halls_and_to_the_floor(store: Store, halls: tuple[str, ...] | None) -> None:
    await receive(store, arrival(1))
    decided = await store.posts.decide(order(Verb.APPROVE, 1, halls=halls), NOON)
    slugs = ("main", "side") if halls is None else halls
    assert decided.streams == {DESK, "floor", *(f"hall:{slug}" for slug in slugs)}
    post = await store.posts.find(key(1))
    assert post is not None
    assert post.halls == halls


async def test_a_restored_post_forgets_its_halls(store: Store) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.APPROVE, 1, halls=("side",))
    restored = await store.posts.decide(order(Verb.RESTORE, 1), NOON)
    post = await store.posts.find(key(1))
    assert restored.streams == {DESK, "floor", "hall:side"}
    assert post is not None
    assert (post.status, post.halls) == (Status.QUEUED, None)


async def test_a_withdrawn_post_keeps_on_record_where_it_was_shown(store: Store) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.APPROVE, 1, halls=("side",))
    assert (await store.posts.decide(order(Verb.WITHDRAW, 1), NOON)).streams == {DESK, "floor", "hall:side"}
    post = await store.posts.find(key(1))
    assert post is not None
    assert (post.status, post.halls) == (Status.WITHDRAWN, ("side",))


async def test_an_unknown_post_is_told_apart(store: Store) -> None:
    assert await outcome_of(store, order(Verb.APPROVE, 9)) == Outcome(key(9), Result.UNKNOWN)


async def test_a_move_that_the_table_lacks_is_refused_with_who_was_last(store: Store) -> None:
    await receive(store, arrival(1), arrival(2))
    await decide(store, Verb.REJECT, 2, by="eve")
    assert await outcome_of(store, order(Verb.WITHDRAW, 1)) == Outcome(key(1), Result.REFUSED, Status.QUEUED, 1)
    assert await outcome_of(store, order(Verb.APPROVE, 2)) == Outcome(
        key(2), Result.REFUSED, Status.REJECTED, 2, "eve", NOON
    )


async def test_a_post_that_changed_since_is_a_conflict_that_names_the_winner(store: Store) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.REJECT, 1, by="eve", versions={key(1): 1})
    asked = order(Verb.APPROVE, 1, versions={key(1): 1})
    assert await outcome_of(store, asked) == Outcome(key(1), Result.CONFLICT, Status.REJECTED, 2, "eve", NOON)


async def test_a_decision_on_a_post_that_went_is_refused_or_a_conflict(store: Store) -> None:
    await receive(store, arrival(1), gone(1), gone(2))
    seen = order(Verb.APPROVE, 1, versions={key(1): 1})
    assert (await outcome_of(store, seen)).outcome is Result.CONFLICT
    assert (await outcome_of(store, order(Verb.APPROVE, 1))).outcome is Result.REFUSED
    assert (await outcome_of(store, order(Verb.APPROVE, 2))).outcome is Result.REFUSED


async def test_outcomes_keep_the_order_of_the_order_even_for_a_key_named_twice(store: Store) -> None:
    await receive(store, arrival(1), arrival(2))
    await decide(store, Verb.HOLD, 2)
    decided = await store.posts.decide(order(Verb.HOLD, 3, 2, 1, 3, 1), NOON)
    assert keys_of(decided.outcomes) == [key(3), key(2), key(1), key(3), key(1)]
    assert [outcome.outcome.value for outcome in decided.outcomes] == ["unknown", "refused", "done", "unknown", "done"]


async def test_posts_are_written_in_order_of_arrival(store: Store) -> None:
    await receive(store, arrival("b"), arrival("c"), arrival("a"))
    await decide(store, Verb.APPROVE, "a", "b", "c")
    shown = [logged.update.key for logged in await store.log.since("floor", 0, 9)]
    assert shown == [key("b"), key("c"), key("a")]


async def test_a_repeated_order_gets_its_first_answer_and_changes_nothing(store: Store) -> None:
    await receive(store, arrival(1))
    first = await store.posts.decide(order(Verb.APPROVE, 1, 2, idem="x"), after(1))
    await decide(store, Verb.WITHDRAW, 1)
    again = await store.posts.decide(order(Verb.APPROVE, 1, 2, idem="x"), after(9))
    assert again == Decided(first.outcomes)
    post = await store.posts.find(key(1))
    assert post is not None
    assert post.status is Status.WITHDRAWN


async def test_the_same_idem_of_somebody_else_is_another_order(store: Store) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.APPROVE, 1, by="mo", idem="x")
    assert (await outcome_of(store, order(Verb.WITHDRAW, 1, by="eve", idem="x"))).outcome is Result.DONE


async def test_an_order_without_idem_is_not_remembered(store: Store) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.APPROVE, 1)
    assert (await outcome_of(store, order(Verb.APPROVE, 1))).outcome is Result.REFUSED
