"""Which post was on which screen, and what became of takedowns."""

from dataclasses import replace
from datetime import datetime

import pytest

from backchannel.post import Verb
from backchannel.receipt import Place, Receipt, ReceiptQuery
from backchannel.screen import Screen
from backchannel.store.base import Recall
from backchannel.store.house import Store
from backchannel.takedown import Count, Takedown
from tests.store.world import FULL, NOON, after, arrival, decide, gone, key, receive

pytestmark = pytest.mark.anyio


async def screen(store: Store, name: str, hall: str = "main") -> str:
    await store.screens.offer(name, f"hash {name}", NOON)
    _, made = await store.screens.pair(name, Screen("", name, hall), "Jo", NOON)
    assert made is not None
    return made.id


def receipt(screen_id: str, number: int, came: float, seen: float, *, has_left: bool = False) -> Receipt:
    return Receipt(screen_id, "main", key(number), after(came), after(seen), has_left)


async def shown(store: Store, *numbers: int) -> None:
    await receive(store, *(arrival(number, FULL) for number in numbers))
    await decide(store, Verb.APPROVE, *numbers)


async def test_how_long_a_post_was_on_which_screen(store: Store) -> None:
    await shown(store, 1, 2)
    left, right = await screen(store, "left"), await screen(store, "right")
    first, second = receipt(left, 1, 0, 1), receipt(left, 1, 5, 5)
    await store.receipts.keep([first, second, receipt(right, 1, 2, 3)])
    assert await store.receipts.standing(left, after(2)) == (second,)
    await store.receipts.keep([replace(first, has_left=True), replace(second, seen_at=after(7), has_left=True)])
    showings = await store.receipts.showings({key(1), key(2)})
    assert {post: [(each.name, each.times, each.seconds) for each in found] for post, found in showings.items()} == {
        key(1): [("left", 2, 180.0), ("right", 1, 60.0)]
    }
    assert [(each.first_at, each.last_at, each.is_there) for each in showings[key(1)]] == [
        (NOON, after(7), False),
        (after(2), after(3), True),
    ]
    assert await store.receipts.standing(left, NOON) == ()


async def test_receipts_go_with_the_post_and_none_comes_after_it(store: Store) -> None:
    await shown(store, 1, 2)
    left = await screen(store, "left")
    await store.receipts.keep([receipt(left, 1, 0, 1), receipt(left, 2, 0, 1)])
    await receive(store, gone(1))
    await store.receipts.keep([receipt(left, 1, 0, 2), receipt(left, 1, 3, 4), receipt(left, 3, 0, 1)])
    assert set(await store.receipts.showings({key(1), key(2), key(3)})) == {key(2)}


async def pages(store: Store, query: ReceiptQuery) -> list[tuple[str, str, datetime]]:
    found: list[tuple[str, str, datetime]] = []
    while page := await store.receipts.page(query):
        last = page[-1].receipt
        found += [(told.name, told.receipt.key, told.receipt.came_at) for told in page]
        query = replace(query, place=Place(last.came_at, last.screen, last.key))
    return found


async def test_receipts_are_told_in_order_page_by_page(store: Store) -> None:
    await shown(store, 1, 2)
    left = await screen(store, "left")
    await store.receipts.keep([receipt(left, number, came, came + 1) for number in (1, 2) for came in (0, 3)])
    everything = [("left", key(number), after(came)) for came in (0, 3) for number in (1, 2)]
    assert await pages(store, ReceiptQuery(limit=1)) == everything
    assert await pages(store, ReceiptQuery(post=key(2))) == [everything[1], everything[3]]
    assert await pages(store, ReceiptQuery(since=after(2))) == everything[2:]
    assert await pages(store, ReceiptQuery(until=after(2))) == everything[:2]
    assert await pages(store, ReceiptQuery(hall="side")) == []
    assert (await store.receipts.page(ReceiptQuery(limit=1)))[0].url == FULL.url


async def test_what_became_of_a_takedown_is_counted_over_all_servers(store: Store) -> None:
    count = Count(Takedown("main", 7, key(1)), 2, 1, 0.4, ("left",))
    await store.recalls.keep("one", {count: NOON})
    await store.recalls.keep("two", {Count(Takedown("main", 7, key(1)), 1, 1, 1.2): after(1)})
    assert await store.recalls.since(after(-1)) == (Recall("main", key(1), NOON, 3, 2, 1200, ("left",)),)
    await store.recalls.keep("one", {replace(count, confirmed=2, took_s=3.0, late=()): NOON})
    assert await store.recalls.since(after(-1)) == (Recall("main", key(1), NOON, 3, 3, 3000),)
    assert await store.recalls.since(after(2)) == ()
