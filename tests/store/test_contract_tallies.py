"""Numbers that are only ever added to."""

import asyncio

from backchannel.store.house import Store


async def test_what_is_added_at_once_is_all_there(store: Store) -> None:
    await store.tallies.add({("main/1", "yes"): 2, ("foyer/2", "hm"): 1})
    await asyncio.gather(*(store.tallies.add({("main/1", "yes"): 1, ("main/1", "ha"): 1}) for _ in range(5)))
    assert await store.tallies.totals({"main/1", "elsewhere"}) == {"main/1": {"yes": 7, "ha": 5}}


async def test_nothing_added_is_nothing(store: Store) -> None:
    await store.tallies.add({})
    assert await store.tallies.totals(set()) == {}
