import pytest

from backchannel.post import Author, Media, Post, Verb
from backchannel.store.base import Arrival, Fetched, Served
from backchannel.store.house import Store
from backchannel.text import Emoji, Span, SpanKind
from backchannel.updates import DESK, FLOOR, Kind
from tests.store.world import NOON, after, arrival, content, decide, gone, key, receive

pytestmark = pytest.mark.anyio

URL, OTHER = "https://example.org/1.png", "https://example.org/2.png"
CAT = Fetched(URL, "c" * 32, 640, 480, b"a cat")
DOG = Fetched(OTHER, "d" * 32, 320, 240, b"a dog")


def pictured(number: int, *urls: str, edited: float = 0) -> Arrival:
    media = tuple(Media("image", url) for url in urls)
    return arrival(number, content(media=media, edited_at=after(edited) if edited else None))


async def found(store: Store, number: int = 1) -> Post:
    post = await store.posts.find(key(number))
    assert post is not None
    return post


async def test_a_picture_is_kept_with_its_post_and_its_streams_hear_of_it(store: Store) -> None:
    await receive(store, pictured(1, URL, OTHER))
    before = await found(store)
    assert await store.pictures.unsettled(10) == (before,)
    assert await store.pictures.settle(key(1), [CAT], after(1)) == {DESK}
    assert await store.pictures.settle(key(1), [DOG, CAT], after(2)) == {DESK}
    assert await store.pictures.settle(key(1), [DOG], after(3)) == frozenset()
    post = await found(store)
    assert [(each.name, each.at) for each in post.pictures] == [(CAT.name, after(1)), (DOG.name, after(2))]
    assert post.version == before.version  # nobody's decision is a conflict for it
    assert await store.pictures.unsettled(10) == ()
    await decide(store, Verb.APPROVE, 1)
    await receive(store, pictured(2, URL))
    await decide(store, Verb.APPROVE, 2)
    assert await store.pictures.settle(key(2), [CAT], after(4)) == {DESK, FLOOR, "hall:main", "hall:side"}
    assert (await store.log.since(FLOOR, 0, 9))[-1].update.kind is Kind.PUT


async def test_a_post_whose_only_pictures_are_custom_emoji_is_looked_for_too(store: Store) -> None:
    blob = Span(SpanKind.EMOJI, 0, 6, "blob", URL)
    strung = (Emoji(1, ":blob:", URL),)
    in_name = content("In a name.", author=Author("Ada", emoji=strung))
    in_warning = content("In a warning.", warning="!", warning_emoji=strung)
    await receive(store, arrival(1, content(":blob:", spans=(blob,))), arrival(2, content("No emoji.")))
    await receive(store, arrival(3, in_name), arrival(4, in_warning))
    assert {post.key for post in await store.pictures.unsettled(10)} == {key(1), key(3), key(4)}
    assert [(await found(store, number)).picture_urls for number in (3, 4)] == [(URL,), (URL,)]
    await store.pictures.settle(key(1), [CAT], NOON)
    assert [each.url for each in (await found(store)).pictures] == [URL]
    assert (await found(store)).content.spans[0].beside == URL


async def test_what_was_fetched_for_one_post_is_not_fetched_for_another(store: Store) -> None:
    await receive(store, pictured(1, URL), pictured(2, URL))
    assert await store.pictures.find(URL) is None
    await store.pictures.settle(key(1), [CAT], NOON)
    known = await store.pictures.find(URL)
    assert known == Fetched(URL, CAT.name, 640, 480)
    await store.pictures.settle(key(2), [known], NOON)
    assert (await found(store, 2)).pictures[0].name == CAT.name


async def test_a_picture_is_public_once_a_post_with_it_is_shown_by_somebody_who_saw_it(store: Store) -> None:
    await receive(store, pictured(1, URL), pictured(2, OTHER))
    await store.pictures.settle(key(1), [CAT], after(-1))
    assert not (await served(store, CAT)).is_public
    await decide(store, Verb.APPROVE, 1, 2)
    await store.pictures.settle(key(2), [DOG], after(1))
    assert (await served(store, CAT)).is_public
    assert not (await served(store, DOG)).is_public  # it came after the decision
    await decide(store, Verb.WITHDRAW, 1)
    assert not (await served(store, CAT)).is_public


async def served(store: Store, picture: Fetched) -> Served:
    found = await store.pictures.served(picture.name)
    assert found is not None
    assert found.body == picture.body
    return found


async def test_pictures_go_with_the_last_post_that_shows_them(store: Store) -> None:
    await receive(store, pictured(1, URL), pictured(2, URL))
    for number in (1, 2):
        await store.pictures.settle(key(number), [CAT], NOON)
    await receive(store, gone(1))
    assert (await found(store, 1)).pictures == ()
    assert (await served(store, CAT)).body
    await receive(store, gone(2))
    assert await store.pictures.served(CAT.name) is None
    assert await store.pictures.find(URL) is None


async def test_what_an_edit_takes_away_is_thrown_away(store: Store) -> None:
    await receive(store, pictured(1, URL))
    await store.pictures.settle(key(1), [CAT], NOON)
    await receive(store, pictured(1, OTHER, edited=2))
    assert (await found(store)).picture_of(OTHER, is_public=False) is None
    await store.pictures.settle(key(1), [DOG], after(3))
    assert [each.name for each in (await found(store)).pictures] == [DOG.name]
    assert await store.pictures.served(CAT.name) is None


async def test_nothing_is_kept_of_a_post_that_is_gone_or_never_was(store: Store) -> None:
    await receive(store, pictured(1, URL))
    await receive(store, gone(1))
    for number in (1, 9):
        assert await store.pictures.settle(key(number), [CAT], NOON) == frozenset()
    assert await store.pictures.served(CAT.name) is None


async def test_what_nobody_is_shown_loses_its_pictures_after_a_time(store: Store) -> None:
    await receive(store, pictured(1, URL), pictured(2, OTHER))
    await store.pictures.settle(key(1), [CAT], NOON)
    await store.pictures.settle(key(2), [DOG], NOON)
    await decide(store, Verb.REJECT, 1)
    await decide(store, Verb.APPROVE, 2)
    await store.pictures.expire(NOON)
    assert await store.pictures.served(CAT.name) is not None
    await store.pictures.expire(after(1))
    assert await store.pictures.served(CAT.name) is None
    assert (await found(store, 1)).pictures == ()
    assert await store.pictures.served(DOG.name) is not None
