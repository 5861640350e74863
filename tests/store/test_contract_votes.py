"""Votes, on both engines: counted once each, added where questions are merged, gone with their question."""

import pytest

from backchannel.poll import Ballot, Cast
from backchannel.post import Verb
from backchannel.store.house import Store
from tests.store.test_contract_questions import ask, poll, question, totals, vote
from tests.store.world import NOON, after, decide, gone, key, receive

pytestmark = pytest.mark.anyio


async def test_a_device_has_one_vote_and_may_take_it_back(store: Store) -> None:
    await ask(store, 1)
    assert await vote(store, 1, "x", "y", "x") == [Cast.COUNTED, Cast.COUNTED, Cast.COUNTED]
    assert await vote(store, 1, "x") == [Cast.SAME]
    assert await totals(store) == {key(1): 2}
    assert await store.votes.voted("x", [key(1)]) == {key(1)}
    assert await vote(store, 1, "x", up=False) == [Cast.TAKEN_BACK]
    assert await vote(store, 1, "x", up=False) == [Cast.SAME]
    assert await totals(store) == {key(1): 1}
    assert await store.votes.voted("x", [key(1)]) == frozenset()


async def test_of_a_batch_the_last_word_of_a_device_counts(store: Store) -> None:
    await ask(store, 1)
    await store.votes.cast([Ballot(key(1), "x", up=True), Ballot(key(1), "x", up=False)], NOON)
    assert await totals(store) == {key(1): 0}


async def test_what_is_no_shown_question_takes_no_votes(store: Store) -> None:
    await ask(store, 1)
    await receive(store, question(2))
    await decide(store, Verb.WITHDRAW, 1)
    for number in (1, 2, 3):
        assert await vote(store, number, "x") == [Cast.UNKNOWN]


async def test_a_question_that_comes_back_has_its_votes_again(store: Store) -> None:
    await ask(store, 1)
    await vote(store, 1, "x")
    await decide(store, Verb.WITHDRAW, 1)
    assert await totals(store) == {}
    await decide(store, Verb.RESTORE, 1)
    await decide(store, Verb.APPROVE, 1)
    assert await totals(store) == {key(1): 1}


async def test_merging_keeps_both_askers_and_counts_a_device_that_voted_for_both_once(store: Store) -> None:
    await ask(store, 1, name="Ada")
    await ask(store, 2, name="Bob")
    await vote(store, 1, "x", "y")
    await vote(store, 2, "y", "z")
    merged = await store.questions.merge(key(2), key(1), "Jo", after(1))
    assert merged.post is not None
    assert {"desk", "floor", "hall:main"} <= merged.streams
    [asked] = (await poll(store)).questions
    assert (asked.post.key, asked.votes, asked.askers) == (key(1), 3, ("Ada", "Bob"))
    assert asked.post.similar == 1


async def test_a_vote_for_what_was_merged_counts_for_what_stands_for_it_and_can_be_undone_there(store: Store) -> None:
    await ask(store, 1, 2)
    await vote(store, 2, "x")
    await store.questions.merge(key(2), key(1), "Jo", after(1))
    assert await vote(store, 2, "x") == [Cast.SAME]
    [counted] = await store.votes.cast([Ballot(key(2), "y", up=True)], NOON)
    assert (counted.outcome, counted.key) == (Cast.COUNTED, key(1))
    assert await store.votes.voted("x", [key(1)]) == {key(1)}
    assert await vote(store, 1, "x", up=False) == [Cast.TAKEN_BACK]
    assert await totals(store) == {key(1): 1}


async def test_restoring_what_was_merged_gives_each_its_own_votes_again(store: Store) -> None:
    await ask(store, 1, 2)
    await vote(store, 1, "x")
    await vote(store, 2, "x", "y")
    await store.questions.merge(key(2), key(1), "Jo", after(1))
    await decide(store, Verb.RESTORE, 2)
    await decide(store, Verb.APPROVE, 2)
    assert await totals(store) == {key(1): 1, key(2): 2}


async def test_a_question_that_is_gone_leaves_no_vote(store: Store) -> None:
    await ask(store, 1)
    await vote(store, 1, "x")
    await store.posts.receive([gone(1)], NOON)
    post = await store.posts.find(key(1))
    assert post is not None
    assert post.question is None
    assert await store.votes.voted("x", [key(1)]) == frozenset()
