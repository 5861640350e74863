"""What a rule holds for a time is due then, unless somebody decided; and what was said before is known."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from backchannel.post import Author, Post, Status, Verb
from backchannel.store.base import Arrival
from backchannel.store.house import Store, open_store
from tests.store.world import FULL, HALLS, NOON, after, arrival, content, decide, gone, key, keys_of, order, receive

pytestmark = pytest.mark.anyio


def held(number: int, seconds: int, text: str = "", at: datetime | None = None) -> Arrival:
    said = content(text or f"hello {number}", edited_at=at)
    return arrival(number, said, status=Status.HELD, rule="break", hold_s=seconds)


async def post(store: Store, number: int) -> Post:
    found = await store.posts.find(key(number))
    assert found is not None
    return found


async def due(store: Store, minutes: float = 0.5, limit: int = 9) -> list[str]:
    return keys_of(await store.holds.due(after(minutes), limit))


async def test_what_is_held_for_a_time_is_due_when_it_is_over_the_longest_first(store: Store) -> None:
    await receive(store, held(1, 20), held(2, 10), held(3, 60), held(4, 0), arrival(5, content("e"), hold_s=9))
    assert (await post(store, 1)).release_at == NOON + timedelta(seconds=20)
    assert [(await post(store, number)).release_at for number in (4, 5)] == [None, None]
    assert await due(store, 9.9 / 60) == []
    assert await due(store, 20 / 60) == [key(2), key(1)]
    assert await due(store, 9, limit=1) == [key(2)]


@pytest.mark.parametrize("verb", [Verb.APPROVE, Verb.REJECT, Verb.HOLD, Verb.RESTORE])
async def test_whatever_somebody_decides_stops_it(store: Store, verb: Verb) -> None:
    await receive(store, held(1, 10))
    await decide(store, verb, 1, versions={key(1): 1})
    assert await due(store) == []
    found = await post(store, 1)
    assert (found.release_at, found.version) == (None, 2)
    assert found.decision is not None
    assert (found.decision.by, found.decision.verb) == ("mo", verb)


async def test_what_is_held_for_good_cannot_be_held_again(store: Store) -> None:
    await receive(store, held(1, 10))
    for expected in ("done", "refused"):
        [outcome] = (await store.posts.decide(order(Verb.HOLD, 1), NOON)).outcomes
        assert outcome.outcome == expected


async def test_an_edit_is_held_anew_from_its_own_time_and_as_its_own_verdict_says(store: Store) -> None:
    await receive(store, held(1, 60), held(2, 60), held(3, 60))
    later = after(0.5)
    arrivals = [
        held(1, 90, "other", later),
        held(2, 0, "another", later),
        arrival(3, content("third", edited_at=later)),
    ]
    await store.posts.receive(arrivals, later)
    assert (await post(store, 1)).release_at == later + timedelta(seconds=90)
    assert [((await post(store, each)).status, (await post(store, each)).release_at) for each in (2, 3)] == [
        (Status.HELD, None),
        (Status.QUEUED, None),
    ]


async def test_what_a_person_held_no_edit_lets_go(store: Store) -> None:
    await receive(store, held(1, 10))
    await decide(store, Verb.HOLD, 1)
    await receive(store, held(1, 10, "other", NOON))
    assert await due(store) == []


async def test_what_is_gone_is_never_due(store: Store) -> None:
    await receive(store, held(1, 10))
    await receive(store, gone(1))
    assert await due(store) == []


async def test_a_restart_changes_nothing(url: str) -> None:
    async with open_store(url, HALLS) as store:
        await receive(store, held(1, 10))
    async with open_store(url, HALLS) as store:
        assert await due(store) == [key(1)]


async def test_what_was_said_is_known_by_who_said_it_first(store: Store) -> None:
    await store.posts.receive([arrival(2, content("b"), saying="s")], after(1))
    await store.posts.receive([arrival(1, content("a"), saying="s"), arrival(3, content("c"), saying="t")], after(2))
    assert await store.sayings.said(["s", "t", "u"]) == {"s": key(2), "t": key(3)}
    await receive(store, gone(2), gone(3))
    assert await store.sayings.said(["s", "t", "u"]) == {"s": key(1)}


async def test_how_old_an_account_is_and_how_many_follow_it_stay_until_it_is_gone(store: Store) -> None:
    ada = replace(FULL.author, created_at=after(-9999), followers=120)
    await receive(store, arrival(1, replace(FULL, author=ada)))
    assert (await post(store, 1)).content.author == ada
    await receive(store, gone(1))
    assert (await post(store, 1)).content.author == Author("")
