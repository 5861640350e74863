from datetime import UTC
from typing import Final

import pytest

from backchannel.post import Author, Media, ReplyTo, Sighting, Status, Verb
from backchannel.sieve import read_sieve
from backchannel.store.base import Arrival, Found, Page, Query
from backchannel.store.house import Store
from backchannel.text import from_plain
from tests.store.world import after, arrival, content, decide, every_page, gone, key, keys_of, receive

pytestmark = pytest.mark.anyio

SAM, ADA = Author("Sam Bell", "@sam@a.example", id="sam"), Author("Ada", "@ada@b.example", id="ada")

FINDS: Final = {
    "": [0, 1, 2, 3, 4],
    "runbook": [0],
    "ask runbook": [0],
    "runbook ask nothing": [],
    '"the runbook"': [0],
    '"runbook the"': [],
    "tomas": [3],
    "音声": [2],
    "cat": [3],
    "spoilers": [4],
    "slides.example": [1],
    "100%": [3],
    "it_is": [3],
    "it%is": [],
    "pink11": [1, 4],
    "#PINK11": [1],
    "sam": [0, 4],
    "from:sam": [0, 4],
    "from:@sam@a.example": [0, 4],
    "from:runbook": [],
    "from:b.example -tomas": [1, 2],
    "-from:sam -#pink11": [2, 3],
    "on:test": [0, 1, 2, 3, 4],
    "on:other": [],
    "has:media": [3],
    "has:link": [1],
    "has:reply": [4],
    "has:warning": [4],
    "-has:warning from:sam": [0],
    "since:2031-05-04T12:03+00:00": [3, 4],
    "before:2031-05-04T12:03+00:00": [0, 1, 2],
    "since:58m before:57m": [2],
}


def numbers(page: Page) -> list[int]:
    return [int(post.key.partition(":")[2]) for post in page.posts]


async def finds(store: Store, line: str, status: Status = Status.QUEUED, **more: object) -> list[int]:
    sieve = read_sieve(line, after(60), UTC)
    return numbers(await store.posts.page(Query(status, sieve=sieve, **more)))  # type: ignore[arg-type]


@pytest.fixture
async def filled(store: Store) -> Store:
    said = from_plain("Slides on https://slides.example/1 for #Pink11")
    contents = (
        content("Ask who wrote the Runbook", author=SAM),
        content(said.plain, spans=said.spans, author=ADA),
        content("会場の音声が最高でした", author=ADA),
        content("Tomás says 100% of it_is bunk", media=(Media("image", alt="A tall cat"),), author=ADA),
        content("More on #pink11x", author=SAM, warning="Spoilers", reply_to=ReplyTo("Bo")),
    )
    for number, each in enumerate(contents):
        await store.posts.receive([arrival(number, each)], after(number))
    return store


async def test_a_sieve_lets_through_what_answers(filled: Store) -> None:
    assert {line: await finds(filled, line) for line in FINDS} == FINDS


async def test_reasons_are_looked_for_where_they_stand(store: Store) -> None:
    await receive(store, *map(arrival, range(4)), arrival(4, reasons=("Says “crypto”",), status=Status.HELD))
    await decide(store, Verb.REJECT, 0, 1, reason="spam")
    await decide(store, Verb.REJECT, 2, reason="attack")
    assert await finds(store, "reason:spam", Status.REJECTED) == [1, 0]
    assert await finds(store, "-reason:spam", Status.REJECTED) == [2]
    assert await finds(store, "reason:crypto", Status.HELD) == [4]
    assert await finds(store, "-reason:spam", Status.QUEUED) == [3]


async def test_a_sieve_holds_for_the_words_that_a_post_has_now(store: Store) -> None:
    await receive(store, arrival(1, content("before")), arrival(2, content("goes")))
    await receive(store, arrival(1, content("after", edited_at=after(1))), gone(2))
    assert await finds(store, "before") == []
    assert await finds(store, "after") == [1]
    assert await finds(store, "goes", Status.GONE) == []


async def test_pages_of_what_a_sieve_lets_through_join(filled: Store) -> None:
    query = {"status": Status.QUEUED, "sieve": read_sieve("from:ada", after(60), UTC)}
    assert numbers(await every_page(filled, **query, limit=2)) == [1, 2, 3]


async def test_only_some_keys_can_be_asked_for(filled: Store) -> None:
    among = (key(0), key(2), key(9))
    assert await finds(filled, "", among=among) == [0, 2]
    assert await finds(filled, "音声", among=among) == [2]
    assert await finds(filled, "", among=()) == []


@pytest.mark.parametrize("status", [Status.QUEUED, Status.HELD])
async def test_pages_lead_back_the_way_they_came(store: Store, status: Status) -> None:
    await receive(store, *(arrival(number, status=status) for number in range(7)))
    first = await store.posts.page(Query(status, limit=3))
    second = await store.posts.page(Query(status, limit=3, after=first.next))
    third = await store.posts.page(Query(status, limit=3, after=second.next))
    assert first.previous is None
    assert third.next is None
    assert third.previous is not None
    back = await store.posts.page(Query(status, limit=3, before=third.previous))
    assert (keys_of(back.posts), back.next, back.previous) == (keys_of(second.posts), second.next, second.previous)
    begin = await store.posts.page(Query(status, limit=3, before=back.previous))
    assert (keys_of(begin.posts), begin.next, begin.previous) == (keys_of(first.posts), first.next, None)


@pytest.mark.parametrize("status", [Status.QUEUED, Status.HELD])
async def test_from_behind_the_end_a_page_leads_back_to_the_last(store: Store, status: Status) -> None:
    await receive(store, *(arrival(number, status=status) for number in range(3)))
    last = (await store.posts.page(Query(status))).posts[-1]
    behind = await store.posts.page(Query(status, after=last.arrived if status is Status.QUEUED else last.moved))
    assert (behind.posts, behind.next) == ((), None)
    assert (await store.posts.page(Query(status, before=behind.previous, limit=1))).posts == (last,)


async def test_what_is_found_is_counted_by_network_and_by_reason(filled: Store) -> None:
    assert await filled.finds.found(Query(Status.QUEUED)) == Found(5, {"test": 5}, {})
    await decide(filled, Verb.REJECT, 0, 4, reason="spam")
    await decide(filled, Verb.REJECT, 1, reason="attack")
    query = Query(Status.REJECTED, also=(Status.WITHDRAWN,), limit=1)
    assert await filled.finds.found(query) == Found(3, {"test": 3}, {"spam": 2, "attack": 1})
    sieve = read_sieve("from:sam", after(60), UTC)
    assert await filled.finds.found(Query(Status.REJECTED, sieve=sieve)) == Found(2, {"test": 2}, {"spam": 2})


async def test_what_was_typed_here_is_found_by_what_it_was_typed_on(store: Store) -> None:
    ways = {"phone": ("floor", "a-device"), "kiosk": ("floor", "kiosk/1"), "runner": ("desk", "line/1"),
            "card": ("desk", "card/7"), "": ("mastodon", "kiosk/1")}  # fmt: skip
    arrivals = {
        way: Arrival(
            way or "other", Sighting(network, way, content("Hear, hear", author=Author("Somebody", id=author)))
        )
        for way, (network, author) in ways.items()
    }
    await store.posts.receive(list(arrivals.values()), after(0))
    found = {way: (await sifted(store, f"via:{way}")) for way in ways if way}
    assert found == {way: [way] for way in ways if way}
    assert await sifted(store, "-via:phone -via:kiosk -via:runner -via:card") == ["other"]
    assert {post.key: post.way or "" for post in (await store.posts.page(Query(Status.QUEUED))).posts} == {
        way or "other": way for way in ways
    }


async def sifted(store: Store, line: str) -> list[str]:
    page = await store.posts.page(Query(Status.QUEUED, sieve=read_sieve(line, after(60), UTC)))
    return [post.key for post in page.posts]
