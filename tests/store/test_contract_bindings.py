"""Which session a post belongs to, on both engines: kept with it, put right by a person, gone with it."""

from dataclasses import replace

import pytest

from backchannel.post import Status, Verb
from backchannel.programme import Binding, Why
from backchannel.store.base import Bound
from backchannel.store.house import Store
from tests.store.world import NOON, after, arrival, content, decide, gone, key, receive

pytestmark = pytest.mark.anyio

BY_TIME = Binding("reviews", Why.TIME)
BY_TAG = Binding("desk", Why.HASHTAG)


async def binding(store: Store, number: int = 1) -> Binding | None:
    post = await store.posts.find(key(number))
    assert post is not None
    return post.session


async def test_a_new_post_keeps_the_session_that_it_came_with(store: Store) -> None:
    await receive(store, arrival(1, session=BY_TIME), arrival(2, content("other")))
    assert (await binding(store, 1), await binding(store, 2)) == (BY_TIME, None)


async def test_an_edit_may_say_another_session_by_its_words_but_not_by_its_time(store: Store) -> None:
    await receive(store, arrival(1, session=BY_TIME))
    later = arrival(1, content("edited", edited_at=after(1)), session=Binding("lunch", Why.TIME))
    await receive(store, later)
    assert await binding(store) == BY_TIME
    await receive(store, arrival(1, content("edited #desk", edited_at=after(2)), session=BY_TAG))
    assert await binding(store) == BY_TAG


async def test_what_a_person_says_stands_against_every_edit(store: Store) -> None:
    await receive(store, arrival(1, session=BY_TIME))
    bound = await store.bindings.bind(key(1), "keynote", after(1))
    assert bound.post is not None
    assert (bound.post.session, bound.streams) == (Binding("keynote", Why.PERSON), frozenset({"desk"}))
    await receive(store, arrival(1, content("edited #desk", edited_at=after(2)), session=BY_TAG))
    assert await binding(store) == Binding("keynote", Why.PERSON)


async def test_it_is_no_decision_and_whoever_looks_at_the_post_may_still_decide(store: Store) -> None:
    await receive(store, arrival(1))
    await store.bindings.bind(key(1), "keynote", after(1))
    await decide(store, Verb.APPROVE, 1, versions={key(1): 1})
    post = await store.posts.find(key(1))
    assert post is not None
    assert (post.status, post.version) == (Status.APPROVED, 2)
    assert await binding(store) == Binding("keynote", Why.PERSON)


async def test_every_stream_that_shows_the_post_hears_of_it_and_what_is_said_twice_changes_nothing(
    store: Store,
) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.APPROVE, 1)
    bound = await store.bindings.bind(key(1), None, after(1))
    assert bound.post is not None
    assert bound.post.session == Binding("", Why.PERSON)
    assert {"desk", "floor"} <= bound.streams
    assert await store.bindings.bind(key(1), None, after(2)) == replace(
        bound, post=await store.posts.find(key(1)), streams=frozenset()
    )


async def test_of_an_unknown_post_and_of_one_that_is_gone_nothing_can_be_said(store: Store) -> None:
    await receive(store, arrival(1, session=BY_TIME))
    await store.posts.receive([gone(1)], NOON)
    assert await store.bindings.bind(key(1), "keynote", after(1)) == Bound(None)
    assert await store.bindings.bind(key(2), "keynote", after(1)) == Bound(None)
    assert await binding(store) is None
