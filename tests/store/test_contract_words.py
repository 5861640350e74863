"""No character that a network sends stops a store, and no text that was sent to a store comes back in an error."""

import traceback

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from backchannel.post import Result, Status, Verb
from backchannel.store.base import Bookmark
from backchannel.store.house import Store, place_at
from backchannel.store.rows import first_row_of
from backchannel.store.tables import posts
from tests.made_up import post
from tests.store.world import FULL, NOON, arrival, content, key, order, receive

pytestmark = pytest.mark.anyio

SECRET = "words that nobody approved"


async def test_a_nul_stops_no_batch(store: Store) -> None:
    batch = [arrival(1, content("a\0b", url="\0")), arrival(2, FULL)]
    assert (await store.posts.receive(batch, NOON, Bookmark("test\0", "page\0two"))).new == 2
    assert (await store.posts.receive(batch, NOON)).new == 0
    assert await store.posts.find(key(2)) is not None
    assert await store.posts.find(key(1)) is not None


async def test_a_nul_in_an_order_harms_nothing(store: Store) -> None:
    await receive(store, arrival(1))
    asked = order(Verb.APPROVE, 1, "none\0", by="mo\0", reason="\0", idem="\0")
    first = (await store.posts.decide(asked, NOON)).outcomes
    assert [outcome.outcome for outcome in first] == [Result.DONE, Result.UNKNOWN]
    assert (await store.posts.decide(asked, NOON)).outcomes == first


@pytest.mark.parametrize("wrong", [{"status": None}, {"version": [SECRET]}, {"key": key(1)}])
async def test_an_error_repeats_no_word_of_a_post(url: str, store: Store, wrong: dict[str, object]) -> None:
    await receive(store, arrival(1))
    row = first_row_of(post(key(2), SECRET, status=Status.QUEUED), SECRET) | wrong
    writing, reading = place_at(url).open_engines()
    for many in (row, [row, row]):
        with pytest.raises(SQLAlchemyError) as caught:
            async with writing.begin() as connection:
                await connection.execute(insert(posts), many)
        told = "".join(traceback.format_exception(caught.value))
        assert "INSERT INTO posts" in told
        assert SECRET not in told
    await writing.dispose()
    await reading.dispose()
