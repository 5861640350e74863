"""By which name of its own each source knows a post: kept with the batch, gone with the post."""

from dataclasses import replace

import pytest

from backchannel.post import Verb
from backchannel.store.base import Arrival, Shown
from backchannel.store.house import Store
from tests.store.world import NOON, arrival, decide, gone, key

pytestmark = pytest.mark.anyio


def known_as(number: int, ref: str) -> Arrival:
    arrived = arrival(number)
    return replace(arrived, sighting=replace(arrived.sighting, ref=ref))


async def receive(store: Store, source: str, *arrivals: Arrival) -> None:
    await store.posts.receive(arrivals, NOON, None, source)


async def test_a_post_is_found_by_the_name_that_its_source_has_for_it(store: Store) -> None:
    await receive(store, "one", known_as(1, "a"), known_as(2, "b"))
    await receive(store, "two", known_as(1, "c"), known_as(1, "c"))
    await receive(store, "two", known_as(1, "c"))
    assert await store.sightings.keys("one", ["a", "b", "c"]) == {"a": key(1), "b": key(2)}
    assert await store.sightings.keys("two", ["a", "c"]) == {"c": key(1)}
    assert await store.sightings.refs("one", [key(1), key(2), key(3)]) == {key(1): "a", key(2): "b"}


async def test_a_post_may_come_by_an_old_name_and_a_new_one_at_once(store: Store) -> None:
    await receive(store, "one", known_as(1, "a"))
    await receive(store, "one", known_as(1, "a"), known_as(1, "b"))
    assert await store.sightings.keys("one", ["a", "b"]) == {"a": key(1), "b": key(1)}


async def test_a_post_without_such_a_name_leaves_none(store: Store) -> None:
    await receive(store, "one", arrival(1))
    assert await store.sightings.refs("one", [key(1)]) == {}


async def test_the_names_of_a_post_go_with_it_and_do_not_come_back(store: Store) -> None:
    await receive(store, "one", known_as(1, "a"), known_as(2, "b"))
    await receive(store, "one", gone(1))
    await receive(store, "one", known_as(1, "a"))
    assert await store.sightings.keys("one", ["a", "b"]) == {"b": key(2)}


async def test_a_post_that_came_and_went_in_one_batch_leaves_no_name(store: Store) -> None:
    await receive(store, "one", known_as(1, "a"), gone(1))
    assert await store.sightings.keys("one", ["a"]) == {}


async def test_approved_posts_are_shown_in_order_from_a_place_on(store: Store) -> None:
    await receive(store, "one", known_as(1, "a"), known_as(2, "b"), known_as(3, "c"), known_as(4, "d"))
    await decide(store, Verb.APPROVE, 1, 3, 4)
    first = await store.sightings.shown("one", 0, 2)
    assert [(each.ref, each.key) for each in first] == [("a", key(1)), ("c", key(3))]
    [last] = await store.sightings.shown("one", first[-1].place, 2)
    assert last == Shown("d", key(4), last.place)
    assert await store.sightings.shown("two", 0, 2) == ()


async def test_what_a_post_was_followed_for_is_kept_until_an_edit_and_goes_with_it(store: Store) -> None:
    arrived = arrival(1)
    await receive(store, "one", replace(arrived, sighting=replace(arrived.sighting, matched=("#pink11", "@ada"))))
    found = await store.posts.find(key(1))
    assert found is not None
    assert found.matched == ("#pink11", "@ada")
    await receive(store, "one", gone(1))
    found = await store.posts.find(key(1))
    assert found is not None
    assert found.matched == ()
