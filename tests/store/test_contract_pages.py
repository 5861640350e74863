import pytest

from backchannel.post import Author, Status, Verb
from backchannel.store.base import PAGE_MAX, Page, Query
from backchannel.store.house import Store
from backchannel.updates import FLOOR
from tests.store.world import NOON, after, arrival, content, decide, every_page, gone, key, keys_of, receive

pytestmark = pytest.mark.anyio


async def test_the_queue_runs_oldest_first_and_every_other_list_newest_first(store: Store) -> None:
    await receive(store, *map(arrival, range(6)))
    for number in (4, 3, 5):
        await decide(store, Verb.APPROVE, number)
    assert keys_of((await store.posts.page(Query(Status.QUEUED))).posts) == [key(0), key(1), key(2)]
    assert keys_of((await store.posts.page(Query(Status.APPROVED))).posts) == [key(5), key(3), key(4)]


async def test_a_restored_post_takes_its_old_place_in_the_queue(store: Store) -> None:
    await receive(store, arrival(1), arrival(2))
    await decide(store, Verb.APPROVE, 1)
    await decide(store, Verb.RESTORE, 1)
    assert keys_of((await store.posts.page(Query(Status.QUEUED))).posts) == [key(1), key(2)]


@pytest.mark.parametrize("status", [Status.QUEUED, Status.HELD])
async def test_pages_join_without_a_gap_and_the_last_has_no_next(store: Store, status: Status) -> None:
    await receive(store, *(arrival(number, status=status) for number in range(5)))
    whole = await store.posts.page(Query(status))
    assert whole.next is None
    assert len(whole.posts) == 5
    assert (await every_page(store, status=status, limit=2)).posts == whole.posts
    assert (await every_page(store, status=status, limit=5)).posts == whole.posts


async def test_a_page_is_never_longer_than_the_most(store: Store) -> None:
    await receive(store, *map(arrival, range(PAGE_MAX + 1)))
    page = await store.posts.page(Query(Status.QUEUED, limit=10 * PAGE_MAX))
    assert len(page.posts) == PAGE_MAX
    assert page.next is not None


async def test_a_page_carries_the_position_of_its_stream(store: Store) -> None:
    await receive(store, *map(arrival, range(3)))
    await decide(store, Verb.APPROVE, 1)
    assert await store.posts.page(Query(Status.HELD)) == Page(store.epoch, 4, ())
    assert (await store.posts.page(Query(Status.APPROVED, stream=FLOOR))).seq == 1
    assert (await store.posts.page(Query(Status.APPROVED, stream="hall:none"))).seq == 0


async def test_a_hall_shows_what_is_for_it_and_what_is_for_all(store: Store) -> None:
    await receive(store, *map(arrival, range(4)))
    for number, halls in enumerate([None, ("side",), ("main", "side"), ()]):
        await decide(store, Verb.APPROVE, number, halls=halls)
    shown = {hall: await store.posts.page(Query(Status.APPROVED, hall=hall)) for hall in ("main", "side", "s_de")}
    assert keys_of(shown["main"].posts) == [key(2), key(0)]
    assert keys_of(shown["side"].posts) == [key(2), key(1), key(0)]
    assert keys_of(shown["s_de"].posts) == [key(0)]


async def test_an_authors_posts_come_newest_first_without_the_gone(store: Store) -> None:
    ada, eve = content(), content(author=Author("Eve", id="id-eve"))
    await receive(store, arrival(1, ada), arrival(2, eve), arrival(3, ada), arrival(4, ada), arrival(5, ada), gone(5))
    await decide(store, Verb.REJECT, 3)
    assert keys_of(await store.posts.of_authors("test", ["id-ada"], 9)) == [key(4), key(3), key(1)]
    assert keys_of(await store.posts.of_authors("test", ["id-ada"], 2)) == [key(4), key(3)]
    assert await store.posts.of_authors("other", ["id-ada"], 9) == ()
    assert await store.posts.of_authors("test", [], 9) == ()


async def test_the_posts_of_several_authors_are_so_many_of_each(store: Store) -> None:
    ada, eve, bea = content(), *(content(author=Author(name, id=f"id-{name}")) for name in ("eve", "bea"))
    for number, said in enumerate([ada, eve, bea, ada, ada, eve]):
        await store.posts.receive([arrival(number, said)], after(number))
    theirs = await store.posts.of_authors("test", ["id-ada", "id-eve", "id-eve", "id-nobody"], 2)
    assert keys_of(theirs) == [key(5), key(4), key(3), key(1)]


async def test_counts_name_every_status_and_the_oldest_that_waits(store: Store) -> None:
    empty = await store.posts.counts()
    assert (set(empty.by_status), sum(empty.by_status.values()), empty.oldest_queued_at) == (set(Status), 0, None)
    for number in range(4):
        await store.posts.receive([arrival(number)], after(number))
    await decide(store, Verb.APPROVE, 0, 3)
    await receive(store, gone(9))
    counts = await store.posts.counts()
    assert (counts.by_status[Status.QUEUED], counts.by_status[Status.APPROVED]) == (2, 2)
    assert counts.by_status[Status.GONE] == 0
    assert counts.oldest_queued_at == after(1)


async def test_a_post_that_is_gone_stands_in_no_list_but_its_own(store: Store) -> None:
    await receive(store, arrival(1), arrival(2), gone(1), gone(3))
    assert keys_of((await store.posts.page(Query(Status.QUEUED))).posts) == [key(2)]
    assert keys_of((await store.posts.page(Query(Status.GONE))).posts) == [key(1)]
    post = await store.posts.find(key(3))
    assert post is not None
    assert (post.status, post.received_at) == (Status.GONE, NOON)


async def test_a_list_of_two_statuses_runs_by_the_last_move(store: Store) -> None:
    await receive(store, *(arrival(number) for number in range(3)))
    await decide(store, Verb.APPROVE, 0, 1)
    await decide(store, Verb.REJECT, 2)
    await decide(store, Verb.WITHDRAW, 0)
    page = await store.posts.page(Query(Status.REJECTED, also=(Status.WITHDRAWN,)))
    assert keys_of(page.posts) == [key(0), key(2)]
