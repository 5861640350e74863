import asyncio
from collections.abc import Callable

import pytest

from backchannel.post import Post, Verb
from backchannel.store.base import Heads, Logged
from backchannel.store.house import Store, open_store
from backchannel.updates import DESK, FLOOR, Kind, Update
from tests.store.world import HALLS, NOON, arrival, content, decide, gone, key, receive

pytestmark = pytest.mark.anyio


def told(logged: tuple[Logged, ...]) -> list[tuple[int, Kind, bool]]:
    return [(entry.update.seq, entry.update.kind, entry.post is not None) for entry in logged]


async def test_a_stream_that_never_had_an_update_stands_at_0(store: Store) -> None:
    assert await store.log.heads() == Heads(store.epoch, {DESK: 0, FLOOR: 0, "hall:main": 0, "hall:side": 0})
    assert await store.log.since(FLOOR, 0, 9) == ()


async def test_an_update_is_a_number_a_kind_and_a_post_as_it_is_now(store: Store) -> None:
    await receive(store, arrival(1))
    await receive(store, arrival(1, content("other", edited_at=NOON)))
    post = await store.posts.find(key(1))
    assert isinstance(post, Post)
    assert await store.log.since(DESK, 0, 9) == (
        Logged(Update(DESK, 1, Kind.PUT, key(1), 1, NOON), post),
        Logged(Update(DESK, 2, Kind.PUT, key(1), 2, NOON), post),
    )


async def test_who_was_away_gets_what_follows_in_order_and_no_more_than_asked(store: Store) -> None:
    await receive(store, *map(arrival, range(7)))
    assert [entry.update.seq for entry in await store.log.since(DESK, 2, 3)] == [3, 4, 5]
    assert [entry.update.seq for entry in await store.log.since(DESK, 5, 3)] == [6, 7]
    assert await store.log.since(DESK, 7, 3) == ()


async def test_a_put_of_a_withdrawn_post_tells_nothing_of_it(store: Store) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.APPROVE, 1)
    assert told(await store.log.since(FLOOR, 0, 9)) == [(1, Kind.PUT, True)]
    await decide(store, Verb.WITHDRAW, 1)
    assert told(await store.log.since(FLOOR, 0, 9)) == [(1, Kind.PUT, False), (2, Kind.DROP, False)]
    assert told(await store.log.since(DESK, 0, 9))[-1] == (3, Kind.PUT, True)


async def test_a_hall_is_told_nothing_of_a_post_that_is_now_for_another(store: Store) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.APPROVE, 1, halls=("main",))
    await decide(store, Verb.RESTORE, 1)
    await decide(store, Verb.APPROVE, 1, halls=("side",))
    assert told(await store.log.since("hall:main", 0, 9)) == [(1, Kind.PUT, False), (2, Kind.DROP, False)]
    assert told(await store.log.since("hall:side", 0, 9)) == [(1, Kind.PUT, True)]


async def test_the_desk_is_told_nothing_of_a_gone_post(store: Store) -> None:
    await receive(store, arrival(1), gone(1))
    assert told(await store.log.since(DESK, 0, 9)) == [(1, Kind.PUT, False), (2, Kind.DROP, False)]


async def test_streams_that_are_read_at_once_are_each_told_their_own(store: Store) -> None:
    await receive(store, *map(arrival, range(3)))
    await decide(store, Verb.APPROVE, 1, halls=("main",))
    await decide(store, Verb.APPROVE, 2)
    places = [(DESK, 1, 9), ("hall:side", 0, 9), (DESK, 0, 2), (FLOOR, 9, 9), ("hall:main", 0, 9)]
    alone = [await store.log.since(*place) for place in places]
    at_once = await asyncio.gather(*(store.log.since(*place) for place in places))
    assert at_once == alone
    assert [[entry.update.seq for entry in each] for each in at_once] == [[2, 3, 4, 5], [1], [1, 2], [], [1, 2]]


async def test_numbers_and_the_epoch_survive_a_restart(store: Store, url: str) -> None:
    await receive(store, arrival(1))
    async with open_store(url, HALLS) as again:
        await receive(again, arrival(2))
        assert (again.epoch, again.secret) == (store.epoch, store.secret)
        assert (await again.log.heads()).seqs[DESK] == 2


async def test_other_halls_begin_a_new_epoch_with_the_old_secret(store: Store, url: str) -> None:
    async with open_store(url, ("main",)) as again:
        assert again.secret == store.secret
        assert again.epoch != store.epoch
        assert (await again.log.heads()).epoch == again.epoch


async def test_two_stores_share_neither_secret_nor_epoch(store: Store, fresh_url: Callable[[], str]) -> None:
    async with open_store(fresh_url(), HALLS) as other:
        assert other.secret != store.secret
        assert other.epoch != store.epoch
