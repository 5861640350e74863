"""A name that comes later, on both engines: one turn, one update, nothing where somebody was faster."""

from dataclasses import replace

import pytest

from backchannel.post import Author, Status, Verb
from backchannel.store.base import Arrival, Received
from backchannel.store.house import Store
from tests.store.world import NOON, after, arrival, content, decide, key, receive

pytestmark = pytest.mark.anyio

ADA = Author("Ada Lovelace", "@ada.example", id="id-ada")


def portrait(number: int, text: str = "hello", **more: object) -> Arrival:
    told = arrival(number, content(text, author=ADA))
    sighting = replace(told.sighting, only_known=True, is_portrait=True)
    return replace(told, sighting=sighting, **more)  # type: ignore[arg-type]


async def test_a_portrait_names_the_author_of_what_waits(store: Store) -> None:
    await receive(store, arrival(1))
    assert await store.posts.receive([portrait(1), portrait(1)], NOON) == Received(
        changed=1, known=1, streams=frozenset({"desk"})
    )
    post = await store.posts.find(key(1))
    assert post is not None
    assert (post.content.author, post.version, post.status) == (ADA, 2, Status.QUEUED)


async def test_a_portrait_of_words_that_were_edited_meanwhile_is_too_late(store: Store) -> None:
    await receive(store, arrival(1), arrival(1, content("other", edited_at=after(1))))
    assert await store.posts.receive([portrait(1)], NOON) == Received(known=1)


async def test_a_portrait_of_an_unknown_a_shown_or_a_gone_post_changes_nothing(store: Store) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.APPROVE, 1)
    assert await store.posts.receive([portrait(1), portrait(2)], NOON) == Received(known=1)


async def test_a_verdict_that_the_name_undid_is_told_as_such(store: Store) -> None:
    await receive(store, arrival(1, status=Status.HELD, rule="strangers", reasons=("a stranger",)))
    await store.posts.receive([portrait(1)], after(1))
    post = await store.posts.find(key(1))
    assert post is not None
    assert (post.status, post.reasons) == (Status.QUEUED, ())
    assert post.decision is not None
    assert post.decision.reason == "Its author is known now, and it was judged anew"
